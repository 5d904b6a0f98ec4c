package runtime

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/nate-go/nate/node"
)

// WithGrace shortens the time that a node gets to return after a cancellation.
func WithGrace(d time.Duration) Option { return func(c *config) { c.grace = d } }

// WithStoredFiles sets how many bytes of temporary files go with a run that waits.
func WithStoredFiles(most int64) Option { return func(c *config) { c.storedFiles = most } }

// LocationOf is what a workflow's time zone means.
var LocationOf = locationOf

// WithOverwriting loses data that wait where n8n does.
func WithOverwriting() Option { return func(c *config) { c.overwrite = true } }

// Joined lets items ("A:0 B:1": what, and at which of two inputs) arrive at a node that waits for both, and returns what
// comes together, and last what is still waiting.
func Joined(arrivals string, overwrite bool) []string {
	w := waiting{overwrite: overwrite}
	show := func(r *waitingRun) string {
		var all []string
		for _, items := range r.inputs {
			text := "-"
			if items != nil {
				v, _ := items[0].JSON.Get("v")
				text = fmt.Sprint(v)
			}
			all = append(all, text)
		}
		return strings.Join(all, "")
	}
	var joined []string
	for _, a := range strings.Fields(arrivals) {
		item, input, _ := strings.Cut(a, ":")
		if run, _ := w.arrive("N", 2, int(input[0]-'0'), []node.Item{node.ItemOf("v", item)}, nil); run != nil {
			joined = append(joined, show(run))
		}
	}
	if n := w.nodes["N"]; n != nil {
		for _, r := range n.runs {
			joined = append(joined, show(r))
		}
	}
	return joined
}

// RunInSteps is Run, but after every step the run is stored and another Scheduler goes on from there.
func (p *Plan) RunInSteps(ctx context.Context, req Request) (*Result, error) {
	r, s, err := p.ready(ctx, req, nil)
	if err != nil {
		return nil, err
	}
	static, err := p.loadStatic(ctx)
	if err != nil {
		return nil, err
	}
	r.context.static = static
	for more := true; more; {
		stored := s.AppendJSON(nil)
		context := *r.context
		context.custom = nil // it is part of what is stored
		s, err = p.RestoreScheduler(stored, &context)
		if err != nil {
			return nil, err
		}
		if again := s.AppendJSON(nil); !bytes.Equal(stored, again) {
			return nil, fmt.Errorf("stored as\n%s\nand restored as\n%s", stored, again)
		}
		more = r.step(ctx, s)
	}
	r.finish(s)
	r.beside.Wait()
	r.afterFailure(ctx)
	r.result.keep(s.run)
	return r.result, nil
}

// RestoredFiles are the contents of files with the ids given, restored among the temporary files of an execution of the same
// id, and of one that is created then; the content of each is its id.
func RestoredFiles(ctx context.Context, names ...string) (map[string]string, error) {
	const prefix = "filesystem-v2:executions/1/binary_data/"
	t := &temporaryFiles{execution: "1"}
	defer t.remove()
	stored := node.NewObject()
	for _, name := range names {
		stored.Set(prefix+name, base64.StdEncoding.EncodeToString([]byte(prefix+name)))
	}
	if err := t.restore(ctx, stored); err != nil {
		return nil, err
	}
	id, _, err := t.Create(ctx, strings.NewReader("new"), node.Binary{})
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, name := range append(names, strings.TrimPrefix(id, prefix)) {
		r, err := t.Open(ctx, prefix+name)
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(r)
		_ = r.Close()
		if err != nil {
			return nil, err
		}
		found[name] = strings.TrimPrefix(string(content), prefix)
	}
	return found, nil
}
