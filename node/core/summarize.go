package core

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewSummarize returns Summarize (n8n-nodes-base.summarize): it sums, counts, joins and compares the values of fields over
// all items, or over groups of them.
func NewSummarize() node.Node { return summarize{} }

type summarize struct{}

// Definition implements node.Node.
func (summarize) Definition() node.Definition { return summarizeDefinition() }

// Execute implements node.Node.
func (summarize) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	first := c.Instance().TypeVersion == 1
	return summarizeItems(ctx, c, summarizeRules{textKeys: first, mustExist: first, hints: true})
}

// summarizeRules are what the versions of the operation, and its older forms, do otherwise.
type summarizeRules struct {
	// textKeys makes the values that groups are made of texts, mustExist a field that no item has an error.
	textKeys, mustExist bool
	// groupsFirst orders the groups by their text, and puts what makes a group before what is summarized.
	groupsFirst bool
	// numbersOnly makes the least and the greatest value be those of the numbers.
	numbersOnly bool
	// plainNames leaves names as they are where they hold brackets, quotes, dots or spaces.
	plainNames bool
	// hints makes a note of a field that no item has.
	hints bool
}

// summary is one thing that is made of a field.
type summary struct {
	aggregation, field, name string
	includeEmpty             bool
	separator                string
}

type summarizer struct {
	rules     summarizeRules
	reader    reader
	summaries []summary
	skipEmpty bool
	single    bool
}

// namePrefixes are what stands before a field's name in the name of what is made of it.
var namePrefixes = map[string]string{
	"append": "appended_", "average": "average_", "concatenate": "concatenated_", "count": "count_",
	"countUnique": "unique_count_", "max": "max_", "min": "min_", "sum": "sum_",
}

func summarizeItems(ctx context.Context, c *node.Call, rules summarizeRules) (node.Output, error) {
	p := c.Params(ctx, 0)
	s, err := newSummarizer(p, rules)
	if err != nil {
		return node.Output{}, err
	}
	by, err := p.String("fieldsToSplitBy")
	if err != nil {
		return node.Output{}, err
	}
	groupFields, err := fieldNames(by, "Fields to Split By")
	if err != nil {
		return node.Output{}, err
	}
	lenient, err := isOn(p, "options.continueIfFieldNotFound")
	if err != nil {
		return node.Output{}, err
	}
	var hints []node.Hint
	if message := s.missing(c.Items()); message != "" {
		if rules.mustExist && !lenient {
			return node.Output{}, node.NewOperationError(message, "")
		}
		if rules.hints {
			hints = []node.Hint{{Message: message, Location: "outputPane"}}
		}
	}
	root := s.grouped(c.Items(), linksTo(len(c.Items())), groupFields)
	var out []node.Item
	if s.single || len(groupFields) == 0 {
		out = []node.Item{{JSON: root.nested(), Paired: linksTo(len(c.Items()))}}
	} else {
		out = root.listed(s, &node.Object{}, []node.Item{})
	}
	return node.Output{Main: [][]node.Item{out}, Hints: hints}, nil
}

// missing names the first field that no item has; empty when there is none.
func (s *summarizer) missing(items []node.Item) string {
	for _, sum := range s.summaries {
		if sum.field != "" && !slices.ContainsFunc(items, func(it node.Item) bool {
			return s.reader.get(it.JSON, sum.field) != node.Undefined
		}) {
			return "The field '" + sum.field + "' does not exist in any items"
		}
	}
	return ""
}

