package expr

import (
	"errors"
	"strings"
	"testing"

	"github.com/nate-go/nate/node"
)

var seeds = []string{
	``, `=`, `={{ $json.n }}`, `=a {{ $json.s }} b {{ 1 }}`, `=\{{ x }}`, `={{ "\}}" }}`, `={{ {a:[1,{b:"x"}]} }}`, "={{ `a${1}b` }}",
	`={{ $('In').item.json.x }}`, `={{ $input.all()[0].json?.n ?? "d" }}`, `={{ "a,b".split(",").join("-").padStart(10, "😀") }}`,
	`={{ JSON.stringify($json, null, 2) }}`, `={{ JSON.parse($json.s) }}`, `={{ 1 + + - ! ~ typeof 2 ** 3 % 4 }}`,
	`={{ $json.s.replaceAll("a", "$&$'") }}`,
	`={{ 0x1F + .5e-3 + 1_000 }}`, `={{ "\u{1F600}\ud83d\x41" }}`, `={{ $json.arr.slice(-2, 9).concat([1]).includes(NaN) }}`,
	"={{ /* c */ 1 // d\n }}",
	`={{ $json.f.toFixed(3) + parseInt("0x1f") + Number(" 1e3 ") }}`, `={{ $parameter.p }}`, `={{ (x => x)(1) }}`,
	`={{ "ß".toUpperCase() }}`,
}

// FuzzScan holds that pieces of a template lie where they say, and that their texts are those of the template.
func FuzzScan(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parts, single := scan(s, 0)
		if single && (len(parts) != 1 || !parts[0].code) {
			t.Fatalf("%q is single with %d parts", s, len(parts))
		}
		last := 0
		for i, p := range parts {
			if p.start < last || p.start > len(s) {
				t.Fatalf("%q: part %d begins at %d", s, i, p.start)
			}
			last = p.start
			if p.code {
				for j := range len(p.text) {
					if at := p.offset(j); at >= len(s) || s[at] != p.text[j] {
						t.Fatalf("%q: byte %d of part %d is not at %d", s, j, i, at)
					}
				}
				if clean := strings.ReplaceAll(p.text, "}}", ""); len(p.cuts) == 0 && clean != p.text {
					t.Fatalf("%q: part %d holds braces", s, i)
				}
			}
		}
	})
}

// FuzzEval holds that any text compiles and evaluates to data or to an *Error that can be shown.
func FuzzEval(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	item, err := node.ParseObject([]byte(differentialItem))
	if err != nil {
		f.Fatal(err)
	}
	item.Freeze()
	f.Fuzz(func(t *testing.T, text string) {
		s := chain(2, [][]node.Paired{{{Item: 0}}, {{Item: 1}, {Item: 0}}}, [][]node.Paired{{{Item: 0}}, {{Item: 1}}})
		s.Items[0].JSON = item
		s.Parameters = node.NewObject("p", text)
		v, err := Compile(text)
		var faults Errors
		if err != nil && !errors.As(err, &faults) {
			t.Fatalf("%q: %v", text, err)
		}
		got, err := v.Eval(s)
		if err == nil {
			node.AppendJSON(nil, got)
			if _, isHost := got.(host); isHost || got == any(skipped{}) {
				t.Fatalf("%q gives a %T", text, got)
			}
			return
		}
		var e *Error
		if !errors.As(err, &e) {
			t.Fatalf("%q: %v", text, err)
		}
		if e.Expression != text || e.Offset < 0 || e.Offset > len(text) || !strings.Contains(e.Detail(),
			"^") || node.InfoOf(err).Message == "" {
			t.Fatalf("%q: %#v", text, e)
		}
	})
}
