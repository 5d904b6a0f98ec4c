package credentials

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/nate-go/nate/schemas"
)

// ParseType reads a credential type from n8n's JSON of it (ICredentialType): name, displayName, properties, extends, and authenticate of
// the type generic, whose properties headers, qs, body and auth (username, password) are put on requests. Their values may be texts with
// expressions: {{ $credentials.field }} always works, others where the Type has an Evaluator (see Type.WithEvaluator).
//
// JSON has no functions. A type with a function as authenticate, written {"$function": "name"} or {}, is read, and its Unsupported says that it
// can't be used. One with preAuthentication can be used while the field that it would fetch (typeOptions.expirable) has a value. A test is
// not read. What a type gets from those that it extends is filled in by Inherit. An error names the type, and the part of it that is not
// of this form.
func ParseType(text []byte) (Type, error) {
	var read struct {
		Name         string             `json:"name"`
		DisplayName  string             `json:"displayName"`
		Properties   []schemas.Property `json:"properties"`
		Extends      []string           `json:"extends"`
		Authenticate json.RawMessage    `json:"authenticate"`
	}
	if err := json.Unmarshal(text, &read); err != nil {
		return Type{}, fmt.Errorf("credential type %q: %w", read.Name, err)
	}
	if read.Name == "" {
		return Type{}, errors.New("a credential type needs a name")
	}
	t := Type{Name: read.Name, DisplayName: read.DisplayName, Properties: read.Properties, Extends: read.Extends, parsed: true}
	if name, isFunction := functionName(read.Authenticate); isFunction {
		t.Unsupported = strings.TrimSpace("its authenticate is a function of JavaScript "+name) + ", which JSON does not have"
	} else if len(read.Authenticate) > 0 && string(read.Authenticate) != "null" {
		g, err := parseGeneric(read.Authenticate)
		if err != nil {
			return Type{}, fmt.Errorf("credential type %q: %w", read.Name, err)
		}
		t.generic = g
	}
	return t.declared(nil), nil
}

// functionName reports whether JSON stands for a function: {"$function": "name"}, or {}, which n8n's packages have in their lists of types.
func functionName(text json.RawMessage) (name string, ok bool) {
	var fields map[string]any
	if json.Unmarshal(text, &fields) != nil || fields == nil {
		return "", false
	}
	name, ok = fields["$function"].(string)
	return name, ok || len(fields) == 0
}

// declared sets the functions of a type that was read from JSON.
func (t Type) declared(e Evaluator) Type {
	properties := t.Properties
	t.Check = func(d Data) error {
		problems := checkExpressions(d)
		if !t.given {
			problems = append(problems, checkExpirable(d, properties)...)
		}
		return errors.Join(problems...)
	}
	t.Complete = func(ctx context.Context, d Data) (Data, error) { return complete(ctx, d, properties, e) }
	if t.generic != nil {
		t.Authenticate = t.generic.authenticate(properties, e)
	}
	return t
}

// checkExpirable finds the field that n8n fills by a function, before requests, when it is empty.
func checkExpirable(d Data, properties []schemas.Property) []error {
	var problems []error
	for _, p := range properties {
		if p.TypeOptions["expirable"] == true && d.Text(p.Name) == "" {
			problems = append(problems, d.unusable(p.Name, "is empty: n8n fetches it with preAuthentication, a function of JavaScript, which JSON does not have",
				"put in the value that n8n has fetched"))
		}
	}
	return problems
}

// Evaluator evaluates a text that begins with "=" as n8n does a parameter. variables are named with their "$"; their values and the result
// are JSON as encoding/json decodes it. It must be safe for concurrent use.
type Evaluator func(ctx context.Context, text string, variables map[string]any) (any, error)