func newSummarizer(p *node.Params, rules summarizeRules) (*summarizer, error) {
	rows, err := rowsOf(p, "fieldsToSummarize.values")
	if err != nil {
		return nil, err
	}
	s := &summarizer{rules: rules}
	if s.reader, err = newReader(p); err != nil {
		return nil, err
	}
	if s.skipEmpty, err = isOn(p, "options.skipEmptySplitFields"); err != nil {
		return nil, err
	}
	format, err := p.Optional("options.outputFormat")
	if err != nil {
		return nil, err
	}
	s.single = format == "singleItem"
	named := false
	for _, row := range rows {
		sum := summary{aggregation: textOf(row, "aggregation"), field: textOf(row, "field"), separator: textOf(row, "separateBy")}
		if sum.separator == "other" {
			sum.separator = textOf(row, "customSeparator")
		}
		empty, _ := row.Get("includeEmpty")
		sum.includeEmpty = fields.Truthy(empty)
		sum.name = s.outputName(namePrefixes[sum.aggregation] + sum.field)
		s.summaries = append(s.summaries, sum)
		named = named || sum.field != ""
	}
	if !named {
		return nil, node.NewOperationError(
			"You need to add at least one aggregation to 'Fields to Summarize' with non empty 'Field'", "")
	}
	if rules.groupsFirst && !rules.plainNames {
		slices.SortStableFunc(s.summaries, func(a, b summary) int { return renamed(a) - renamed(b) })
	}
	return s, nil
}

// renamed orders summaries by how their names were changed: the older forms put changed names behind the others.
func renamed(s summary) int {
	rank := 0
	if strings.ContainsAny(s.field, `[]"`) {
		rank++
	}
	if strings.ContainsAny(s.field, " .") {
		rank += 2
	}
	return rank
}

// noPath takes away what makes a name a path.
var noPath = strings.NewReplacer("]", "", "[", "", `"`, "", " ", "_", ".", "_")

// outputName is a name without what would make it a path.
func (s *summarizer) outputName(name string) string {
	if s.rules.plainNames {
		return name
	}
	return noPath.Replace(name)
}

// group is the items of which some fields have the same values.
type group struct {
	// values is what is made of the items, where there are no groups inside.
	values *node.Object
	links  []node.Paired
	// by is the field that the groups inside differ in, keys its values.
	by     string
	keys   []any
	groups []*group
}

func (s *summarizer) grouped(items []node.Item, links []node.Paired, by []string) *group {
	if len(by) == 0 {
		g := &group{values: &node.Object{}, links: links}
		for _, sum := range s.summaries {
			g.values.Set(sum.name, sum.of(s, items))
		}
		return g
	}
	type members struct {
		items []node.Item
		links []node.Paired
	}
	g := &group{by: by[0]}
	var parts []*members
	byKey := map[any]*members{}
	for i, it := range items {
		key := s.reader.get(it.JSON, by[0])
		if s.rules.groupsFirst && key == nil {
			key = "null"
		}
		if s.skipEmpty && fields.TypeOf(key) != "number" && !s.rules.textKeys && !fields.Truthy(key) {
			continue
		}
		switch key.(type) {
		case *node.Object, []any, node.Date:
			key = string(node.AppendJSON(nil, key))
		}
		if s.rules.textKeys || s.rules.groupsFirst {
			key = fields.Text(key)
		}
		if s.skipEmpty && key == "" {
			continue
		}
		if f, ok := key.(float64); ok && math.IsNaN(f) {
			key = nan{}
		}
		m := byKey[key]
		if m == nil {
			m = &members{}
			byKey[key] = m
			parts = append(parts, m)
			if key == (nan{}) {
				key = math.NaN()
			}
			g.keys = append(g.keys, key)
		}
		m.items, m.links = append(m.items, it), append(m.links, links[i])
	}
	for _, m := range parts {
		g.groups = append(g.groups, s.grouped(m.items, m.links, by[1:]))
	}
	if s.rules.groupsFirst {
		g.sortKeys()
	}
	return g
}

// nan is NaN as a key that is like itself.
type nan struct{}

