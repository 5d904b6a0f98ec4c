package credentials

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"unicode"
)

// EnvPrefix is what the names of environment variables with credentials begin with, unless WithPrefix says otherwise.
const EnvPrefix = "NATE_CREDENTIAL_"

// EnvOption is an option of Env.
type EnvOption func(*env)

// WithPrefix replaces EnvPrefix.
func WithPrefix(prefix string) EnvOption { return func(e *env) { e.prefix = prefix } }

// WithLookup makes Env ask lookup for variables instead of os.LookupEnv. It must be safe for concurrent use.
func WithLookup(lookup func(name string) (value string, ok bool)) EnvOption {
	return func(e *env) { e.lookup = lookup }
}

// WithTypes makes the fields of further credential types be read from one variable each. directusApi is known already.
func WithTypes(types ...Type) EnvOption {
	return func(e *env) { e.types = append(e.types, types...) }
}

// Env returns a Resolver of the environment. A credential of type directusApi is either in NATE_CREDENTIAL_DIRECTUSAPI, as
// JSON object of its fields, or in one variable for each field: NATE_CREDENTIAL_DIRECTUSAPI_URL, ..._ACCESSTOKEN (or
// ..._ACCESS_TOKEN), ..._TOKEN. It serves every node that asks for the type, whatever id and name it gives. A variable
// that is empty counts as not set. Variables are read when a credential is asked for. It is safe for concurrent use.
func Env(opts ...EnvOption) Resolver {
	e := &env{prefix: EnvPrefix, lookup: os.LookupEnv, types: []Type{DirectusAPI()}}
	for _, opt := range opts {
		if opt != nil {
			opt(e)
		}
	}
	if e.lookup == nil {
		e.lookup = os.LookupEnv
	}
	return e
}

type env struct {
	prefix string
	lookup func(name string) (string, bool)
	types  []Type
}

// Resolve implements Resolver.
func (e *env) Resolve(_ context.Context, ref Ref) (Data, error) {
	whole := e.variable(ref.Type)
	d := Data{ref: Ref{Type: ref.Type}, source: whole}
	text := e.value(whole)
	fields, names, err := e.fields(d)
	switch {
	case err != nil:
		return Data{}, err
	case text != "" && len(names) > 0:
		return Data{}, d.unusable("", "is there twice: "+strings.Join(names, ", ")+" set the same fields", "set either, not both")
	case text != "":
		doc, err := decode([]byte(text))
		if err != nil {
			return Data{}, d.unusable("", err.Error(), `write it as {"field": "value"}`)
		}
		object, ok := doc.(map[string]any)
		if !ok {
			return Data{}, d.unusable("", "is JSON, but not an object", `write it as {"field": "value"}`)
		}
		fields = object
	case len(names) == 0:
		return Data{}, e.notFound(ref)
	default:
		d.source = strings.Join(names, ", ")
	}
	d.values = func() map[string]any { return fields }
	if err := errors.Join(checkExpressions(d)...); err != nil {
		return Data{}, err
	}
	return d, nil
}

// fields reads the variables that hold one field each; names are those that are set.
func (e *env) fields(d Data) (values map[string]any, names []string, err error) {
	values = map[string]any{}
	for _, v := range e.fieldVariables(d.ref.Type) {
		text := e.value(v.name)
		if text == "" {
			continue
		}
		if _, twice := values[v.field]; twice {
			return nil, nil, d.unusable(v.field, "is set by two variables, "+v.name+" is one", "set one of them")
		}
		values[v.field] = text
		names = append(names, v.name)
	}
	return values, names, nil
}

type fieldVariable struct{ field, name string }

// fieldVariables are the variables of a type's fields: of accessToken ..._ACCESSTOKEN and ..._ACCESS_TOKEN.
func (e *env) fieldVariables(typeName string) []fieldVariable {
	var all []fieldVariable
	i := slices.IndexFunc(e.types, func(t Type) bool { return t.Name == typeName })
	if i < 0 {
		return nil
	}
	for _, p := range e.types[i].Properties {
		plain, words := e.variable(typeName, p.Name), e.variable(typeName, inWords(p.Name))
		if all = append(all, fieldVariable{p.Name, plain}); words != plain {
			all = append(all, fieldVariable{p.Name, words})
		}
	}
	return all
}

func (e *env) notFound(ref Ref) error {
	whole := e.variable(ref.Type)
	looked := []string{whole}
	for _, v := range e.fieldVariables(ref.Type) {
		looked = append(looked, v.name)
	}
	missing := &NotFoundError{
		Ref: ref, Searched: []string{"the environment (" + strings.Join(looked, ", ") + ")"},
		Hint: "set " + whole + " to its fields as a JSON object",
	}
	for _, t := range e.types {
		_, names, _ := e.fields(Data{ref: Ref{Type: t.Name}})
		if len(names) > 0 || e.value(e.variable(t.Name)) != "" {
			missing.Have = append(missing.Have, Ref{Type: t.Name})
		}
	}
	return missing
}

func (e *env) value(name string) string {
	text, _ := e.lookup(name)
	return text
}

// variable is the name of the variable for a type, or for a field of it.
func (e *env) variable(parts ...string) string {
	return e.prefix + strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(strings.Join(parts, "_")))
}

// inWords makes access_Token of accessToken.
func inWords(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return b.String()
}
