package httprequest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/internal/oauth2"
	"github.com/nate-go/nate/node"
)

// NewGraphQL returns GraphQL (n8n-nodes-base.graphql), type versions 1 and 1.1: a query for each item, one after the other. An answer with
// an error status is read as any other; one that has errors fails its item, and in a continue mode the item is put out all the same,
// before the error.
func NewGraphQL() node.Node {
	return graphQL{&httpRequest{def: graphQLDefinition(), read: (*reader).graphQL, tokens: &oauth2.Tokens{}}}
}

type graphQL struct{ http *httpRequest }

var (
	_ node.ItemNode        = graphQL{}
	_ node.Checker         = graphQL{}
	_ node.CredentialTyper = graphQL{}
)

// Definition implements node.Node.
func (n graphQL) Definition() node.Definition { return n.http.def }

// CredentialTypes implements node.CredentialTyper.
func (n graphQL) CredentialTypes() []credentials.Type { return n.http.CredentialTypes() }

// Check implements node.Checker.
func (n graphQL) Check(parameters *node.Object) []node.Fault { return n.http.Check(parameters) }

// Execute implements node.Node.
func (n graphQL) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	return node.ExecuteItems(ctx, c, n, node.Retry{})
}

// ExecuteItem implements node.ItemNode.
func (n graphQL) ExecuteItem(ctx context.Context, c *node.Call, item int) ([][]node.Item, error) {
	s, err := n.http.sender(ctx, c, item, 0)
	if err != nil {
		return nil, plainItem(err)
	}
	items, err := s.query(ctx)
	if err == nil || len(items) == 0 || !c.ContinueOnFail() {
		return [][]node.Item{items}, plainItem(err)
	}
	return [][]node.Item{append(items, node.FailedItem(err))}, nil
}

// plainError is a failed request whose item has the text of n8n's HTTP client, and nothing else.
type plainError struct {
	*requestError
}

func (e *plainError) Unwrap() error { return e.requestError }

// ItemJSON implements what node.FailedItem asks for.
func (e *plainError) ItemJSON() *node.Object { return node.NewObject("error", e.CauseMessage) }

func plainItem(err error) error {
	var e *requestError
	if errors.As(err, &e) {
		return &plainError{e}
	}
	return err
}

// graphQL reads the parameters of GraphQL.
func (r *reader) graphQL() (*draft, error) {
	d := &draft{
		headers: &node.Object{}, query: &node.Object{}, body: absent, maxRedirects: defaultRedirects, timeout: defaultTimeout,
		neverError: true, ownFirst: true, noRequest: true,
	}
	var err error
	if d.method, err = r.String("requestMethod"); err != nil {
		return nil, err
	}
	d.follow = d.method == "GET"
	format := "json" // n8n shows no other for GET, and sends the body with it
	if !d.follow {
		if format, err = r.String("requestFormat"); err != nil {
			return nil, err
		}
	}
	if d.url, err = r.endpoint(); err != nil {
		return nil, err
	}
	if d.transport.SkipVerify, err = r.Bool("allowUnauthorizedCerts"); err != nil {
		return nil, err
	}
	query, err := r.Value("query")
	if err != nil {
		return nil, err
	}
	if d.method == "GET" {
		d.query.Set("query", query)
	}
	accept := "application/json"
	if d.parsesJSON = format == "json"; d.parsesJSON {
		d.body, err = r.operation(query, d.method)
	} else {
		accept, d.body = "*/*", textOf(query)
	}
	if err != nil {
		return nil, err
	}
	d.headers.Set("content-type", "application/"+format)
	rows, err := r.pairs("headerParametersUi", "parameter")
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if name, v := nameValue(row); name != "" {
			setHeader(d.headers, name, v)
		}
	}
	if _, set := header(d.headers, "accept"); !set {
		d.headers.Set("accept", accept)
	}
	return d, r.graphQLAnswer(d)
}

// endpoint is the URL that the queries go to.
func (r *reader) endpoint() (string, error) {
	v, err := r.Value("endpoint")
	if err != nil {
		return "", err
	}
	text, _ := v.(string)
	text = strings.TrimSpace(text)
	if scheme, _, ok := strings.Cut(text, "://"); ok && !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") && isToken(scheme) {
		return "", networkError("Unsupported protocol "+scheme+":", "ERR_BAD_REQUEST", "AxiosError")
	}
	_, err = parseURL(text)
	return text, err
}

