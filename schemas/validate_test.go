package schemas

import (
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"
)

// decode reads a document as encoding/json does.
func decode(t *testing.T, text string) any {
	t.Helper()
	var doc any
	require.NoError(t, json.Unmarshal([]byte(text), &doc))
	return doc
}

func lines(ds Diagnostics) []string {
	var out []string
	for _, d := range ds {
		out = append(out, d.String())
	}
	return out
}

func TestValidateCredentials(t *testing.T) {
	t.Parallel()
	const good = `{"id": "1", "name": "Directus", "type": "directusApi", "data": {"url": "http://x", "accessToken": "s3cret"}, "createdAt": "?"}`
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"a list":        {`[` + good + `, {"type": "a", "data": {}}]`, nil},
		"one":           {good, nil},
		"an empty list": {`[]`, nil},
		"encrypted":     {`[{"type": "a", "data": "U2FsdGVk"}]`, nil},
		"id a number":   {`[{"id": 5, "type": "a", "data": {}}]`, nil},
		"text": {
			`"s3cret"`,
			[]string{
				"the credentials file is a string, not an array or an object " +
					"(credentials as `n8n export:credentials --all --decrypted` writes them: a list of credentials, or one alone)",
			},
		},
		"a list of text": {
			`["s3cret"]`,
			[]string{
				"/0: [0] in the credentials file is a string, not an object " +
					"(an object with id, name, type and data, as `n8n export:credentials --decrypted` writes it)",
			},
		},
		"nothing in it": {
			`{}`,
			[]string{
				"type is missing (the name of the credential's type, such as \"directusApi\")",
				"data is missing (the credential's fields by name; a string when the file was exported without --decrypted)",
			},
		},
		"wrong all over": {`[` + good + `, {"id": {}, "name": 7, "type": "", "data": ["s3cret"]}]`, []string{
			"/1/data: data is an array, not an object or a string (the credential's fields by name; a string when the file was exported without --decrypted)",
			"/1/id: id is an object, not a string or a number (the credential's id in n8n, a string)",
			"/1/name: name is a number, not a string (the credential's name, a string)",
			"/1/type: type is empty (the name of the credential's type, such as \"directusApi\")",
		}},
		"data null": {
			`{"type": "a", "data": null}`,
			[]string{
				"/data: data is null, not an object or a string (the credential's fields by name; a string when the file was exported without --decrypted)",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ds := Validate(CredentialsFile, decode(t, c.text))
			require.Equal(t, c.want, lines(ds))
			require.NotContains(t, ds.Error(), "s3cret")
		})
	}
}

// orderedObject is an Ordered.
type orderedObject []any

func (o orderedObject) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for i := 0; i < len(o); i += 2 {
			if !yield(o[i].(string), o[i+1]) {
				return
			}
		}
	}
}

func TestValidateTakesWhatDecodersMake(t *testing.T) {
	t.Parallel()
	ordered := orderedObject{"connections", orderedObject{"B", 1, "A", 2}, "nodes", []any{}}
	require.Equal(t, []string{
		"/connections/B: B is a number, not an object (by connection type (\"main\"): the list of the node's outputs)",
		"/connections/A: A is a number, not an object (by connection type (\"main\"): the list of the node's outputs)",
	}, lines(Validate(WorkflowFile, ordered)), "in the document's order")

	node := func(version any) any {
		return map[string]any{"connections": map[string]any{}, "nodes": []any{map[string]any{"name": "A", "type": "x", "typeVersion": version}}}
	}
	for _, good := range []any{1, 1.5, json.Number("2.10"), json.Number("1e3"), nil} {
		require.Empty(t, Validate(WorkflowFile, node(good)), "%v", good)
	}
	for _, bad := range []any{math.Inf(1), json.Number("1e999999999"), 1e300} {
		require.Equal(t, []string{
			"/nodes/0/typeVersion: typeVersion is more than 1000000 (the version of the node's type as a number without quotes, such as 3.4)",
		}, lines(Validate(WorkflowFile, node(bad))), "%v", bad)
	}
	require.Len(t, Validate(WorkflowFile, node(math.Inf(-1))), 1)
	require.Equal(t, "the workflow holds a Go chan int, which is no JSON value", Validate(WorkflowFile, node(make(chan int))).Error())
	require.Equal(t, "the workflow holds a Go json.Number without a number, which is no JSON value",
		Validate(WorkflowFile, node(json.Number("s3cret"))).Error())
}

