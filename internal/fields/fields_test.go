package fields_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// rows reads a file of testdata: a list of objects.
func rows(t testing.TB, file string) []*node.Object {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(t, err)
	v, err := node.ParseJSON(text)
	require.NoError(t, err)
	var out []*node.Object
	for _, e := range v.([]any) {
		out = append(out, e.(*node.Object))
	}
	require.NotEmpty(t, out)
	return out
}

func get(o *node.Object, key string) any {
	v, ok := o.Get(key)
	if !ok {
		return node.Undefined
	}
	return v
}

func text(v any) string { return string(node.AppendJSON(nil, v)) }

func parse(t testing.TB, s string) *node.Object {
	t.Helper()
	o, err := node.ParseObject([]byte(s))
	require.NoError(t, err)
	return o
}

// testdata/lodash.json is what lodash does (testdata/vectors.mjs writes it).
func TestPathsAsLodashReadsThem(t *testing.T) {
	t.Parallel()
	for _, row := range rows(t, "lodash.json") {
		o := get(row, "object").(*node.Object).Freeze()
		before := text(o)
		path := get(row, "path").(string)
		at := fmt.Sprintf("path %q of %s", path, before)

		want, got := get(row, "get"), fields.Get(o, path)
		if want == node.Undefined {
			require.Equal(t, node.Undefined, got, at)
		} else {
			require.Equal(t, want, text(got), at)
		}

		changed := fields.Copy(o)
		err := fields.Set(changed, path, "V")
		if message, failed := row.Get("setError"); failed {
			require.EqualError(t, err, message.(string), at)
		} else {
			require.NoError(t, err, at)
			require.Equal(t, get(row, "set"), text(changed), at)
		}

		changed = fields.Copy(o)
		fields.Unset(changed, path)
		require.Equal(t, get(row, "unset"), text(changed), at)
		require.Equal(t, before, text(o), "the object that was copied")
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	o := parse(t, `{"s":"h😀é","lone":"\ud83d","l":[1,2,3],"n":null,"o":{"constructor":1}}`)
	for path, want := range map[string]any{
		"s.length": 4.0, "s[0]": "h", "s[1]": "\xed\xa0\xbd", "s.2": "\xed\xb8\x80", "s[3]": "é", "s[4]": node.Undefined, "s.01": node.Undefined,
		"lone.length": 1.0, "lone[0]": "\xed\xa0\xbd",
		"l.length": 3.0, "l[2]": 3.0, "l[3]": node.Undefined, "l.x": node.Undefined, "l[-1]": node.Undefined,
		"n": nil, "n.x": node.Undefined, "o.constructor": 1.0, "o.toString": node.Undefined, "constructor": node.Undefined, "s.x.y": node.Undefined,
	} {
		require.Equal(t, want, fields.Get(o, path), path)
	}
	require.Equal(t, node.Undefined, fields.Get(nil, "a.b"))
}

func TestSet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in, path string
		value          any
		want, err      string
	}{
		{"names that JavaScript objects inherit are keys", `{}`, "__proto__.constructor", 1.0, `{"__proto__":{"constructor":1}}`, ""},
		{"prototype", `{"a":{}}`, "a.prototype", 1.0, `{"a":{"prototype":1}}`, ""},
		{"undefined stays a key", `{}`, "a", node.Undefined, `{}`, ""},
		{"array cut to a length", `{"l":[1,2,3]}`, "l.length", 1.0, `{"l":[1]}`, ""},
		{"array with a longer length", `{"l":[1]}`, "l.length", "3", `{"l":[1,null,null]}`, ""},
		{"length below zero", `{"l":[1]}`, "l.length", -1.0, "", "Invalid array length"},
		{"length with a fraction", `{"l":[1]}`, "l.length", 1.5, "", "Invalid array length"},
		{"length that is no number", `{"l":[1]}`, "l.length", "x", "", "Invalid array length"},
		{"path through a length", `{"l":[1]}`, "l.length.x", 1.0, "", "Invalid array length"},
		{"array far beyond its end", `{"l":[1]}`, "l[99999999]", 1.0, "", "an array of 1 elements can't be extended to 100000000 (by at most 100000 at a time)"},
		{"index that is none", `{"l":[1]}`, "l[4294967295]", 1.0, `{"l":[1]}`, ""},
		{"key of an array", `{"l":[1]}`, "l.x.y", 1.0, `{"l":[1]}`, ""},
		{"path too deep", `{}`, strings.Repeat("a.", 10_000) + "a", 1.0, "", "a path of 10001 keys is too deep (10000 are the most)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := parse(t, c.in).Freeze()
			o := fields.Copy(in)
			err := fields.Set(o, c.path, c.value)
			require.Equal(t, c.in, text(in))
			if c.err != "" {
				require.EqualError(t, err, c.err)
				require.Equal(t, c.in, text(o), "a failed Set changes nothing")
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, text(o))
		})
	}
}

