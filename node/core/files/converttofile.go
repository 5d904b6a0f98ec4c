package files

import (
	"context"
	"fmt"

	"github.com/nate-go/nate/internal/buffer"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewConvertToFile returns Convert to File (n8n-nodes-base.convertToFile): it makes a file of all items (CSV, HTML, XLSX,
// XLS, ODS, RTF, JSON), or one of each (JSON, text, base64, iCalendar).
func NewConvertToFile() node.Node { return convertToFile{} }

type convertToFile struct{}

// Definition implements node.Node.
func (convertToFile) Definition() node.Definition { return convertToFileDefinition() }

// Execute implements node.Node.
func (n convertToFile) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	p := c.Params(ctx, 0)
	operation, err := p.String("operation")
	if err != nil {
		return node.Output{}, err
	}
	switch operation {
	case "csv", "html", "ods", "xlsx", "xls", "rtf":
		return oneFile(ctx, c, func(o *node.Object) (node.Binary, error) { return spreadsheet(ctx, c, operation, o, "File") })
	case "toJson":
		mode, err := textParameter(p, "mode", "once")
		if err != nil {
			return node.Output{}, err
		}
		if mode == "once" {
			return oneFile(ctx, c, func(o *node.Object) (node.Binary, error) {
				list := make([]any, len(c.Items()))
				for i, it := range c.Items() {
					list[i] = it.JSON
				}
				return jsonFile(ctx, c, list, o)
			})
		}
		return eachItem(ctx, c, n.Definition(), convertItem(operation))
	case "iCal":
		return eachItem(ctx, c, n.Definition(), eventFile)
	case "toText", "toBinary":
		return eachItem(ctx, c, n.Definition(), convertItem(operation))
	}
	return node.Output{}, unsupportedFormat(operation)
}

// oneFile makes one item of all, with a file.
func oneFile(ctx context.Context, c *node.Call, make func(o *node.Object) (node.Binary, error)) (node.Output, error) {
	p := c.Params(ctx, 0)
	o, err := options(p)
	if err != nil {
		return node.Output{}, err
	}
	name, err := textParameter(p, "binaryPropertyName", "data")
	if err != nil {
		return node.Output{}, err
	}
	file, err := make(o)
	out := node.Item{JSON: &node.Object{}, Paired: links(len(c.Items()))}
	switch {
	case err != nil && c.ContinueOnFail() && ctx.Err() == nil:
		failed := node.FailedItem(operationError(err))
		failed.Paired = out.Paired
		out = failed
	case err != nil:
		return node.Output{}, operationError(err)
	default:
		out.Binary = out.Binary.With(name, file)
	}
	return node.Output{Main: [][]node.Item{{out}}}, nil
}

func jsonFile(ctx context.Context, c *node.Call, v any, o *node.Object) (node.Binary, error) {
	text := node.AppendJSON(nil, v)
	if optionOn(o, "format") {
		text = node.AppendJSONIndent(nil, v, "", "  ")
	}
	content, err := encode(string(text), o)
	if err != nil {
		return node.Binary{}, err
	}
	return create(ctx, c, content, optionText(o, "fileName"), "application/json")
}

// convertItem makes a file of one item.
func convertItem(operation string) node.ItemFunc {
	return func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		o, err := options(it.Params)
		if err != nil {
			return nil, err
		}
		name, err := textParameter(it.Params, "binaryPropertyName", "data")
		if err != nil {
			return nil, err
		}
		var file node.Binary
		if operation == "toJson" {
			file, err = jsonFile(ctx, it.Call, it.Item().JSON, o)
		} else {
			file, err = fieldFile(ctx, it, operation, o)
		}
		if err != nil {
			return nil, err
		}
		var files *node.Binaries
		return []node.Item{{JSON: &node.Object{}, Binary: files.With(name, file)}}, nil
	}
}

// fieldFile makes a file of a field.
func fieldFile(ctx context.Context, it node.ItemCall, operation string, o *node.Object) (node.Binary, error) {
	source, err := textParameter(it.Params, "sourceProperty", "")
	if err != nil {
		return node.Binary{}, err
	}
	var v any = it.Item().JSON
	if source != "" {
		v = fields.Get(it.Item().JSON, source)
	}
	if v == node.Undefined {
		return node.Binary{}, node.NewOperationError(fmt.Sprintf("The value in %q is not set", source), "")
	}
	name, mimeType := optionText(o, "fileName"), optionText(o, "mimeType")
	asText := operation == "toText"
	if asText {
		mimeType = "text/plain"
		if name == "" {
			name = "file.txt"
		}
	} else if plain, ok := o.Get("dataIsBase64"); ok && it.Instance().TypeVersion == 1 {
		asText = plain == false
	}
	if !asText {
		text, ok := v.(string)
		if !ok {
			return node.Binary{}, node.NewOperationError(fmt.Sprintf("The value in %q is %s, not base64 text", source, node.TypeName(v)), "")
		}
		return create(ctx, it.Call, buffer.FromBase64(text), name, mimeType)
	}
	switch v.(type) {
	case nil, *node.Object, []any, node.Date:
		return jsonFile(ctx, it.Call, v, withName(o, name))
	}
	content, err := encode(fields.Text(v), o)
	if err != nil {
		return node.Binary{}, err
	}
	return create(ctx, it.Call, content, name, mimeType)
}

func withName(o *node.Object, name string) *node.Object {
	named := fields.Copy(o)
	named.Set("fileName", name)
	return named
}
