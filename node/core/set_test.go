package core_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core"
	"github.com/nate-go/nate/schemas"
)

// runSet runs Edit Fields over items and checks that they stay as they were.
func runSet(t testing.TB, s setup, items []node.Item) ([]node.Item, error) {
	t.Helper()
	before := texts(items)
	n := core.NewSet()
	if s.version < 3 {
		n = core.NewSetV1()
	}
	out, err := n.Execute(context.Background(), s.call(n, items))
	require.Equal(t, before, texts(items), "the input has changed")
	if err != nil {
		return nil, err
	}
	require.Len(t, out.Main, 1)
	return out.Main[0], nil
}

// testdata/set.json is what Edit Fields of n8n 2.41.1 put out, with On Error set to continue.
func TestSetAsN8nDoes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("testdata", "set.json"))
	require.NoError(t, err)
	v, err := node.ParseJSON(text)
	require.NoError(t, err)
	for i, e := range v.([]any) {
		row := e.(*node.Object)
		group, _ := row.Get("group")
		parameters, _ := row.Get("parameters")
		given, _ := row.Get("items")
		want, _ := row.Get("output")
		version, _ := row.Get("version")
		mode, _ := row.Get("mode")
		t.Run(fmt.Sprintf("%s_%d", group, i), func(t *testing.T) {
			t.Parallel()
			s := setup{version: version.(float64), mode: fmt.Sprint(mode), continues: true, parameters: parameters.(*node.Object)}
			out, err := runSet(t, s, frozen(t, string(node.AppendJSON(nil, given))))
			require.NoError(t, err)
			got := "[" + strings.Join(texts(out), ",") + "]"
			require.Equal(t, string(node.AppendJSON(nil, want)), got, "%s of %s, version %v",
				node.AppendJSON(nil, parameters), node.AppendJSON(nil, given), version)
		})
	}
}

