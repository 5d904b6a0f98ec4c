package node_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

type issueCase struct {
	Properties []schemas.Property
	Parameters *node.Object
	Version    float64
	Want       []string
}

func issueCases(t *testing.T) []issueCase {
	t.Helper()
	text, err := os.ReadFile("testdata/issues.json")
	require.NoError(t, err)
	var cases []issueCase
	require.NoError(t, json.Unmarshal(text, &cases))
	require.Len(t, cases, 200)
	return cases
}

// What n8n 2.41.1 refused to start with, for 200 lists of properties and parameters made up at random. What nate finds
// besides is no message of n8n's.
func TestCheckParametersIsN8ns(t *testing.T) {
	t.Parallel()
	for i, c := range issueCases(t) {
		def := node.Definition{Name: "x", Properties: c.Properties}
		got := []string{}
		for _, d := range def.CheckParameters(c.Parameters.Freeze(), c.Version) {
			if ours := strings.Contains(d.Message, " has no choice "); d.Severity == schemas.SeverityError && !ours {
				got = append(got, d.Message)
			}
		}
		properties, err := json.Marshal(c.Properties)
		require.NoError(t, err)
		require.Equal(t, c.Want, got, "case %d: %s\nfor %s @%v", i, properties, node.AppendJSON(nil, c.Parameters), c.Version)
	}
}

// What the JSON Schema of the properties refuses, CheckParameters reports too; and most of the other way round.
func TestSchemaAgreesWithCheckParameters(t *testing.T) {
	t.Parallel()
	refused, missed := 0, 0
	for i, c := range issueCases(t) {
		text, err := schemas.ForProperties("x", c.Properties, c.Version)
		require.NoError(t, err)
		schema, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(text))
		require.NoError(t, err)
		def := node.Definition{Name: "x", Properties: c.Properties}
		parameters := node.AppendJSON(nil, c.Parameters)
		result, err := schema.Validate(gojsonschema.NewBytesLoader(parameters))
		require.NoError(t, err)
		found := def.CheckParameters(c.Parameters, c.Version)
		if !result.Valid() {
			refused++
			properties, err := json.Marshal(c.Properties)
			require.NoError(t, err)
			require.NotEmpty(t, found, "case %d: %s\nfor %s @%v: %v", i, properties, parameters, c.Version, result.Errors())
		} else if slices.ContainsFunc(found, func(d schemas.Diagnostic) bool {
			return d.Severity == schemas.SeverityError && strings.HasPrefix(d.Message, "Parameter ")
		}) {
			missed++
		}
	}
	require.Greater(t, refused, 50)
	require.Less(t, missed, refused/2, "rules that can't be expressed")
}

