package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/nate-go/nate/internal/nearest"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/schemas"
)

func newNodes() *cobra.Command {
	var format string
	var folders nodeFolders
	cmd := &cobra.Command{
		Use:   "nodes [TYPE]",
		Short: "List the nodes that can run, or show one",
		Long: `nodes lists the types of nodes that can run, with their versions. With a type it shows its definition: the parameters,
when they apply, and their defaults. --format json prints n8n's own JSON (INodeTypeDescription).`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(format); err != nil {
				return err
			}
			r, err := folders.registry()
			if err != nil {
				return err
			}
			var defs []node.Definition
			if len(args) == 1 {
				if defs = r.Definitions(args[0]); len(defs) == 0 {
					return fmt.Errorf("there is no node type %q (%s)", args[0], cmp.Or(typeHint(r, args[0]), "nate nodes lists them"))
				}
			} else {
				defs = allDefinitions(r)
			}
			out := cmd.OutOrStdout()
			switch {
			case format == formatJSON:
				return printJSON(out, defs)
			case len(args) == 1:
				for i := range defs {
					fmt.Fprint(out, definitionText(&defs[i]))
				}
				return nil
			}
			table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "TYPE\tVERSIONS\tNAME")
			for i := range defs {
				fmt.Fprintf(table, "%s\t%s\t%s\n", defs[i].Types[0], versions(&defs[i]), defs[i].DisplayName)
				for _, other := range defs[i].Types[1:] {
					fmt.Fprintf(table, "  also %s\t\t\n", other)
				}
			}
			return table.Flush()
		},
	}
	addFormat(cmd, &format)
	folders.add(cmd)
	return cmd
}

// allDefinitions returns every definition once, by the first of its types.
func allDefinitions(r *runtime.Registry) []node.Definition {
	var defs []node.Definition
	for _, t := range r.Types() {
		for _, d := range r.Definitions(t) {
			if d.Types[0] == t {
				defs = append(defs, d)
			}
		}
	}
	return defs
}

func versions(d *node.Definition) string {
	texts := make([]string, len(d.Versions))
	for i, v := range d.Versions {
		texts[i] = node.FormatNumber(v)
	}
	return strings.Join(texts, ", ")
}

// definitionText describes a definition for a person.
func definitionText(d *node.Definition) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s, version %s)\n", d.DisplayName, d.Types[0], versions(d))
	if d.Description != "" {
		fmt.Fprintf(&b, "%s\n", d.Description)
	}
	for _, c := range d.Credentials {
		fmt.Fprintf(&b, "credential %s\n", c.Type)
	}
	b.WriteString("\n")
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	writeProperties(table, d.Properties, "")
	_ = table.Flush() // a Builder takes everything
	return b.String()
}

func writeProperties(w *tabwriter.Writer, props []schemas.Property, indent string) {
	for i := range props {
		p := &props[i]
		fmt.Fprintf(w, "%s%s\t%s\t%s\n", indent, p.Name, p.Type, strings.Join(notes(p), "; "))
		writeProperties(w, p.Fields, indent+"  ")
		for _, g := range p.Groups {
			fmt.Fprintf(w, "%s%s\tgroup\t\n", indent+"  ", g.Name)
			writeProperties(w, g.Values, indent+"    ")
		}
	}
}

// notes are what a person wants to know of a property: when it applies, its choices, its default.
func notes(p *schemas.Property) []string {
	var out []string
	if p.Required {
		out = append(out, "required")
	}
	if d := p.DisplayOptions; d != nil {
		for _, r := range d.Show {
			out = append(out, fmt.Sprintf("if %s is %s", r.Name, anyOf(r.Values)))
		}
		for _, r := range d.Hide {
			out = append(out, fmt.Sprintf("unless %s is %s", r.Name, anyOf(r.Values)))
		}
	}
	if len(p.Options) > 0 {
		values := make([]any, len(p.Options))
		for i, o := range p.Options {
			values[i] = o.Value
		}
		out = append(out, "one of "+anyOf(values))
	}
	if p.Default != nil && p.Default != "" {
		out = append(out, "default "+jsonText(p.Default))
	}
	return out
}

func anyOf(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = jsonText(v)
	}
	return strings.Join(slices.Compact(texts), ", ")
}

func jsonText(v any) string { return string(node.AppendJSON(nil, v)) }

// typeHint is `did you mean "X"?` for the type of node that a name may mean, which may lack its package; empty when none is near.
func typeHint(r *runtime.Registry, name string) string {
	for _, t := range r.Types() {
		if strings.EqualFold(t[strings.LastIndexByte(t, '.')+1:], name) {
			name = t
		}
	}
	return nearest.Hint(name, r.Types())
}