func TestSetErrors(t *testing.T) {
	t.Parallel()
	assign := func(assignment string) string { return `{"assignments":{"assignments":[` + assignment + `]}}` }
	change := func(name string) string {
		return "To fix the error try to change the type for the field \"" + name +
			"\" or activate the option “Ignore Type Conversion Errors” to apply a less strict type validation"
	}
	for _, c := range []struct {
		name                 string
		version              float64
		parameters           string
		values               map[string]any
		message, description string
	}{
		{"number", 3.4, assign(`{"name":"n","value":"abc","type":"number"}`), nil, "'n' expects a number but we got 'abc' [item 0]", change("n")},
		{"object", 3.4, assign(`{"name":"a.b","value":[1],"type":"object"}`), nil, "'a.b' expects a object but we got array [item 0]", change("a.b")},
		{"array", 3.4, assign(`{"name":"l","value":{},"type":"array"}`), nil, "'l' expects a array but we got object [item 0]", change("l")},
		{"boolean", 3.4, assign(`{"name":"b","value":"yes","type":"boolean"}`), nil, "'b' expects a boolean but we got 'yes' [item 0]", change("b")},
		{
			"absent text", 3.1, `{"fields":{"values":[{"name":"s","stringValue":"={{ null }}"}]}}`, nil,
			"'s' expects a string but we got 'null' [item 0]", change("s"),
		},
		{"type that is not supported", 3.4, assign(`{"name":"d","value":"x","type":"form-fields"}`), nil, "'d' has the type form-fields, which is not supported yet [item 0]", change("d")},
		{"time", 3.4, assign(`{"name":"t","value":"x","type":"time"}`), nil, "'t' expects time (hh:mm:(:ss)) but we got 'x'. [item 0]", change("t")},
		{"url", 3.4, assign(`{"name":"u","value":"mailto://x","type":"url"}`), nil, "'u' expects a url but we got 'mailto://x' [item 0]", change("u")},
		{"jwt", 3.4, assign(`{"name":"j","value":"x","type":"jwt"}`), nil, "Value is not a valid JWT token [item 0]", change("j")},
		{"options", 3.4, assign(`{"name":"o","value":"x","type":"options"}`), nil, "'o' expects one of the following values: [] but we got 'x' [item 0]", change("o")},
		{
			"binary", 3.4, assign(`{"name":"d","value":"data","type":"binary"}`), nil,
			"This operation expects the node's input data to contain a binary file 'data', but none was found [item 0]",
			"Make sure that the previous node outputs a binary file",
		},
		{
			"names that are none", 3.4, `{"includeOtherFields":true,"include":"selected"}`,
			map[string]any{"includeFields": node.Undefined},
			"Cannot read properties of undefined (reading 'split')", `The expression of parameter "includeFields" gives no names of fields`,
		},
		{"no type", 3.4, assign(`{"name":"x","value":"y"}`), nil, "'x' has no type [item 0]", "Choose string, number, boolean, array or object for the field"},
		{"assignment that is none", 3.4, assign(`{"name":"x","value":"y","type":"string"},5`), nil, `Parameter "assignments.assignments[1]" is a number, not an object`, ""},
		{"assignments that are none", 3.4, `{"assignments":{"assignments":{}}}`, nil, `Parameter "assignments.assignments" is an object, not an array`, ""},
		{"fields that are none", 3.2, `{}`, map[string]any{"fields": node.NewObject("values", "x")}, `Parameter "fields.values" is a string, not an array`, ""},
		{"include option", 3.4, `{"includeOtherFields":true,"include":"some"}`, nil, `The include option "some" is not known!`, ""},
		{"include option of 3.2", 3.2, `{"include":"some"}`, nil, `The include option "some" is not known!`, ""},
		{"list of names", 3.4, `{"includeOtherFields":true,"include":"selected","includeFields":["a"]}`, nil, `Parameter "includeFields" is an array, not a string`, ""},
		{"broken JSON", 3.4, `{"mode":"raw","jsonOutput":"={\"a\":1} x"}`, nil, "The 'JSON Output' in item 0 contains invalid JSON", `{"a":1} x`},
		{"JSON that is no object", 3.4, `{"mode":"raw","jsonOutput":"=[1]"}`, nil, "The 'JSON Output' in item 0 does not contain a valid JSON object", ""},
		{"JSON null", 3.4, `{"mode":"raw","jsonOutput":"={{ null }}"}`, nil, "The 'JSON Output' in item 0 does not contain a valid JSON object", ""},
		{
			"JSON undefined", 3.4, `{"mode":"raw"}`,
			map[string]any{"jsonOutput": node.Undefined},
			"The 'JSON Output' in item 0 does not contain a valid JSON object", "",
		},
		{
			"broken object", 3.2, `{"fields":{"values":[{"name":"o","type":"objectValue","objectValue":"={a}"}]}}`, nil,
			`The entry "o" inside 'Fields to Set' in item 0 contains invalid JSON`, "{a}",
		},
		{
			"object that is none", 3, `{"fields":{"values":[{"name":"o","type":"objectValue","objectValue":"=[1]"}]}}`, nil,
			`The entry "o" inside 'Fields to Set' in item 0 does not contain a valid JSON object`, "",
		},
		{"length of an array", 3.4, assign(`{"name":"l","value":[1],"type":"array"},{"name":"l.length","value":"x","type":"string"}`), nil, "Invalid array length", ""},
		{
			"index far away", 3.4, assign(`{"name":"l[1000000]","value":1,"type":"number"}`), nil,
			"an array of 0 elements can't be extended to 1000001 (by at most 100000 at a time)", "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := setup{version: c.version, mode: "manual", parameters: object(t, c.parameters), values: c.values}
			_, err := runSet(t, s, frozen(t, `[{"a":1}]`))
			require.EqualError(t, err, c.message)
			info := node.InfoOf(err)
			require.Equal(t, c.description, info.Description)
			require.Equal(t, 0.0, fields.Get(info.Context, "itemIndex"))
			require.False(t, node.IsPermanent(err))

			s.continues = true
			out, err := runSet(t, s, frozen(t, `[{"a":1}]`))
			require.NoError(t, err)
			require.Equal(t, []string{string(node.AppendJSON(nil, node.NewObject("error", c.message)))}, texts(out))
		})
	}
}