// operation is the body in the format JSON.
func (r *reader) operation(query any, method string) (*node.Object, error) {
	body := &node.Object{}
	setValue(body, "query", query)
	if method == "GET" {
		body.Set("variables", &node.Object{})
		body.Set("operationName", nil)
		return body, nil
	}
	v, err := r.Value("variables")
	if err != nil {
		return nil, err
	}
	failed := func(problem string) error {
		return node.NewOperationError(fmt.Sprintf("Using variables failed:\n%s\n\n%s", jsText(v), problem), "")
	}
	variables := v
	switch given := v.(type) {
	case *node.Object, []any:
	case string:
		if variables = any(&node.Object{}); given == "" {
			break
		}
		if variables, err = node.ParseJSON([]byte(given)); err != nil {
			return nil, failed("With error message:\nSyntaxError: " + err.Error())
		}
	default:
		return nil, failed("GraphQL variables should be either an object or a string.")
	}
	body.Set("variables", variables)
	name, err := r.Value("operationName")
	if err != nil {
		return nil, err
	}
	if name == "" {
		name = nil
	}
	setValue(body, "operationName", name)
	return body, nil
}

// graphQLAnswer reads how the answer becomes items. n8n asks for it once, at the first item.
func (r *reader) graphQLAnswer(d *draft) error {
	first := r.call.Params(r.ctx, 0)
	var err error
	if d.format, err = first.String("responseFormat"); err != nil || d.format == "json" {
		return err
	}
	d.output, err = first.String("dataPropertyName")
	return err
}

// query sends the query of the item, and returns what its answer becomes. With errors in the answer comes an error beside it.
func (s *sender) query(ctx context.Context) ([]node.Item, error) {
	a, err := s.send(ctx, s.draft)
	if err != nil {
		return nil, err
	}
	defer a.body.Close()
	text, err := readText(a)
	if err != nil {
		return nil, err
	}
	var v any = text
	if s.draft.parsesJSON {
		if parsed, err := node.ParseJSON([]byte(text)); err == nil {
			v = parsed
		}
	}
	var items []node.Item
	if s.draft.format == "json" {
		if v, err = answerOf(v); err != nil {
			return nil, err
		}
		items = itemsOf(v)
	} else {
		o := &node.Object{}
		if text != "" {
			o.Set(s.draft.output, v)
		}
		items = []node.Item{{JSON: o}}
	}
	return items, graphQLError(v)
}

// answerOf is an answer in the response format JSON.
func answerOf(v any) (any, error) {
	text, isText := v.(string)
	switch {
	case v == nil:
		return nil, node.NewOperationError("The answer is null, which says nothing about the query", "")
	case !isText:
		return v, nil
	case text == "":
		return &node.Object{}, nil
	}
	parsed, err := node.ParseJSON([]byte(text))
	if err != nil {
		return nil, node.NewOperationError(`Response body is not valid JSON. Change "Response Format" to "String"`, "")
	}
	return parsed, nil
}

func itemsOf(v any) []node.Item {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	items := make([]node.Item, len(list))
	for i, e := range list {
		items[i].JSON = objectOf(e)
	}
	return items
}

// statusKeys are those under which n8n looks for the status of an error.
var statusKeys = []string{"statusCode", "status", "code", "status_code", "errorCode", "error_code"}

// graphQLError is what an answer says of errors; nil: nothing.
func graphQLError(v any) error {
	if text, ok := v.(string); ok && strings.HasPrefix(text, `{"errors":`) {
		v, _ = node.ParseJSON([]byte(text))
	}
	o, _ := v.(*node.Object)
	given, _ := o.Get("errors")
	if given == node.Undefined || !fields.Truthy(given) {
		return nil
	}
	e := &node.APIError{ErrorInfo: node.ErrorInfo{Name: node.APIErrorName, Message: "Unexpected error"}}
	switch given := given.(type) {
	case string:
		e.Message = given
	case []any:
		texts := make([]string, len(given))
		for i, one := range given {
			o, _ := one.(*node.Object)
			if message, _ := o.Get("message"); message != nil && message != node.Undefined {
				one = message
			}
			texts[i] = fields.Text(one)
		}
		if e.Message = strings.Join(texts, ", "); len(texts) == 0 {
			e.Message = "There was an unknown issue while executing the node"
			e.Description = `The list "errors" of the answer is empty: by the rules of GraphQL it should not be there.`
		}
	case *node.Object:
		e.Description, _ = described(given)
		e.HTTPCode, _ = findText(given, statusKeys, nestedKeys, 0)
		if e.Description != "" {
			e.Messages = []string{e.Description}
		}
	}
	return e
}
