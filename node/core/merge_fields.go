package core

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// fieldPair names the fields of the two inputs that have to be the same.
type fieldPair struct{ first, second string }

// matched is an item of the first input and one that it matches.
type matched struct{ first, second node.Item }

// matching is which items match.
type matching struct {
	pairs []matched
	// first and second are the items of the inputs that match one of the other, and those that do not.
	first, second, rest1, rest2 []node.Item
}

// byFields joins items whose fields have the same values.
func (r *merger) byFields(version float64) ([]node.Item, error) {
	pairs, err := r.pairs(version)
	if err != nil {
		return nil, err
	}
	mode, err := r.params.String("joinMode")
	if err != nil {
		return nil, err
	}
	from := "both"
	if mode == "keepMatches" || mode == "keepNonMatches" {
		if from, err = r.params.String("outputDataFrom"); err != nil {
			return nil, err
		}
	}
	options, err := r.params.Object("options")
	if err != nil {
		return nil, err
	}
	read := fields.Get
	if fields.Truthy(member(options, "disableDotNotation")) {
		read = member
	}
	if version < 2.1 {
		if err := r.present(pairs, read); err != nil {
			return nil, err
		}
	}
	c, err := r.clash()
	if err != nil {
		return nil, err
	}
	first, second := r.inputs[0], r.inputs[1]
	if len(first) == 0 || len(second) == 0 {
		switch {
		case mode == "keepMatches", mode == "enrichInput1" && len(first) == 0, mode == "enrichInput2" && len(second) == 0:
			r.none = version >= 3
			return nil, nil
		case mode == "keepNonMatches" && (from == "input1" && len(first) == 0 || from == "input2" && len(second) == 0):
			return nil, nil
		}
		return slices.Concat(first, second), nil
	}
	if len(pairs) == 0 {
		if mode == "keepNonMatches" || mode == "enrichInput1" {
			return first, nil
		}
		return nil, nil
	}
	m := match(first, second, pairs, read, same{fuzzy: fields.Truthy(member(options, "fuzzyCompare"))}, member(options, "multipleMatches") == "first")
	return c.output(m, mode, from), nil
}

// pairs returns the fields to compare.
func (r *merger) pairs(version float64) ([]fieldPair, error) {
	var pairs []fieldPair
	advanced := any(true)
	var err error
	if version >= 3 {
		if advanced, err = r.params.Value("advanced"); err != nil {
			return nil, err
		}
	}
	if fields.Truthy(advanced) {
		v, err := r.params.Value("mergeByFields.values")
		if err != nil {
			return nil, err
		}
		list, _ := v.([]any)
		for _, e := range list {
			o, _ := e.(*node.Object)
			pairs = append(pairs, fieldPair{fields.Text(member(o, "field1")), fields.Text(member(o, "field2"))})
		}
	} else {
		names, err := r.params.String("fieldsToMatchString")
		if err != nil {
			return nil, err
		}
		for name := range strings.SplitSeq(names, ",") {
			name = strings.TrimSpace(name)
			pairs = append(pairs, fieldPair{name, name})
		}
	}
	if len(pairs) == 1 && pairs[0] == (fieldPair{}) {
		return nil, errors.New(`You need to define at least one pair of fields in "Fields to Match" to match on`) //nolint:staticcheck // n8n's text
	}
	for i, p := range pairs {
		if p.first == "" || p.second == "" {
			return nil, fmt.Errorf( //nolint:staticcheck // n8n's text
				"You need to define both fields in \"Fields to Match\" for pair %d,\n\t\t\t\t field 1 = '%s'\n\t\t\t\t field 2 = '%s'", i+1, p.first, p.second)
		}
	}
	return pairs, nil
}