// What n8n reads outside of the part that catches errors fails the node in the continue modes too, and with it every item.
func TestSetFailsAsAWhole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ parameters, message, description string }{
		{`{"mode":"code"}`, `The mode "code" is not known`, `It is "manual" or "raw"`},
		{`{"duplicateItem":true,"duplicateCount":1e9}`, "Duplicate Item Count is 1000000000, not a number below 100000", ""},
		{`{"duplicateItem":true,"duplicateCount":"x"}`, "Duplicate Item Count is x, not a number below 100000", ""},
		{`{"includeOtherFields":true,"include":["all"]}`, `Parameter "include" is an array, not a string`, ""},
	} {
		for _, continues := range []bool{false, true} {
			s := setup{version: 3.4, mode: "manual", continues: continues, parameters: object(t, c.parameters)}
			_, err := runSet(t, s, frozen(t, `[{"a":1}]`))
			require.EqualError(t, err, c.message)
			require.Equal(t, c.description, node.InfoOf(err).Description)
			require.Equal(t, 0.0, fields.Get(node.InfoOf(err).Context, "itemIndex"))
		}
	}
}

func TestSetStopsAtTheFirstFailure(t *testing.T) {
	t.Parallel()
	s := setup{version: 3.4, parameters: object(t, `{"assignments":{"assignments":[{"name":"n","value":"={{ $json.v }}","type":"number"}]}}`)}
	n := core.NewSet()
	out, err := n.Execute(context.Background(), s.call(n, frozen(t, `[{"v":"1"},{"v":"abc"},{"v":"3"}]`)))
	require.EqualError(t, err, "'n' expects a number but we got 'abc' [item 1]")
	require.Equal(t, node.OperationErrorName, node.InfoOf(err).Name)
	require.Equal(t, []string{`{"n":1}`}, texts(out.Partial))
	var mismatch *fields.TypeError
	require.ErrorAs(t, err, &mismatch)
}

// What n8n drops, or lets reach an object's prototype, is data.
func TestSetKeepsWhatN8nLoses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ parameters, in, want string }{
		{`{"assignments":{"assignments":[{"name":"constructor","value":"v","type":"string"}]}}`, `{}`, `{"constructor":"v"}`},
		{`{"assignments":{"assignments":[{"name":"__proto__.polluted","value":"v","type":"string"}]}}`, `{}`, `{"__proto__":{"polluted":"v"}}`},
		{`{"assignments":{"assignments":[{"name":"__proto__","value":"v","type":"string"}]},"options":{"dotNotation":false}}`, `{}`, `{"__proto__":"v"}`},
		{`{"includeOtherFields":true}`, `{"constructor":1,"__proto__":{"a":2},"prototype":3}`, `{"constructor":1,"__proto__":{"a":2},"prototype":3}`},
		{`{"includeOtherFields":true,"include":"selected","includeFields":"constructor,__proto__"}`, `{"constructor":1,"__proto__":2,"x":3}`, `{"constructor":1,"__proto__":2}`},
		{`{"mode":"raw","jsonOutput":"{\"__proto__\":{\"a\":1}}"}`, `{}`, `{"__proto__":{"a":1}}`},
	} {
		out, err := runSet(t, setup{version: 3.4, parameters: object(t, c.parameters)}, frozen(t, "["+c.in+"]"))
		require.NoError(t, err)
		require.Equal(t, []string{c.want}, texts(out))
	}
}

func TestSetLeavesItsParametersAlone(t *testing.T) {
	t.Parallel()
	parameters := object(t, `{"assignments":{"assignments":[
		{"name":"a","value":{"k":{"l":[1]}},"type":"object"},{"name":"a.k.l[0]","value":"2","type":"number"},{"name":"a.k.m","value":"3","type":"string"}]}}`)
	before := string(node.AppendJSON(nil, parameters))
	out, err := runSet(t, setup{version: 3.4, parameters: parameters}, frozen(t, `[{},{}]`))
	require.NoError(t, err)
	require.Equal(t, []string{`{"a":{"k":{"l":[2],"m":"3"}}}`, `{"a":{"k":{"l":[2],"m":"3"}}}`}, texts(out))
	require.Equal(t, before, string(node.AppendJSON(nil, parameters)))
}

