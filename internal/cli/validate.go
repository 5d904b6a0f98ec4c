package cli

import (
	"context"
	"errors"
	"fmt"

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
	cmd := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Say what is wrong with workflow files",
		Long: `validate reads workflow files and prints everything that would keep them from running, and what looks like a mistake
(warnings), one fault a line: the file, the place in it (a JSON pointer), the node, what is wrong and what to do. Nothing is
run. With --credentials the credentials that nodes name are looked for too. The exit code is 1 if there is an error,
0 if there are at most warnings.`,
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
			for _, file := range files {
				faults, err := check(cmd.Context(), file, resolver)
				if err != nil {
					return err
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
			if wrong > 0 {
				return &exitError{exitFailed, fmt.Errorf("%s in %s", count(wrong, "error"), count(len(files), "file"))}
			}
			return nil
		},
	}
	addFormat(cmd, &format)
	cmd.Flags().StringArrayVar(&credentialFiles, "credentials", nil, "`FILE` with credentials: those that nodes name must be there; repeatable")
	return cmd
}

func printFaults(cmd *cobra.Command, format string, found []fileFault) error {
	if format == formatJSON {
		return printJSON(cmd.OutOrStdout(), found)
	}
	for _, f := range found {
		place := f.File
		if f.Line > 0 {
			place = fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column) // as editors and compilers write it
			f.Line = 0
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s: %s: %s\n", place, f.Severity, f.Diagnostic)
	}
	return nil
}

// check returns the faults of a file. The error says that it can't be read. A nil resolver leaves credentials alone.
func check(ctx context.Context, file string, resolver credentials.Resolver) ([]fileFault, error) {
	all, err := workflows.Load(file)
	var broken schemas.Diagnostics
	if errors.As(err, &broken) {
		return faultsOf(file, "", broken), nil
	}
	if err != nil {
		return nil, err
	}
	var faults []fileFault
	for _, w := range all {
		plan, err := runtime.Compile(w, registry())
		if err != nil {
			faults = append(faults, faultsOf(file, w.Name, schemas.Diagnostics{{Severity: schemas.SeverityError, Message: err.Error()}})...)
			continue
		}
		found := plan.Issues()
		if resolver != nil {
			found = append(found, plan.CredentialIssues(ctx, resolver)...)
		}
		faults = append(faults, faultsOf(file, w.Name, found)...)
	}
	return faults, nil
}

func faultsOf(file, workflow string, found schemas.Diagnostics) []fileFault {
	out := make([]fileFault, len(found))
	for i, d := range found {
		out[i] = fileFault{File: file, Workflow: workflow, Diagnostic: d}
	}
	return out
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