// present says whether each field is in some item of its input.
func (r *merger) present(pairs []fieldPair, read func(*node.Object, string) any) error {
	for input, label := range []string{"Input 1", "Input 2"} {
		for _, p := range pairs {
			name := p.first
			if input == 1 {
				name = p.second
			}
			if !slices.ContainsFunc(r.inputs[input], func(it node.Item) bool { return read(it.JSON, name) != node.Undefined }) {
				return fmt.Errorf("Field '%s' is not present in any of items in '%s'", name, label) //nolint:staticcheck // n8n's text
			}
		}
	}
	return nil
}

// match finds what matches: the second input is indexed by the values of its fields.
func match(first, second []node.Item, pairs []fieldPair, read func(*node.Object, string) any, equal same, onlyFirst bool) matching {
	var unique []fieldPair // of several pairs with the same second field the last one counts
	for i, p := range pairs {
		if !slices.ContainsFunc(pairs[i+1:], func(later fieldPair) bool { return later.second == p.second }) {
			unique = append(unique, p)
		}
	}
	index := map[string][]int{}
	values := make([][]any, len(second))
	for i, it := range second {
		values[i] = make([]any, len(unique))
		for k, p := range unique {
			values[i][k] = read(it.JSON, p.second)
		}
		key := equal.keyOf(values[i])
		index[key] = append(index[key], i)
	}
	var m matching
	found := make([]bool, len(second))
	wanted := make([]any, len(unique))
	for _, it := range first {
		missing := false
		for k, p := range unique {
			wanted[k] = read(it.JSON, p.first)
			missing = missing || wanted[k] == node.Undefined
		}
		any := false
		if !missing {
			for _, i := range index[equal.keyOf(wanted)] {
				if !equal.all(wanted, values[i]) {
					continue
				}
				any, found[i] = true, true
				m.pairs = append(m.pairs, matched{it, second[i]})
				if onlyFirst {
					break
				}
			}
		}
		if any {
			m.first = append(m.first, it)
		} else {
			m.rest1 = append(m.rest1, it)
		}
	}
	for i, it := range second {
		if found[i] {
			m.second = append(m.second, it)
		} else {
			m.rest2 = append(m.rest2, it)
		}
	}
	return m
}

// output makes the items of a mode.
func (c clash) output(m matching, mode, from string) []node.Item {
	rest := func(items []node.Item, suffix string) []node.Item {
		if c.resolve == "addSuffix" {
			return suffixed(items, suffix)
		}
		return items
	}
	switch mode {
	case "keepMatches":
		switch from {
		case "input1":
			return m.first
		case "input2":
			return m.second
		}
		return c.joinAll(m.pairs, mode)
	case "keepEverything":
		return slices.Concat(c.joinAll(m.pairs, mode), rest(m.rest1, "1"), rest(m.rest2, "2"))
	case "keepNonMatches":
		switch from {
		case "input1":
			return m.rest1
		case "input2":
			return m.rest2
		}
		return append(withSource(m.rest1, "input1"), withSource(m.rest2, "input2")...)
	case "enrichInput1":
		return append(c.joinAll(m.pairs, mode), rest(m.rest1, "1")...)
	case "enrichInput2":
		return append(c.joinAll(m.pairs, mode), rest(m.rest2, "2")...)
	}
	return nil
}

func (c clash) joinAll(pairs []matched, mode string) []node.Item {
	out := make([]node.Item, len(pairs))
	for i, p := range pairs {
		switch {
		case c.resolve == "addSuffix":
			out[i] = c.join(suffixed([]node.Item{p.first}, "1")[0], suffixed([]node.Item{p.second}, "2")[0])
		case c.resolve == "preferInput1", c.resolve == "" && mode == "enrichInput2":
			out[i] = c.join(p.second, p.first)
		default:
			out[i] = c.join(p.first, p.second)
		}
	}
	return out
}

// withSource returns items with a field that says which input they are of.
func withSource(items []node.Item, source string) []node.Item {
	out := slices.Clone(items)
	for i := range out {
		o := fields.Copy(orNone(out[i].JSON))
		o.Set("_source", source)
		out[i].JSON = o
	}
	return out
}
