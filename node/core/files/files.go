// Package files holds n8n's nodes that make files, read them, and turn one into another.
package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/node"
)

// maxFile is how large a file may be that is read as a whole.
const maxFile = 512 << 20

// read returns the content of a file of an item.
func read(ctx context.Context, c *node.Call, item int, property any) (node.Binary, []byte, error) {
	file, err := c.Binary(item, property)
	if err != nil {
		return file, nil, err
	}
	r, err := c.OpenBinary(ctx, file)
	if err != nil {
		return file, nil, err
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(content) > maxFile {
		err = node.NewOperationError(fmt.Sprintf("The file has more than %d MB", maxFile>>20), "")
	}
	return file, content, err
}

// create makes a file. A name that is empty becomes "file" with the extension that its type has.
func create(ctx context.Context, c *node.Call, content []byte, name, mimeType string) (node.Binary, error) {
	file, err := c.CreateBinary(ctx, bytes.NewReader(content), node.NewBinary(name, mimeType))
	if err == nil && file.FileName() == "" {
		name = "file"
		if extension := file.FileExtension(); extension != "" {
			name += "." + extension
		}
		file = file.With("fileName", name)
	}
	return file, err
}

// parseJSON reads JSON. What is wrong with it is told as Node.js does.
func parseJSON(text string) (any, error) {
	v, err := node.ParseJSON([]byte(text))
	if err != nil {
		return nil, errors.New(json.SyntaxMessage(text))
	}
	return v, nil
}

// optionText returns an option that is text; "" where it is not set.
func optionText(o *node.Object, key string) string {
	v, ok := o.Get(key)
	if !ok || v == nil || v == node.Undefined {
		return ""
	}
	return fields.Text(v)
}

func optionOn(o *node.Object, key string) bool {
	v, _ := o.Get(key)
	return fields.Truthy(v)
}

// optionTrue reports whether an option is true, and no other value that counts as true.
func optionTrue(o *node.Object, key string) bool {
	v, _ := o.Get(key)
	return v == true
}

// options returns the collection of that name; empty where the operation has none.
func options(p *node.Params) (*node.Object, error) {
	v, err := p.Optional("options")
	o, _ := v.(*node.Object)
	return o, err
}

// operationError is err as the node's own error.
func operationError(err error) error {
	info := node.InfoOf(err)
	if info.Name == node.OperationErrorName {
		return err
	}
	return node.NewOperationError(info.Message, info.Description).Wrap(err)
}

// textParameter returns a parameter that has to be text; fallback where it is not shown.
func textParameter(p *node.Params, name, fallback string) (string, error) {
	v, err := p.Optional(name)
	if err != nil || v == node.Undefined || v == nil {
		return fallback, err
	}
	return fields.Text(v), nil
}

// eachItem runs what is done for each item, with the failures of items as node.ExecuteItems has them.
func eachItem(ctx context.Context, c *node.Call, def node.Definition, fn node.ItemFunc) (node.Output, error) {
	return node.ExecuteItems(ctx, c, node.PerItem(def, func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		out, err := fn(ctx, it)
		if err != nil {
			return nil, operationError(err)
		}
		return out, nil
	}), node.Retry{})
}

// links are links to all items of the input.
func links(n int) []node.Paired {
	all := make([]node.Paired, n)
	for i := range all {
		all[i].Item = i
	}
	return all
}
