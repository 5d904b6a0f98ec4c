package credentials

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/nate-go/nate/schemas"
)

// File reads a credentials file, once, and returns a Resolver of what is in it: see Parse, whose errors it has too. The Resolver is
// safe for concurrent use.
func File(path string) (Resolver, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the credentials file can't be read: %w", err)
	}
	return Parse(path, text)
}

// Parse returns a Resolver of credentials in the form that `n8n export:credentials --all --decrypted` writes: a list of
// objects with id, name, type and data, or one such object. place is what errors call it. An error says in what places it
// is not of that form (schemas.Diagnostics), never what stands there. A credential that was exported without --decrypted
// is an error when it is asked for. The Resolver is safe for concurrent use.
func Parse(place string, text []byte) (Resolver, error) {
	doc, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("the credentials file %s %w", place, err)
	}
	if ds := schemas.Validate(schemas.CredentialsFile, doc); ds.HasErrors() {
		return nil, fmt.Errorf("the credentials file %s is not what n8n exports: %w", place, ds)
	}
	list, ok := doc.([]any)
	if !ok {
		list = []any{doc}
	}
	s := &store{place: place, hint: "add it to " + place}
	for _, e := range list {
		s.entries = append(s.entries, entryOf(e.(map[string]any), place))
	}
	return s, nil
}

// entryOf takes an entry that fits the JSON Schema.
func entryOf(o map[string]any, place string) entry {
	text := func(key string) string {
		if n, ok := o[key].(float64); ok { // ids were numbers in older versions of n8n
			return strconv.FormatFloat(n, 'f', -1, 64)
		}
		s, _ := o[key].(string)
		return s
	}
	values, decrypted := o["data"].(map[string]any)
	d := New(Ref{Type: text("type"), ID: text("id"), Name: text("name")}, values)
	d.source = place
	return entry{data: d, encrypted: !decrypted}
}

// decode reads JSON. Its errors are the end of a sentence; they show places, and nothing of the text, as those of
// encoding/json do.
func decode(text []byte) (any, error) {
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		return nil, errors.New("is UTF-16; save it as UTF-8")
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	var doc any
	err := json.Unmarshal(text, &doc)
	if err == nil {
		return doc, nil
	}
	problem, offset := "stops being JSON", int64(len(text))
	var syntax *json.SyntaxError
	var number *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &number):
		problem, offset = "has a number that is too large", number.Offset
	}
	before := text[:min(max(offset-1, 0), int64(len(text)))]
	return nil, fmt.Errorf("%s at line %d, column %d", problem,
		bytes.Count(before, []byte("\n"))+1, len(before)-bytes.LastIndexByte(before, '\n'))
}
