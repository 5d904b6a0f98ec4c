// Package n8ntest is what tests need to hold nate against real n8n: recorded runs, a comparison, and the server they were
// recorded with.
//
// A Case is one recorded run: the workflow, what n8n answered, and the requests it sent. A Mock answers as the recording's
// server did, at an address of its own, so that tests run side by side; Case.At moves a case to that address. Diff compares
// two run documents and names each difference by its path. Only tests import this package.
//
//	mock := n8ntest.NewMock(t, "")
//	for _, c := range cases {
//		c := c.At(mock.Addr)
//		got := runIt(c.Workflow, c.Credentials, c.Mode)
//		diffs, err := n8ntest.Diff(c.Result, got)
//		...
//	}
//
// A Fixture is a workflow of n8n's own tests, which are not part of this project: RunFixtures runs those of a folder and counts,
// by node type, what passes.
package n8ntest
