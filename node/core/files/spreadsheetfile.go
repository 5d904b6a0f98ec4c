package files

import (
	"context"

	"github.com/nate-go/nate/node"
)

// NewSpreadsheetFile returns Spreadsheet File version 2 (n8n-nodes-base.spreadsheetFile), which makes items of the rows of a file, or a
// file of all items, in the formats of Convert to File and Extract from File.
func NewSpreadsheetFile() node.Node { return spreadsheetFile{spreadsheetFileDefinition(2)} }

// NewSpreadsheetFileV1 returns Spreadsheet File version 1: it finds out the format of what it reads, and takes the cells of CSV for numbers
// and booleans where they look so.
func NewSpreadsheetFileV1() node.Node { return spreadsheetFile{spreadsheetFileDefinition(1)} }

type spreadsheetFile struct{ def node.Definition }

// Definition implements node.Node.
func (n spreadsheetFile) Definition() node.Definition { return n.def }

// Execute implements node.Node.
func (n spreadsheetFile) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	p := c.Params(ctx, 0)
	operation, err := p.String("operation")
	if err != nil {
		return node.Output{}, err
	}
	if operation == "toFile" {
		format, err := textParameter(p, "fileFormat", "")
		if err != nil {
			return node.Output{}, err
		}
		return oneFile(ctx, c, func(o *node.Object) (node.Binary, error) { return spreadsheet(ctx, c, format, o, "spreadsheet") })
	}
	return eachItem(ctx, c, n.def, func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		format, err := textParameter(it.Params, "fileFormat", anyTable) // version 1 has none to choose
		if err != nil {
			return nil, err
		}
		return rowsOf(ctx, it, format)
	})
}

// anyTable stands for the format that a file is found to have.
const anyTable = "table"
