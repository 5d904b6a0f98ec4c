package node_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// property is a property as n8n's JSON has it.
type property struct {
	Name             string
	Type             schemas.PropertyType
	Default          json.RawMessage
	TypeOptions      map[string]any
	DisplayOptions   *schemas.DisplayOptions
	NoDataExpression bool
	Values           []property // of a group
	Options          []property
}

func propertiesOf(t *testing.T, list []property) []schemas.Property {
	t.Helper()
	var out []schemas.Property
	for _, p := range list {
		d, err := node.ParseJSON(p.Default)
		require.NoError(t, err)
		made := schemas.Property{
			Name: p.Name, Type: p.Type, Default: d, TypeOptions: p.TypeOptions,
			DisplayOptions: p.DisplayOptions, NoDataExpression: p.NoDataExpression,
		}
		switch p.Type {
		case schemas.Collection:
			made.Fields = propertiesOf(t, p.Options)
		case schemas.FixedCollection:
			for _, g := range p.Options {
				made.Groups = append(made.Groups, schemas.Group{Name: g.Name, Values: propertiesOf(t, g.Values)})
			}
		}
		out = append(out, made)
	}
	return out
}

// What n8n 2.41.1 answered for 150 lists of properties and parameters made up at random: which are shown, with which
// values, in which order.
func TestParametersAreN8ns(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/parameters.json")
	require.NoError(t, err)
	var cases []struct {
		Properties   []property
		Values, Want json.RawMessage
		Version      float64
	}
	require.NoError(t, json.Unmarshal(text, &cases))
	require.Len(t, cases, 150)
	for i, c := range cases {
		raw, err := node.ParseObject(c.Values)
		require.NoError(t, err)
		raw.Freeze()
		def := node.Definition{Name: "x", Properties: propertiesOf(t, c.Properties)}
		want, err := node.ParseObject(c.Want)
		require.NoError(t, err)

		got := def.Parameters(raw, c.Version)
		properties, err := json.Marshal(c.Properties)
		require.NoError(t, err)
		require.Equal(t, string(node.AppendJSON(nil, want)), string(node.AppendJSON(nil, got)),
			"case %d: %s\nfor %s", i, properties, c.Values)

		var names []string
		for _, p := range def.Shown(raw, c.Version) {
			names = append(names, p.Name)
		}
		require.ElementsMatch(t, got.Keys(), names, "case %d: Shown and Parameters name the same", i)
	}
}

