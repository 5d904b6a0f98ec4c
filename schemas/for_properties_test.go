package schemas

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// bookshop has properties of every kind that ForProperties treats in a way of its own.
func bookshop() []Property {
	return []Property{
		{
			DisplayName: "Resource", Name: "resource", Type: Options, Default: "book", NoDataExpression: true,
			Options: []Option{{Name: "Book", Value: "book", Description: "A <book>"}, {Name: "Reader", Value: "reader"}},
		},
		{
			DisplayName: "Operation", Name: "operation", Type: Options, Default: "lend", DisplayOptions: Show("resource", "book"),
			Options: []Option{{Name: "Lend", Value: "lend"}, {Name: "Sell", Value: "sell"}},
		},
		{
			DisplayName: "Operation", Name: "operation", Type: Options, Default: "add", DisplayOptions: Show("resource", "reader"),
			Options: []Option{{Name: "Add", Value: "add"}, {Name: "Remove", Value: "remove"}},
		},
		{
			DisplayName: "Title", Name: "title", Type: String, Default: "", Required: true, Description: "Of the book", Hint: "All of it",
			DisplayOptions: Show("resource", "book").And("operation", "lend", "sell"),
		},
		{
			DisplayName: "Price", Name: "price", Type: Number, Default: 1,
			DisplayOptions: Show("operation", "sell").AndNot("@version", 1),
		},
		{DisplayName: "Old Price", Name: "oldPrice", Type: Number, Default: 1, DisplayOptions: Show("@version", 1)},
		{DisplayName: "Gift", Name: "gift", Type: Boolean, Default: false, DisplayOptions: Show("price", Cnd("gte", 10))},
		{
			DisplayName: "Shelf", Name: "shelf", Type: ResourceLocator, Default: map[string]any{"mode": "list", "value": ""}, Required: true,
			Modes: []Mode{
				{Name: "list", Type: "list"},
				{Name: "id", Type: "string", Validation: []Validation{{Type: "regex", Regex: "[a-z]+", ErrorMessage: "Not a valid shelf"}}},
				{Name: "odd", Type: "string", Validation: []Validation{{Type: "regex", Regex: "(?!no)", ErrorMessage: "Go can't read it"}}},
			},
		},
		{DisplayName: "Best Shelf", Name: "best", Type: Boolean, Default: false, DisplayOptions: Show("shelf", "a", "b")},
		{DisplayName: "Authors", Name: "authors", Type: String, Default: []any{}, TypeOptions: map[string]any{"multipleValues": true}, Required: true},
		{
			DisplayName: "Genres", Name: "genres", Type: MultiOptions, Default: []any{}, Required: true,
			Options: []Option{{Name: "Crime", Value: "crime"}, {Name: "Poems", Value: "poems"}},
		},
		{DisplayName: "Verse", Name: "verse", Type: Boolean, Default: true, DisplayOptions: Show("genres", "poems")},
		{DisplayName: "Publisher", Name: "publisher", Type: Options, Default: "", TypeOptions: map[string]any{"loadOptionsMethod": "getPublishers"}},
		{DisplayName: "Columns", Name: "columns", Type: ResourceMapper, Default: map[string]any{"mappingMode": "defineBelow", "value": nil}},
		{DisplayName: "Conditions", Name: "conditions", Type: Filter, Default: map[string]any{}},
		{DisplayName: "Set", Name: "set", Type: AssignmentCollection, Default: map[string]any{}},
		{DisplayName: "Raw", Name: "raw", Type: JSON, Default: ""},
		{DisplayName: "Report", Name: "report", Type: WorkflowSelector, Default: ""},
		{DisplayName: "Options", Name: "options", Type: Collection, Default: map[string]any{}, Fields: []Property{
			{DisplayName: "Limit", Name: "limit", Type: Number, Default: 5},
			{DisplayName: "Wrap", Name: "wrap", Type: Options, Default: "no", Options: []Option{{Name: "No", Value: "no"}, {Name: "Yes", Value: "yes"}}},
			{DisplayName: "Paper", Name: "paper", Type: Options, Default: "red", DisplayOptions: Show("wrap", "yes"), Options: []Option{{Value: "red"}}},
			{DisplayName: "Near", Name: "near", Type: ResourceLocator, Default: "", Modes: []Mode{
				{Name: "id", Type: "string", Validation: []Validation{{Type: "regex", Regex: "[a-z]+", ErrorMessage: "n8n does not look here"}}},
			}},
			{DisplayName: "Late", Name: "late", Type: Options, Default: "a", DisplayOptions: Show("/operation", "lend"), Options: []Option{{Value: "a"}}},
		}},
		{
			DisplayName: "Copies", Name: "copies", Type: FixedCollection, Default: map[string]any{},
			TypeOptions: map[string]any{"multipleValues": true, "maxAllowedFields": 2, "minRequiredFields": 1},
			Groups: []Group{{DisplayName: "Copy", Name: "copy", Values: []Property{
				{DisplayName: "Number", Name: "number", Type: String, Default: "", Required: true},
				{DisplayName: "State", Name: "state", Type: Options, Default: "new", Options: []Option{{Value: "new"}, {Value: "old"}}},
			}}},
		},
		{DisplayName: "Binding", Name: "binding", Type: FixedCollection, Default: map[string]any{}, Groups: []Group{{Name: "one", Values: []Property{
			{DisplayName: "Leather", Name: "leather", Type: Boolean, Default: false},
		}}}},
	}
}

