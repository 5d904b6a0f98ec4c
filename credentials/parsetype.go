package credentials

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nate-go/nate/schemas"
)

// ParseType reads a credential type from n8n's JSON of it (ICredentialType): name, displayName, properties, and authenticate of the type
// generic, whose properties headers, qs and auth (username, password) are put on requests. Their values are texts in which
// {{ $credentials.field }} stands for a field of the credential, or for its default; other expressions are an error, as are functions,
// a body, and types that extend others. A test is not read.
func ParseType(text []byte) (Type, error) {
	var read struct {
		Name         string             `json:"name"`
		DisplayName  string             `json:"displayName"`
		Properties   []schemas.Property `json:"properties"`
		Extends      []string           `json:"extends"`
		PreAuth      json.RawMessage    `json:"preAuthentication"`
		Authenticate json.RawMessage    `json:"authenticate"`
	}
	if err := json.Unmarshal(text, &read); err != nil {
		return Type{}, fmt.Errorf("credential type %q: %w", read.Name, err)
	}
	var err error
	t := Type{Name: read.Name, DisplayName: read.DisplayName, Properties: read.Properties}
	switch {
	case read.Name == "":
		err = errors.New("it needs a name")
	case len(read.Extends) > 0:
		err = fmt.Errorf("extends: a type that extends others (%s) can't be read from data", strings.Join(read.Extends, ", "))
	case read.PreAuth != nil:
		err = errors.New("preAuthentication: " + noFunction)
	case read.Authenticate != nil:
		t.Authenticate, err = generic(read.Authenticate, read.Properties)
	}
	if err != nil {
		return Type{}, fmt.Errorf("credential type %q: %w", read.Name, err)
	}
	t.Check = func(d Data) error { return errors.Join(checkExpressions(d)...) }
	return t, nil
}

const noFunction = "a function of JavaScript can't be data"

// generic makes the func that n8n's IAuthenticateGeneric describes.
func generic(text []byte, properties []schemas.Property) (func(*http.Request, Data) error, error) {
	var read struct {
		Type       string                     `json:"type"`
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if json.Unmarshal(text, &read) != nil {
		return nil, errors.New("authenticate: " + noFunction)
	}
	if read.Type != "generic" {
		return nil, fmt.Errorf("authenticate.type: %q is not known: there is generic", read.Type)
	}
	parts := map[string][]placeholder{}
	for _, where := range sortedKeys(toAny(read.Properties)) {
		at := "authenticate.properties." + where
		if !slices.Contains([]string{"headers", "qs", "auth"}, where) {
			return nil, fmt.Errorf("%s: credentials can be put into headers, qs and auth only", at)
		}
		var values map[string]any
		if err := json.Unmarshal(read.Properties[where], &values); err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		for _, name := range sortedKeys(values) {
			p, err := parsePlaceholder(name, values[name], properties)
			if err != nil {
				return nil, fmt.Errorf("%s.%s: %w", at, name, err)
			}
			parts[where] = append(parts[where], p)
		}
	}
	return func(req *http.Request, d Data) error {
		for _, p := range parts["headers"] {
			if err := p.setHeader(req, d); err != nil {
				return err
			}
		}
		var added []string
		for _, p := range parts["qs"] {
			added = append(added, url.QueryEscape(p.name.of(d))+"="+strings.ReplaceAll(url.QueryEscape(p.value.of(d)), "+", "%20"))
		}
		if len(added) > 0 {
			if req.URL.RawQuery != "" {
				added = append([]string{req.URL.RawQuery}, added...)
			}
			req.URL.RawQuery = strings.Join(added, "&")
		}
		if auth := parts["auth"]; len(auth) > 0 {
			var user, password string
			for _, p := range auth {
				switch p.name.of(d) {
				case "username":
					user = p.value.of(d)
				case "password":
					password = p.value.of(d)
				}
			}
			req.SetBasicAuth(user, password)
		}
		return nil
	}, nil
}

func toAny(m map[string]json.RawMessage) map[string]any {
	out := make(map[string]any, len(m))
	for key, v := range m {
		out[key] = v
	}
	return out
}

// placeholder is a name and a value with fields of the credential in them.
type placeholder struct{ name, value template }

func (p placeholder) setHeader(req *http.Request, d Data) error {
	name, value := p.name.of(d), p.value.of(d)
	if name == "" || hasControl(name) || strings.ContainsAny(name, " :") {
		return d.unusable(p.name.field(), "is no name of a header", "write one such as X-API-Key")
	}
	if hasControl(value) {
		return d.unusable(p.value.field(), "has a line break or another control character in it", "copy the value alone")
	}
	req.Header.Set(name, value)
	return nil
}

// template is a text with fields of a credential in it: literal text and fields take turns.
type template struct {
	literals []string
	fields   []fieldOf
}

type fieldOf struct {
	name     string
	fallback any
}

var fieldReference = regexp.MustCompile(`^\s*\$credentials\??(?:\.(\w+)|(?:\.)?\[\s*["'](\w+)["']\s*\])\s*$`)

func parsePlaceholder(name string, value any, properties []schemas.Property) (placeholder, error) {
	text, ok := value.(string)
	if !ok {
		text = plain(value)
	}
	var p placeholder
	var err error
	if p.name, err = parseTemplate(name, properties); err == nil {
		p.value, err = parseTemplate(text, properties)
	}
	return p, err
}

func parseTemplate(text string, properties []schemas.Property) (template, error) {
	rest, isTemplate := strings.CutPrefix(text, "=")
	if !isTemplate {
		return template{literals: []string{text}}, nil
	}
	var t template
	for {
		before, after, found := strings.Cut(rest, "{{")
		t.literals = append(t.literals, before)
		if !found {
			return t, nil
		}
		inside, behind, closed := strings.Cut(after, "}}")
		m := fieldReference.FindStringSubmatch(inside)
		if !closed || m == nil {
			return t, fmt.Errorf("the expression {{%s}} is not supported: only {{ $credentials.field }} is", inside)
		}
		f := fieldOf{name: m[1] + m[2], fallback: ""}
		if i := slices.IndexFunc(properties, func(p schemas.Property) bool { return p.Name == f.name }); i >= 0 {
			f.fallback = properties[i].Default
		}
		t.fields = append(t.fields, f)
		rest = behind
	}
}

func (t template) field() string {
	if len(t.fields) == 0 {
		return ""
	}
	return t.fields[0].name
}

func (t template) of(d Data) string {
	var b strings.Builder
	for i, literal := range t.literals {
		b.WriteString(literal)
		if i < len(t.fields) {
			v, ok := d.Value(t.fields[i].name)
			if !ok {
				v = t.fields[i].fallback
			}
			b.WriteString(plain(v))
		}
	}
	return b.String()
}

func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}
