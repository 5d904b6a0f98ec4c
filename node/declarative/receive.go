package declarative

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// result is an item on the way: its JSON may be any value until the end.
type result struct {
	json   any
	binary *node.Binaries
}

func results(values []any) []result {
	list := make([]result, len(values))
	for i, v := range values {
		list[i].json = v
	}
	return list
}

// items makes items of results. What is no object stands below data, as in the HTTP Request node; nothing (undefined, an empty answer)
// is an object without fields.
func items(list []result) []node.Item {
	out := make([]node.Item, len(list))
	for i, r := range list {
		o, ok := r.json.(*node.Object)
		switch {
		case ok:
		case r.json == node.Undefined || r.json == "":
			o = &node.Object{}
		default:
			o = node.NewObject("data", r.json)
		}
		out[i] = node.Item{JSON: o, Binary: r.binary}
	}
	return out
}

// at is lodash's get.
func at(v any, path string) any {
	switch v := v.(type) {
	case *node.Object:
		return fields.Get(v, path)
	case []any:
		return fields.Get(node.NewObject("list", v), "list."+path)
	}
	return node.Undefined
}

// receive lets the actions of postReceive make results of an answer, one after the other; without any, a list becomes its elements.
func (s *sender) receive(ctx context.Context, d *draft, a *answer) ([]result, error) {
	if len(d.receive) == 0 {
		if list, ok := a.body.([]any); ok {
			return results(list), nil
		}
		return []result{{json: a.body}}, nil
	}
	list := []result{{json: a.body}}
	for _, r := range d.receive {
		do := &receiver{sender: s, ctx: ctx, item: d.item, answer: a, value: r.value}
		for _, action := range r.actions {
			var err error
			if list, err = do.act(action, list); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

type receiver struct {
	*sender
	ctx    context.Context //nolint:containedctx // for one answer
	item   int
	answer *answer
	value  any          // of the parameter whose actions these are
	known  *node.Object // see variables
}

// variables are those of every action.
func (r *receiver) variables() *node.Object {
	if r.known == nil {
		r.known = node.NewObject("$response", r.answer.response(), "$value", r.value, "$version", r.call.Instance().TypeVersion)
	}
	return r.known
}

func (r *receiver) resolve(e *node.Expression, variables *node.Object) (any, error) {
	return r.call.Resolve(r.ctx, e, r.item, variables)
}

func (r *receiver) act(a *action, list []result) ([]result, error) {
	if a.function != nil {
		made, err := a.function.postReceive(r.ctx, r.itemCall(r.ctx, r.item), items(list), Response{
			StatusCode: r.answer.status, StatusMessage: r.answer.text, Headers: r.answer.headers(), Body: r.answer.body, Content: r.answer.content,
		})
		list = make([]result, len(made))
		for i, one := range made {
			list[i] = result{one.JSON, one.Binary}
		}
		return list, err
	}
	switch a.kind {
	case "rootProperty":
		var out []result
		for _, one := range list {
			v := at(one.json, a.text)
			if elements, ok := v.([]any); ok {
				out = append(out, results(elements)...)
			} else {
				out = append(out, result{json: v})
			}
		}
		return out, nil
	case "filter":
		variables := r.variables()
		if r.credential.values != nil {
			variables = with(variables, "$credentials", r.credential.values)
		}
		var out []result
		for _, one := range list {
			pass, err := r.resolve(a.value, with(variables, "$responseItem", one.json))
			if err != nil {
				return nil, err
			}
			if fields.Truthy(pass) {
				out = append(out, one)
			}
		}
		return out, nil
	case "limit":
		v, err := r.resolve(a.value, r.variables())
		if err != nil {
			return nil, err
		}
		return list[:kept(whole(v), len(list))], nil
	case "set":
		v, err := r.resolve(a.value, r.variables())
		return []result{{json: v}}, err
	case "sort":
		return sorted(list, a.text)
	case "setKeyValue":
		out := make([]result, len(list))
		for i, one := range list {
			variables := with(r.variables(), "$responseItem", one.json)
			o := &node.Object{}
			for _, m := range a.members {
				v, err := r.resolve(m.value, variables)
				if err != nil {
					return nil, err
				}
				o.Set(m.key, v)
			}
			out[i].json = o
		}
		return out, nil
	case "binaryData":
		return r.binaryData(a, list)
	}
	return nil, fmt.Errorf("%s: there is no action %q", a.path, a.kind)
}

// whole is JavaScript's parseInt.
func whole(v any) float64 {
	text := strings.TrimSpace(fields.Text(v))
	end := 0
	for end < len(text) && (text[end] >= '0' && text[end] <= '9' || end == 0 && (text[0] == '-' || text[0] == '+')) {
		end++
	}
	n, err := strconv.ParseFloat(text[:end], 64)
	if err != nil {
		return 0
	}
	return n
}

// sorted orders by the text of a field without regard to case; what lacks it comes first. A single result is not looked at.
func sorted(list []result, key string) ([]result, error) {
	if len(list) < 2 {
		return list, nil
	}
	keys := make([]string, len(list))
	order := make([]int, len(list))
	for i, one := range list {
		order[i] = i
		o, ok := one.json.(*node.Object)
		if !ok {
			if one.json == nil || one.json == node.Undefined {
				return nil, fmt.Errorf("Cannot read properties of %s (reading '%s')", fields.Text(one.json), key) //nolint:staticcheck // n8n's text
			}
			continue
		}
		if v, ok := o.Get(key); ok && v != nil && v != node.Undefined {
			keys[i] = fields.Lower(fields.Text(v))
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return fields.CompareText(keys[a], keys[b]) })
	out := make([]result, len(list))
	for i, from := range order {
		out[i] = list[from]
	}
	return out, nil
}

// binaryData puts the content of the answer beside each result as a file.
func (r *receiver) binaryData(a *action, list []result) ([]result, error) {
	content, err := r.answer.bytes()
	if err != nil {
		return nil, err
	}
	name, err := r.resolve(a.value, r.variables())
	if err != nil {
		return nil, err
	}
	file, err := r.call.CreateBinary(r.ctx, bytes.NewReader(content), node.NewBinary("", ""))
	if err != nil {
		return nil, err
	}
	var files *node.Binaries
	files = files.With(fields.Text(name), file)
	out := make([]result, len(list))
	for i, one := range list {
		if _, isText := one.json.(string); isText {
			one.json = &node.Object{}
		}
		out[i] = result{one.json, files}
	}
	return out, nil
}

// bytes is the content of an answer as Node.js makes a Buffer of it: a text, or a list of numbers.
func (a *answer) bytes() ([]byte, error) {
	switch v := a.body.(type) {
	case string:
		return []byte(v), nil
	case []any:
		content := make([]byte, len(v))
		for i, e := range v {
			if n := math.Mod(math.Trunc(fields.Number(e)), 256); !math.IsNaN(n) {
				content[i] = byte(int(n))
			}
		}
		return content, nil
	}
	if a.content != nil {
		return a.content, nil
	}
	received := "an instance of Object"
	switch v := a.body.(type) {
	case nil:
		received = "null"
	case bool:
		received = fmt.Sprintf("type boolean (%t)", v)
	case float64:
		received = fmt.Sprintf("type number (%s)", node.FormatNumber(v))
	}
	return nil, fmt.Errorf("The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object. "+ //nolint:staticcheck // n8n's text
		"Received %s", received)
}