func TestSetTouchesNoSharedValue(t *testing.T) {
	t.Parallel()
	shared := parse(t, `{"k":[{"x":1}]}`)
	o := &node.Object{}
	require.NoError(t, fields.Set(o, "a", shared))
	require.NoError(t, fields.Set(o, "a.k[0].x", 2.0))
	require.NoError(t, fields.Set(o, "a.k[1]", 3.0))
	fields.Unset(o, "a.k[0].x")
	require.Equal(t, `{"a":{"k":[{},3]}}`, text(o))
	require.Equal(t, `{"k":[{"x":1}]}`, text(shared))
}

// literals are texts that n8n reads as JavaScript and then leaves out, or changes, what it can't tell the value of. Here
// they are errors.
var literals = map[string]bool{
	"{a:[`t`]}": true, "{a:[f()]}": true, "{a:this}": true, "{a:``}": true, "{a:`x${1}`}": true, "{a:/x/g}": true,
	"{a:+'5'}": true, "{a:-'5'}": true, "{a:-true}": true, "{a:-null}": true, "{a:~1}": true, "{a:-[1]}": true, "{a:-{}}": true,
	"{a:undefined,b:NaN,c:Infinity,d:-Infinity}": true, `{\u0061:1}`: true, `{a\u0062:1}`: true, "<!-- x\n{a:1}": true,
}

// lenient are texts that n8n refuses and that are read here.
var lenient = map[string]bool{
	"{a:1}//c": true, "{__proto__:1,__proto__:2}": true, "{a:'\u2028'}": true, "\ufeff[1]": true,
}

// testdata/n8n.json is what Edit Fields 3.4 of n8n 2.41.1 made of values.
func TestConvertAsN8nDoes(t *testing.T) {
	t.Parallel()
	for _, row := range rows(t, "n8n.json") {
		v, typ := get(row, "value"), get(row, "type").(string)
		at := fmt.Sprintf("%s from %s", typ, text(v))
		got, err := fields.Convert("v", typ, v)
		s, _ := v.(string)
		message, failed := row.Get("error")
		switch {
		case literals[s]:
			require.False(t, failed, at)
			require.Error(t, err, at)
		case lenient[s]:
			require.True(t, failed, at)
			require.NoError(t, err, at)
		case failed:
			var mismatch *fields.TypeError
			require.ErrorAs(t, err, &mismatch, at)
			require.EqualError(t, err, message.(string), at)
		default:
			require.NoError(t, err, at)
			require.Equal(t, text(get(row, "result")), text(got), at)
		}
	}
}

func TestConvert(t *testing.T) {
	t.Parallel()
	list := []any{1.0}
	for _, c := range []struct {
		typ   string
		value any
		want  any
		err   string
	}{
		{"string", 5.0, 5.0, ""},
		{"NUMBER", "5", 5.0, ""},
		{"number", math.NaN(), nil, "'f' expects a number but we got 'NaN'"},
		{"number", "Infinity", math.Inf(1), ""},
		{"number", "0x20000000000001", 9007199254740992.0, ""},
		{"number", "0x-1", nil, "'f' expects a number but we got '0x-1'"},
		{"number", "0x1_0", nil, "'f' expects a number but we got '0x1_0'"},
		{"number", "inf", nil, "'f' expects a number but we got 'inf'"},
		{"boolean", "fal\u017fe", nil, "'f' expects a boolean but we got 'fal\u017fe'"},
		{"array", list, list, ""},
		{"array", true, nil, "'f' expects a array but we got 'true'"},
		{"object", node.NewObject(), node.NewObject(), ""},
		{"object", list, nil, "'f' expects a object but we got array"},
		{"array", node.NewObject(), nil, "'f' expects a array but we got object"},
		{"number", nil, nil, ""},
		{"object", node.Undefined, node.Undefined, ""},
		{"any", "x", "x", ""},
		{"", 5.0, 5.0, ""},
		{"form-fields", "[]", nil, "'f' has the type form-fields, which is not supported yet"},
		{"url", "example.com/x y", "https://example.com/x y", ""},
		{"url", " HTTP://a:80?b", " HTTP://a:80?b", ""},
		{"url", "file:///etc/hosts", "file:///etc/hosts", ""},
		{"url", "http://a b", nil, "'f' expects a url but we got 'http://a b'"},
		{"url", "http://a:99999", nil, "'f' expects a url but we got 'http://a:99999'"},
		{"url", "https://", nil, "'f' expects a url but we got 'https://'"},
		{"url", "mailto://x", nil, "'f' expects a url but we got 'mailto://x'"},
		{"url", 5.0, nil, "'f' expects a url but we got '5'"},
		{"jwt", "a.b.c-_", "a.b.c-_", ""},
		{"jwt", "a.b", nil, "Value is not a valid JWT token"},
		{"binary", nil, nil, ""},
	} {
		got, err := fields.Convert("f", c.typ, c.value)
		if c.err != "" {
			require.EqualError(t, err, c.err, "%s from %v", c.typ, c.value)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, c.want, got, "%s from %v", c.typ, c.value)
	}
}

