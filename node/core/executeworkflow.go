package core

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewExecuteWorkflow returns the Execute Workflow node (n8n-nodes-base.executeWorkflow): it runs another workflow, once with all items
// or once for each, and puts out what that one's last node did. The workflow is found by its id or name, read from a file, fetched
// (under the egress policy), or stands in a parameter; where ids and files are looked for is the runtime's to say.
func NewExecuteWorkflow() node.Node { return executeWorkflow{} }

type executeWorkflow struct{}

// Definition implements node.Node.
func (executeWorkflow) Definition() node.Definition { return executeWorkflowDefinition() }

// Execute implements node.Node.
func (executeWorkflow) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	r := &subWorkflows{ctx: ctx, call: c, version: c.Instance().TypeVersion, documents: map[string]*node.Object{}}
	params := c.Params(ctx, 0)
	source, err := params.String("source")
	if err != nil {
		return node.Output{}, err
	}
	r.source = source
	mode, err := params.Value("mode")
	if err != nil {
		return node.Output{}, err
	}
	items, err := r.inputs()
	if err != nil {
		return node.Output{}, err
	}
	if mode == "each" {
		return r.each(items)
	}
	return r.once(items)
}

// subWorkflows is one run of the node.
type subWorkflows struct {
	ctx     context.Context
	call    *node.Call
	version float64
	source  string
	// documents are the workflows of parameters and addresses, by what these say: each is read once.
	documents map[string]*node.Object
}

// once runs the workflow with all items.
func (r *subWorkflows) once(items []node.Item) (node.Output, error) {
	run, waited, err := r.run(0, items)
	switch {
	case err != nil && r.call.ContinueOnFail() && r.ctx.Err() == nil:
		failed := node.ItemOf("error", node.InfoOf(err).Message)
		failed.Paired = linksTo(len(items))
		return node.Output{Main: [][]node.Item{{failed}}}, nil
	case err != nil:
		return node.Output{}, err
	case !waited:
		return node.Output{Main: [][]node.Item{items}}, nil
	}
	out := make([][]node.Item, len(run.Outputs))
	for i, from := range run.Outputs {
		out[i] = slices.Clone(from)
		for k := range out[i] {
			switch {
			case out[i][k].Paired != nil:
			case len(from) == len(items):
				out[i][k].Paired = []node.Paired{{Item: k}}
			default:
				out[i][k].Paired = linksTo(len(items))
			}
		}
	}
	return node.Output{Main: out}, nil
}

// each runs the workflow for one item after the other.
func (r *subWorkflows) each(items []node.Item) (node.Output, error) {
	out := [][]node.Item{}
	put := func(output, from int, items ...node.Item) {
		for len(out) <= output {
			out = append(out, nil)
		}
		for _, it := range items {
			it.Paired = []node.Paired{{Item: from}}
			out[output] = append(out[output], it)
		}
		if out[output] == nil {
			out[output] = []node.Item{}
		}
	}
	for i := range items {
		run, waited, err := r.run(i, items[i:i+1])
		switch {
		case err != nil && r.call.ContinueOnFail() && r.ctx.Err() == nil:
			output := 0
			if r.version < 1.3 {
				output = i // as in n8n, which mended it with version 1.3
			}
			put(output, i, node.ItemOf("error", node.InfoOf(err).Message))
		case err != nil:
			failure := node.NewOperationError(fmt.Sprintf("Error executing workflow with item at index %d", i), node.InfoOf(err).Message)
			failure.Context = node.NewObject("itemIndex", i)
			return node.Output{}, failure.Wrap(err)
		case !waited:
			put(0, i, items[i])
		}
		for output, from := range run.Outputs {
			put(output, i, from...)
		}
	}
	return node.Output{Main: out}, nil
}

// run runs the workflow that the parameters of an item name; waited says that it has come to its end.
func (r *subWorkflows) run(item int, items []node.Item) (run node.SubRun, waited bool, err error) {
	params := r.call.Params(r.ctx, item)
	wait, err := params.Optional("options.waitForSubWorkflow")
	if err != nil {
		return node.SubRun{}, false, err
	}
	waited = wait == node.Undefined || fields.Truthy(wait)
	w, err := r.workflow(params, item)
	if err != nil {
		return node.SubRun{}, waited, err
	}
	w.Items, w.NoWait = items, !waited
	run, err = r.call.RunWorkflow(r.ctx, w)
	if r.source == "localFile" {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			err = node.NewOperationError(fmt.Sprintf("The file %q could not be found, [item %d]", w.File, item), "").Wrap(err)
		case errors.Is(err, fs.ErrPermission):
			err = node.NewOperationError("Access to the workflow file path is not allowed", err.Error()).Wrap(err)
		}
	}
	if err != nil {
		return node.SubRun{}, waited, err
	}
	return run, waited, nil
}