// checked has a property of every kind that is checked.
func checked() node.Definition {
	return node.Definition{Name: "x", Properties: []schemas.Property{
		{DisplayName: "Resource", Name: "resource", Type: schemas.Options, Default: "auth", NoDataExpression: true, Options: []schemas.Option{
			{Name: "Auth", Value: "auth"}, {Name: "Item", Value: "item"}, {Name: "Seven", Value: 7},
		}},
		{
			DisplayName: "Refresh Token", Name: "refreshToken", Type: schemas.String, Default: "", Required: true,
			TypeOptions: map[string]any{"password": true}, DisplayOptions: schemas.Show("resource", "auth"),
		},
		{
			DisplayName: "Token Age", Name: "tokenAge", Type: schemas.String, Default: "", ValidateType: "number",
			TypeOptions: map[string]any{"password": true},
		},
		{
			DisplayName: "Fields", Name: "fields", Type: schemas.MultiOptions, Default: []any{},
			Options: []schemas.Option{{Name: "A", Value: "a"}, {Name: "B", Value: "b"}},
		},
		{
			DisplayName: "From Service", Name: "remote", Type: schemas.Options, Default: "",
			TypeOptions: map[string]any{"loadOptionsMethod": "get"}, Options: []schemas.Option{{Name: "Always There", Value: "always"}},
		},
		{
			DisplayName: "Open", Name: "open", Type: schemas.Options, Default: "", AllowArbitraryValues: true,
			Options: []schemas.Option{{Name: "A", Value: "a"}},
		},
		{DisplayName: "Limit", Name: "limit", Type: schemas.Number, Default: 50},
		{DisplayName: "All", Name: "all", Type: schemas.Boolean, Default: false},
		{DisplayName: "Tags", Name: "tags", Type: schemas.String, Default: []any{}, TypeOptions: map[string]any{"multipleValues": true}, Required: true},
		{
			DisplayName: "Base", Name: "base", Type: schemas.ResourceLocator, Default: map[string]any{"mode": "id", "value": "app"}, Required: true,
			Modes: []schemas.Mode{{Name: "id", Type: "string", Validation: []schemas.Validation{
				{Type: "regex", Regex: "app[a-z]*", ErrorMessage: "Not a valid base"},
				{Type: "regex", Regex: "(?!no).*", ErrorMessage: "Go can't read this"},
			}}},
		},
		{DisplayName: "Columns", Name: "columns", Type: schemas.ResourceMapper, Default: nil, TypeOptions: map[string]any{
			"resourceMapper": map[string]any{"mode": "add", "fieldWords": map[string]any{"singular": "column"}},
		}},
		{DisplayName: "Conditions", Name: "conditions", Type: schemas.Filter, Default: map[string]any{}},
		{DisplayName: "Assignments", Name: "assignments", Type: schemas.AssignmentCollection, Default: map[string]any{}},
		{DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{}, Fields: []schemas.Property{
			{DisplayName: "Timeout", Name: "timeout", Type: schemas.Number, Default: 10},
			{DisplayName: "Label", Name: "label", Type: schemas.String, Default: "", Required: true},
		}},
		{
			DisplayName: "Headers", Name: "headers", Type: schemas.FixedCollection, Default: map[string]any{},
			TypeOptions: map[string]any{"multipleValues": true, "maxAllowedFields": 2},
			Groups: []schemas.Group{{DisplayName: "Header", Name: "values", Values: []schemas.Property{
				{DisplayName: "Name", Name: "name", Type: schemas.String, Default: "", Required: true},
				{DisplayName: "Kind", Name: "kind", Type: schemas.Options, Default: "text", Options: []schemas.Option{
					{Name: "Text", Value: "text"}, {Name: "Secret", Value: "secret"},
				}},
				{
					DisplayName: "Inner", Name: "inner", Type: schemas.FixedCollection, Default: map[string]any{},
					Groups: []schemas.Group{{Name: "one", Values: []schemas.Property{
						{DisplayName: "Deep", Name: "deep", Type: schemas.String, Default: "", Required: true},
					}}},
				},
			}}},
		},
	}}
}

