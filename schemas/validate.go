package schemas

import (
	"embed"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/xeipuuv/gojsonschema"
)

// The names of the embedded JSON Schemas.
const (
	WorkflowFile    = "workflow"
	CredentialsFile = "credentials"
	NodeDefinition  = "node-definition"
)

//go:embed workflow.schema.json credentials.schema.json node-definition.schema.json
var files embed.FS

// embedded holds each schema, compiled when it is first asked for.
var embedded = map[string]func() (*schema, error){
	WorkflowFile:    sync.OnceValues(func() (*schema, error) { return readSchema(WorkflowFile) }),
	CredentialsFile: sync.OnceValues(func() (*schema, error) { return readSchema(CredentialsFile) }),
	NodeDefinition:  sync.OnceValues(func() (*schema, error) { return readSchema(NodeDefinition) }),
}

// Names returns the names of the embedded JSON Schemas, sorted.
func Names() []string { return []string{CredentialsFile, NodeDefinition, WorkflowFile} }

// Text returns the embedded JSON Schema (draft-07) of that name as text. The error lists the names that there are.
func Text(name string) ([]byte, error) {
	text, err := files.ReadFile(name + ".schema.json")
	if err != nil {
		return nil, fmt.Errorf("there is no JSON Schema %q: the names are %s", name, strings.Join(Names(), ", "))
	}
	return text, nil
}

// Limits of Validate, which bound the work and the memory for a file that is wrong in every place; nobody reads on anyway.
// The second is in bytes: a pointer is as long as the file's keys are.
const (
	maxDiagnostics     = 1_000
	maxDiagnosticsText = 1 << 20
)

// Ordered is a JSON object that keeps the order of its keys.
type Ordered interface {
	All() iter.Seq2[string, any]
}

// Validate checks a decoded JSON document against the embedded JSON Schema of that name and returns all that is wrong, in
// the document's order as far as it has one; nothing if nothing is. Messages and hints never quote a value of the
// document. doc is made of nil, bool, string, float64 or json.Number, []any, and map[string]any or Ordered; anything else
// is reported. Only what the schema speaks of is looked at: large parameters or pinned items cost nothing. It stops
// after about a thousand problems. Safe for concurrent use.
func Validate(name string, doc any) Diagnostics {
	load, ok := embedded[name]
	if !ok {
		_, err := Text(name)
		return failure(err.Error())
	}
	s, err := load()
	if err != nil {
		return failure(err.Error())
	}
	return s.validate(doc)
}

func failure(message string) Diagnostics {
	return Diagnostics{{Severity: SeverityError, Message: message}}
}

// schema is a JSON Schema as plain data, and compiled. gojsonschema keeps every error that it finds, so that a file that is
// wrong in a million places would cost gigabytes; therefore it never sees a document whole. Where the elements of an
// array, or the values of an object with free keys, are described by a $ref, they are left out and checked one by one. (A
// schema that uses keywords beyond the plain ones is checked in one piece.)
type schema struct {
	root map[string]any
	// parts are the schema itself ("") and the definitions that such elements refer to, by $ref.
	parts map[string]*part
}

type part struct {
	shape    *shape
	compiled *gojsonschema.Schema // without what is checked one by one
}

func readSchema(name string) (*schema, error) {
	text, err := Text(name)
	if err != nil {
		return nil, err
	}
	return compile(text)
}

