package cli

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/runtime"
)

func TestProgress(t *testing.T) {
	t.Parallel()
	done := runtime.NodeEvent{Node: "A", Run: &runtime.NodeRun{
		Status: runtime.StatusSuccess, Main: [][]node.Item{{{}, {}}, {{}}}, FailedItems: 1, ExecutionTime: 1500 * time.Microsecond,
	}}
	failed := runtime.NodeEvent{Node: "B\x1b[2J", RunIndex: 2, Run: &runtime.NodeRun{Status: runtime.StatusError, Error: &node.ErrorInfo{Message: "no"}}}
	for name, c := range map[string]struct {
		terminal, colour bool
		want             string
	}{
		"file":              {false, false, "success  A: 2 items | 1 item, 1 failed, 1 ms\nerror    B\\x1b[2J #2: no, 0 ms\n"},
		"terminal":          {true, false, "\r\x1b[Krunning  A\r\x1b[Ksuccess  A: 2 items | 1 item, 1 failed, 1 ms\n\r\x1b[Krunning  B\\x1b[2J #2\r\x1b[Kerror    B\\x1b[2J #2: no, 0 ms\n"},
		"terminal, colours": {true, true, "\r\x1b[Krunning  A\r\x1b[K\x1b[32msuccess \x1b[0m A: 2 items | 1 item, 1 failed, 1 ms\n\r\x1b[Krunning  B\\x1b[2J #2\r\x1b[K\x1b[31merror   \x1b[0m B\\x1b[2J #2: no, 0 ms\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			p := &progress{w: &out, terminal: c.terminal, colour: c.colour}
			for _, e := range []runtime.NodeEvent{done, failed} {
				p.started(e)
				p.finished(e)
			}
			p.end()
			require.Equal(t, c.want, out.String())
		})
	}
}

func TestNothingButATerminalIsShownProgress(t *testing.T) {
	t.Parallel()
	require.False(t, newProgress(&bytes.Buffer{}, false).terminal)
}