func TestSetSharesWhatItDoesNotChange(t *testing.T) {
	t.Parallel()
	items := frozen(t, `[{"big":{"x":{"y":1}},"other":{"z":1}}]`)
	out, err := runSet(t, setup{version: 3.4, parameters: object(t,
		`{"includeOtherFields":true,"assignments":{"assignments":[{"name":"other.z","value":2,"type":"number"}]}}`)}, items)
	require.NoError(t, err)
	was, _ := items[0].JSON.Get("big")
	is, _ := out[0].JSON.Get("big")
	require.Same(t, was, is)
}

// n8n's fields of undefined are keys; JSON leaves them out.
func TestSetKeepsTheKeyOfAnAbsentField(t *testing.T) {
	t.Parallel()
	for _, options := range []string{`{}`, `{"dotNotation":false}`} {
		out, err := runSet(t, setup{version: 3.4, parameters: object(t,
			`{"includeOtherFields":true,"include":"selected","includeFields":"missing,id","options":`+options+`}`)}, frozen(t, `[{"id":1}]`))
		require.NoError(t, err)
		require.Equal(t, []string{"missing", "id"}, out[0].JSON.Keys())
		require.Equal(t, []string{`{"id":1}`}, texts(out))
	}
}

// From version 3.5 on values are put out as JSON has them.
func TestSetPutsOutPlainValues(t *testing.T) {
	t.Parallel()
	odd := node.NewObject("assignments", []any{
		node.NewObject("name", "n", "value", "Infinity", "type", "number"),
		node.NewObject("name", "o", "value", node.NewObject("u", node.Undefined, "l", []any{node.Undefined, 1}), "type", "object"),
		node.NewObject("name", "same", "value", node.NewObject("k", 1), "type", "object"),
	}).Freeze()
	for version, want := range map[float64]any{3.4: node.Undefined, 3.5: nil} {
		out, err := runSet(t, setup{version: version, values: map[string]any{"assignments": odd}}, frozen(t, `[{}]`))
		require.NoError(t, err)
		require.Equal(t, []string{`{"n":null,"o":{"l":[null,1]},"same":{"k":1}}`}, texts(out))
		require.Equal(t, want, fields.Get(out[0].JSON, "o.l[0]"))
		n, _ := out[0].JSON.Get("n")
		require.Equal(t, version == 3.5, n == nil)
	}
}

// Literal values are checked before a run, by what the Definition says of their types.
func TestSetLiteralsThatStopARun(t *testing.T) {
	t.Parallel()
	check := func(version float64, parameters *node.Object) []string {
		n := core.NewSet()
		def := n.Definition()
		messages := []string{}
		for _, d := range def.CheckParameters(parameters, version) {
			if d.Severity == schemas.SeverityError {
				messages = append(messages, d.Message)
			}
		}
		return messages
	}
	raw := func(text any) *node.Object { return node.NewObject("mode", "raw", "jsonOutput", text) }
	for _, good := range []string{`{"a":1}`, `{"a":1,}`, `{a:'b'}`, "// c\n{}", `={"a":`, `={{ $json }}`, `null`} {
		require.Empty(t, check(3.4, raw(good)), good)
	}
	for _, bad := range []string{``, `  `, `{`, `{"a":}`, `{"a" 1}`, `x`, `{"a":1} x`, `undefined`, `[1]`, `5`, `true`} {
		require.Equal(t, []string{"'jsonOutput' expects a object but we got '" + bad + "'"}, check(3.4, raw(bad)), bad)
	}
	require.Empty(t, check(3.4, object(t, `{"mode":"manual","jsonOutput":""}`)), "not shown")
	require.Empty(t, check(3.4, object(t, `{"assignments":{"assignments":[{"name":"o","type":"object","value":"{"}]}}`)), "n8n finds this in the run")
	require.Equal(t, []string{"'numberValue' expects a number but we got 'abc'", "'objectValue' expects a object but we got '{'", "'arrayValue' expects a array but we got ''"},
		check(3.2, object(t, `{"fields":{"values":[{"name":"n","type":"numberValue","numberValue":"abc"},
			{"name":"o","type":"objectValue","objectValue":"{"},{"name":"s","stringValue":"x","objectValue":"x"},{"name":"l","type":"arrayValue"}]}}`)))
}

