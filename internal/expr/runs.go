package expr

import (
	"fmt"
	"math"

	"github.com/nate-go/nate/node"
)

// nodeHost is $('Node').
type nodeHost struct{ name string }

// referenced is $(name). n8n has odd answers for what is not the name of a node.
func referenced(name any) (any, error) {
	if str, ok := name.(string); ok && str != "" {
		return nodeHost{str}, nil
	}
	return nil, unsupported("$() with anything but the name of a node is")
}

func (h nodeHost) get(s *Scope, name string) (any, error) {
	if err := exists(s, h.name); err != nil {
		return nil, err
	}
	switch name {
	case "isExecuted":
		return s.Runs.Count(h.name) > 0, nil
	case "params":
		return orEmpty(s.Runs.Parameters(h.name)), nil
	case "item":
		return matching(s, h.name, "item", s.Item)
	case "context":
		return orEmpty(s.Runs.Context(h.name)), nil
	case "first", "last", "all", "itemMatching", "pairedItem":
		return opaque("$('" + h.name + "')." + name)
	}
	return inherits(name)
}

func (h nodeHost) call(s *Scope, name string, args arguments) (any, error) {
	if err := exists(s, h.name); err != nil {
		return nil, err
	}
	switch name {
	case "first", "last", "all":
		items, err := itemsOrPinned(s, h.name, args.at(0), args.at(1))
		if err != nil {
			return nil, err
		}
		return pick(items, name), nil
	case "itemMatching", "pairedItem":
		index, given, err := whole(args.at(0), 0)
		if err != nil {
			return nil, err
		}
		if !given {
			index = s.Item
			if name == "itemMatching" {
				if err := reachable(s, h.name); err != nil {
					return nil, err
				}
				e := failure(s, "Missing item index for .itemMatching()")
				e.Context.Delete("itemIndex")
				return nil, e
			}
		}
		return matching(s, h.name, name, index)
	}
	return noCall(name)
}

func (h nodeHost) data(*Scope) (any, error) { return opaque("$('" + h.name + "')") }

// exists fails when the workflow has no such node.
func exists(s *Scope, name string) error {
	if s.Runs.HasNode(name) {
		return nil
	}
	return failure(s, "Referenced node doesn't exist", "nodeCause", name, "descriptionKey", "nodeNotFound")
}

// executed fails when a node has not run yet and nothing is pinned to it.
func executed(s *Scope, name string) error {
	if s.Runs.Count(name) > 0 || s.Runs.Pinned(name) != nil {
		return nil
	}
	return notExecuted(s, name)
}

func notExecuted(s *Scope, name string) error {
	return failure(s, "Node '"+name+"' hasn't been executed",
		"messageTemplate", "An expression references this node, but the node is unexecuted. Consider re-wiring your nodes or "+
			`checking for execution first, i.e. {{ $if( $("{{nodeName}}").isExecuted, <action_if_executed>, "") }}`,
		"descriptionKey", described(s, "pairedItemNoConnection", name), "type", "no_execution_data", "nodeCause", name)
}

// described is the key of n8n's longer text, which is another one where the node runs code.
func described(s *Scope, key, name string) string {
	switch s.Runs.NodeType(name) {
	case "n8n-nodes-base.code", "n8n-nodes-base.function", "n8n-nodes-base.functionItem":
		return key + "CodeNode"
	}
	return key
}

// whole reads an index that a function was called with. given is false for undefined; anything but a whole number from low
// up is an exception.
func whole(v any, low int) (n int, given bool, err error) {
	if v == node.Undefined {
		return 0, false, nil
	}
	f, ok := v.(float64)
	if !ok || f != math.Trunc(f) || f < float64(low) || f > math.MaxInt32 {
		return 0, true, errThrown
	}
	return int(f), true, nil
}

