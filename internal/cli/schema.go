package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/schemas"
)

func newSchema() *cobra.Command {
	var folders nodeFolders
	cmd := &cobra.Command{
		Use:   "schema NAME|TYPE[@VERSION]",
		Short: "Print a JSON Schema (draft-07)",
		Long: `schema prints a JSON Schema for an editor or a validator: of a file (workflow, credentials, node-definition), or of the
parameters of a node type, by its newest version unless another is named.`,
		Example: `  nate schema workflow
  nate schema n8n-nodes-base.set@3.4`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := folders.registry()
			if err != nil {
				return err
			}
			text, err := schemaText(r, args[0])
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(append(text, '\n'))
			return err
		},
	}
	folders.add(cmd)
	return cmd
}

func schemaText(r *runtime.Registry, name string) ([]byte, error) {
	if slices.Contains(schemas.Names(), name) {
		text, err := schemas.Text(name)
		return []byte(strings.TrimSpace(string(text))), err
	}
	nodeType, wanted := name, ""
	if i := strings.LastIndexByte(name, '@'); i > 0 { // a type may begin with one: @flagbit/...
		nodeType, wanted = name[:i], name[i+1:]
	}
	defs := r.Definitions(nodeType)
	if len(defs) == 0 {
		return nil, fmt.Errorf("there is no schema and no node type %q: schemas are %s; %s",
			nodeType, strings.Join(schemas.Names(), ", "), cmp.Or(typeHint(r, nodeType), "nate nodes lists the types"))
	}
	version := defs[0].Versions[len(defs[0].Versions)-1]
	if wanted != "" {
		var err error
		if version, err = strconv.ParseFloat(wanted, 64); err != nil {
			return nil, fmt.Errorf("%q is no version of %s", wanted, nodeType)
		}
	}
	for i := range defs {
		if slices.Contains(defs[i].Versions, version) {
			return schemas.ForProperties(defs[i].DisplayName, defs[i].Properties, version)
		}
	}
	return nil, fmt.Errorf("%s has no version %s: it has %s", nodeType, wanted, versions(&defs[0]))
}
