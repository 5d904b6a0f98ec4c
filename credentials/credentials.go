// Package credentials holds what nodes need to know of secrets: the types of credentials, their data, which never prints
// itself, and the resolvers that find the credential that a workflow file names.
package credentials

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"

	"github.com/nate-go/nate/schemas"
)

// Type describes a type of credential: n8n's ICredentialType.
type Type struct {
	// Name is what workflow files call it: "directusApi".
	Name        string
	DisplayName string
	Properties  []schemas.Property
	// Extends are the names of the types that this one has properties from, and theirs: n8n's extends, see Inherit.
	Extends []string
	// Unsupported says why credentials of this type can't be used ("its authenticate is a function of JavaScript, ..."); empty: they can.
	Unsupported string
	// Check reports what is wrong with the fields of a credential of this type as *UnusableError, several joined. It never
	// shows a value. nil: nothing is checked.
	Check func(d Data) error
	// Authenticate puts the credential on a request: header, query, body. nil: the type is not for requests. That of a type
	// that ParseType made is changed by WithAuthenticate.
	Authenticate func(req *http.Request, d Data) error
	// Complete returns d with the defaults that its type has for the fields that it lacks. nil: data are used as they are.
	Complete func(ctx context.Context, d Data) (Data, error)

	parsed  bool     // ParseType made it
	given   bool     // WithAuthenticate
	generic *generic // its authenticate, nil when it has none
}

// Ref is how a node of a workflow file names its credential: by type, and by the id or the name that it has in n8n.
type Ref struct{ Type, ID, Name string }

// Resolver finds credentials. Implementations must be safe for concurrent use.
type Resolver interface {
	// Resolve returns the credential that ref names. When there is none the error is a *NotFoundError.
	Resolve(ctx context.Context, ref Ref) (Data, error)
}

// Data are the values of one credential. Whatever prints it (fmt, log/slog, encoding/json) shows its type and name, never
// a value. It is immutable and safe for concurrent use. The zero Data has no values.
type Data struct {
	ref Ref
	// source is where a resolver found it, for errors; may be empty.
	source   string
	complete bool  // it has the defaults of its type
	store    Store // is told of changes; nil: nobody is
	// values is a func so that nothing that looks into structs by reflection finds them: fmt does in unexported fields, and
	// for wrong verbs, without asking Format.
	values func() map[string]any
}

// New returns Data with the given values, which are copied (one level deep). A ref with neither ID nor Name serves every
// node that asks for its type.
func New(ref Ref, values map[string]any) Data {
	return Data{ref: ref}.with(maps.Clone(values))
}

// with returns d with other values.
func (d Data) with(values map[string]any) Data {
	d.values = func() map[string]any { return values }
	return d
}

// Ref returns the type, id and name of the credential.
func (d Data) Ref() Ref { return d.ref }

// Text returns a value that is text, "" if it is missing or something else.
func (d Data) Text(field string) string {
	v, _ := d.Value(field)
	s, _ := v.(string)
	return s
}

// Value returns a value, and whether there is one: a JSON value as encoding/json decodes it. It must not be changed.
func (d Data) Value(field string) (any, bool) {
	v, ok := d.all()[field]
	return v, ok
}

// Fields returns the names of the values, sorted.
func (d Data) Fields() []string { return sortedKeys(d.all()) }

func (d Data) all() map[string]any {
	if d.values == nil {
		return nil
	}
	return d.values()
}

// Format prints the type and the name for every verb.
func (d Data) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "credential "+d.ref.String()) }

// LogValue logs the type and the name.
func (d Data) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(d)) }

// MarshalJSON writes the type and the name.
func (d Data) MarshalJSON() ([]byte, error) { return json.Marshal(fmt.Sprint(d)) }

// String names the credential for a message: by its name if it has one, else by its id, and always its type.
func (r Ref) String() string {
	switch {
	case r.Name != "":
		return fmt.Sprintf("%q (%s)", r.Name, r.Type)
	case r.ID != "":
		return fmt.Sprintf("with id %q (%s)", r.ID, r.Type)
	}
	return "(" + r.Type + ")"
}