// outputItems are the items of one run and one output of a node, by default those of its last run and of the output that
// leads to the current node. lowest is the least number that a run may have.
func outputItems(s *Scope, name string, output, run any, lowest int) (*[]node.Item, error) {
	o, outputGiven, err := whole(output, 0)
	if err != nil {
		return nil, err
	}
	r, runGiven, err := whole(run, lowest)
	if err != nil {
		return nil, err
	}
	if err := executed(s, name); err != nil {
		return nil, err
	}
	if s.Runs.Count(name) == 0 {
		return nil, errThrown // it is pinned
	}
	if !runGiven || r < 0 {
		r = s.Runs.Count(name) - 1
	}
	if !outputGiven {
		if o, outputGiven = s.Runs.OutputTo(name, s.Instance.Name); !outputGiven {
			o = 0
		}
	}
	outputs, ok := s.Runs.Outputs(name, r)
	if !ok {
		return nil, failure(s, fmt.Sprintf("Run %d of node %q not found", r, name))
	}
	if o >= len(outputs) {
		return nil, failure(s, fmt.Sprintf("Node %q has no branch with index %d.", name, o))
	}
	return &outputs[o], nil
}

// itemsOrPinned are the items of one run and one output of a node, or else, whatever the output or the run, those that are pinned to it.
func itemsOrPinned(s *Scope, name string, output, run any) (*[]node.Item, error) {
	items, err := outputItems(s, name, output, run, 0)
	if err == nil {
		return items, nil
	}
	if pinned := s.Runs.Pinned(name); pinned != nil {
		return &pinned, nil
	}
	return nil, err
}

// listedItems is $items(node, output, run): the input of the current node without a name.
func listedItems(s *Scope, args arguments) (any, error) {
	if args.at(0) == node.Undefined {
		return itemsHost{&s.Items}, nil
	}
	name, ok := args.at(0).(string)
	if !ok {
		return nil, errThrown
	}
	if err := exists(s, name); err != nil {
		return nil, err
	}
	output := args.at(1)
	if output == node.Undefined {
		output = 0.0
	}
	items, err := outputItems(s, name, output, args.at(2), -1)
	if err != nil {
		return nil, err
	}
	return itemsHost{items}, nil
}

// nodesHost is $node, outputHost is $node['Node'].
type (
	nodesHost  struct{}
	outputHost struct{ name string }
)

func (nodesHost) get(s *Scope, name string) (any, error) {
	if inheritedMember(name) && !s.Runs.HasNode(name) {
		return inherits(name)
	}
	return outputHost{name}, exists(s, name)
}

func (h nodesHost) call(s *Scope, name string, _ arguments) (any, error) {
	if _, err := h.get(s, name); err != nil {
		return nil, err
	}
	return nil, errThrown
}

func (nodesHost) data(*Scope) (any, error) { return opaque("$node") }

func (h outputHost) get(s *Scope, name string) (any, error) {
	switch name {
	case "json", "data":
		item, err := h.item(s)
		if err != nil {
			return nil, err
		}
		return orEmpty(item.JSON), nil
	case "runIndex":
		return float64(s.Runs.Count(h.name) - 1), nil
	case "parameter":
		return parametersHost{s.Runs.Parameters(h.name)}, nil
	case "context":
		return orEmpty(s.Runs.Context(h.name)), nil
	case "binary":
		item, err := h.item(s)
		if err != nil || item.Binary == nil {
			return emptyObject, err
		}
		return item.Binary.Meta(), nil
	}
	return inherits(name)
}

// item is the item of the node at the index of the current one.
func (h outputHost) item(s *Scope) (*node.Item, error) {
	if err := executed(s, h.name); err != nil {
		return nil, err
	}
	output, ok := s.Runs.OutputTo(h.name, s.Instance.Name)
	if !ok && s.Runs.Pinned(h.name) == nil {
		return nil, failure(s, fmt.Sprintf("connect %q to %q", s.Instance.Name, h.name))
	}
	items, err := itemsOrPinned(s, h.name, float64(output), node.Undefined)
	if err != nil {
		return nil, err
	}
	switch {
	case len(*items) == 0:
		return nil, notExecuted(s, h.name) // n8n takes no items for no run
	case s.Item >= len(*items):
		return nil, noItem(s, h.name, len(*items))
	}
	return &(*items)[s.Item], nil
}

// noItem is the error about an item that a node does not have.
func noItem(s *Scope, name string, items int) error {
	return failure(s, fmt.Sprintf("%q node has %d item(s) but you're trying to access item %d", name, items, s.Item),
		"messageTemplate", "Adjust your expression to access an existing item index (0-{{maxIndex}})",
		"descriptionKey", "pairedItemInvalidIndex", "type", "no_execution_data", "nodeCause", name)
}

func (h outputHost) call(_ *Scope, name string, _ arguments) (any, error) { return noCall(name) }