func TestParameters(t *testing.T) {
	t.Parallel()
	type p = schemas.Property
	show := schemas.Show
	resource := p{Name: "resource", Type: schemas.Options, Default: "auth"}
	login := p{Name: "operation", Type: schemas.Options, Default: "login", DisplayOptions: show("resource", "auth")}
	list := p{Name: "operation", Type: schemas.Options, Default: "list", DisplayOptions: show("resource", "items")}
	mode := p{Name: "mode", Type: schemas.Options, Default: "json", DisplayOptions: show("resource", "auth").And("operation", "login")}
	options := p{Name: "options", Type: schemas.Collection, Default: map[string]any{}, Fields: []p{
		{Name: "limit", Type: schemas.Number, Default: 50},
		{Name: "otp", Type: schemas.String, Default: "", DisplayOptions: show("/resource", "auth")},
		{Name: "deep", Type: schemas.String, Default: "", DisplayOptions: show("limit", 50)},
	}}
	fields := func(multiple bool) p {
		return p{
			Name: "fields", Type: schemas.FixedCollection, Default: map[string]any{}, TypeOptions: map[string]any{"multipleValues": multiple},
			Groups: []schemas.Group{
				{Name: "field", Values: []p{
					{Name: "name", Type: schemas.String, Default: ""},
					{Name: "kind", Type: schemas.Options, Default: "text"},
					{Name: "size", Type: schemas.Number, Default: 1, DisplayOptions: show("kind", "number")},
				}},
				{Name: "note", Values: []p{{Name: "text", Type: schemas.String, Default: "-"}}},
			},
		}
	}
	for name, c := range map[string]struct {
		props   []p
		raw     string // "" is nil
		version float64
		want    string
	}{
		"nothing set": {[]p{resource, login, list, mode}, ``, 1, `{"resource":"auth","operation":"login","mode":"json"}`},
		"of one name the one that applies": {
			[]p{resource, login, list, mode},
			`{"resource":"items"}`,
			1,
			`{"resource":"items","operation":"list"}`,
		},
		"what is hidden is dropped": {
			[]p{resource, login, list, mode},
			`{"resource":"items","mode":"cookie"}`,
			1,
			`{"resource":"items","operation":"list"}`,
		},
		"what is unknown is dropped": {[]p{resource}, `{"other":1}`, 1, `{"resource":"auth"}`},
		"the definition's order":     {[]p{resource, login}, `{"operation":"x","resource":"auth"}`, 1, `{"resource":"auth","operation":"x"}`},
		"a dependency further down":  {[]p{mode, login, resource}, ``, 1, `{"mode":"json","operation":"login","resource":"auth"}`},
		"none applies":               {[]p{resource, login, list, mode}, `{"resource":"users"}`, 1, `{"resource":"users"}`},
		"an expression shows all, the last has": {
			[]p{resource, login, list, mode},
			`{"resource":"={{ 1 }}"}`,
			1,
			`{"resource":"={{ 1 }}","operation":"list","mode":"json"}`,
		},
		"an expression is kept": {[]p{resource}, `{"resource":"={{ $json.r }}"}`, 1, `{"resource":"={{ $json.r }}"}`},
		"where none is allowed it is text": {
			[]p{{Name: "resource", Type: schemas.Options, NoDataExpression: true, Default: "auth"}, login},
			`{"resource":"={{ $json.r }}"}`, 1, `{"resource":"{{ $json.r }}"}`,
		},
		"by version": {
			[]p{
				{Name: "a", Type: schemas.String, Default: "old", DisplayOptions: show("@version", schemas.Cnd("lt", 2))},
				{Name: "a", Type: schemas.String, Default: "new", DisplayOptions: show("@version", schemas.Cnd("gte", 2))},
			}, ``, 2, `{"a":"new"}`,
		},
		"null is a choice": {
			[]p{resource, {Name: "n", Type: schemas.Number, Default: 1}, {Name: "b", Type: schemas.Boolean, Default: true}},
			`{"resource":null,"n":null,"b":null}`,
			1,
			`{"resource":null,"n":null,"b":null}`,
		},
		"null is no text": {
			[]p{{Name: "s", Type: schemas.String, Default: "d"}, {Name: "j", Type: schemas.JSON, Default: "{}"}},
			`{"s":null,"j":null}`,
			1,
			`{"s":"d","j":"{}"}`,
		},
		"false, 0 and \"\" are": {
			[]p{
				{Name: "s", Type: schemas.String, Default: "d"},
				{Name: "n", Type: schemas.Number, Default: 1},
				{Name: "b", Type: schemas.Boolean, Default: true},
			},
			`{"s":"","n":0,"b":false}`,
			1,
			`{"s":"","n":0,"b":false}`,
		},
		"a locator's default": {
			[]p{{Name: "id", Type: schemas.ResourceLocator, Default: map[string]any{"mode": "id", "value": ""}}},
			``, 1, `{"id":{"__rl":true,"mode":"id","value":""}}`,
		},
		"a locator": {
			[]p{{Name: "id", Type: schemas.ResourceLocator, Default: map[string]any{"mode": "id", "value": ""}}},
			`{"id":"7"}`,
			1,
			`{"id":"7"}`,
		},
		"a locator without one": {[]p{{Name: "id", Type: schemas.ResourceLocator, Default: ""}}, `{"id":null}`, 1, `{"id":""}`},
		"a filter": {
			[]p{{Name: "f", Type: schemas.Filter, Default: map[string]any{}}},
			`{"f":{"options":{"caseSensitive":false,"x":1},"conditions":[]}}`, 1,
			`{"f":{"options":{"caseSensitive":false,"leftValue":"","typeValidation":"strict","version":1,"x":1},"conditions":[],"combinator":"and"}}`,
		},
		"a filter that is none": {[]p{{Name: "f", Type: schemas.Filter, Default: map[string]any{}}}, `{"f":null}`, 1, `{"f":{}}`},

		"a collection not set": {[]p{resource, options}, ``, 1, `{"resource":"auth","options":{}}`},
		"only what was added": {
			[]p{resource, options},
			`{"options":{"limit":5,"unknown":1}}`,
			1,
			`{"resource":"auth","options":{"limit":5}}`,
		},
		"hidden inside by the root": {
			[]p{resource, options},
			`{"resource":"items","options":{"otp":"1","limit":2}}`,
			1,
			`{"resource":"items","options":{"limit":2}}`,
		},
		"shown inside by the root": {[]p{resource, options}, `{"options":{"otp":"1"}}`, 1, `{"resource":"auth","options":{"otp":"1"}}`},
		"shown inside by a sibling": {
			[]p{resource, options},
			`{"options":{"deep":"d","limit":50}}`,
			1,
			`{"resource":"auth","options":{"limit":50,"deep":"d"}}`,
		},
		"a default inside is no sibling": {[]p{resource, options}, `{"options":{"deep":"d"}}`, 1, `{"resource":"auth","options":{}}`},
		"a collection that is text":      {[]p{options}, `{"options":"={{ $json }}"}`, 1, `{"options":{}}`},
		"a list of collections": {
			[]p{{Name: "l", Type: schemas.Collection, TypeOptions: map[string]any{"multipleValues": true}, Fields: options.Fields}},
			`{"l":[{"limit":1,"any":2}]}`, 1, `{"l":[{"limit":1,"any":2}]}`,
		},
		"no list of collections": {
			[]p{{Name: "l", Type: schemas.Collection, TypeOptions: map[string]any{"multipleValues": true}, Default: map[string]any{}}}, ``, 1, `{"l":[]}`,
		},

		"no groups": {[]p{fields(true)}, ``, 1, `{"fields":{}}`},
		"defaults in a group": {
			[]p{fields(false)},
			`{"fields":{"field":{"name":"n"}}}`,
			1,
			`{"fields":{"field":{"name":"n","kind":"text"}}}`,
		},
		"defaults in every row": {
			[]p{fields(true)},
			`{"fields":{"field":[{"name":"n"},{"kind":"number"},{}],"note":[]}}`,
			1,
			`{"fields":{"field":[{"name":"n","kind":"text"},{"name":"","kind":"number","size":1},{"name":"","kind":"text"}],"note":[]}}`,
		},
		"an unknown group": {[]p{fields(true)}, `{"fields":{"none":[{}],"note":[{}]}}`, 1, `{"fields":{"note":[{"text":"-"}]}}`},
		"rows that are none": {
			[]p{fields(true)},
			`{"fields":{"note":[null,"t",{"text":1}]}}`,
			1,
			`{"fields":{"note":[{},{"text":"-"},{"text":1}]}}`,
		},
		"an object where rows belong": {[]p{fields(true)}, `{"fields":{"note":{"text":"t"}}}`, 1, `{"fields":{"note":{"text":"t"}}}`},
		"groups that are none":        {[]p{fields(true)}, `{"fields":"={{ 1 }}"}`, 1, `{"fields":{}}`},
		"groups of a default": {
			[]p{
				{
					Name:    "fields",
					Type:    schemas.FixedCollection,
					Default: map[string]any{"note": map[string]any{}},
					Groups:  fields(false).Groups,
				},
			},
			``,
			1,
			`{"fields":{"note":{"text":"-"}}}`,
		},
		"a collection decides nothing": {
			[]p{options, {Name: "x", Type: schemas.String, Default: "", DisplayOptions: show("options.limit", 1)}},
			`{"options":{"limit":1}}`,
			1,
			`{"options":{"limit":1}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var raw *node.Object
			if c.raw != "" {
				var err error
				raw, err = node.ParseObject([]byte(c.raw))
				require.NoError(t, err)
				raw.Freeze() // so that a change of it panics
			}
			def := node.Definition{Name: "x", Properties: c.props}
			require.Equal(t, c.want, string(node.AppendJSON(nil, def.Parameters(raw, c.version))))
		})
	}
}

func TestShown(t *testing.T) {
	t.Parallel()
	def := node.Definition{Name: "thingTool", Properties: []schemas.Property{
		{Name: "op", Type: schemas.Options, Default: "a", DisplayName: "first", DisplayOptions: schemas.Show("@tool", true)},
		{Name: "op", Type: schemas.Options, Default: "b", DisplayName: "second", DisplayOptions: schemas.Show("on", true)},
		{Name: "on", Type: schemas.Boolean, Default: false, DisplayName: "on"},
		{Name: "never", Type: schemas.String, Default: "", DisplayOptions: schemas.Show("on", "maybe")},
	}}
	shown := func(raw *node.Object) (names []string) {
		for _, p := range def.Shown(raw, 1) {
			names = append(names, p.DisplayName)
		}
		return names
	}
	require.Equal(t, []string{"first", "on"}, shown(nil))
	require.Equal(t, []string{"second", "on"}, shown(node.NewObject("on", true)), "one a name, the last that applies")
	require.Same(t, &def.Properties[2], def.Shown(nil, 1)[1])
	def.Name = "thing"
	require.Equal(t, []string{"on"}, shown(nil))
	require.Equal(t, "{}", string(node.AppendJSON(nil, (&node.Definition{}).Parameters(nil, 1))))
}

// What is filled in can be changed without changing the Definition.
func TestParametersAreNotTheDefaults(t *testing.T) {
	t.Parallel()
	def := node.Definition{Name: "x", Properties: []schemas.Property{
		{Name: "c", Type: schemas.Collection, Default: map[string]any{"a": 1}},
		{Name: "l", Type: schemas.MultiOptions, Default: []any{"a"}},
	}}
	first := def.Parameters(nil, 1)
	c, _ := first.Get("c")
	c.(*node.Object).Set("a", 2)
	l, _ := first.Get("l")
	l.([]any)[0] = "b"
	require.Equal(t, `{"c":{"a":1},"l":["a"]}`, string(node.AppendJSON(nil, def.Parameters(nil, 1))))
}

func BenchmarkParameters(b *testing.B) {
	var props []schemas.Property
	for _, r := range []string{"auth", "items", "users", "files"} {
		for _, op := range []string{"list", "get", "create", "update", "delete"} {
			for _, name := range []string{"id", "fields", "json"} {
				props = append(props, schemas.Property{
					Name: name, Type: schemas.String, Default: "", DisplayOptions: schemas.Show("resource", r).And("operation", op),
				})
			}
		}
		props = append(props, schemas.Property{Name: "operation", Type: schemas.Options, Default: "list", DisplayOptions: schemas.Show("resource", r)})
	}
	def := node.Definition{Name: "x", Properties: append(props, schemas.Property{Name: "resource", Type: schemas.Options, Default: "items"})}
	raw := node.NewObject("operation", "get", "id", "={{ $json.id }}")
	b.ReportAllocs()
	for b.Loop() {
		def.Parameters(raw, 1)
	}
}

func ExampleDefinition_Parameters() {
	def := node.Definition{
		Name: "greeter",
		Properties: []schemas.Property{
			{Name: "greeting", Type: schemas.Options, Default: "hello"},
			{Name: "name", Type: schemas.String, Default: "world", DisplayOptions: schemas.Show("greeting", "hello")},
			{Name: "until", Type: schemas.String, Default: "tomorrow", DisplayOptions: schemas.Show("greeting", "goodbye")},
		},
	}
	fmt.Printf("%s\n", node.AppendJSON(nil, def.Parameters(nil, 1)))
	fmt.Printf("%s\n", node.AppendJSON(nil, def.Parameters(node.NewObject("greeting", "goodbye"), 1)))
	// Output:
	// {"greeting":"hello","name":"world"}
	// {"greeting":"goodbye","until":"tomorrow"}
}
