package expr

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

//go:generate prelude/transliterations.sh

// extensionCall is a call of an extension method, or of a function of n8n where receiver is empty, in JavaScript, and what n8n
// made of it: the JSON of the value as the encoder of the recording writes it, "error: " and the text of an error, or "undefined"
// where the call threw an error that n8n takes for undefined.
type extensionCall struct{ receiver, method, args, want string }

// String returns the call as it stands in an expression.
func (c extensionCall) String() string {
	if c.receiver == "" {
		return c.method + "(" + c.args + ")"
	}
	return "(" + c.receiver + ")." + c.method + "(" + c.args + ")"
}

// extensionCalls reads the recording of n8n 2.41. encoder is a JavaScript function that writes any value as a text of JSON.
func extensionCalls(tb testing.TB) (calls []extensionCall, encoder string) {
	tb.Helper()
	text, err := os.ReadFile("testdata/extensions.json")
	require.NoError(tb, err)
	doc, err := node.ParseObject(text)
	require.NoError(tb, err)
	for _, e := range field(doc, "calls").([]any) {
		row := e.([]any)
		c := extensionCall{receiver: row[0].(string), method: row[1].(string), args: row[2].(string), want: "undefined"}
		outcome := row[3].(*node.Object)
		if v, ok := outcome.Get("value"); ok {
			c.want = string(node.AppendJSON(nil, v))
		} else if v, ok := outcome.Get("error"); ok {
			c.want = "error: " + v.(string)
		}
		calls = append(calls, c)
	}
	return calls, field(doc, "encoder").(string)
}

// TestExtensions evaluates calls of the extension methods as n8n 2.41 did.
func TestExtensions(t *testing.T) {
	t.Parallel()
	calls, encoder := extensionCalls(t)
	scope := over(t, `{}`)
	location, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	scope.Location = location
	for batch := range slices.Chunk(calls, 200) {
		var b strings.Builder
		b.WriteString("={{ [")
		for _, c := range batch {
			b.WriteString("() => " + c.String() + ",\n")
		}
		b.WriteString(`].map((f) => {
			try { return (` + encoder + `)(f()) } catch (e) {
				return /^Expression(Extension)?Error$/.test(e.name) ? "error: " + e.message : "undefined"
			}
		}) }}`)
		v, _ := Compile(b.String())
		got, err := v.Eval(scope)
		require.NoError(t, err)
		for i, got := range got.([]any) {
			assert.Equal(t, batch[i].want, got, batch[i].String())
		}
	}
}

// extensionScript makes the calls that it reads in Node.js.
const extensionScript = `
const fs = require('fs');
const { prelude, encoder, calls } = JSON.parse(fs.readFileSync(0, 'utf8'));
const library = (name) => (0, eval)(fs.readFileSync('../js/prelude/' + name + '.js', 'utf8'))(Object);
const { DateTime, Duration, Interval, Settings } = library('luxon');
Settings.defaultZone = 'America/New_York';
const { extend, globals } = new Function(prelude + '\nreturn makeExtensions;')()({
	DateTime, Duration, Interval, jmespath: library('jmespath').search,
});
const scope = { DateTime, Duration, Interval, extend, ...globals };
const evaluate = (code) => new Function(...Object.keys(scope), 'return (' + code + ')')(...Object.values(scope));
const encode = evaluate(encoder);
console.log(JSON.stringify(calls.map(([receiver, method, args]) => {
	try {
		return encode(evaluate(receiver === '' ? method + '(' + args + ')' : 'extend(' + receiver + ',"' + method + '",[' + args + '])'));
	} catch (e) {
		return /^Expression(Extension)?Error$/.test(e.name) ? 'error: ' + e.message : 'undefined';
	}
})));`

// TestExtensionsInNode holds that the scripts of prelude give the same in Node.js.
func TestExtensionsInNode(t *testing.T) {
	t.Parallel()
	path, err := exec.LookPath("node")
	if err != nil {
		t.Skip("Node.js is not installed")
	}
	calls, encoder := extensionCalls(t)
	calls = slices.DeleteFunc(calls, func(c extensionCall) bool { return c.method == "$fromAI" }) // is Go's
	rows := make([]any, len(calls))
	for i, c := range calls {
		rows[i] = []any{c.receiver, c.method, c.args}
	}
	cmd := exec.CommandContext(t.Context(), path, "-e", extensionScript)
	cmd.Env = append(os.Environ(), "TZ=UTC")
	cmd.Stdin = bytes.NewReader(node.AppendJSON(nil, node.NewObject("prelude", preludeSource(t), "encoder", encoder, "calls", rows)))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	results, err := node.ParseJSON(out)
	require.NoError(t, err)
	for i, got := range results.([]any) {
		assert.Equal(t, calls[i].want, got, calls[i].String())
	}
}

func preludeSource(tb testing.TB) string {
	tb.Helper()
	files, err := scripts.ReadDir("prelude")
	require.NoError(tb, err)
	var b strings.Builder
	for _, file := range files {
		text, err := scripts.ReadFile("prelude/" + file.Name())
		require.NoError(tb, err)
		b.Write(text)
	}
	return b.String()
}
