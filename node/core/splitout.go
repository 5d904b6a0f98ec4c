package core

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewSplitOut returns Split Out (n8n-nodes-base.splitOut): it makes an item of each element of a list, or of each value of
// an object.
func NewSplitOut() node.Node { return splitOut{} }

type splitOut struct{}

// Definition implements node.Node.
func (splitOut) Definition() node.Definition { return splitOutDefinition() }

// Execute implements node.Node.
func (splitOut) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	return splitItems(ctx, c, splitRules{hints: true})
}

// splitRules are what older forms of the operation do otherwise.
type splitRules struct {
	// single says that the parameter names one field, not a list, that included fields come first, and that a null is split
	// into nothing.
	single bool
	// rows says that fieldsToInclude is a list of rows.
	rows bool
	// missing makes a field that an item lacks an error; notList one that is neither list nor object, with this text.
	missing bool
	notList string
	// arraysOnly refuses objects too.
	arraysOnly bool
	// hints makes a note of fields that no item has.
	hints bool
}

func splitItems(ctx context.Context, c *node.Call, rules splitRules) (node.Output, error) {
	out := []node.Item{}
	found := &node.Object{} // by field, in order
	for i, it := range c.Items() {
		s := splitter{rules: rules, item: it, index: i, params: c.Params(ctx, i), found: found}
		if err := s.prepare(); err != nil {
			return node.Output{}, err
		}
		items, err := s.split()
		if err != nil {
			return node.Output{}, err
		}
		out = append(out, items...)
	}
	return node.Output{Main: [][]node.Item{out}, Hints: notFoundHints(found, rules.hints)}, nil
}

// splitter splits one item.
type splitter struct {
	rules   splitRules
	item    node.Item
	index   int
	params  *node.Params
	reader  reader
	names   []string
	targets []string
	include string
	// files says that the parts get the item's files.
	files bool
	// others are the names of the fields to include, when include says so.
	others []string
	// found tells of each field whether any item had it.
	found *node.Object
}

func (s *splitter) prepare() error {
	v, err := s.params.Value("fieldToSplitOut")
	if err != nil {
		return err
	}
	if text, ok := v.(string); ok && s.rules.single {
		s.names = []string{text}
	} else if s.names, err = fieldNames(v, "Fields To Split Out"); err != nil {
		return err
	}
	for i := range s.names {
		s.names[i] = strings.TrimPrefix(s.names[i], "$json.")
	}
	if s.reader, err = newReader(s.params); err != nil {
		return err
	}
	target, err := s.params.Optional("options.destinationFieldName")
	if err != nil {
		return err
	}
	if fields.Truthy(target) {
		if s.targets, err = fieldNames(target, "Destination Field Name"); err != nil {
			return err
		}
	}
	if len(s.targets) > 0 && len(s.targets) != len(s.names) {
		return node.NewOperationError(
			"If multiple fields to split out are given, the same number of destination fields must be given", "")
	}
	if s.files, err = isOn(s.params, "options.includeBinary"); err != nil {
		return err
	}
	if s.include, err = s.params.String("include"); err != nil || s.include != "selectedOtherFields" {
		return err
	}
	if s.rules.rows {
		s.others, err = namedRows(s.params, "fieldsToInclude.fields")
	} else {
		s.others, err = listedFields(s.params, "fieldsToInclude", "Fields To Include")
	}
	return err
}

// split returns the items that the elements become.
func (s *splitter) split() ([]node.Item, error) {
	var parts []node.Item
	for k, name := range s.names {
		if name == "$binary" && !s.rules.single {
			parts = s.withFiles(parts)
			continue
		}
		list, err := s.elements(name)
		if err != nil {
			return nil, err
		}
		target := ""
		if k < len(s.targets) {
			target = s.targets[k]
		}
		parts = slices.Grow(parts, max(len(list)-len(parts), 0))
		for e, element := range list {
			parts = s.upTo(parts, e)
			if element == nil && target == "" && s.rules.single && s.include == "noOtherFields" {
				continue
			}
			if target == "" && len(s.names) == 1 && s.include == "noOtherFields" && spread(parts[e].JSON, element) {
				continue
			}
			parts[e].JSON.Set(cmp.Or(target, name), element)
		}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	for i := range parts {
		if s.files && parts[i].Binary == nil {
			parts[i].Binary = s.item.Binary
		}
	}
	switch s.include {
	case "allOtherFields":
		rest := fields.Copy(s.item.JSON)
		for _, name := range s.names {
			s.reader.remove(rest, name)
		}
		for i := range parts {
			whole := fields.Copy(rest)
			spread(whole, parts[i].JSON)
			parts[i].JSON = whole
		}
	case "selectedOtherFields":
		if len(s.others) == 0 {
			return nil, node.NewOperationError("No fields specified", "Please add a field to include")
		}
		for i := range parts {
			if !s.rules.single {
				s.addOthers(parts[i].JSON)
			}
		}
	}
	return parts, nil
}

// addOthers sets the fields that are to be included.
func (s *splitter) addOthers(o *node.Object) {
	for _, name := range s.others {
		if !s.rules.single || name != s.names[0] {
			o.Set(name, s.reader.get(s.item.JSON, name))
		}
	}
}

// upTo makes sure that there is a part at an index that is at most their number.
func (s *splitter) upTo(parts []node.Item, index int) []node.Item {
	if index < len(parts) {
		return parts
	}
	o := &node.Object{}
	if s.rules.single {
		s.addOthers(o)
	}
	return append(parts, node.Item{JSON: o, Paired: []node.Paired{{Item: s.index}}})
}

// withFiles gives each part one of the item's files.
func (s *splitter) withFiles(parts []node.Item) []node.Item {
	i := 0
	for name, file := range s.item.Binary.All() {
		parts = s.upTo(parts, i)
		parts[i].Binary = parts[i].Binary.With(name, file)
		i++
	}
	return parts
}

// elements are what a field is split into.
func (s *splitter) elements(name string) ([]any, error) {
	v := s.reader.get(s.item.JSON, name)
	if had, _ := s.found.Get(name); had != true {
		s.found.Set(name, v != node.Undefined)
	}
	if v == node.Undefined {
		if s.rules.missing {
			if s.reader.flat && strings.Contains(name, ".") {
				return nil, s.reader.notFound(name)
			}
			return nil, s.failed(s.reader.notFound(name))
		}
		return nil, nil
	}
	switch v := v.(type) {
	case []any:
		return v, nil
	case *node.Object:
		if s.rules.arraysOnly {
			break
		}
		list := make([]any, 0, v.Len())
		for _, e := range v.All() {
			list = append(list, e)
		}
		return list, nil
	}
	if s.rules.notList != "" {
		return nil, s.failed(node.NewOperationError("The provided field '"+name+"' is not "+s.rules.notList, ""))
	}
	return []any{v}, nil
}

func (s *splitter) failed(err error) error { return node.AtItem(err, s.index) }

// spread sets the members of a value in an object, as {...o, ...v} does; false when v is no object or array.
func spread(o *node.Object, v any) bool {
	switch v := v.(type) {
	case *node.Object:
		for k, e := range v.All() {
			o.Set(k, e)
		}
		return true
	case []any:
		for i, e := range v {
			o.Set(node.FormatNumber(float64(i)), e)
		}
		return true
	case node.Date:
		return true
	}
	return false
}

// namedRows are the field names in the rows of a fixedCollection.
func namedRows(p *node.Params, path string) ([]string, error) {
	rows, err := rowsOf(p, path)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(rows))
	for i, row := range rows {
		names[i] = textOf(row, "fieldName")
	}
	return slices.Clip(names), nil
}
