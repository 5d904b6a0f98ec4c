package n8ntest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Case is one recorded run of n8n. The documents are as recorded (after At: with another server address); treat them as read-only.
type Case struct {
	Name        string
	Workflow    []byte    // the workflow file
	Credentials []byte    // a list of {id, name, type, data}, as n8n exports decrypted credentials; nil if the run had none
	Result      []byte    // n8n's run document, to be compared with Diff; nil if there is none: see NotStarted
	Requests    []Request // what the server got, in order
	Workflows   []byte    // a list of other workflows that the run can find by their ids; nil if there are none
	Mode        string    // "cli" or "manual" (where n8n honours pinned data)
	Start       string    // the trigger to start at; empty: there is only one, or a manual one

	// Input is the list of items that the start node emitted if they came from outside the workflow file, else nil: such a run
	// has to be given them. Otherwise a trigger emits what is pinned to it in the file (mode manual) or one empty item.
	Input []byte

	// NotStarted is n8n's message if it refused to run the workflow, else empty. If n8n stored such a run all the same (a
	// missing required parameter, a credential it can't use), Result is that run.
	NotStarted string

	// N8nVersion is the version that meta.json names; the runs of LoadCase have no meta.json, they were all recorded with n8n
	// 2.41.1.
	N8nVersion string
}

// LoadCase reads the recorded run in folder dir: workflow.json, result.json, requests.json and, where the run had them,
// credentials.json, workflows.json and opts.json. An error names the file.
func LoadCase(dir string) (*Case, error) {
	return load(filepath.Base(dir), filepath.Join(dir, "workflow.json"), dir)
}

// LoadCases reads every recorded run below folder root, one in each folder, in order of their names.
func LoadCases(root string) ([]*Case, error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, fmt.Errorf("n8ntest: %w", err)
	}
	var cases []*Case
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		c, err := LoadCase(filepath.Join(root, e.Name()))
		if err != nil {
			return nil, err
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// LoadWorkflow reads the example workflow file DIR/NAME.json with its recorded run, whose files stand in DIR/recorded/NAME.
func LoadWorkflow(file string) (*Case, error) {
	name := strings.TrimSuffix(filepath.Base(file), ".json")
	return load(name, file, filepath.Join(filepath.Dir(file), "recorded", name))
}

// LoadWorkflows reads every workflow file dir/*.json with its recorded run, in order of their names. A recorded run without a
// workflow file is an error.
func LoadWorkflows(dir string) ([]*Case, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("n8ntest: %w", err)
	}
	var cases []*Case
	for _, f := range files {
		c, err := LoadWorkflow(f)
		if err != nil {
			return nil, err
		}
		cases = append(cases, c)
	}
	recorded, err := os.ReadDir(filepath.Join(dir, "recorded"))
	if err != nil {
		return nil, fmt.Errorf("n8ntest: %w", err)
	}
	for _, e := range recorded {
		if !slices.ContainsFunc(cases, func(c *Case) bool { return c.Name == e.Name() }) {
			return nil, fmt.Errorf("n8ntest: %s: there is no workflow file %s.json", filepath.Join(dir, "recorded", e.Name()), e.Name())
		}
	}
	return cases, nil
}

func load(name, workflow, dir string) (*Case, error) {
	c := &Case{Name: name, Mode: "cli"}
	var requests, opts, meta []byte
	for _, f := range []struct {
		path     string
		to       *[]byte
		optional bool
	}{
		{workflow, &c.Workflow, false},
		{filepath.Join(dir, "result.json"), &c.Result, false},
		{filepath.Join(dir, "requests.json"), &requests, false},
		{filepath.Join(dir, "credentials.json"), &c.Credentials, true},
		{filepath.Join(dir, "workflows.json"), &c.Workflows, true},
		{filepath.Join(dir, "opts.json"), &opts, true},
		{filepath.Join(dir, "meta.json"), &meta, true},
	} {
		data, err := os.ReadFile(f.path)
		if f.optional && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("n8ntest: %w", err)
		}
		if !json.Valid(data) {
			return nil, fmt.Errorf("n8ntest: %s is not JSON", f.path)
		}
		*f.to = data
	}

	var start struct {
		Thrown   *struct{ Message string } `json:"thrown"`
		CLIError string                    `json:"__cliError"`
		Data     struct {
			ResultData struct {
				Error struct{ Message string } `json:"error"`
			} `json:"resultData"`
		} `json:"data"`
	}
	var options struct {
		Mode    string                     `json:"mode"`
		Trigger string                     `json:"triggerToStartFrom"`
		PinData map[string]json.RawMessage `json:"pinData"`
	}
	var about struct {
		N8nVersion string `json:"n8nVersion"`
	}
	for _, d := range []struct {
		file string
		data []byte
		to   any
	}{
		{"requests.json", requests, &c.Requests},
		{"result.json", c.Result, &start},
		{"opts.json", opts, &options},
		{"meta.json", meta, &about},
	} {
		if d.data == nil {
			continue
		}
		if err := json.Unmarshal(d.data, d.to); err != nil {
			return nil, fmt.Errorf("n8ntest: %s: %w", filepath.Join(dir, d.file), err)
		}
	}
	switch {
	case start.Thrown != nil:
		c.NotStarted, c.Result = start.Thrown.Message, nil
	case start.CLIError != "":
		c.NotStarted = start.Data.ResultData.Error.Message
	}
	if options.Mode != "" {
		c.Mode = options.Mode
	}
	c.Start = options.Trigger
	if len(options.PinData) > 1 {
		return nil, fmt.Errorf("n8ntest: %s: pins more than the start node", filepath.Join(dir, "opts.json"))
	}
	for _, items := range options.PinData {
		c.Input = items
	}
	c.N8nVersion = about.N8nVersion
	return c, nil
}

// At returns a copy of c in which the server stands at addr ("host:port") and not at RecordedAddr, in every document.
func (c *Case) At(addr string) *Case {
	move := func(s string) string { return strings.ReplaceAll(s, RecordedAddr, addr) }
	moved := *c
	for _, doc := range []*[]byte{&moved.Workflow, &moved.Credentials, &moved.Input, &moved.Result} {
		*doc = bytes.ReplaceAll(*doc, []byte(RecordedAddr), []byte(addr))
	}
	moved.Requests = make([]Request, len(c.Requests))
	for i, r := range c.Requests {
		headers := make(map[string]string, len(r.Headers))
		for k, v := range r.Headers {
			headers[k] = move(v)
		}
		moved.Requests[i] = Request{Method: r.Method, URL: move(r.URL), Headers: headers, Body: move(r.Body)}
	}
	return &moved
}