func TestUnknownSchema(t *testing.T) {
	t.Parallel()
	require.Equal(t, `there is no JSON Schema "x": the names are credentials, node-definition, workflow`, Validate("x", nil).Error())
	_, err := Text("../workflow")
	require.Error(t, err)
	for _, name := range Names() {
		text, err := Text(name)
		require.NoError(t, err)
		require.True(t, json.Valid(text))
	}
}

// keywords are those of draft-07, each with what its value holds: a schema, a list of schemas, schemas by name, or data.
var keywords = map[string]string{
	"$schema": "data", "$id": "data", "$ref": "data", "$comment": "data", "title": "data", "description": "data", "default": "data",
	"readOnly": "data", "examples": "data", "multipleOf": "data", "maximum": "data", "exclusiveMaximum": "data", "minimum": "data",
	"exclusiveMinimum": "data", "maxLength": "data", "minLength": "data", "pattern": "data", "additionalItems": "schema",
	"items": "schema or list", "maxItems": "data", "minItems": "data", "uniqueItems": "data", "contains": "schema",
	"maxProperties": "data", "minProperties": "data", "required": "data", "additionalProperties": "schema", "definitions": "schemas",
	"properties": "schemas", "patternProperties": "schemas", "dependencies": "schemas", "propertyNames": "schema", "const": "data",
	"enum": "data", "type": "data", "format": "data", "contentMediaType": "data", "contentEncoding": "data", "if": "schema",
	"then": "schema", "else": "schema", "allOf": "list", "anyOf": "list", "oneOf": "list", "not": "schema",
}

// outsideDraft07 returns what in a schema is no keyword of draft-07, and what stands beside a $ref and so has no effect.
func outsideDraft07(at string, rule any) []string {
	object, ok := rule.(map[string]any)
	if !ok {
		if _, isBool := rule.(bool); isBool {
			return nil
		}
		return []string{at + " is no schema"}
	}
	var out []string
	if _, isRef := object["$ref"]; isRef && len(object) > 1 {
		out = append(out, at+" has keywords beside $ref")
	}
	for key, v := range object {
		kind, known := keywords[key]
		list, isList := v.([]any)
		group, isGroup := v.(map[string]any)
		switch {
		case !known:
			out = append(out, at+"/"+key+" is not in draft-07")
		case kind == "schemas" && isGroup:
			for name, inner := range group {
				out = append(out, outsideDraft07(at+"/"+key+"/"+name, inner)...)
			}
		case strings.Contains(kind, "list") && isList:
			for i, inner := range list {
				out = append(out, outsideDraft07(fmt.Sprint(at, "/", key, "/", i), inner)...)
			}
		case kind != "data":
			out = append(out, outsideDraft07(at+"/"+key, v)...)
		}
	}
	return out
}

func TestSchemasAreDraft07(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		text, err := Text(name)
		require.NoError(t, err)
		require.Empty(t, outsideDraft07("", decode(t, string(text))), name)
		loader := gojsonschema.NewSchemaLoader()
		loader.Draft, loader.AutoDetect, loader.Validate = gojsonschema.Draft7, false, true
		_, err = loader.Compile(gojsonschema.NewBytesLoader(text))
		require.NoError(t, err, "%s against the schema of schemas", name)
	}
	require.ElementsMatch(t, []string{
		"/properties/a/unevaluatedProperties is not in draft-07", "/properties/b has keywords beside $ref", "/$defs is not in draft-07",
		"/allOf/0/dependentRequired is not in draft-07", "/not/prefixItems is not in draft-07", "/items is no schema",
	}, outsideDraft07("", decode(t, `{"properties": {"a": {"unevaluatedProperties": false},
		"b": {"$ref": "#/definitions/x", "type": "string"}, "c": true},
		"$defs": {}, "allOf": [{"dependentRequired": {}}], "not": {"prefixItems": []}, "items": 5}`)))
}

