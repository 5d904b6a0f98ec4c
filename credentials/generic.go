package credentials

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nate-go/nate/schemas"
)

// generic is an authenticate of the type generic (IAuthenticateGeneric): what goes where on a request, with expressions.
type generic struct{ headers, qs, body, auth []member }

type member struct {
	name  string
	value any // JSON as encoding/json decodes it
}

func parseGeneric(text []byte) (*generic, error) {
	var read struct {
		Type       string                     `json:"type"`
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if err := json.Unmarshal(text, &read); err != nil {
		return nil, fmt.Errorf("authenticate: %w", err)
	}
	if read.Type != "generic" {
		return nil, fmt.Errorf("authenticate.type: %q is not known: there is generic", read.Type)
	}
	g := &generic{}
	places := map[string]*[]member{"headers": &g.headers, "qs": &g.qs, "body": &g.body, "auth": &g.auth}
	for where, text := range read.Properties {
		place := places[where]
		if place == nil {
			return nil, fmt.Errorf("authenticate.properties.%s: credentials can be put into %s only", where, strings.Join(sortedKeys(places), ", "))
		}
		var err error
		if *place, err = members(text); err != nil {
			return nil, fmt.Errorf("authenticate.properties.%s: %w", where, err)
		}
	}
	return g, nil
}

// members reads an object in the order in which it is written.
func members(text []byte) ([]member, error) {
	var list []member
	err := eachMember(text, func(name string, value json.RawMessage) error {
		list = append(list, member{name: name})
		return json.Unmarshal(value, &list[len(list)-1].value)
	})
	return list, err
}

// eachMember calls fn for each member of an object of JSON.
func eachMember(text []byte, fn func(name string, value json.RawMessage) error) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return errors.New("it is no object")
	}
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err == nil {
			err = d.Decode(&value)
		}
		if err == nil {
			err = fn(name.(string), value) //nolint:forcetypeassert // a name is a text
		}
		if err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	if d.More() {
		return errors.New("there is something behind the object")
	}
	return nil
}

// authenticate makes the Authenticate of a type.
func (g *generic) authenticate(properties []schemas.Property, e Evaluator) func(*http.Request, Data) error {
	return func(req *http.Request, d Data) error {
		d, err := complete(req.Context(), d, properties, e)
		if err != nil {
			return err
		}
		p := putter{req, d, func(v any) (any, error) { return resolve(req.Context(), v, d.all(), e) }}
		for _, h := range g.headers {
			if err := p.header(h); err != nil {
				return err
			}
		}
		if err := p.query(g.qs); err != nil {
			return err
		}
		if err := p.auth(g.auth); err != nil {
			return err
		}
		return p.body(g.body)
	}
}

// putter puts the entries of a generic authenticate on a request.
type putter struct {
	req     *http.Request
	d       Data
	resolve func(any) (any, error)
}

func (p *putter) pair(e member) (name string, v any, err error) {
	n, err := p.resolve(e.name)
	if err == nil {
		v, err = p.resolve(e.value)
	}
	return plain(n), v, err
}

func (p *putter) header(e member) error {
	name, v, err := p.pair(e)
	if err != nil {
		return err
	}
	value := plain(v)
	if !headerName.MatchString(name) {
		return p.d.unusable(fieldIn(e.name), "is no name of a header", "write one such as X-API-Key")
	}
	if hasControl(value) {
		return p.d.unusable(fieldIn(e.value), "has a line break or another control character in it", "copy the value alone")
	}
	p.req.Header.Set(name, value)
	return nil
}

// query sets parameters; one that is there already is replaced.
func (p *putter) query(list []member) error {
	for _, e := range list {
		name, v, err := p.pair(e)
		if err != nil {
			return err
		}
		p.req.URL.RawQuery = setPair(p.req.URL.RawQuery, name, plain(v))
	}
	return nil
}

// setPair sets a name of a query or a form.
func setPair(query, name, value string) string {
	pair := url.QueryEscape(name) + "=" + strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
	if query == "" {
		return pair
	}
	pairs := strings.Split(query, "&")
	for i, other := range pairs {
		key, _, _ := strings.Cut(other, "=")
		if key, err := url.QueryUnescape(key); err == nil && key == name {
			pairs[i] = pair
			return strings.Join(pairs, "&")
		}
	}
	return query + "&" + pair
}

func (p *putter) auth(list []member) error {
	if len(list) == 0 {
		return nil
	}
	texts := map[string]string{}
	for _, e := range list {
		name, v, err := p.pair(e)
		if err != nil {
			return err
		}
		texts[name] = plain(v)
	}
	p.req.SetBasicAuth(texts["username"], texts["password"])
	return nil
}

const formType = "application/x-www-form-urlencoded"