func TestCheckParameters(t *testing.T) {
	t.Parallel()
	columns := `"mappingMode": "defineBelow", "schema": [
		{"id": "id", "required": true, "type": "string"}, {"id": "age", "type": "number"},
		{"id": "kind", "type": "options", "options": [{"name": "K", "value": "k"}]}]`
	for name, c := range map[string]struct {
		parameters string
		want       []string // severity pointer: message (hint)
	}{
		"nothing wrong": {parameters: `{"refreshToken": "t", "tags": ["a"], "fields": ["a", "b"], "limit": "5", "all": "true", "remote": "any", "open": "any"}`},
		"expressions everywhere": {parameters: `{"refreshToken": "={{ $json.t }}", "tokenAge": "={{ 1 }}", "fields": "={{ [] }}", "limit": "={{ 1 }}",
			"all": "={{ 1 }}", "base": {"__rl": true, "mode": "id", "value": "={{ 1 }}"}, "options": "={{ {} }}", "headers": "={{ {} }}"}`},
		"a hidden parameter is not checked": {parameters: `{"resource": "item", "refreshToken": 5}`},
		"required, absent": {
			parameters: `{}`,
			want:       []string{`error /refreshToken: Parameter "Refresh Token" is required. (give "refreshToken" a value or an expression)`},
		},
		"required, empty": {
			parameters: `{"refreshToken": "", "tags": ["x", ""]}`,
			want: []string{
				`error /refreshToken: Parameter "Refresh Token" is required. (give "refreshToken" a value or an expression)`,
				`error /tags/1: Parameter "Tags" is required. (give "tags" a value or an expression)`,
			},
		},
		"empty resource locator": {
			parameters: `{"refreshToken": "t", "base": {"__rl": true, "mode": "id", "value": ""}}`,
			want: []string{
				`error /base: Parameter "Base" is required. (give "base" a value or an expression)`,
				`error /base/value: Not a valid base`,
			},
		},
		"rule of a resource locator": {
			parameters: `{"refreshToken": "t", "base": {"__rl": true, "mode": "id", "value": "no"}}`,
			want:       []string{`error /base/value: Not a valid base`},
		},
		"not among the options": {
			parameters: `{"resource": "autj", "fields": ["a", "c"]}`,
			want: []string{
				`error /resource: Parameter "Resource" has no choice "autj". (did you mean "auth"? valid values: "auth", "item", 7)`,
				`error /fields/1: Parameter "Fields" has no choice "c". (valid values: "a", "b")`,
			},
		},
		"an expression where there can be none": {
			parameters: `{"resource": "={{ $json.r }}"}`,
			want:       []string{`error /resource: Parameter "Resource" has no choice "{{ $json.r }}". (valid values: "auth", "item", 7)`},
		},
		"a number among the options": {parameters: `{"resource": 7}`},
		"unknown parameters": {
			parameters: `{"refreshtoken": "t", "refreshToken": "t", "somethingElse": 1, "a/b": 1, "options": {"timeot": 1}, "": "", "notice": ""}`,
			want: []string{
				`warning /refreshtoken: Parameter "refreshtoken" is not known. (did you mean "refreshToken"?)`,
				`warning /somethingElse: Parameter "somethingElse" is not known. (it is ignored; remove it)`,
				`warning /a~1b: Parameter "a/b" is not known. (it is ignored; remove it)`,
				`warning /options/timeot: Parameter "timeot" is not known. (did you mean "timeout"?)`,
			},
		},
		"wrong types": {
			parameters: `{"refreshToken": {"a": 1}, "limit": "many", "all": "perhaps", "fields": "a", "options": [], "conditions": "x", "headers": 5}`,
			want: []string{
				`warning /refreshToken: Parameter "Refresh Token" is an object, not text. (write the value itself)`,
				`warning /limit: Parameter "Limit" is a string, not a number. (if it is an expression, it must begin with "=")`,
				`warning /all: Parameter "All" is a string, not true or false. (if it is an expression, it must begin with "=")`,
				`warning /fields: Parameter "Fields" is a string, not a list of choices. (if it is an expression, it must begin with "=")`,
				`warning /options: Parameter "Options" is an array, not an object. (write an object: {...})`,
				`warning /conditions: Parameter "Conditions" is a string, not an object with "conditions". (if it is an expression, it must begin with "=")`,
				`warning /headers: Parameter "Headers" is a number, not an object. (what is in it stands under "values")`,
			},
		},
		"assignments": {
			parameters: `{"refreshToken": "t", "assignments": {"assignments": [{"name": "a", "type": "String", "value": "={{ 1 }}"}, {"name": "b", "type": "dateTime"}]}}`,
		},
		"assignments that can't be set": {
			parameters: `{"refreshToken": "t", "assignments": {"assignments": [{"name": "a", "type": "nubmer"}, null, {"name": "b"}, {"type": "={{ 1 }}"}]}}`,
			want: []string{
				`warning /assignments/assignments/0/type: The field "a" has the type "nubmer", which is not known. ` +
					`(did you mean "number"? valid types: string, number, boolean, array, object)`,
				`warning /assignments/assignments/1: A field of parameter "Assignments" is null, not an object. ` +
					`(a field is {"name": "...", "type": "string", "value": "..."})`,
				`warning /assignments/assignments/2: The field "b" has no type. (its type is one of string, number, boolean, array, object)`,
			},
		},
		"assignments that are no list": {
			parameters: `{"refreshToken": "t", "assignments": {"assignments": {"name": "a"}}}`,
			want:       []string{`warning /assignments/assignments: "assignments" of parameter "Assignments" is an object, not a list of objects. (there may be several: [{...}])`},
		},
		"a password is not shown": {
			parameters: `{"refreshToken": "t", "tokenAge": "s3cret"}`,
			want:       []string{`error /tokenAge: 'tokenAge' expects a number but we got '********' (give it such a value, or an expression)`},
		},
		"inside a fixedCollection": {
			parameters: `{"refreshToken": "t", "headers": {"values": [{"name": "a", "kind": "text"}, {"kind": "secrets", "nam": 1}], "value": []}}`,
			want: []string{
				`error /headers/values/1/name: Parameter "Name" is required. (give "name" a value or an expression)`,
				`error /headers/values/1/kind: Parameter "Kind" has no choice "secrets". (did you mean "secret"? valid values: "text", "secret")`,
				`warning /headers/values/1/nam: Parameter "nam" is not known. (did you mean "name"?)`,
				`warning /headers/value: Parameter "Headers" has no group "value". (did you mean "values"?)`,
			},
		},
		"deeper than n8n looks": {
			parameters: `{"refreshToken": "t", "headers": {"values": [{"name": "a", "inner": {"one": {"deep": ""}}}]}, "options": {"label": ""}}`,
			want: []string{
				`warning /headers/values/0/inner/one/deep: Parameter "Deep" is required. (give "deep" a value or an expression)`,
				`warning /options/label: Parameter "Label" is required. (give "label" a value or an expression)`,
			},
		},
		"groups of the wrong form": {
			parameters: `{"refreshToken": "t", "headers": {"values": {"name": "a"}}}`,
			want:       []string{`error /headers/values: Group "values" of parameter "Headers" is an object, not a list of objects. (there may be several: [{...}])`},
		},
		"too many fields": {
			parameters: `{"refreshToken": "t", "headers": {"values": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}}`,
			want:       []string{`error /headers: At most 2 fields are allowed.`},
		},
		"mapped columns": {
			parameters: `{"refreshToken": "t", "columns": {` + columns + `, "value": {"age": "old", "kind": "q"}}}`,
			want: []string{
				`error /columns/value/id: Column "id" is required (map a value to it)`,
				`error /columns/value/age: 'age' expects a number but we got 'old' (give it such a value, or an expression)`,
				`error /columns/value/kind: 'kind' expects one of the following values: [k] but we got 'q'`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, err := node.ParseObject([]byte(c.parameters))
			require.NoError(t, err)
			def := checked()
			var got []string
			for _, d := range def.CheckParameters(raw.Freeze(), 1) {
				require.Zero(t, d.Line)
				require.Empty(t, d.Node)
				got = append(got, string(d.Severity)+" "+d.String())
			}
			require.Equal(t, c.want, got)
		})
	}
}

