//go:build unix

package core

import (
	"context"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// killAfter is how long a cancelled command may take to end before it is killed.
const killAfter = 2 * time.Second

// runShell runs a command in the shell, in a process group of its own, until all that writes to its output has ended, as n8n does. A
// cancelled context ends the whole group: it is asked to end, and killed soon after.
func runShell(ctx context.Context, command string, environment []string, stdout, stderr io.Writer) error {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", command) //nolint:gosec // running it is what the node is for
	cmd.Env = environment
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	signal := func(s syscall.Signal) error { return syscall.Kill(-cmd.Process.Pid, s) }
	cmd.Cancel = func() error { return signal(syscall.SIGTERM) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	problems, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan struct{})
	var killing sync.WaitGroup
	killing.Go(func() {
		select {
		case <-done:
		case <-ctx.Done():
			select {
			case <-done:
			case <-time.After(killAfter):
			}
		}
		if ctx.Err() == nil {
			return
		}
		_ = signal(syscall.SIGKILL)
		_, _ = out.Close(), problems.Close() // somebody who has left the group may still hold them
	})
	var reading sync.WaitGroup
	reading.Go(func() { _, _ = io.Copy(stdout, out) })
	reading.Go(func() { _, _ = io.Copy(stderr, problems) })
	reading.Wait()
	err = cmd.Wait()
	close(done)
	killing.Wait()
	return err
}