// Every kind of error has a text of our own, with the place's pointer, name and description.
func TestExplain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		schema, doc string
		want        []string
	}{
		"no error":         {`{"type": "object"}`, `{}`, nil},
		"the root":         {`{"title": "thing", "type": "object"}`, `[]`, []string{"the thing is an array, not an object"}},
		"the root unnamed": {`{"type": "integer", "description": "d"}`, `null`, []string{"the document is null, not a whole number (d)"}},
		"several types":    {`{"type": ["string", "null", "boolean"]}`, `1`, []string{"the document is a number, not a string or a boolean"}},
		"strange keys": {
			`{"additionalProperties": {"type": "string"}}`,
			`{"a b/c~d": {}}`,
			[]string{`/a b~1c~0d: "a b/c~d" is an object, not a string`},
		},
		"dotted keys": {
			`{"additionalProperties": {"type": "string"}}`,
			`{"a.b": 1, "(root)": 2}`,
			[]string{`/(root): "(root)" is a number, not a string`, `/a.b: a.b is a number, not a string`},
		},
		"inside of arrays": {
			`{"properties": {"l": {"items": {"items": {"type": "string", "description": "d"}}}}}`,
			`{"l": [[], ["", 1]]}`,
			[]string{"/l/1/1: l[1][1] is a number, not a string (d)"},
		},
		"a tuple": {
			`{"items": [{"type": "string"}, {"type": "number", "description": "d"}], "additionalItems": {"type": "null"}}`,
			`["a", "b", 1]`,
			[]string{"/1: [1] in the document is a string, not a number (d)", "/2: [2] in the document is a number, not null"},
		},
		"a short tuple": {`{"items": [{"type": "string"}]}`, `[1]`, []string{"/0: [0] in the document is a number, not a string"}},
		"too many":      {`{"items": [true], "additionalItems": false}`, `[1, 2]`, []string{"the document has too many elements"}},
		"missing": {
			`{"required": ["a", "b c"], "properties": {"a": {"description": "d"}}}`,
			`{}`,
			[]string{"a is missing (d)", `"b c" is missing`},
		},
		"not allowed": {
			`{"additionalProperties": false, "properties": {"a": true}}`,
			`{"a": 1, "b": 2}`,
			[]string{"/b: b is not known here"},
		},
		"dependency": {`{"dependencies": {"a": ["b"]}}`, `{"a": 1}`, []string{`the document needs "b" beside it`}},
		"lengths":    {`{"minItems": 2, "maxItems": 3}`, `[1]`, []string{"the document has fewer than 2 elements"}},
		"longer":     {`{"maxItems": 1}`, `[1, 2]`, []string{"the document has more than 1 elements"}},
		"few keys":   {`{"minProperties": 1}`, `{}`, []string{"the document has fewer than 1 keys"}},
		"many keys":  {`{"maxProperties": 0}`, `{"a": 1}`, []string{"the document has more than 0 keys"}},
		"unique":     {`{"uniqueItems": true}`, `[{"a": [1]}, {"a": [1]}]`, []string{"the document has the same element twice"}},
		"contains": {
			`{"contains": {"const": 1}}`,
			`[2]`,
			[]string{"/0: [0] in the document is not 1", "the document does not have the form that is expected here"},
		},
		"empty":             {`{"minLength": 1}`, `""`, []string{"the document is empty"}},
		"short":             {`{"minLength": 3}`, `"ab"`, []string{"the document has fewer than 3 characters"}},
		"long":              {`{"maxLength": 1}`, `"ab"`, []string{"the document has more than 1 characters"}},
		"pattern":           {`{"pattern": "^a"}`, `"s3cret"`, []string{"the document does not have the form that is expected here"}},
		"less":              {`{"minimum": 0.5}`, `0`, []string{"the document is less than 0.5"}},
		"not more":          {`{"exclusiveMinimum": 0}`, `0`, []string{"the document is not more than 0"}},
		"more":              {`{"maximum": 1000000000}`, `1e300`, []string{"the document is more than 1000000000"}},
		"not less":          {`{"exclusiveMaximum": 2}`, `2`, []string{"the document is not less than 2"}},
		"multiple":          {`{"multipleOf": 2}`, `3`, []string{"the document does not have the form that is expected here"}},
		"enum":              {`{"enum": ["a", 1, {"b": []}]}`, `"s3cret"`, []string{`the document is not one of "a", 1, {"b":[]}`}},
		"enum of an object": {`{"enum": [{"b": [{"c": 1}]}]}`, `{"b": [{"c": 1}]}`, nil},
		"const":             {`{"const": {"a": 1}}`, `{"a": 2}`, []string{`the document is not {"a":1}`}},
		"property names":    {`{"propertyNames": {"maxLength": 1}}`, `{"ab": 1}`, []string{"the document has more than 1 characters"}},
		"false":             {`{"properties": {"a": false}}`, `{"a": 1}`, []string{"/a: a does not have the form that is expected here"}},
		"not":               {`{"not": {"type": "string"}}`, `"a"`, []string{"the document does not have the form that is expected here"}},
		"one of two": {
			`{"oneOf": [true, {"type": "string"}]}`,
			`"a"`,
			[]string{"the document does not have the form that is expected here"},
		},
		"what fails inside": {
			`{"allOf": [{"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"], "properties": {"b": {"description": "d"}}}}]}`,
			`{"a": 1}`,
			[]string{"b is missing (d)"},
		},
		"else": {
			`{"if": {"type": "string"}, "else": {"$ref": "#/definitions/n"}, "definitions": {"n": {"type": "number", "description": "d"}}}`,
			`[]`,
			[]string{"the document is an array, not a number (d)"},
		},
		"a pattern of keys": {
			`{"patternProperties": {"^a": {"type": "string"}}}`,
			`{"ab": 1}`,
			[]string{"/ab: ab is a number, not a string"},
		},
		"the same twice": {`{"allOf": [{"required": ["a"]}, {"required": ["a"]}]}`, `{}`, []string{"a is missing"}},
		"recursion": {
			`{"$ref": "#/definitions/n", "definitions": {
				"n": {"properties": {"n": {"$ref": "#/definitions/n"}, "v": {"type": "string", "description": "d"}}}}}`,
			`{"n": {"n": {"v": 1}}}`,
			[]string{"/n/n/v: v is a number, not a string (d)"},
		},
		"recursion apart": {
			`{"$ref": "#/definitions/n", "definitions": {"n": {"type": "array", "items": {"$ref": "#/definitions/n"}}}}`,
			`[[], [[[1]]]]`,
			[]string{"/1/0/0/0: [1][0][0][0] in the document is a number, not an array"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := compile([]byte(c.schema))
			require.NoError(t, err)
			ds := s.validate(decode(t, c.doc))
			got := lines(ds)
			slices.Sort(got)
			slices.Sort(c.want)
			require.Equal(t, c.want, got)
			for _, d := range ds {
				require.Equal(t, SeverityError, d.Severity)
			}
		})
	}
	for _, bad := range []string{`{`, `{"type": "nonsense"}`, `{"$ref": "#/definitions/none"}`} {
		_, err := compile([]byte(bad))
		require.Error(t, err, bad)
	}
}