// Two properties of one name that are both shown: a value is right if it suits one of them.
func TestCheckParametersOfSeveralProperties(t *testing.T) {
	t.Parallel()
	def := node.Definition{Name: "x", Properties: []schemas.Property{
		{DisplayName: "R", Name: "r", Type: schemas.String, Default: ""},
		{DisplayName: "Op", Name: "op", Type: schemas.Options, DisplayOptions: schemas.Show("r", "a"), Options: []schemas.Option{{Value: "x"}}},
		{DisplayName: "Op", Name: "op", Type: schemas.Options, DisplayOptions: schemas.Show("r", "b"), Options: []schemas.Option{{Value: "y"}}},
	}}
	for parameters, want := range map[string]int{
		`{"r": "a", "op": "x"}`: 0, `{"r": "a", "op": "y"}`: 1, `{"r": "={{ 1 }}", "op": "y"}`: 0, `{"r": "={{ 1 }}", "op": "z"}`: 1, `{"op": "z"}`: 0,
	} {
		raw, err := node.ParseObject([]byte(parameters))
		require.NoError(t, err)
		require.Len(t, def.CheckParameters(raw, 1), want, parameters)
	}
}

func FuzzCheckParameters(f *testing.F) {
	f.Add(`{"resource": "auth", "headers": {"values": [{"name": 1}, null, "x"]}, "columns": {"schema": [1], "mappingMode": 1, "value": []}}`)
	f.Add(`{"base": {"__rl": 1, "mode": {}, "value": [[]]}, "fields": [[], {}], "options": {"timeout": {}}, "tags": {"a": 1}}`)
	def := checked()
	f.Fuzz(func(t *testing.T, text string) {
		raw, err := node.ParseObject([]byte(text))
		if err != nil {
			return
		}
		raw.Freeze()
		for _, d := range def.CheckParameters(raw, 1) {
			require.NotEmpty(t, d.Message)
			require.True(t, strings.HasPrefix(d.Pointer, "/"), d.Pointer)
		}
	})
}

func BenchmarkCheckParameters(b *testing.B) {
	def := checked()
	raw, err := node.ParseObject([]byte(`{"refreshToken": "t", "limit": 5, "headers": {"values": [{"name": "a"}, {"name": "b"}]}, "options": {"timeout": 1}}`))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if def.CheckParameters(raw, 1) != nil {
			b.Fatal("nothing is wrong")
		}
	}
}
