package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

func newValidate() *cobra.Command {
	return &cobra.Command{
		Use:   "validate FILE...",
		Short: "Say what is wrong with workflow files",
		Long: `validate reads workflow files and prints everything that would keep them from running, one fault a line: the file,
the place in it (a JSON pointer), the node, what is wrong and what to do. Nothing is run.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			faults := 0
			for _, file := range files {
				found, err := check(file)
				if err != nil {
					return err
				}
				for _, d := range found {
					fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", file, d)
				}
				faults += len(found)
			}
			if faults > 0 {
				return &exitError{exitFailed, fmt.Errorf("%s in %s", count(faults, "fault"), count(len(files), "file"))}
			}
			return nil
		},
	}
}

// check returns the faults of a file. The error says that it can't be read.
func check(file string) (schemas.Diagnostics, error) {
	all, err := workflows.Load(file)
	var faults schemas.Diagnostics
	if errors.As(err, &faults) {
		return faults, nil
	}
	if err != nil {
		return nil, err
	}
	for _, w := range all {
		plan, err := runtime.Compile(w, registry())
		if err != nil {
			faults = append(faults, schemas.Diagnostic{Severity: schemas.SeverityError, Message: err.Error()})
			continue
		}
		faults = append(faults, plan.Issues()...)
	}
	return faults, nil
}