// Checking a document element by element finds exactly what checking it in one piece does.
func TestApartIsAsGoodAsWhole(t *testing.T) {
	t.Parallel()
	text, err := Text(WorkflowFile)
	require.NoError(t, err)
	apart, err := compile(text)
	require.NoError(t, err)
	require.Greater(t, len(apart.parts), 5)
	whole, err := compile([]byte(strings.Replace(string(text), `"required"`, `"allOf": [true], "required"`, 1)))
	require.NoError(t, err)
	require.Len(t, whole.parts, 1)

	random := rand.New(rand.NewPCG(1, 2)) // the same documents each time
	values := []any{nil, true, "", "x", "3", 1.0, -1.0, 0.5, 1e9, math.Inf(1), []any{}, []any{1.0, "a"}, map[string]any{}, []any{[]any{}}}
	var broken func(v any) any
	broken = func(v any) any {
		if random.IntN(12) == 0 {
			return values[random.IntN(len(values))]
		}
		switch v := v.(type) {
		case []any:
			out := []any{}
			for _, e := range v {
				out = append(out, broken(e))
			}
			return out
		case map[string]any:
			out := map[string]any{}
			for k, e := range v {
				if random.IntN(15) > 0 {
					out[k] = broken(e)
				}
			}
			return out
		}
		return v
	}
	good := decode(t, `{"id": "1", "name": "W", "active": true, "nodes": [
		{"id": "a", "name": "A", "type": "x", "typeVersion": 1, "position": [0, 1], "parameters": {"p": [{}]},
		 "credentials": {"c": {"id": "1", "name": "C"}},
		 "disabled": false, "onError": "x", "maxTries": "3", "waitBetweenTries": 4},
		{"name": "B", "type": "x"}],
		"connections": {"A": {"main": [[{"node": "B", "type": "main", "index": 0}], null], "ai": [[]]}, "B": null},
		"settings": {"executionTimeout": "1"}, "pinData": {"A": [{}], "B": null}}`)
	require.Empty(t, apart.validate(good))
	found := 0
	for range 2_000 {
		doc := broken(good)
		a, b := lines(apart.validate(doc)), lines(whole.validate(doc))
		slices.Sort(a)
		slices.Sort(b)
		require.Equal(t, b, a)
		found += len(a)
	}
	require.Greater(t, found, 2_000)
}

func TestValidateStops(t *testing.T) {
	t.Parallel()
	ds := Validate(CredentialsFile, make([]any, 1_000_000))
	require.Len(t, ds, maxDiagnostics+1)
	require.Equal(t, "/1000", ds[1_000].Pointer)

	outputs := []any{make([]any, 100)}
	long := strings.Repeat("long", 100_000)
	ds = Validate(WorkflowFile, map[string]any{"nodes": []any{}, "connections": map[string]any{long: map[string]any{"main": outputs}}})
	require.Len(t, ds, 3, "each pointer has 400 KB")
}
