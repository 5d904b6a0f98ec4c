package runtime_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

// told are a plan's issues, a line each: severity, pointer, node, message, hint.
func told(plan *runtime.Plan) string {
	var lines []string
	for _, d := range plan.Issues() {
		lines = append(lines, string(d.Severity)+" "+d.String())
	}
	return strings.Join(lines, "\n")
}

func TestIssuesOfExpressions(t *testing.T) {
	t.Parallel()
	def := definition("item", "a", "secret")
	def.Properties[1].TypeOptions = map[string]any{"password": true}
	n := fake{def, func(context.Context, *node.Call) (node.Output, error) { return node.Output{}, nil }}
	const (
		mend = "mend it: as it is, the node fails when it runs"
		text = `an expression is ={{ ... }}, with "=" before everything else`
	)
	for parameters, want := range map[string]struct{ message, hint string }{
		`"a": "={{ $json.a }} {{ $('Start').item.json.a }}"`: {},
		`"a": "={{ $json. }}"`: {
			`warning /nodes/1/parameters/a: node "N1": invalid syntax: the expression ends where a name is expected`,
			mend + "\n    ={{ $json. }}\n               ^",
		},
		`"a": "={{ $('Srart').item.json.a }}"`: {
			`warning /nodes/1/parameters/a: node "N1": Referenced node doesn't exist: "Srart"`,
			"did you mean \"Start\"?\n    ={{ $('Srart').item.json.a }}\n          ^",
		},
		`"a": "={{ $('Something Else').item.json.a }}"`: {
			`warning /nodes/1/parameters/a: node "N1": Referenced node doesn't exist: "Something Else"`,
			"name a node of the workflow: as it is, the node fails when it comes to it\n    ={{ $('Something Else').item.json.a }}\n          ^",
		},
		`"a": "{{ $json.a }}"`: {
			`warning /nodes/1/parameters/a: node "N1": this is text, not an expression: it has {{ }}, but does not begin with "="`,
			text + "\n    {{ $json.a }}\n    ^",
		},
		`"secret": "s3cret {{ $json.a }}"`: {
			`warning /nodes/1/parameters/secret: node "N1": this is text, not an expression: it has {{ }}, but does not begin with "="`,
			text,
		},
		`"secret": "=s3cret {{ }}"`: {
			`warning /nodes/1/parameters/secret: node "N1": invalid syntax: there is no expression between the braces`,
			mend,
		},
		`"secret": "={{ $json. }}"`: {
			`warning /nodes/1/parameters/secret: node "N1": invalid syntax: the expression ends where a name is expected`,
			mend + "\n    ={{ $json. }}\n               ^",
		},
		`"a": "={{ [1].map(x => x + ) }}"`: {
			`warning /nodes/1/parameters/a: node "N1": invalid syntax: `, "",
		},
		`"a": {"b/c": ["={{ [1].map(x => '` + strings.Repeat("y", 70_000) + `') }}"]}`: {
			`error /nodes/1/parameters/a/b~1c/0: node "N1": Expression not supported yet: {{ [1].map(x => 'yyy`, "",
		},
	} {
		plan := compile(t, chain(t, `{"type":"test.item","parameters":{`+parameters+`}}`), []node.Node{n})
		if want.message == "" {
			require.Empty(t, plan.Issues(), parameters)
			continue
		}
		d := plan.Issues()[len(plan.Issues())-1]
		if want.hint != "" {
			require.Equal(t, want.hint, d.Hint, parameters)
		}
		d.Hint = ""
		require.True(t, strings.HasPrefix(string(d.Severity)+" "+d.String(), want.message), "%s\n%s", parameters, d)
	}
}