func compile(text []byte) (*schema, error) {
	s := &schema{parts: map[string]*part{"": {}}}
	if err := json.Unmarshal(text, &s.root); err != nil {
		return nil, fmt.Errorf("the JSON Schema is not JSON: %w", err)
	}
	rest := s.root
	whole := beyondPlain(s.root)
	if !whole {
		rest = s.takeApart(s.root)
	}
	shapes := shapes{schema: s, byRef: map[string]*shape{}}
	for ref, p := range s.parts {
		own := rest
		switch {
		case whole:
			p.shape = &shape{whole: true}
		case ref == "":
			p.shape = shapes.of(s.root)
		default:
			p.shape = shapes.of(map[string]any{"$ref": ref})
			own = alone(ref, rest)
		}
		loader := gojsonschema.NewSchemaLoader()
		loader.Draft, loader.AutoDetect = gojsonschema.Draft7, false
		var err error
		if p.compiled, err = loader.Compile(gojsonschema.NewGoLoader(own)); err != nil {
			return nil, fmt.Errorf("the JSON Schema can't be used: %w", err)
		}
	}
	return s, nil
}

// takeApart returns a copy of rule without what is checked one by one, and notes in s.parts what that is.
func (s *schema) takeApart(rule map[string]any) map[string]any {
	rest := maps.Clone(rule)
	for _, key := range freeKeywords {
		inner, ok := rule[key].(map[string]any)
		if !ok {
			continue
		}
		if ref, ok := inner["$ref"].(string); ok {
			s.parts[ref] = &part{}
			delete(rest, key)
		} else {
			rest[key] = s.takeApart(inner)
		}
	}
	for _, key := range [...]string{"properties", "definitions"} {
		group, _ := rule[key].(map[string]any)
		if group == nil {
			continue
		}
		inside := make(map[string]any, len(group))
		for name, inner := range group {
			inside[name] = inner
			if inner, ok := inner.(map[string]any); ok {
				inside[name] = s.takeApart(inner)
			}
		}
		rest[key] = inside
	}
	return rest
}

// alone returns a schema of one definition, with no more of the others than it needs.
func alone(ref string, from map[string]any) map[string]any {
	all, _ := from["definitions"].(map[string]any)
	needed := map[string]any{}
	var add func(v any)
	add = func(v any) {
		object, _ := v.(map[string]any)
		for key, inner := range object {
			name, isRef := inner.(string)
			if name = strings.TrimPrefix(name, "#/definitions/"); key != "$ref" || !isRef {
				add(inner)
			} else if _, ok := needed[name]; !ok {
				needed[name] = all[name]
				add(all[name])
			}
		}
	}
	rule := map[string]any{"$ref": ref}
	add(rule)
	rule["definitions"] = needed
	return rule
}

func (s *schema) definition(ref string) map[string]any {
	definitions, _ := s.root["definitions"].(map[string]any)
	d, _ := definitions[strings.TrimPrefix(ref, "#/definitions/")].(map[string]any)
	return d
}

func (s *schema) validate(doc any) Diagnostics {
	var f findings
	s.check(element{value: doc}, &f)
	return f.list
}

// findings are what was found wrong so far.
type findings struct {
	list Diagnostics
	text int // how long they are
}

func (f *findings) add(ds Diagnostics) {
	f.list = append(f.list, ds...)
	for _, d := range ds {
		f.text += len(d.Pointer) + len(d.Message)
	}
}

func (f *findings) full() bool { return len(f.list) > maxDiagnostics || f.text > maxDiagnosticsText }

// check validates one element, then those inside of it.
func (s *schema) check(e element, found *findings) {
	p := s.parts[e.ref]
	v := view{path: slices.Clone(e.path)}
	plain := v.of(e.value, p.shape)
	if v.foreign != "" {
		found.add(failure("the " + s.title() + " holds a Go " + v.foreign + ", which is no JSON value"))
		return
	}
	result, err := p.compiled.Validate(gojsonschema.NewRawLoader(plain))
	if err != nil {
		found.add(failure(fmt.Sprintf("the %s can't be checked: %v", s.title(), err)))
		return
	}
	if !result.Valid() {
		found.add(s.explain(result.Errors(), e, plain))
	}
	for _, inner := range v.apart {
		if found.full() {
			return
		}
		s.check(inner, found)
	}
}

func (s *schema) title() string {
	if title, ok := s.root["title"].(string); ok {
		return title
	}
	return "document"
}