// sortKeys puts the groups in the order of JavaScript's keys.
func (g *group) sortKeys() {
	places := &node.Object{}
	for i, key := range g.keys {
		places.Set(fields.Text(key), float64(i))
	}
	keys, groups := make([]any, 0, len(g.keys)), make([]*group, 0, len(g.groups))
	for key, place := range places.All() {
		keys, groups = append(keys, key), append(groups, g.groups[int(place.(float64))])
	}
	g.keys, g.groups = keys, groups
}

// nested is a group as one object.
func (g *group) nested() *node.Object {
	if g.values != nil {
		return g.values
	}
	o := &node.Object{}
	for i, inner := range g.groups {
		o.Set(fields.Text(g.keys[i]), inner.nested())
	}
	return o
}

// listed appends an item for each group.
func (g *group) listed(s *summarizer, outer *node.Object, out []node.Item) []node.Item {
	if g.values == nil {
		for i, inner := range g.groups {
			o := &node.Object{}
			if s.rules.groupsFirst {
				o = fields.Copy(outer)
				o.Set(s.outputName(g.by), g.keys[i])
				out = inner.listed(s, o, out)
				continue
			}
			o.Set(s.outputName(g.by), g.keys[i])
			spread(o, outer)
			out = inner.listed(s, o, out)
		}
		return out
	}
	o := g.values
	if s.rules.groupsFirst {
		o = fields.Copy(outer)
		spread(o, g.values)
	} else {
		spread(o, outer)
	}
	return append(out, node.Item{JSON: o, Paired: g.links})
}

// isBlank reports whether a value counts for nothing.
func isBlank(v any) bool { return v == nil || v == node.Undefined || v == "" }

// of makes the summary of items.
func (sum summary) of(s *summarizer, items []node.Item) any {
	values := make([]any, 0, len(items))
	numeric := sum.aggregation == "average" || sum.aggregation == "sum" ||
		s.rules.numbersOnly && (sum.aggregation == "min" || sum.aggregation == "max")
	all := sum.includeEmpty || sum.aggregation == "min" || sum.aggregation == "max"
	for _, it := range items {
		v := s.reader.get(it.JSON, sum.field)
		if _, isNumber := v.(float64); numeric && isNumber || !numeric && (all || !isBlank(v)) {
			values = append(values, v)
		}
	}
	switch sum.aggregation {
	case "append":
		return values
	case "concatenate":
		return joined(values, sum.separator)
	case "average":
		return total(values) / float64(len(values))
	case "sum":
		return total(values)
	case "min":
		return s.extreme(values, math.Inf(1), fields.Less)
	case "max":
		return s.extreme(values, math.Inf(-1), func(a, b any) bool { return fields.Less(b, a) })
	case "countUnique":
		return float64(different(values))
	}
	return float64(len(values))
}

func total(values []any) float64 {
	sum := 0.0
	for _, v := range values {
		sum += fields.Number(v)
	}
	return sum
}

// extreme returns the first value that no other one is before; null, or of numbers alone none, when there is nothing.
func (s *summarizer) extreme(values []any, none float64, before func(a, b any) bool) any {
	best := node.Undefined
	for _, v := range values {
		if !isBlank(v) && (best == node.Undefined || before(v, best)) {
			best = v
		}
	}
	switch {
	case best != node.Undefined:
		return best
	case s.rules.numbersOnly:
		return none
	}
	return nil
}

func joined(values []any, separator string) string {
	texts := make([]string, len(values))
	for i, v := range values {
		switch v.(type) {
		case nil, *node.Object, []any, node.Date:
			texts[i] = string(node.AppendJSON(nil, v))
		default:
			texts[i] = fields.Text(v)
		}
	}
	return strings.Join(texts, separator)
}

// different counts values as a JavaScript Set does: objects and arrays are each their own.
func different(values []any) int {
	n := 0
	seen := map[any]bool{}
	for _, v := range values {
		switch f := v.(type) {
		case []any:
			n++
			continue
		case float64:
			if math.IsNaN(f) {
				v = nan{}
			}
		}
		if !seen[v] {
			seen[v] = true
			n++
		}
	}
	return n
}