func TestIssuesOfConnections(t *testing.T) {
	t.Parallel()
	file := func(connections string, more ...string) string {
		return `{"name":"W","nodes":[{"name":"Start","type":"test.trigger"},{"name":"N","type":"test.pass"` + strings.Join(more, "") + `},{"name":"M","type":"test.pass"}],
			"connections":{` + connections + `}}`
	}
	source := fake{definition("source"), func(context.Context, *node.Call) (node.Output, error) { return node.Output{}, nil }}
	source.def.Inputs = nil
	into := func(name string) string { return `[{"node":"` + name + `","type":"main","index":0}]` }
	for text, want := range map[string]string{
		file(`"Start":{"main":[` + into("N") + `]}`): "",
		file(`"Start":{"main":[[],` + into("N") + `]}`): `warning /connections/Start/main/1: node "Start": output 1 is connected (to "N"), but the node has 1 output: ` +
			`nothing comes from there (set its onError to "continueErrorOutput" if this is to be its error output)`,
		file(`"N":{"main":[[],`+into("M")+`]}`, `,"onError":"continueErrorOutput"`): "",
		file(`"N":{"main":[[],[],`+into("M")+`]}`, `,"onError":"continueErrorOutput"`): `warning /connections/N/main/2: node "N": output 2 is connected (to "M"), ` +
			`but the node has 2 outputs: nothing comes from there (connect one of its outputs, which count from 0)`,
		file(`"N":{"main":[` + into("Start") + `]}`): "", // triggers hand on what comes to them, as in n8n
		file(`"N":{"main":[`+into("S")+`]}`, `},{"name":"S","type":"test.source"`): `warning /connections/N/main/0/0: node "N": the connection leads to "S", ` +
			`which has no input (connect it to the node behind that, or remove it)`,
		`[` + file("") + `,` + file(`"N":{"main":[`+into("S")+`]}`, `},{"name":"S","type":"test.source"`) + `]`: `warning /1/connections/N/main/0/0: node "N": ` +
			`the connection leads to "S", which has no input (connect it to the node behind that, or remove it)`,
	} {
		ws, err := workflows.Parse([]byte(text))
		require.NoError(t, err)
		require.Equal(t, want, told(compile(t, ws[len(ws)-1], []node.Node{source})), text)
	}
}

// checked is a node that has something against its parameters.
type checked struct {
	node.Node
	faults []node.Fault
}

func (c checked) Check(*node.Object) []node.Fault { return c.faults }

func TestFaultsOfParametersHaveTheirPlace(t *testing.T) {
	t.Parallel()
	for path, pointer := range map[string]string{"": "", "a": "/a", "a.list.0.x/y": "/a/list/0/x~1y"} {
		n := checked{perItem(nil, "a"), []node.Fault{{Path: path, Message: "It is wrong", Hint: "mend it"}}}
		plan := compile(t, chain(t, `{"type":"test.item"}`), []node.Node{n})
		require.Equal(t, "error /nodes/1/parameters"+pointer+`: node "N1": It is wrong (mend it)`, told(plan))
		_, err := plan.Run(context.Background(), runtime.Request{})
		require.EqualError(t, err, "The 'N1' node has issues:\n- It is wrong")
	}
}

func TestWhatIsMissingIsSaidOnce(t *testing.T) {
	t.Parallel()
	inner := perItem(nil, "a", "b")
	def := inner.Definition()
	def.Properties[0].Required = true
	n := checked{fake{def, func(context.Context, *node.Call) (node.Output, error) { return node.Output{}, nil }}, []node.Fault{
		{Path: def.Properties[0].Name, Message: "There is none"}, {Path: def.Properties[1].Name, Message: "There is none either"},
	}}
	plan := compile(t, chain(t, `{"type":"test.item"}`), []node.Node{n})
	_, err := plan.Run(context.Background(), runtime.Request{})
	require.EqualError(t, err, "The 'N1' node has issues:\n- Parameter \""+def.Properties[0].DisplayName+"\" is required.\n- There is none either")
}

func TestIssuesOfTheStart(t *testing.T) {
	t.Parallel()
	for nodes, want := range map[string]string{
		`{"name":"A","type":"test.trigger"}`: "",
		`{"name":"A","type":"test.trigger"},{"name":"B","type":"test.trigger"}`: `warning /nodes: the workflow has several triggers: "A", "B" ` +
			`(name the one to start at when it runs, or disable the others)`,
		`{"name":"A","type":"test.trigger"},{"name":"B","type":"test.trigger","disabled":true}`: "",
		`{"name":"A","type":"test.trigger","disabled":true},{"name":"B","type":"test.pass"}`: `warning /nodes/0/disabled: node "A": ` +
			`it is disabled, and the workflow has no other trigger (enable it, or name the node to start at when it runs)`,
		`{"name":"B","type":"test.pass"}`: `warning /nodes: the workflow has no trigger (add one, or name the node to start at when it runs)`,
		`{"name":"B","type":"test.pass"},{"name":"C","type":"other.webhook"}`: `error /nodes/1/type: node "C": Unrecognized node type: other.webhook ` +
			`(no such node is installed here: pin what it puts out, or remove it)`,
	} {
		require.Equal(t, want, told(compile(t, parse(t, `{"name":"W","nodes":[`+nodes+`],"connections":{}}`), nil)), nodes)
	}
	for _, text := range []string{`{"name":"W","nodes":[],"connections":{}}`, `{"name":"W","nodes":[{"name":"A","type":"n8n-nodes-base.stickyNote"}],"connections":{}}`} {
		_, err := runtime.Compile(parse(t, text), runtime.NewRegistry(trigger()))
		require.EqualError(t, err, `workflow "W": /nodes: the workflow has no nodes (add a trigger, and what is to follow)`)
	}
}

