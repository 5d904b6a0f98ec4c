package declarative

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

var _ node.OptionsLoader = (*declarative)(nil)

// LoadOptions implements node.OptionsLoader. method is the path of a property whose typeOptions say with the routing of loadOptions which
// request to send ("list", "filters.tag"). Its items are the choices: name, value and description. Choices that a function of JavaScript
// looks up (loadOptionsMethod) are not there.
func (n *declarative) LoadOptions(ctx context.Context, c *node.Call, method string) ([]schemas.Option, error) {
	p := n.loading(n.def.Properties, method, c)
	if p == nil {
		return nil, node.NewOperationError(fmt.Sprintf("Node %q has no property %q whose choices a request loads", n.def.Name, method), "")
	}
	plan, err := n.optionsPlan(method, p)
	if err != nil {
		return nil, fmt.Errorf("definition of node %q: %w", n.def.Name, err)
	}
	r := &run{
		declarative: &declarative{def: n.def, types: n.types, plan: plan, tokens: n.tokens},
		call:        c, steps: []*shown{{step: plan.steps[0]}},
	}
	if missing := plan.missing(r.steps, c.Parameters()); len(missing) > 0 {
		return nil, node.NewOperationError(r.lacks(missing[0]))
	}
	if err := r.findCredential(ctx); err != nil {
		return nil, err
	}
	if err := r.readOptions(ctx); err != nil {
		return nil, err
	}
	d, err := r.draft(ctx, 0)
	if err != nil {
		return nil, err
	}
	items, err := r.perform(ctx, d)
	if err != nil {
		return nil, err
	}
	options := make([]schemas.Option, 0, len(items))
	for _, it := range items {
		value, ok := it.JSON.Get("value")
		switch value.(type) {
		case string, float64, bool:
		default:
			ok = false
		}
		if !ok {
			continue // it can't be chosen
		}
		name := text(it.JSON, "name")
		if name == "" {
			name = fields.Text(value)
		}
		options = append(options, schemas.Option{Name: name, Value: value, Description: text(it.JSON, "description")})
	}
	return options, nil
}

// loading finds the property at a path whose choices a request loads; of several with the name the one that the form shows.
func (n *declarative) loading(properties []schemas.Property, path string, c *node.Call) *schemas.Property {
	name, rest, inside := strings.Cut(path, ".")
	for i := range properties {
		p := &properties[i]
		if p.Name != name || !n.def.Displayed(p.DisplayOptions, c.Parameters(), c.Instance().TypeVersion) {
			continue
		}
		if !inside {
			if routing, _ := p.TypeOptions["loadOptions"].(map[string]any); routing["routing"] != nil {
				return p
			}
			continue
		}
		if found := n.loading(p.Fields, rest, c); found != nil {
			return found
		}
		group, rest, _ := strings.Cut(rest, ".")
		for _, g := range p.Groups {
			if g.Name == group {
				if found := n.loading(g.Values, rest, c); found != nil {
					return found
				}
			}
		}
	}
	return nil
}

// optionsPlan is the plan of the request for choices: the routing of the property alone, over what all requests have in common.
func (n *declarative) optionsPlan(method string, p *schemas.Property) (*plan, error) {
	load, _ := p.TypeOptions["loadOptions"].(map[string]any)
	raw, err := json.Marshal(load["routing"])
	if err != nil {
		return nil, err
	}
	f := faults{node: n.def.Name, functions: n.functions}
	path := method + ".typeOptions.loadOptions"
	s := &step{path: path, routing: f.routing(path, map[string]json.RawMessage{"routing": raw})}
	out := &plan{
		tool: n.plan.tool, defaults: n.plan.defaults, steps: []*step{s},
		credentials: n.plan.credentials || f.credentials, sent: n.plan.sent || f.sent,
	}
	out.owned = out.ownsHost()
	return out, errors.Join(f.list...)
}
