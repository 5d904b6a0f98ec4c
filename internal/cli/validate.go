package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

// fileFault is one thing that is wrong with a file.
type fileFault struct {
	File     string `json:"file"`
	Workflow string `json:"workflow,omitempty"`
	schemas.Diagnostic
}

func newValidate() *cobra.Command {
	var format string
	var credentialFiles []string
	var folders nodeFolders
	cmd := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Say what is wrong with workflow files",
		Long: `validate reads workflow files and prints everything that would keep them from running, and what looks like a mistake
(warnings), one fault a line: the file with line and column, the place in it (a JSON pointer), the node, what is wrong and
what to do; below it the expression, or the line of JavaScript, that it is about, if any. What n8n would run, if only until it gets
to the fault, is a warning. Nothing is run. With --credentials the credentials that nodes name are looked for too. The exit code is 1
if there is an error, 0 if there are at most warnings.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			if err := checkFormat(format); err != nil {
				return err
			}
			var resolver credentials.Resolver
			if len(credentialFiles) > 0 {
				all, err := openCredentials(credentialFiles)
				if err != nil {
					return err
				}
				resolver = credentials.Chain(append(all, credentials.Env())...)
			}
			found := []fileFault{}
			wrong := 0
			var unread []error
			r, err := folders.registry()
			if err != nil {
				return err
			}
			for _, file := range files {
				faults, err := check(cmd.Context(), file, r, resolver)
				if err != nil {
					unread = append(unread, err)
					continue
				}
				for _, f := range faults {
					if f.Severity == schemas.SeverityError {
						wrong++
					}
				}
				found = append(found, faults...)
			}
			if err := printFaults(cmd, format, found); err != nil {
				return err
			}
			if len(unread) > 0 {
				return errors.Join(unread...)
			}
			if wrong > 0 {
				return &exitError{exitFailed, fmt.Errorf("%s in %s", count(wrong, "error"), count(len(files), "file"))}
			}
			return nil
		},
	}
	addFormat(cmd, &format)
	folders.add(cmd)
	cmd.Flags().StringArrayVar(&credentialFiles, "credentials", nil, "`FILE` with credentials: those that nodes name must be there; repeatable")
	return cmd
}

func printFaults(cmd *cobra.Command, format string, found []fileFault) error {
	if format == formatJSON {
		return printJSON(cmd.OutOrStdout(), found)
	}
	_, err := io.WriteString(cmd.OutOrStdout(), faultsText(found))
	return err
}

// faultsText is a line for each fault, and below it what its hint shows of an expression.
func faultsText(found []fileFault) string {
	var b strings.Builder
	for _, f := range found {
		place := f.File
		if f.Line > 0 {
			place = fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column) // as editors and compilers write it
			f.Line = 0
		}
		fmt.Fprintf(&b, "%s: %s: %s\n", place, f.Severity, f.Diagnostic)
		if _, shown, more := strings.Cut(f.Hint, "\n"); more {
			b.WriteString(shown + "\n")
		}
	}
	return b.String()
}

// check returns the faults of a file, in its order. The error says that it can't be read. A nil resolver leaves credentials
// alone.
func check(ctx context.Context, file string, r *runtime.Registry, resolver credentials.Resolver) ([]fileFault, error) {
	data, err := workflows.Read(file)
	if err != nil {
		return nil, err
	}
	all, found := diagnose(ctx, data, r, resolver)
	return faultsOf(file, all, found), nil
}

// diagnose returns the workflows in a file's text, and what is wrong with them.
func diagnose(ctx context.Context, data []byte, r *runtime.Registry, resolver credentials.Resolver) ([]*workflows.Workflow, schemas.Diagnostics) {
	all, found := workflows.Validate(data)
	for _, w := range all {
		plan, err := runtime.Compile(w, r)
		if err != nil {
			var unusable schemas.Diagnostics
			if !errors.As(err, &unusable) {
				unusable = schemas.Diagnostics{{Severity: schemas.SeverityError, Pointer: w.Pointer(), Message: err.Error()}}
			}
			found = append(found, unusable...)
			continue
		}
		found = append(found, plan.Issues()...)
		if resolver != nil {
			found = append(found, plan.CredentialIssues(ctx, resolver)...)
		}
	}
	found.Locate(data)
	return all, found
}

func faultsOf(file string, all []*workflows.Workflow, found schemas.Diagnostics) []fileFault {
	names := map[string]string{}
	for _, w := range all {
		names[w.Pointer()] = w.Name
	}
	faults := make([]fileFault, len(found))
	for i, d := range found {
		name, single := names[""]
		if !single { // a list: its workflows are at /0, /1, ...
			index, _, _ := strings.Cut(strings.TrimPrefix(d.Pointer, "/"), "/")
			name = names["/"+index]
		}
		faults[i] = fileFault{File: file, Workflow: name, Diagnostic: d}
	}
	return faults
}

func openCredentials(files []string) ([]credentials.Resolver, error) {
	var all []credentials.Resolver
	for _, path := range files {
		file, err := credentials.File(path)
		if err != nil {
			return nil, fmt.Errorf("--credentials: %w", err)
		}
		all = append(all, file)
	}
	return all, nil
}