func TestIssuesOfTypes(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		`"test.pas"`:  `error /nodes/1/type: node "N1": Unrecognized node type: test.pas (did you mean "test.pass"? Otherwise pin what it puts out, or remove it)`,
		`"test.Pass"`: `error /nodes/1/type: node "N1": Unrecognized node type: test.Pass (did you mean "test.pass"? Otherwise pin what it puts out, or remove it)`,
		`"tset.pass"`: `error /nodes/1/type: node "N1": Unrecognized node type: tset.pass (did you mean "test.pass"? Otherwise pin what it puts out, or remove it)`,
		`"pass"`:      `error /nodes/1/type: node "N1": Unrecognized node type: pass (did you mean "test.pass"? Otherwise pin what it puts out, or remove it)`,
		`"test.passTool"`: `error /nodes/1/type: node "N1": Unrecognized node type: test.passTool ` +
			`(tools of AI agents are not supported: pin what it puts out, or remove it)`,
		`"test.passTrigger"`: `error /nodes/1/type: node "N1": Unrecognized node type: test.passTrigger ` +
			`(no such node is installed here: pin what it puts out, or remove it)`,
		`"test.merge"`: `error /nodes/1/type: node "N1": Unrecognized node type: test.merge (no such node is installed here: pin what it puts out, or remove it)`,
		`"other.pass"`: `error /nodes/1/type: node "N1": Unrecognized node type: other.pass (no such node is installed here: pin what it puts out, or remove it)`,
		`"test.pass","typeVersion":2`: `error /nodes/1/typeVersion: node "N1": Node type "pass" is not available in version 2. Available versions: 1 ` +
			`(set typeVersion to one of them)`,
		`"test.new"`: `error /nodes/1/typeVersion: node "N1": Node type "new" is not available in version 1. Available versions: 2 ` +
			`(it has no typeVersion, which counts as 1: set it to one of them)`,
	} {
		newer := definition("new")
		newer.Versions = []float64{2}
		require.Equal(t, want, told(compile(t, chain(t, `{"type":`+given+`}`), []node.Node{fake{newer, nil}})), given)
	}
}

func TestIssuesOfCredentials(t *testing.T) {
	t.Parallel()
	needs := definition("needs")
	needs.Credentials = []node.CredentialUse{{Type: "secretApi", Required: true}, {Type: "otherApi"}}
	chooses := definition("chooses", "nodeCredentialType")
	chooses.Properties[0].Type = schemas.CredentialsSelect
	nodes := []node.Node{fake{needs, nil}, fake{chooses, nil}}
	for text, want := range map[string]string{
		`"test.needs","credentials":{"secretApi":{"id":"1","name":"S"}}`: "",
		`"test.needs"`: `warning /nodes/1/credentials: node "N1": names no credential of type secretApi (choose one in n8n: without it the node fails when it runs)`,
		`"test.needs","credentials":{"secretAppi":{"id":"1","name":"S"}}`: `warning /nodes/1/credentials/secretAppi: node "N1": names no credential of type secretApi, ` +
			`but one of type secretAppi, which the node does not use (did you mean "secretApi"?)`,
		`"test.needs","credentials":{"secretApi":{"id":"1","name":"S"},"otherAppi":{"id":"1","name":"S"}}`: `warning /nodes/1/credentials/otherAppi: node "N1": ` +
			`names a credential of type otherAppi, which the node does not use (did you mean "otherApi"?)`,
		`"test.pass","credentials":{"secretApi":{"id":"1","name":"S"}}`: `warning /nodes/1/credentials/secretApi: node "N1": ` +
			`names a credential of type secretApi, which the node does not use (remove it)`,
		`"test.chooses","credentials":{"anyApi":{"id":"1","name":"S"}}`: "",
	} {
		require.Equal(t, want, told(compile(t, chain(t, `{"type":`+text+`}`), nodes)), text)
	}
}

// A note that a file connects hands its input on, as in n8n.
func TestAConnectedStickyNote(t *testing.T) {
	t.Parallel()
	note := definition("stickyNote")
	note.Types, note.Inputs, note.Outputs = []string{workflows.StickyNote}, nil, nil
	nodes := []node.Node{fake{note, func(_ context.Context, c *node.Call) (node.Output, error) {
		return node.Output{Main: [][]node.Item{c.Items()}}, nil
	}}}
	w := chain(t, fmt.Sprintf(`{"type":%q}`, workflows.StickyNote), `{"type":"test.pass"}`)
	plan := compile(t, w, nodes)
	require.Empty(t, told(plan), "workflows.Validate tells of it")
	require.Equal(t, `{"json":{"n":1},"pairedItem":{"item":0}}`, text(runPlan(t, plan, numbers(1)...).ItemsOf("N2")))
}
