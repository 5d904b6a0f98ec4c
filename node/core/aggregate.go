package core

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewAggregate returns Aggregate (n8n-nodes-base.aggregate): it makes one item of all, with lists of the values of single
// fields, or with a list of the items.
func NewAggregate() node.Node { return aggregate{} }

type aggregate struct{}

// Definition implements node.Node.
func (aggregate) Definition() node.Definition { return aggregateDefinition() }

// Execute implements node.Node.
func (aggregate) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	return aggregateItems(ctx, c, aggregateRules{hints: true})
}

// aggregateRules are what older forms of the operation do otherwise.
type aggregateRules struct {
	// rows says that fieldsToInclude and fieldsToExclude are lists of rows.
	rows bool
	// mustExist makes a field that no item has an error.
	mustExist bool
	// unlinked leaves a list of items without links.
	unlinked bool
	// hints makes a note of fields that no item has.
	hints bool
}

func aggregateItems(ctx context.Context, c *node.Call, rules aggregateRules) (node.Output, error) {
	p := c.Params(ctx, 0)
	how, err := p.String("aggregate")
	if err != nil {
		return node.Output{}, err
	}
	out := node.Item{}
	found := &node.Object{}
	if how == "aggregateIndividualFields" {
		out, err = aggregateFields(p, c.Items(), rules, found)
	} else {
		out, err = aggregateWhole(p, c.Items(), rules)
	}
	if err != nil {
		return node.Output{}, err
	}
	files, err := isOn(p, "options.includeBinaries")
	if err != nil {
		return node.Output{}, err
	}
	if files {
		unique, err := isOn(p, "options.keepOnlyUnique")
		if err != nil {
			return node.Output{}, err
		}
		out.Binary = gatherFiles(c.Items(), out.Paired, unique)
	}
	return node.Output{Main: [][]node.Item{{out}}, Hints: notFoundHints(found, rules.hints)}, nil
}

// aggregateFields makes a list of the values of each field, and notes in found whether any item had it.
func aggregateFields(p *node.Params, items []node.Item, rules aggregateRules, found *node.Object) (node.Item, error) {
	rows, err := rowsOf(p, "fieldsToAggregate.fieldToAggregate")
	if err != nil {
		return node.Item{}, err
	}
	if len(rows) == 0 {
		return node.Item{}, node.NewOperationError("No fields specified", "Please add a field to aggregate")
	}
	r, err := newReader(p)
	if err != nil {
		return node.Item{}, err
	}
	merge, err := isOn(p, "options.mergeLists")
	if err != nil {
		return node.Item{}, err
	}
	keepMissing, err := isOn(p, "options.keepMissing")
	if err != nil {
		return node.Item{}, err
	}
	if rules.mustExist {
		if err := aggregatedExist(r, items, rows, keepMissing); err != nil {
			return node.Item{}, err
		}
	}
	lists := &node.Object{}
	var used []string
	for _, row := range rows {
		field, target := textOf(row, "fieldToAggregate"), textOf(row, "outputFieldName")
		name := field
		if rename, _ := row.Get("renameField"); fields.Truthy(rename) {
			name = target
		}
		if slices.Contains(used, name) {
			return node.Item{}, node.NewOperationError("The '"+name+"' output field is used more than once",
				"Please make sure each output field name is unique")
		}
		used = append(used, name)
		if field == "" {
			continue
		}
		if target == "" {
			if target = field; !r.flat {
				target = field[strings.LastIndexByte(field, '.')+1:]
			}
		}
		found.Set(field, r.exists(items, field))
		lists.Set(target, gather(r, items, field, merge, keepMissing))
	}
	out := lists
	if !r.flat {
		out = &node.Object{}
		for name, list := range lists.All() {
			if err := fields.Set(out, name, list); err != nil {
				return node.Item{}, err
			}
		}
	}
	return node.Item{JSON: out, Paired: linksTo(len(items))}, nil
}

func aggregatedExist(r reader, items []node.Item, rows []*node.Object, keepMissing bool) error {
	for _, row := range rows {
		field := textOf(row, "fieldToAggregate")
		if field == "" && len(items) > 0 {
			return node.NewOperationError("Field to aggregate is blank", "Please add a field to aggregate")
		}
		if !r.exists(items, field) && (!keepMissing || r.flat && strings.Contains(field, ".")) {
			return r.notFound(field)
		}
	}
	return nil
}

// gather returns the values of a field of all items.
func gather(r reader, items []node.Item, field string, merge, keepMissing bool) []any {
	list := make([]any, 0, len(items))
	for _, it := range items {
		v := r.get(it.JSON, field)
		elements, isList := v.([]any)
		switch {
		case keepMissing:
		case isList:
			elements = slices.DeleteFunc(slices.Clone(elements), func(e any) bool { return e == nil })
			v = elements
		case v == nil || v == node.Undefined:
			continue
		}
		if isList && merge {
			list = append(list, elements...)
		} else {
			list = append(list, v)
		}
	}
	return list
}

// aggregateWhole makes a list of the items.
func aggregateWhole(p *node.Params, items []node.Item, rules aggregateRules) (node.Item, error) {
	target, err := p.Value("destinationFieldName")
	if err != nil {
		return node.Item{}, err
	}
	names := func(parameter, label string) ([]string, error) {
		if rules.rows {
			return namedRows(p, parameter+".fields")
		}
		return listedFields(p, parameter, label)
	}
	exclude, err := names("fieldsToExclude", "Fields To Exclude")
	if err != nil {
		return node.Item{}, err
	}
	include, err := names("fieldsToInclude", "Fields To Include")
	if err != nil {
		return node.Item{}, err
	}
	list := make([]any, 0, len(items))
	links := make([]node.Paired, 0, len(items))
	for i, it := range items {
		whole := it.JSON
		if len(exclude) > 0 || len(include) > 0 {
			if whole = chosen(it.JSON, include, exclude); whole.Len() == 0 {
				continue
			}
		} else if whole == nil {
			whole = &node.Object{}
		}
		list = append(list, whole)
		links = append(links, node.Paired{Item: i})
	}
	if rules.unlinked {
		links = nil
	}
	return node.Item{JSON: node.NewObject(fields.Text(target), list), Paired: links}, nil
}

// chosen copies an object with the fields to include, if any are named, and without those to exclude.
func chosen(o *node.Object, include, exclude []string) *node.Object {
	out := &node.Object{}
	for k, v := range o.All() {
		if !slices.Contains(exclude, k) && (len(include) == 0 || slices.Contains(include, k)) {
			out.Set(k, v)
		}
	}
	return out
}

// gatherFiles are the files of the items that links name. Of those with one name all but the first get a number; unique
// leaves out files of which all that is known is the same as of an earlier one.
func gatherFiles(items []node.Item, links []node.Paired, unique bool) *node.Binaries {
	var out *node.Binaries
	seen := map[[4]string]bool{}
	for _, link := range links {
		for name, file := range items[link.Item].Binary.All() {
			looks := [4]string{file.MimeType(), file.FileType(), file.FileSize(), file.FileExtension()}
			if unique && seen[looks] {
				continue
			}
			seen[looks] = true
			free := name
			for i := 1; ; i++ {
				if _, taken := out.Get(free); !taken {
					break
				}
				free = fmt.Sprintf("%s_%d", name, i)
			}
			out = out.With(free, file)
		}
	}
	return out
}