// workflow returns which workflow is to run.
func (r *subWorkflows) workflow(params *node.Params, item int) (node.SubWorkflow, error) {
	switch r.source {
	case "database":
		v, err := params.Value("workflowId")
		if err != nil {
			return node.SubWorkflow{}, err
		}
		if o, isObject := v.(*node.Object); isObject {
			v = member(o, "value")
		}
		id := ""
		if v != nil && v != node.Undefined {
			id = fields.Text(v)
		}
		if id == "" {
			return node.SubWorkflow{}, node.NewOperationError(`Parameter "Workflow" is required.`, "")
		}
		return node.SubWorkflow{ID: id}, nil
	case "localFile":
		path, err := params.String("workflowPath")
		return node.SubWorkflow{File: path}, err
	case "parameter":
		v, err := params.Value("workflowJson")
		if err != nil {
			return node.SubWorkflow{}, err
		}
		if o, isObject := v.(*node.Object); isObject {
			return node.SubWorkflow{Document: o}, nil
		}
		document, err := r.document(fields.Text(v), func(text string) ([]byte, error) { return []byte(text), nil })
		return node.SubWorkflow{Document: document}, err
	case "url":
		url, err := params.String("workflowUrl")
		if err != nil {
			return node.SubWorkflow{}, err
		}
		document, err := r.document(url, r.fetch)
		return node.SubWorkflow{Document: document}, err
	}
	return node.SubWorkflow{}, node.NewOperationError(fmt.Sprintf("The source %q of item %d is not known", r.source, item), "")
}

// document returns the workflow that text stands for.
func (r *subWorkflows) document(text string, load func(string) ([]byte, error)) (*node.Object, error) {
	if o := r.documents[text]; o != nil {
		return o, nil
	}
	data, err := load(text)
	if err != nil {
		return nil, err
	}
	v, err := node.ParseJSON(data)
	if err != nil {
		return nil, fmt.Errorf("the workflow is not valid JSON: %w", err)
	}
	o, isObject := v.(*node.Object)
	if !isObject {
		return nil, fmt.Errorf("the workflow is not a JSON object, but %s", typeName(v))
	}
	r.documents[text] = o.Freeze()
	return o, nil
}

// maxWorkflow is how large a workflow that is fetched may be, in bytes.
const maxWorkflow = 16 << 20

// fetch reads a workflow from an address.
func (r *subWorkflows) fetch(url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(r.ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, node.NewOperationError("Invalid URL", "The address of the workflow can't be used: it must begin with http:// or https://").Wrap(err)
	}
	req.Header.Set("Accept", "application/json,text/*;q=0.99")
	req.Header.Set("User-Agent", "nate")
	res, err := r.call.HTTPClient().Do(req)
	if err != nil {
		return nil, node.NewNetworkError(err)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(res.Body, maxWorkflow+1))
	switch {
	case err != nil:
		return nil, node.NewNetworkError(err)
	case len(data) > maxWorkflow:
		return nil, fmt.Errorf("the workflow at the address has more than %d bytes", maxWorkflow)
	case res.StatusCode < 200 || res.StatusCode > 299:
		return nil, fmt.Errorf("the workflow could not be fetched: the server answered %s", res.Status)
	}
	return data, nil
}

// inputs are the items that the workflow begins with: those of the input, from version 1.2 on with the values that are given for its
// fields, and without the fields that were taken away.
func (r *subWorkflows) inputs() ([]node.Item, error) {
	items := slices.Clone(r.call.Items())
	for i := range items {
		items[i].Paired = []node.Paired{{Item: i}}
	}
	mapper, err := r.call.Params(r.ctx, 0).Optional("workflowInputs")
	if err != nil {
		return nil, err
	}
	o, isObject := mapper.(*node.Object)
	if !isObject {
		return items, nil
	}
	schema := map[string]*node.Object{}
	var removed []string
	rows, _ := member(o, "schema").([]any)
	for _, row := range rows {
		field, _ := row.(*node.Object)
		if id := textOf(field, "id"); schema[id] == nil {
			schema[id] = field
		}
		if fields.Truthy(member(field, "removed")) {
			removed = append(removed, textOf(field, "displayName"))
		}
	}
	rules := fields.Rules{
		Now:          r.call.Now,
		Strict:       !fields.Truthy(member(o, "attemptToConvertTypes")),
		ParseStrings: r.version >= 1.4 || fields.Truthy(member(o, "convertFieldsToString")),
	}
	for i := range items {
		v, err := r.call.Params(r.ctx, i).Optional("workflowInputs.value")
		if err != nil {
			return nil, err
		}
		values, _ := v.(*node.Object)
		if values.Len() == 0 && len(removed) == 0 {
			continue
		}
		json := fields.Copy(orNone(items[i].JSON))
		for key, v := range values.All() {
			if field := schema[key]; field != nil {
				if v, err = converted(key, v, field, rules, i, r.call); err != nil {
					return nil, err
				}
			}
			json.Set(key, v)
		}
		for _, key := range removed {
			json.Delete(key)
		}
		items[i].JSON = json
	}
	return items, nil
}

// converted returns a value as the type of the field that it is for.
func converted(key string, v any, field *node.Object, rules fields.Rules, item int, c *node.Call) (any, error) {
	typ := textOf(field, "type")
	if typ == "" {
		return v, nil
	}
	options, _ := member(field, "options").([]any)
	for _, option := range options {
		o, _ := option.(*node.Object)
		rules.Options = append(rules.Options, member(o, "value"))
	}
	out, err := fields.Validate(key, typ, v, rules)
	if misfit := (*fields.TypeError)(nil); errors.As(err, &misfit) {
		return nil, &node.ErrorInfo{
			Name: "ExpressionError", Message: fmt.Sprintf("Invalid input for '%s' [item %d]", key, item), Description: misfit.Error(),
			Context: node.NewObject("itemIndex", item, "runIndex", c.RunIndex(), "nodeCause", c.Instance().Name),
		}
	}
	return out, err
}