func (h outputHost) data(s *Scope) (any, error) {
	if err := executed(s, h.name); err != nil {
		return nil, err
	}
	return opaque("$node[...]")
}

// unlessPinned is the error of a link that can't be followed; about a node with pinned items n8n says no more than that.
func unlessPinned(s *Scope, name, message string, more ...any) *Error {
	if s.Runs.Pinned(name) == nil {
		return failure(s, message, more...)
	}
	e := failure(s, "Unpin '"+name+"' to execute", more...)
	e.Context.Set("descriptionKey", "pairedItemPinned")
	e.Context.Delete("messageTemplate")
	return e
}

// reachable fails when no path leads from a node to the current one, or when it has not run.
func reachable(s *Scope, name string) error {
	if _, ok := s.Runs.OutputTo(name, s.Instance.Name); !ok || name == s.Instance.Name {
		return unlessPinned(s, name, "Invalid expression", "messageTemplate", "No path back to referenced node",
			"descriptionKey", described(s, "pairedItemNoConnection", name), "type", "paired_item_no_connection", "nodeCause", name)
	}
	return executed(s, name)
}

// matching is the item of a node that an input item of the current node comes from; method is what the expression calls it.
func matching(s *Scope, name, method string, index int) (any, error) {
	if err := reachable(s, name); err != nil {
		return nil, err
	}
	if index >= len(s.Items) {
		e := failure(s, "Can’t get data for expression",
			"messageTemplate", "Can’t get data for expression under ‘%%PARAMETER%%’ field",
			"causeDetailed", "pairedItem can't be found when intermediate nodes between ‘<strong>"+name+"</strong>‘ and  ‘<strong>"+
				s.Instance.Name+"</strong> have not executed yet.",
			"type", "paired_item_intermediate_nodes")
		e.Description = "Some intermediate nodes between ‘<strong>" + name + "</strong>‘ and  ‘<strong>" + s.Instance.Name +
			"</strong>‘ have not executed yet."
		e.Context.Set("itemIndex", index)
		return nil, e
	}
	// The input items point at their own places in the input.
	link := node.Paired{Item: index}
	if own := s.Items[index].Paired; len(own) > 0 {
		link = own[0]
	}
	w := walk{scope: s, target: name, method: method}
	found, err := w.follow(s.Source, link)
	if err != nil {
		return nil, err
	}
	if found.item == nil {
		return node.Undefined, nil
	}
	return itemHost{found.item}, nil
}

// walk goes from an item back to the item of another node that it was made from.
type walk struct {
	scope          *Scope
	target, method string
	seen           map[spot]*outcome // of items with several links
}

// spot is an item in the run data.
type spot struct {
	node              string
	run, output, item int
}

// answer is where a walk ended; item is nil where the links lead past the target.
type answer struct {
	spot
	item *node.Item
}

// outcome is what a walk from an item with several links came to.
type outcome struct {
	answer
	err error
}

// maxHops is how many items in a row a walk follows before it takes the links for a circle.
const maxHops = 1 << 20

// follow follows a link of an item of a run whose inputs came from sources. It fails where a node on the way has no links,
// or where the links lead to several items of the target.
func (w *walk) follow(sources []*Source, link node.Paired) (answer, error) {
	for range maxHops {
		source := sourceOf(sources, link)
		if source == nil {
			return answer{}, nil
		}
		here := spot{source.Node, source.Run, source.Output, link.Item}
		item := w.item(here)
		if source.Node == w.target {
			if item == nil {
				return answer{}, w.lost(w.target)
			}
			return answer{here, item}, nil
		}
		if item == nil {
			return answer{}, nil
		}
		if len(item.Paired) == 0 {
			return answer{}, w.lost(source.Node)
		}
		sources = w.scope.Runs.Sources(source.Node, source.Run)
		if len(item.Paired) > 1 {
			return w.branch(here, sources, item.Paired)
		}
		link = item.Paired[0]
	}
	return answer{}, w.circle()
}

// sourceOf is where the item of a link comes from: what the link says, or what came in at its input.
func sourceOf(sources []*Source, link node.Paired) *Source {
	if link.Input < 0 || link.Input >= len(sources) {
		return nil
	}
	if link.SourceOverwrite != nil {
		return link.SourceOverwrite
	}
	return sources[link.Input]
}

