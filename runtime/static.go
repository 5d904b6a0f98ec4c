package runtime

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/workflows"
)

// StaticStore keeps what workflows remember from run to run: n8n's static data. Implementations must be safe for concurrent use.
type StaticStore interface {
	// Load returns the static data of a workflow, nil when there is none yet: then a run begins with those in its file. The object has
	// a key "global", and "node:NAME" for nodes.
	Load(ctx context.Context, w *workflows.Workflow) (*node.Object, error)
	// Save replaces the static data of a workflow. It is called at the end of a run that changed them, also of one that failed.
	Save(ctx context.Context, w *workflows.Workflow, data *node.Object) error
}

// WithStaticStore says where static data are kept. Without one, every run begins with those of the workflow file; what became of them
// stands in Result.StaticData. As in n8n, those of manual runs are not saved.
func WithStaticStore(s StaticStore) Option { return func(c *config) { c.staticStore = s } }

// staticData are the static data of a run. It is safe for concurrent use.
type staticData struct {
	mu      sync.Mutex
	data    *node.Object
	changed bool
}

func staticKey(kind node.StaticKind, name string) string {
	if kind == node.StaticNode {
		return "node:" + name
	}
	return string(kind)
}

func staticKind(text string) (node.StaticKind, error) {
	switch kind := node.StaticKind(text); kind {
	case node.StaticGlobal, node.StaticNode:
		return kind, nil
	}
	return "", fmt.Errorf("Unknown context type. Only `global` and `node` are supported.") //nolint:staticcheck // n8n's text
}

func (s *staticData) get(kind node.StaticKind, name string) *node.Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, _ := s.data.Get(staticKey(kind, name))
	o, _ := v.(*node.Object)
	if o == nil {
		o = new(node.Object).Freeze()
	}
	return o
}

func (s *staticData) set(kind node.StaticKind, name string, data *node.Object) {
	if data == nil {
		data = &node.Object{}
	}
	data.Freeze()
	if bytes.Equal(node.AppendJSON(nil, s.get(kind, name)), node.AppendJSON(nil, data)) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data = s.data.Clone()
	s.data.Set(staticKey(kind, name), data)
	s.data.Freeze()
	s.changed = true
}

// all returns the data, and whether the run changed them.
func (s *staticData) all() (*node.Object, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data, s.changed
}

// loadStatic finds the static data that a run begins with.
func (p *Plan) loadStatic(ctx context.Context) (*staticData, error) {
	var data *node.Object
	if p.cfg.staticStore != nil {
		var err error
		if data, err = p.cfg.staticStore.Load(ctx, p.workflow); err != nil {
			return nil, fmt.Errorf("workflow %q: its static data can't be loaded: %w", p.workflow.Name, err)
		}
	}
	if data == nil {
		v, _ := p.workflow.Raw().Get("staticData")
		data, _ = v.(*node.Object)
	}
	if data == nil {
		data = &node.Object{}
	}
	return &staticData{data: data.Freeze()}, nil
}

// keep takes over what code kept in a run.
func (r *Result) keep(run *RunContext) {
	r.StaticData, r.StaticDataChanged = run.StaticData()
	if all := run.CustomData(); all.Len() > 0 {
		r.CustomData = all
	}
}

// saveStatic stores the static data of a run that changed them.
func (p *Plan) saveStatic(ctx context.Context, run *RunContext) error {
	data, changed := run.StaticData()
	if p.cfg.staticStore == nil || !changed || run.Mode == ModeManual {
		return nil
	}
	if err := p.cfg.staticStore.Save(context.WithoutCancel(ctx), p.workflow, data); err != nil {
		return fmt.Errorf("workflow %q ran, but its static data can't be saved: %w", p.workflow.Name, err)
	}
	return nil
}