func TestSetDefaultsByVersion(t *testing.T) {
	t.Parallel()
	n := core.NewSet()
	def := n.Definition()
	for _, c := range []struct {
		version    float64
		raw, names string
	}{
		{3, `{}`, "mode duplicateItem fields include options"},
		{3.2, `{"include":"except"}`, "mode duplicateItem fields include excludeFields options"},
		{3.2, `{"mode":"raw","include":"selected"}`, "mode duplicateItem jsonOutput include includeFields options"},
		{3.3, `{}`, "mode duplicateItem assignments includeOtherFields options"},
		{3.4, `{"includeOtherFields":true}`, "mode duplicateItem assignments includeOtherFields include options"},
		{3.4, `{"includeOtherFields":true,"include":"selected"}`, "mode duplicateItem assignments includeOtherFields include includeFields options"},
		{3.4, `{"includeOtherFields":"={{ true }}","include":"except"}`, "mode duplicateItem assignments includeOtherFields include excludeFields options"},
		{3.5, `{"duplicateItem":true}`, "mode duplicateItem duplicateCount duplicateWarning assignments includeOtherFields options"},
	} {
		require.Equal(t, c.names, strings.Join(def.Parameters(object(t, c.raw), c.version).Keys(), " "), "%v %s", c.version, c.raw)
	}
	binary := object(t, `{"options":{"includeBinary":true,"stripBinary":false},"includeOtherFields":true}`)
	for version, want := range map[float64]string{3.3: `{"includeBinary":true}`, 3.4: `{"stripBinary":false}`} {
		options, _ := def.Parameters(binary, version).Get("options")
		require.Equal(t, want, string(node.AppendJSON(nil, options)))
	}
	require.Equal(t, schemas.JSON, def.Shown(object(t, `{"mode":"raw"}`), 3.4)[2].Type)
}

// What the recorded runs do not show of versions 1 and 2.
func TestSetV1(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		version              float64
		parameters, in, want string
	}{
		{1, `{"values":{"string":[{"name":"__proto__.x","value":"v"},{"name":"constructor","value":"w"}]}}`, `{}`, `{"__proto__":{"x":"v"},"constructor":"w"}`},
		{1, `{"values":{"number":[{"name":"n","value":"12"}]}}`, `{"a":{"b":1}}`, `{"a":{"b":1},"n":"12"}`},
		{2, `{"keepOnlySet":true,"values":{"number":[{"name":"n","value":"12"},{"name":"m","value":""},{"name":"x","value":"x"}]}}`, `{"a":1}`, `{"n":12,"m":0,"x":"x"}`},
		{2, `{"values":{}}`, `{"a":1}`, `{"a":1}`},
		{2, `{"values":null}`, `{"a":1}`, `{"a":1}`},
	} {
		out, err := runSet(t, setup{version: c.version, parameters: object(t, c.parameters)}, frozen(t, "["+c.in+"]"))
		require.NoError(t, err)
		require.Equal(t, []string{c.want}, texts(out), "%v %s", c.version, c.parameters)
	}
	_, err := runSet(t, setup{version: 1, continues: true, values: map[string]any{"values": node.NewObject("string", []any{5})}}, frozen(t, `[{}]`))
	require.EqualError(t, err, `Parameter "values.string[0]" is a number, not an object`)
	_, err = runSet(t, setup{version: 1, continues: true, values: map[string]any{"values": node.NewObject("number", "x")}}, frozen(t, `[{}]`))
	require.EqualError(t, err, `Parameter "values.number" is a string, not an array`)
}