func TestTruthy(t *testing.T) {
	t.Parallel()
	for _, v := range []any{nil, node.Undefined, false, 0.0, math.Copysign(0, -1), math.NaN(), ""} {
		require.False(t, fields.Truthy(v), "%v", v)
	}
	for _, v := range []any{true, 1.0, -1.0, "0", "false", []any{}, node.NewObject()} {
		require.True(t, fields.Truthy(v), "%v", v)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	nested := []any{1.0, nil, node.Undefined, []any{"a", true}, node.NewObject("k", 1)}
	for want, v := range map[string]any{
		"null": nil, "undefined": node.Undefined, "true": true, "1e+21": 1e21, "x": "x", "1,,,a,true,[object Object]": nested, "": []any{},
	} {
		require.Equal(t, want, fields.Text(v))
	}
}

// testdata/jsonrepair.json is what the jsonrepair library makes of broken JSON (testdata/vectors.mjs writes it).
func TestParseLenientAsN8nRepairs(t *testing.T) {
	t.Parallel()
	for _, row := range rows(t, "jsonrepair.json") {
		in := get(row, "in").(string)
		v, err := fields.ParseLenient(in)
		if want, ok := row.Get("out"); ok {
			require.NoError(t, err, "%q", in)
			require.Equal(t, want, text(v), "%q", in)
		} else {
			require.Error(t, err, "%q", in)
		}
	}
}

func TestParseLenientIsBounded(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		strings.Repeat("[", 1_000_000), strings.Repeat(`{"a":`, 1_000_000), strings.Repeat("f(", 1_000_000),
	} {
		_, err := fields.ParseLenient(s)
		require.Error(t, err)
	}
	// What would be read again and again if it were read naively; each of these takes milliseconds.
	for _, s := range []string{
		`"a"` + strings.Repeat(`+"a"`, 200_000), strings.Repeat(`"a `, 200_000), strings.Repeat(`['"`, 200_000),
		`{"a":"` + strings.Repeat(`x,"`, 200_000), strings.Repeat("/*", 200_000), strings.Repeat(`“‘"'`, 200_000),
		`"` + strings.Repeat(`"/*`, 200_000) + "*/x",
	} {
		_, _ = fields.ParseLenient(s)
	}
}

func FuzzSet(f *testing.F) {
	for _, row := range rows(f, "lodash.json") {
		f.Add(text(get(row, "object")), get(row, "path").(string))
	}
	f.Fuzz(func(t *testing.T, object, path string) {
		o, err := node.ParseObject([]byte(object))
		if err != nil {
			return
		}
		o.Freeze()
		before := text(o)
		changed := fields.Copy(o)
		if fields.Set(changed, path, "V") == nil {
			fields.Get(changed, path)
		}
		fields.Unset(changed, path)
		require.Equal(t, before, text(o))
	})
}

func FuzzParseLenient(f *testing.F) {
	for _, row := range rows(f, "jsonrepair.json") {
		f.Add(get(row, "in").(string))
	}
	f.Fuzz(func(t *testing.T, in string) {
		v, err := fields.ParseLenient(in)
		if err != nil {
			return
		}
		again, err := node.ParseJSON([]byte(text(v)))
		require.NoError(t, err)
		require.Equal(t, text(v), text(again))
		if strict, err := node.ParseJSON([]byte(in)); err == nil {
			require.Equal(t, text(strict), text(v), "JSON is read as it is")
		}
	})
}

func FuzzConvert(f *testing.F) {
	for _, row := range rows(f, "n8n.json") {
		f.Add(get(row, "type").(string), text(get(row, "value")))
	}
	f.Fuzz(func(t *testing.T, typ, value string) {
		v, err := node.ParseJSON([]byte(value))
		if err != nil {
			return
		}
		converted, err := fields.Convert("f", typ, v)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		_, err = node.ParseJSON([]byte(text(converted)))
		require.NoError(t, err)
	})
}

func TestLeaves(t *testing.T) {
	t.Parallel()
	v, err := node.ParseJSON([]byte(`{"a":{"b":[1,{"c":null}],"d":{}},"e":[],"f.g":true,"":2}`))
	require.NoError(t, err)
	require.Equal(t, `{"a.b.0":1,"a.b.1.c":null,"f.g":true,"":2}`, string(node.AppendJSON(nil, fields.Leaves(v.(*node.Object)))))
}
