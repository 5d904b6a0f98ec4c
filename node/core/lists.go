package core

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// What the nodes that work on lists of items have in common.

// fieldNames are the names in a parameter that lists fields: text with commas between, or an array.
func fieldNames(v any, parameter string) ([]string, error) {
	switch v := v.(type) {
	case string:
		var names []string
		for name := range strings.SplitSeq(v, ",") {
			if name = strings.TrimSpace(name); name != "" {
				names = append(names, name)
			}
		}
		return names, nil
	case []any:
		names := make([]string, len(v))
		for i, e := range v {
			names[i] = fields.Text(e)
		}
		return names, nil
	}
	return nil, &node.ErrorInfo{Message: "The '" + parameter +
		"' parameter must be a string of fields separated by commas or an array of strings."}
}

// listedFields are the names that a parameter lists; none where the parameter is not shown.
func listedFields(p *node.Params, parameter, label string) ([]string, error) {
	v, err := p.Value(parameter)
	switch {
	case errors.Is(err, node.ErrNoParameter):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return fieldNames(v, label)
}

// isOn reports whether an option is set to something that JavaScript takes for true.
func isOn(p *node.Params, path string) (bool, error) {
	v, err := p.Optional(path)
	return fields.Truthy(v), err
}

// rowsOf are the rows of a fixedCollection with several values ("sortFieldsUi.sortField").
func rowsOf(p *node.Params, path string) ([]*node.Object, error) {
	v, err := p.Optional(path)
	if err != nil {
		return nil, err
	}
	list, _ := v.([]any)
	rows := make([]*node.Object, 0, len(list))
	for _, e := range list {
		row, _ := e.(*node.Object)
		rows = append(rows, row)
	}
	return rows, nil
}

// textOf is a value of a row as JavaScript takes it for a key: what an expression left undefined is "undefined".
func textOf(o *node.Object, key string) string {
	v, ok := o.Get(key)
	if !ok {
		return ""
	}
	return fields.Text(v)
}

// reader reads fields of items: by path, or by name alone.
type reader struct{ flat bool }

func newReader(p *node.Params) (reader, error) {
	flat, err := isOn(p, "options.disableDotNotation")
	return reader{flat}, err
}

func (r reader) get(o *node.Object, field string) any {
	if r.flat {
		return member(o, field)
	}
	return fields.Get(o, field)
}

func (r reader) remove(o *node.Object, field string) {
	if r.flat {
		o.Delete(field)
		return
	}
	fields.Unset(o, field)
}

// exists reports whether any item has a field.
func (r reader) exists(items []node.Item, field string) bool {
	for _, it := range items {
		if r.flat && it.JSON.Has(field) || !r.flat && fields.Get(it.JSON, field) != node.Undefined {
			return true
		}
	}
	return false
}

const turnDotsOn = "If you're trying to use a nested field, make sure you turn off 'disable dot notation' in the node options"

// notFound is the error for a field that no item has.
func (r reader) notFound(field string) error {
	description := ""
	if r.flat && strings.Contains(field, ".") {
		description = turnDotsOn
	}
	return node.NewOperationError("Couldn't find the field '"+field+"' in the input data", description)
}

// linksTo are links to the first n items of the input.
func linksTo(n int) []node.Paired {
	links := make([]node.Paired, n)
	for i := range links {
		links[i].Item = i
	}
	return links
}

// notFoundHints are notes about the fields that are false in found. n8n's editor shows those of one group together.
func notFoundHints(found *node.Object, wanted bool) []node.Hint {
	var hints []node.Hint
	for field, was := range found.All() {
		if was == true || !wanted {
			continue
		}
		group := node.NewObject("key", "fieldNotFound", "summary", "{count} fields weren't found in your input items", "label", field)
		hints = append(hints, node.Hint{
			Message: "The field '" + field + "' wasn't found in any input item", Location: "outputPane",
			Extra: map[string]json.RawMessage{"group": node.AppendJSON(nil, group)},
		})
	}
	return hints
}
