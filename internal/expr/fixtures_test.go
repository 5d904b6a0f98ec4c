package expr

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// TestFixtures evaluates the expressions of n8n's own tests as n8n 2.21 did. They are not part of the project: the test reads
// them from the folder that NATE_FIXTURES names.
func TestFixtures(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("NATE_FIXTURES")
	if dir == "" {
		t.Skip("SKIPPED 581 expressions of n8n's tests: NATE_FIXTURES is not set")
	}
	location, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	var all, equal, meant float64
	for _, name := range []string{
		"array-extensions", "boolean-extensions", "date-extensions", "expression-extension", "expression", "generic-extensions",
		"number-extensions", "object-extensions", "string-extensions", "workflow",
	} {
		text, err := os.ReadFile(filepath.Join(dir, "n8n-fixtures", "expressions", name+".json"))
		require.NoError(t, err)
		doc, err := node.ParseObject(text)
		require.NoError(t, err)
		for _, e := range field(doc, "cases").([]any) {
			c := e.(*node.Object)
			// What depends on the clock, on chance, on runs that are not recorded or on a browser can't be repeated.
			_, excluded := c.Get("excluded")
			runs, _ := c.Get("hasRunData")
			keys, _ := c.Get("additionalKeys")
			if deterministic, _ := c.Get("deterministic"); deterministic != true || excluded || runs == true || keys != nil {
				continue
			}
			all++
			scope := &Scope{
				Location: location, Instance: node.Instance{Name: "node"},
				Now: func() time.Time { return time.Date(2026, 11, 23, 16, 38, 37, 0, time.UTC) },
			}
			inputs, _ := field(c, "input").([]any)
			for _, input := range inputs {
				data, _ := input.(*node.Object).Get("json")
				o, _ := data.(*node.Object)
				scope.Items = append(scope.Items, node.Item{JSON: o.Freeze()})
			}
			if index, ok := c.Get("itemIndex"); ok {
				scope.Item = int(index.(float64))
			}
			expression := field(c, "expression")
			v, _ := Compile(expression)
			got, typ, err := v.EvalType(scope)
			want, _ := c.Get("expected")
			wanted, gotten := string(node.AppendJSON(nil, asData(want))), string(node.AppendJSON(nil, recordedForm(got, typ)))
			if failed, ok := c.Get("error"); ok {
				wanted = field(failed.(*node.Object), "message").(string)
				gotten = "no error"
			}
			if err != nil {
				gotten = err.Error()
			}
			if wanted == gotten {
				equal++
				continue
			}
			if meantOtherwise.MatchString(expression.(string)) || meantOtherwise.MatchString(wanted) {
				meant++
				continue
			}
			t.Logf("%s: %s over %s\nwant %s\n got %s", name, expression, node.AppendJSON(nil, field(c, "input")), wanted, gotten)
		}
	}
	t.Logf("equal: %.0f of %.0f; different on purpose: %.0f", equal, all, meant)
	require.Greater(t, all, 400.0)
	require.GreaterOrEqual(t, (equal+meant)/all, 0.99)
}

// meantOtherwise finds what is different on purpose: names that only n8n's own way of compiling has to protect, functions that
// n8n 2.41 refuses by name, the class of a value (it is data here), facts about the host.
var meantOtherwise = regexp.MustCompile(`___n8n_data|__sanitize|\bextend(Optional)?\(|via expression extension|[dD]efinePropert|PrototypeOf|` +
	`OwnPropertyDescriptor|"\$(Map|Set|Error|bigint|Duration)"|process\.|SharedArrayBuffer`)