func FuzzSet(f *testing.F) {
	f.Add(3.4, `{"assignments":{"assignments":[{"name":"a.b[0]","value":"1","type":"number"}]},"includeOtherFields":true}`, `{"a":{"b":[1]}}`)
	f.Add(3.4, `{"mode":"raw","jsonOutput":"{\"a\": ['x',], b: 1}","options":{"dotNotation":false}}`, `{"a":1}`)
	f.Add(3.2, `{"fields":{"values":[{"name":"x","type":"objectValue","objectValue":"{a"}]},"include":"except","excludeFields":"a,b[1]"}`, `{"b":[1,2]}`)
	f.Add(3.1, `{"fields":{"values":[{"name":"x","stringValue":null}]},"include":"selected","includeFields":"a['b'],c.d"}`, `{"c":{"d":1}}`)
	f.Add(3.5, `{"assignments":{"assignments":[{"name":{},"value":{"k":[null]},"type":"array"}]},"duplicateItem":true,"duplicateCount":3}`, `{}`)
	f.Add(3.3, `{"assignments":5,"options":[],"include":7,"includeOtherFields":"x"}`, `{}`)
	f.Add(1.0, `{"values":{"boolean":[{"name":"a.b","value":"x"}],"number":[{"name":"n"}],"string":[{}]},"keepOnlySet":true}`, `{"a":{"b":1}}`)
	f.Add(2.0, `{"values":{"number":[{"name":"n","value":"12"}],"string":5},"options":{"dotNotation":false}}`, `{"n":[]}`)
	f.Fuzz(func(t *testing.T, version float64, parameters, item string) {
		p, err := node.ParseObject([]byte(parameters))
		if err != nil {
			return
		}
		if strings.Contains(parameters, `"=`) || strings.Contains(parameters, `\u003d`) {
			return // expressions are not this node's affair
		}
		in, err := node.ParseObject([]byte(item))
		if err != nil {
			return
		}
		for _, mode := range []string{"cli", "manual"} {
			s := setup{version: version, mode: mode, continues: true, parameters: p}
			out, err := runSet(t, s, []node.Item{{JSON: in.Freeze()}})
			if err != nil { // of the node as a whole: a mode or a number of copies that is none
				require.Equal(t, node.OperationErrorName, node.InfoOf(err).Name, err)
				continue
			}
			for _, text := range texts(out) {
				_, err := node.ParseObject([]byte(text))
				require.NoError(t, err)
			}
		}
	})
}

func benchmarkSet(b *testing.B, parameters string, values map[string]any) {
	const items = 10_000
	in := make([]node.Item, items)
	for i := range in {
		in[i] = node.ItemOf("id", i, "name", "Ada", "address", node.NewObject("city", "Paris", "zip", "75001"), "tags", []any{"x", "y"})
		in[i].JSON.Freeze()
	}
	n := core.NewSet()
	c := setup{version: 3.4, parameters: object(b, parameters), values: values}.call(n, in)
	b.ReportAllocs()
	for b.Loop() {
		out, err := n.Execute(context.Background(), c)
		if err != nil || len(out.Main[0]) != items {
			b.Fatal(err, len(out.Main[0]))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/items, "ns/item")
}

// The values are resolved beforehand: this is what the node itself costs.
func BenchmarkSet(b *testing.B) {
	assignments := node.NewObject("assignments", []any{
		node.NewObject("id", "1", "name", "label", "value", "Hello Ada", "type", "string"),
		node.NewObject("id", "2", "name", "count", "value", "7", "type", "number"),
		node.NewObject("id", "3", "name", "address.city", "value", "Rome", "type", "string"),
	}).Freeze()
	values := map[string]any{"assignments": assignments, "options": node.NewObject().Freeze()}
	b.Run("keep none", func(b *testing.B) { benchmarkSet(b, `{}`, values) })
	b.Run("keep all", func(b *testing.B) { benchmarkSet(b, `{"includeOtherFields":true}`, values) })
	b.Run("JSON", func(b *testing.B) {
		benchmarkSet(b, `{"mode":"raw"}`, map[string]any{"jsonOutput": `{"label":"Hello Ada","count":7,"city":"Rome"}`})
	})
}

func BenchmarkNoOp(b *testing.B) {
	n := core.NewNoOp()
	c := setup{version: 1}.call(n, make([]node.Item, 10_000))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := n.Execute(context.Background(), c); err != nil {
			b.Fatal(err)
		}
	}
}