// WithEvaluator returns the type with a way to evaluate the expressions of its definition: those of authenticate, which see $credentials,
// and those of defaults, which see $self. The runtime does it for the types that it hands to nodes. Types that were not made by ParseType
// have none, and stay as they are.
func (t Type) WithEvaluator(e Evaluator) Type {
	if !t.parsed {
		return t
	}
	return t.declared(e)
}

// WithAuthenticate returns the type with a func in place of what its definition says, as is needed where that is a function of JavaScript.
// The func does all that it takes, preAuthentication too: no field has to have a value for it.
func (t Type) WithAuthenticate(authenticate func(*http.Request, Data) error) Type {
	t.generic, t.Authenticate, t.Unsupported, t.given = nil, authenticate, "", true
	return t.WithEvaluator(nil)
}

// Inherit gives each of types what it has from those that it extends, which are looked for in types, then in known: their properties,
// before its own, which take the place of those of the same name. Extends becomes the names of all ancestors. authenticate is not
// inherited, as in n8n. A type with an ancestor that is not there is returned too; its Unsupported says so.
func Inherit(types []Type, known ...Type) []Type {
	byName := map[string]Type{}
	for _, t := range slices.Concat(known, types) {
		byName[t.Name] = t
	}
	out := make([]Type, len(types))
	for i, t := range types {
		f := family{byName: byName, seen: map[string]bool{t.Name: true}}
		f.add(t)
		if len(t.Extends) == 0 {
			out[i] = t
			continue
		}
		t.Properties, t.Extends = f.properties, f.ancestors
		if f.missing != "" {
			t.Unsupported = fmt.Sprintf("it extends %s, which is not defined", f.missing)
		}
		out[i] = t.WithEvaluator(nil)
	}
	return out
}

// family gathers what a type and its ancestors have.
type family struct {
	byName     map[string]Type
	seen       map[string]bool
	properties []schemas.Property
	ancestors  []string
	missing    string
}

func (f *family) add(t Type) {
	f.ancestors = append(f.ancestors, t.Extends...)
	for _, name := range t.Extends {
		parent, ok := f.byName[name]
		switch {
		case !ok:
			f.missing = name
		case !f.seen[name]:
			f.seen[name] = true
			f.add(parent)
		}
	}
	for _, p := range t.Properties {
		if i := slices.IndexFunc(f.properties, func(other schemas.Property) bool { return other.Name == p.Name }); i >= 0 {
			f.properties[i] = p
		} else {
			f.properties = append(f.properties, p)
		}
	}
}

// Is reports whether the type is the named one or extends it.
func (t Type) Is(name string) bool { return t.Name == name || slices.Contains(t.Extends, name) }

// pinned are the fields that n8n takes from the type where that hides them, whatever is stored: they say where tokens come from.
var pinned = []string{
	"accessTokenUrl", "authUrl", "authentication", "grantType", "requestTokenUrl", "signatureMethod", "useDynamicClientRegistration", "usePkce",
}

// complete adds the defaults of properties that d lacks. A default that is an expression sees the other fields as $self.
func complete(ctx context.Context, d Data, properties []schemas.Property, e Evaluator) (Data, error) {
	if d.complete {
		return d, nil
	}
	values := maps.Clone(d.all())
	if values == nil {
		values = map[string]any{}
	}
	var computed []schemas.Property
	for _, p := range properties {
		if _, ok := values[p.Name]; ok && (p.Type != schemas.Hidden || !slices.Contains(pinned, p.Name)) {
			continue
		}
		delete(values, p.Name)
		if text, ok := p.Default.(string); ok && isExpression(text) {
			computed = append(computed, p)
			continue
		}
		values[p.Name] = p.Default
	}
	self := maps.Clone(values)
	for _, p := range computed {
		text, _ := p.Default.(string)
		v, err := evaluate(ctx, text, "$self", self, e)
		if err != nil {
			return Data{}, d.unusable(p.Name, "has a default that can't be used: "+err.Error(), "put in a value")
		}
		values[p.Name] = v
	}
	d.complete = true
	return d.with(values), nil
}