func compiled(t testing.TB, text []byte) *gojsonschema.Schema {
	t.Helper()
	loader := gojsonschema.NewSchemaLoader()
	loader.Draft, loader.AutoDetect, loader.Validate = gojsonschema.Draft7, false, true
	s, err := loader.Compile(gojsonschema.NewBytesLoader(text))
	require.NoError(t, err)
	return s
}

func TestForPropertiesGolden(t *testing.T) {
	t.Parallel()
	text, err := ForProperties("bookshop@2", bookshop(), 2)
	require.NoError(t, err)
	require.Empty(t, outsideDraft07("", decode(t, string(text))))
	compiled(t, text)
	var indented bytes.Buffer
	require.NoError(t, json.Indent(&indented, text, "", "  "))
	indented.WriteByte('\n')
	const golden = "testdata/bookshop.schema.json"
	if *update {
		require.NoError(t, os.WriteFile(golden, indented.Bytes(), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), indented.String())
}

func TestForProperties(t *testing.T) {
	t.Parallel()
	text, err := ForProperties("bookshop@2", bookshop(), 2)
	require.NoError(t, err)
	schema := compiled(t, text)
	// What each of these parameters needs besides.
	const rest = `, "shelf": {"__rl": true, "mode": "id", "value": "a"}, "genres": ["crime"]}`
	for parameters, valid := range map[string]bool{
		`{"title": "x"`:                                                                          true,
		`{"title": "={{ 1 }}"`:                                                                   true,
		`{"title": ""`:                                                                           false,
		`{"operation": "sell"`:                                                                   false, // no title
		`{"unknown": 1, "title": "x"`:                                                            true,
		`{"title": 5`:                                                                            true, // n8n takes a number for text
		`{"title": {}`:                                                                           false,
		`{"resource": "reader"`:                                                                  true, // no title needed
		`{"resource": "reader", "title": {}`:                                                     true, // left over
		`{"resource": "shop"`:                                                                    false,
		`{"resource": "={{ 1 }}"`:                                                                false, // no expression here
		`{"resource": "reader", "operation": "remove"`:                                           true,
		`{"resource": "reader", "operation": "sell"`:                                             false, // the other resource's
		`{"operation": "={{ 1 }}"`:                                                               true,  // which properties are shown isn't known
		`{"operation": "={{ 1 }}", "price": "many"`:                                              true,
		`{"title": "x", "operation": "sell", "price": "many"`:                                    false,
		`{"title": "x", "operation": "sell", "price": "5"`:                                       true,
		`{"title": "x", "operation": "sell", "price": "={{ 1 }}"`:                                true,
		`{"title": "x", "price": "many"`:                                                         true, // not shown
		`{"title": "x", "operation": "sell", "price": 10, "gift": "maybe"`:                       false,
		`{"title": "x", "operation": "sell", "price": 10, "gift": "TRUE"`:                        true,
		`{"title": "x", "operation": "sell", "price": 9, "gift": "maybe"`:                        true, // not shown
		`{"title": "x", "price": 10, "gift": "maybe"`:                                            true, // the price is not shown
		`{"title": "x", "oldPrice": "many"`:                                                      true, // of version 1
		`{"title": "x", "best": "perhaps"`:                                                       false,
		`{"title": "x", "authors": ["a", "b"]`:                                                   true,
		`{"title": "x", "authors": ["a", ""]`:                                                    false,
		`{"title": "x", "verse": "perhaps"`:                                                      true, // no poems
		`{"title": "x", "publisher": "anything"`:                                                 true,
		`{"title": "x", "publisher": {}`:                                                         false,
		`{"title": "x", "raw": {"a": 1}`:                                                         true,
		`{"title": "x", "report": {"mode": "id", "value": "1"}`:                                  true,
		`{"title": "x", "columns": {"mappingMode": "x", "value": null}`:                          true,
		`{"title": "x", "columns": []`:                                                           false,
		`{"title": "x", "conditions": {"conditions": [{"operator": "x"}]}`:                       true,
		`{"title": "x", "conditions": 5`:                                                         false,
		`{"title": "x", "set": {"assignments": [{"id": "1", "name": "a"}]}`:                      true,
		`{"title": "x", "set": {"assignments": [{"name": 5}]}`:                                   false,
		`{"title": "x", "options": {"limit": 5, "more": 1}`:                                      true,
		`{"title": "x", "options": {"limit": []}`:                                                false,
		`{"title": "x", "options": {"near": {"mode": "id", "value": ""}}`:                        true,
		`{"title": "x", "options": []`:                                                           false,
		`{"title": "x", "options": {"paper": "blue"}`:                                            true, // not shown
		`{"title": "x", "options": {"wrap": "yes", "paper": "blue"}`:                             false,
		`{"title": "x", "options": {"late": "z"}`:                                                true, // what shows it lies outside
		`{"title": "x", "copies": {"copy": [{"number": "1"}, {"number": "2"}]}`:                  true,
		`{"title": "x", "copies": {"copy": [{"number": "1", "state": "lost"}]}`:                  false,
		`{"title": "x", "copies": {"copy": [{"state": "old"}]}`:                                  false, // no number
		`{"title": "x", "copies": {"copy": [{"number": ""}]}`:                                    false,
		`{"title": "x", "copies": {"copy": []}`:                                                  false,
		`{"title": "x", "copies": {"copy": [{"number": "1"}, {"number": "2"}, {"number": "3"}]}`: false,
		`{"title": "x", "copies": {"copy": {}}`:                                                  false,
		`{"title": "x", "binding": {"one": {"leather": true}}`:                                   true,
		`{"title": "x", "binding": {"one": []}`:                                                  false,
	} {
		result, err := schema.Validate(gojsonschema.NewStringLoader(parameters + rest))
		require.NoError(t, err)
		require.Equal(t, valid, result.Valid(), "%s: %v", parameters, result.Errors())
	}
	for parameters, valid := range map[string]bool{ // those with a locator and choices of their own
		`{}`:                    false,
		`{"genres": ["crime"]}`: false,
		`{"genres": ["crime"], "shelf": {"mode": "list", "value": ""}}`:                                 false,
		`{"genres": ["crime"], "shelf": {"mode": "list", "value": "X"}}`:                                true,
		`{"genres": ["crime"], "shelf": {"mode": "id", "value": "X"}}`:                                  false,
		`{"genres": ["crime"], "shelf": {"mode": "id", "value": "={{ 1 }}"}}`:                           true,
		`{"genres": ["crime"], "shelf": {"mode": "id", "value": "x"}}`:                                  true,
		`{"genres": ["crime"], "shelf": {"mode": "new", "value": "X"}}`:                                 true,
		`{"genres": ["crime"], "shelf": {"mode": "odd", "value": "no"}}`:                                true,
		`{"genres": ["crime"], "shelf": "x"}`:                                                           true,
		`{"genres": ["crime"], "shelf": ""}`:                                                            false,
		`{"genres": [], "shelf": "x"}`:                                                                  false,
		`{"genres": ["cooking"], "shelf": "x"}`:                                                         false,
		`{"genres": "={{ 1 }}", "shelf": "x"}`:                                                          true,
		`{"genres": ["poems"], "shelf": "x", "verse": "perhaps"}`:                                       false,
		`{"genres": ["crime"], "shelf": {"__rl": true, "mode": "id", "value": "c"}, "best": "perhaps"}`: true,
	} {
		result, err := schema.Validate(gojsonschema.NewStringLoader(strings.Replace(parameters, "{", `{"resource": "reader",`, 1)))
		if parameters == `{}` {
			result, err = schema.Validate(gojsonschema.NewStringLoader(`{}`))
		}
		require.NoError(t, err)
		require.Equal(t, valid, result.Valid(), "%s: %v", parameters, result.Errors())
	}
}

func TestForPropertiesOfVersions(t *testing.T) {
	t.Parallel()
	text, err := ForProperties("bookshop@1", bookshop(), 1)
	require.NoError(t, err)
	require.Contains(t, string(text), `"oldPrice"`)
	require.NotContains(t, string(text), `"Price"`)
}

// Where another property of the name may be shown, or what hides a property can't be told, its value is not judged.
func TestForPropertiesInDoubt(t *testing.T) {
	t.Parallel()
	choice := func(value string, d *DisplayOptions) Property {
		return Property{Name: "p", Type: Options, Default: value, Options: []Option{{Value: value}}, DisplayOptions: d}
	}
	text := func(name string) Property { return Property{Name: name, Type: String, Default: ""} }
	for name, c := range map[string]struct {
		props        []Property
		valid, wrong string
	}{
		"conditions overlap": {
			[]Property{text("mode"), choice("a", Show("mode", "x")), choice("b", Show("mode", Cnd("not", "y")))},
			`{"mode": "x", "p": "b"}`, `{"mode": "z", "p": "a"}`,
		},
		"an expression shows the other": {
			[]Property{text("mode"), text("kind"), choice("a", Show("mode", "x")), choice("b", Show("kind", "k").And("mode", "y"))},
			`{"mode": "x", "kind": "={{ 1 }}", "p": "b"}`, `{"mode": "x", "kind": "k", "p": "b"}`,
		},
		"a list shows both": {
			[]Property{
				{Name: "list", Type: MultiOptions, Default: []any{}, TypeOptions: map[string]any{"loadOptionsMethod": "x"}},
				choice("a", Show("list", "x")), choice("b", Show("list", "y")),
			},
			`{"list": ["x", "y"], "p": "b"}`, `{"list": ["x"], "p": "b"}`,
		},
		"hidden by something inside of another": {
			[]Property{text("mode"), choice("a", Show("mode", "x").AndNot("/options.deep", 1)), choice("a", Show("mode", "z"))},
			`{"mode": "x", "options": {"deep": 1}, "p": "b"}`, `{"mode": "z", "p": "b"}`,
		},
		"ordered text": {
			[]Property{text("mode"), choice("a", Show("mode", Cnd("gte", 5))), choice("a", Show("mode", "x"))},
			`{"mode": "7", "p": "b"}`, `{"mode": 7, "p": "b"}`,
		},
		"starts and ends": {
			[]Property{text("mode"), choice("a", Show("mode", Cnd("startsWith", "a."), Cnd("endsWith", ".z"), Cnd("includes", "+"), Cnd("regex", "^q{2}$")))},
			`{"mode": "abz", "p": "b"}`, `{"mode": "qq", "p": "b"}`,
		},
		"exists": {
			[]Property{text("mode"), choice("a", Show("mode", Cnd("exists", true)))},
			`{"mode": "", "p": "b"}`, `{"mode": "x", "p": "b"}`,
		},
		"between": {
			[]Property{{Name: "n", Type: Number, Default: 3}, choice("a", Show("n", Between(1, 5)))},
			`{"n": 6, "p": "b"}`, `{"p": "b"}`,
		},
	} {
		schema, err := ForProperties(name, c.props, 1)
		require.NoError(t, err)
		for parameters, valid := range map[string]bool{c.valid: true, c.wrong: false} {
			result, err := compiled(t, schema).Validate(gojsonschema.NewStringLoader(parameters))
			require.NoError(t, err)
			require.Equal(t, valid, result.Valid(), "%s: %s: %v\n%s", name, parameters, result.Errors(), schema)
		}
	}
}

// Rules in a circle end, and can't be told.
func TestForPropertiesInACircle(t *testing.T) {
	t.Parallel()
	text, err := ForProperties("circle", []Property{
		{Name: "a", Type: Number, Default: 1, DisplayOptions: Show("b", 1)},
		{Name: "b", Type: Number, Default: 1, DisplayOptions: Show("a", 1)},
		{Name: "c", Type: Number, Default: 1, DisplayOptions: Show("c", Cnd("not", 5)).AndNot("d", Cnd("lt", 0))},
		{Name: "d", Type: Number, Default: 1, DisplayOptions: &DisplayOptions{Hide: Rules{{"d", []any{2}}}}},
	}, 1)
	require.NoError(t, err)
	require.Empty(t, outsideDraft07("", decode(t, string(text))))
	for _, parameters := range []string{`{}`, `{"a": 1, "b": 1, "c": 1, "d": 1}`, `{"d": 2, "c": 5}`} {
		result, err := compiled(t, text).Validate(gojsonschema.NewStringLoader(parameters))
		require.NoError(t, err)
		require.True(t, result.Valid(), "%s: %v", parameters, result.Errors())
	}
}

func TestForPropertiesError(t *testing.T) {
	t.Parallel()
	_, err := ForProperties("odd", []Property{{Name: "a", Type: String, Default: make(chan int)}}, 1)
	require.ErrorContains(t, err, "the JSON Schema of odd")
}

// Whatever properties can be read give a schema that can be used.
func FuzzForProperties(f *testing.F) {
	for _, props := range [][]Property{bookshop()[:3], bookshop()[3:8], bookshop()[8:]} {
		text, err := json.Marshal(props)
		require.NoError(f, err)
		f.Add(text, `{"resource": "reader"}`)
	}
	f.Fuzz(func(t *testing.T, text []byte, parameters string) {
		var props []Property
		if json.Unmarshal(text, &props) != nil {
			return
		}
		schema, err := ForProperties("fuzz", props, 2)
		require.NoError(t, err)
		var doc any
		require.NoError(t, json.Unmarshal(schema, &doc))
		require.Empty(t, outsideDraft07("", doc))
		s, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(schema))
		require.NoError(t, err, "%s", schema)
		if json.Valid([]byte(parameters)) {
			_, err = s.Validate(gojsonschema.NewStringLoader(parameters))
			require.NoError(t, err)
		}
	})
}

func BenchmarkForProperties(b *testing.B) {
	props := bookshop()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ForProperties("bookshop", props, 2); err != nil {
			b.Fatal(err)
		}
	}
}