// body sets fields of a body that is an object of JSON or a form; a request without a body gets an object.
func (p *putter) body(list []member) error {
	if len(list) == 0 || p.req.Method == http.MethodGet {
		return nil // as in n8n
	}
	var text []byte
	if p.req.Body != nil {
		var err error
		if text, err = io.ReadAll(p.req.Body); err != nil {
			return err
		}
		_ = p.req.Body.Close()
	}
	kind, _, _ := mime.ParseMediaType(p.req.Header.Get("Content-Type"))
	isForm := kind == formType && len(text) > 0
	var object []member
	if !isForm {
		if len(text) == 0 {
			text = []byte("{}")
			p.req.Header.Set("Content-Type", "application/json")
		}
		var err error
		if object, err = rawMembers(text); err != nil {
			return p.d.unusable("", "has fields for the body, and the body of the request has none", "such a credential needs a body of JSON or a form")
		}
	}
	for _, e := range list {
		name, v, err := p.pair(e)
		if err != nil {
			return err
		}
		if isForm {
			text = []byte(setPair(string(text), name, plain(v)))
			continue
		}
		if i := slices.IndexFunc(object, func(e member) bool { return e.name == name }); i >= 0 {
			object[i].value = v
		} else {
			object = append(object, member{name, v})
		}
	}
	if !isForm {
		var err error
		if text, err = objectText(object); err != nil {
			return err
		}
	}
	p.req.ContentLength = int64(len(text))
	p.req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	p.req.Body, _ = p.req.GetBody()
	return nil
}

// rawMembers reads an object whose values stay as they are written.
func rawMembers(text []byte) ([]member, error) {
	var list []member
	err := eachMember(text, func(name string, value json.RawMessage) error {
		list = append(list, member{name, value})
		return nil
	})
	return list, err
}

func objectText(list []member) ([]byte, error) {
	var b bytes.Buffer
	write := func(v any) error {
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		err := e.Encode(v)
		b.Truncate(len(bytes.TrimRight(b.Bytes(), "\n")))
		return err
	}
	for i, e := range list {
		b.WriteByte("{,"[min(i, 1)])
		if err := write(e.name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if raw, ok := e.value.(json.RawMessage); ok {
			b.Write(raw)
		} else if err := write(e.value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// resolve returns what is put on a request for a value of the definition: for an expression text, as in n8n, else the value itself.
func resolve(ctx context.Context, v any, fields map[string]any, e Evaluator) (any, error) {
	text, ok := v.(string)
	if !ok || !isExpression(text) {
		return v, nil
	}
	v, err := evaluate(ctx, text, "$credentials", fields, e)
	if v == false || v == 0.0 {
		return "", err
	}
	return plain(v), err
}

var (
	headerName     = regexp.MustCompile("^[!#$%&'*+\\-.^_`|~0-9A-Za-z]+$")
	expressionPart = regexp.MustCompile(`\{\{(.*?)\}\}`)
	fieldReference = regexp.MustCompile(`^\s*(\$credentials|\$self)\??(?:\.(\w+)|(?:\.)?\[\s*["'](\w+)["']\s*\])\s*$`)
)

// evaluate returns the value of a text. One that holds nothing but references to fields needs no Evaluator; a field that is not there is
// empty text.
func evaluate(ctx context.Context, text, variable string, fields map[string]any, e Evaluator) (any, error) {
	template, isExpression := strings.CutPrefix(text, "=")
	if !isExpression {
		return text, nil
	}
	simple := true
	var alone any
	out := expressionPart.ReplaceAllStringFunc(template, func(part string) string {
		m := fieldReference.FindStringSubmatch(part[2 : len(part)-2])
		if m == nil || m[1] != variable {
			simple = false
			return ""
		}
		v, ok := fields[m[2]+m[3]]
		if !ok {
			v = ""
		}
		if part == template {
			alone = v
		}
		return plain(v)
	})
	switch {
	case simple && alone != nil:
		return alone, nil
	case simple:
		return out, nil
	case e == nil:
		return nil, fmt.Errorf("the expression %s needs an evaluator: only {{ %s.field }} works without", template, variable)
	}
	return e(ctx, text, map[string]any{variable: fields})
}

// fieldIn is the first field that a value refers to, for errors.
func fieldIn(v any) string {
	text, _ := v.(string)
	for _, part := range expressionPart.FindAllStringSubmatch(text, -1) {
		if m := fieldReference.FindStringSubmatch(part[1]); m != nil {
			return m[2] + m[3]
		}
	}
	return ""
}

func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		texts := make([]string, len(v))
		for i, e := range v {
			texts[i] = plain(e)
		}
		return strings.Join(texts, ",")
	case map[string]any:
		return "[object Object]"
	}
	return fmt.Sprint(v)
}
