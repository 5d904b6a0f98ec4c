package cli

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// typeCount is how often a node type and version occurs.
type typeCount struct {
	Type      string  `json:"type"`
	Version   float64 `json:"version"`
	Instances int     `json:"instances"`
	Workflows int     `json:"workflows"`
	Supported int     `json:"supported"`
}

// coverage is what the coverage command found.
type coverage struct {
	Files              int         `json:"files"`
	Unreadable         []string    `json:"unreadable"`
	Workflows          int         `json:"workflows"`
	SupportedWorkflows int         `json:"supportedWorkflows"`
	Instances          int         `json:"instances"`
	SupportedInstances int         `json:"supportedInstances"`
	Types              []typeCount `json:"types"`
}

func newCoverage() *cobra.Command {
	var format string
	var folders nodeFolders
	cmd := &cobra.Command{
		Use:   "coverage DIR",
		Short: "Say how much of a folder of workflows can run",
		Long: `coverage reads every *.json file below a folder and counts which types of nodes occur and which of them can run, as a
share of the node instances and of whole workflows. A node counts as supported if its type, version and operation are (a number
in the last column says that some are); a workflow if nothing in it would keep it from running. Sticky notes do not count.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(format); err != nil {
				return err
			}
			r, err := folders.registry()
			if err != nil {
				return err
			}
			c, err := cover(args[0], r)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if format == formatJSON {
				return printJSON(out, c)
			}
			table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "TYPE\tVERSION\tINSTANCES\tWORKFLOWS\tSUPPORTED")
			for _, t := range c.Types {
				fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%s\n", t.Type, node.FormatNumber(t.Version), t.Instances, t.Workflows, t.supported())
			}
			if err := table.Flush(); err != nil {
				return err
			}
			fmt.Fprintf(out, "\n%s: %d of %s can run (%s), %d of %s are supported (%s)\n", count(c.Files, "file"),
				c.SupportedWorkflows, count(c.Workflows, "workflow"), share(c.SupportedWorkflows, c.Workflows),
				c.SupportedInstances, count(c.Instances, "node"), share(c.SupportedInstances, c.Instances))
			for _, u := range c.Unreadable {
				fmt.Fprintln(cmd.ErrOrStderr(), "not read: "+u)
			}
			return nil
		},
	}
	addFormat(cmd, &format)
	folders.add(cmd)
	return cmd
}

// supported says how many of the instances can run: an operation of a node may not be supported where others are.
func (t *typeCount) supported() string {
	switch t.Supported {
	case t.Instances:
		return "yes"
	case 0:
		return "no"
	}
	return strconv.Itoa(t.Supported)
}

func share(part, whole int) string {
	if whole == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
}

func cover(dir string, r *runtime.Registry) (*coverage, error) {
	type kind struct {
		name    string
		version float64
	}
	c := &coverage{Unreadable: []string{}, Types: []typeCount{}}
	types := map[kind]*typeCount{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.EqualFold(filepath.Ext(path), ".json") {
			return err
		}
		c.Files++
		if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // a pipe would be waited for
			c.Unreadable = append(c.Unreadable, path+": it is no regular file")
			return nil
		}
		all, err := workflows.Load(path)
		if err != nil {
			c.Unreadable = append(c.Unreadable, firstLine(err))
			return nil
		}
		for _, w := range all {
			c.Workflows++
			plan, err := runtime.Compile(w, r)
			if err == nil && !plan.Issues().HasErrors() {
				c.SupportedWorkflows++
			}
			seen := map[kind]bool{}
			for _, n := range w.Nodes {
				if n.IsStickyNote() {
					continue
				}
				k := kind{n.Type, n.TypeVersion}
				if types[k] == nil {
					types[k] = &typeCount{Type: n.Type, Version: n.TypeVersion}
				}
				types[k].Instances++
				c.Instances++
				if !seen[k] {
					seen[k] = true
					types[k].Workflows++
				}
				if r.Supports(n) {
					c.SupportedInstances++
					types[k].Supported++
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if c.Files == 0 {
		return nil, fmt.Errorf("there are no *.json files in %s", dir)
	}
	for t := range maps.Values(types) {
		c.Types = append(c.Types, *t)
	}
	slices.SortFunc(c.Types, func(a, b typeCount) int {
		return cmp.Or(-cmp.Compare(a.Instances, b.Instances), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Version, b.Version))
	})
	return c, nil
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