func (w *walk) item(at spot) *node.Item {
	outputs, ok := w.scope.Runs.Outputs(at.node, at.run)
	if !ok || at.output < 0 || at.output >= len(outputs) || at.item < 0 || at.item >= len(outputs[at.output]) {
		return nil
	}
	return &outputs[at.output][at.item]
}

// branch follows several links of one item. Links that lead past the target or fail do not count beside those that lead to
// it; where none does, the first decides that belongs to an input from somewhere. The outcome is kept: many items may have links to this one.
func (w *walk) branch(here spot, sources []*Source, links []node.Paired) (answer, error) {
	if known, ok := w.seen[here]; ok {
		return known.answer, known.err
	}
	if w.seen == nil {
		w.seen = map[spot]*outcome{}
	}
	result := &outcome{err: w.circle()} // for whoever comes here while the outcome is being found
	w.seen[here] = result
	var found answer
	var failed error
	first := true
	for _, link := range links {
		if sourceOf(sources, link) == nil {
			continue
		}
		next, err := w.follow(sources, link)
		switch {
		case next.item == nil:
			if first {
				failed = err
			}
		case found.item == nil:
			found, failed = next, nil
		case next.spot != found.spot:
			result.err = unlessPinned(w.scope, w.target, "Multiple matches found",
				"messageTemplate", fmt.Sprintf("Multiple matching items for item [%d]", here.item), "nodeCause", w.target,
				"descriptionKey", described(w.scope, "pairedItemMultipleMatches", w.target), "type", "paired_item_multiple_matches")
			return result.answer, result.err
		}
		first = false
	}
	result.answer, result.err = found, failed
	return found, failed
}

func (w *walk) circle() error {
	return failure(w.scope, "The links between the items of this run go in a circle; '"+w.target+"' can't be found through them")
}

func (w *walk) lost(name string) error {
	message := "Paired item data for " + w.method + " from node '" + name + "' is unavailable. Ensure '" + name +
		"' is providing the required output."
	if w.scope.Runs.Pinned(name) != nil {
		message = "Using the " + w.method + " method doesn't work with pinned data in this scenario. Please unpin '" + name + "' and try again."
	}
	return failure(w.scope, message,
		"descriptionKey", described(w.scope, "pairedItemNoInfo", name), "nodeCause", name,
		"causeDetailed", fmt.Sprintf("Missing pairedItem data (node '%s' probably didn't supply it)", name), "type", "paired_item_no_info")
}

// getPairedItem is $getPairedItem(node, source, link): the item of a node that the item which a source and a link lead to comes
// from.
func getPairedItem(s *Scope, args arguments) (any, error) {
	target, isText := args.at(0).(string)
	link, isLink := args.at(2).(*node.Object)
	if !isText || !isLink {
		return nil, errThrown
	}
	item, err := wholeField(link, "item")
	if err != nil || !link.Has("item") {
		return nil, errThrown
	}
	from, isObject := args.at(1).(*node.Object)
	switch {
	case nullish(args.at(1)):
		e := failure(s, "Paired item resolution failed")
		e.Description = "Could not trace back to node '" + target + "'"
		return nil, e
	case !isObject:
		return nil, errThrown
	}
	v, _ := from.Get("previousNode")
	name, isText := v.(string)
	output, err := wholeField(from, "previousNodeOutput")
	if err != nil || !isText {
		return nil, errThrown
	}
	run, err := wholeField(from, "previousNodeRun")
	if err != nil {
		return nil, err
	}
	if outputs, ok := s.Runs.Outputs(name, run); !ok || output >= len(outputs) {
		e := failure(s, "Can’t get data for expression", "messageTemplate", "Missing output data", "type", "internal")
		e.Description = fmt.Sprintf("Expected output #%d from node %s", output, name)
		return nil, e
	}
	w := walk{scope: s, target: target, method: "$getPairedItem"}
	found, err := w.follow([]*Source{{Node: name, Output: output, Run: run}}, node.Paired{Item: item})
	if err != nil || found.item == nil {
		return node.Undefined, err
	}
	return itemHost{found.item}, nil
}

// wholeField is a whole number from 0 up, 0 where there is none.
func wholeField(o *node.Object, name string) (int, error) {
	v, ok := o.Get(name)
	if !ok {
		return 0, nil
	}
	n, _, err := whole(v, 0)
	return n, err
}
