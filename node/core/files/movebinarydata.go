package files

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"

	"github.com/nate-go/nate/internal/buffer"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewMoveBinaryData returns Convert to/from binary data (n8n-nodes-base.moveBinaryData): it makes fields of a file of each item, or a
// file of its fields. An item that lacks what is to be moved is left out, as in n8n.
func NewMoveBinaryData() node.Node {
	return node.PerItem(moveBinaryDataDefinition(), func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		mode, err := it.Call.Params(ctx, 0).String("mode")
		if err != nil {
			return nil, err
		}
		o, err := options(it.Params)
		if err != nil {
			return nil, err
		}
		move := toFields
		if mode == "jsonToBinary" {
			move = toBinary
		}
		out, err := move(ctx, it, o)
		return out, node.Whole(err) // n8n's node catches no errors
	})
}

// toFields puts the content of a file into the fields.
func toFields(ctx context.Context, it node.ItemCall, o *node.Object) ([]node.Item, error) {
	key, err := textParameter(it.Params, "sourceKey", "data")
	if err != nil {
		return nil, err
	}
	if _, ok := it.Item().Binary.Get(key); !ok {
		return nil, nil
	}
	_, content, err := read(ctx, it.Call, it.Index, key)
	if err != nil {
		return nil, err
	}
	all, err := it.Params.Value("setAllData")
	if err != nil {
		return nil, err
	}
	var v any = base64.StdEncoding.EncodeToString(content)
	if fields.Truthy(all) || !optionTrue(o, "keepAsBase64") {
		strip, _ := o.Get("stripBOM")
		text, err := decode(content, optionText(o, "encoding"), strip != false)
		if err != nil {
			return nil, err
		}
		v = text
	}
	if fields.Truthy(all) || optionOn(o, "jsonParse") {
		if v, err = parseJSON(v.(string)); err != nil {
			return nil, err
		}
	}
	out := node.Item{Binary: it.Item().Binary}
	if !optionTrue(o, "keepSource") {
		out.Binary = out.Binary.Without(key)
	}
	if fields.Truthy(all) {
		json, isObject := v.(*node.Object)
		if !isObject {
			json = node.NewObject("result", v)
		}
		out.JSON = json
		return []node.Item{out}, nil
	}
	target, err := textParameter(it.Params, "destinationKey", "")
	if err != nil {
		return nil, err
	}
	out.JSON = fields.Copy(it.Item().JSON)
	return []node.Item{out}, fields.Set(out.JSON, target, v)
}

// toBinary makes a file of the fields, or of one.
func toBinary(ctx context.Context, it node.ItemCall, o *node.Object) ([]node.Item, error) {
	all, err := it.Params.Value("convertAllData")
	if err != nil {
		return nil, err
	}
	target, err := textParameter(it.Params, "destinationKey", "data")
	if err != nil {
		return nil, err
	}
	source, err := textParameter(it.Params, "sourceKey", "")
	if err != nil {
		return nil, err
	}
	var v any = it.Item().JSON
	if !fields.Truthy(all) {
		v = fields.Get(it.Item().JSON, source)
	}
	if v == node.Undefined {
		return nil, nil
	}
	file, err := movedFile(ctx, it, v, o)
	if err != nil {
		return nil, err
	}
	out := node.Item{JSON: it.Item().JSON, Binary: it.Item().Binary.With(target, file)}
	switch {
	case optionTrue(o, "keepSource"):
	case fields.Truthy(all):
		out.JSON = &node.Object{}
	default:
		out.JSON = fields.Copy(out.JSON)
		fields.Unset(out.JSON, source)
	}
	return []node.Item{out}, nil
}

// movedFile is a value as a file.
func movedFile(ctx context.Context, it node.ItemCall, v any, o *node.Object) (node.Binary, error) {
	mimeType := optionText(o, "mimeType")
	text, isText := v.(string)
	var content []byte
	switch v.(type) {
	case nil, *node.Object, []any, node.Date:
		isText = false
	default:
		isText = isText || optionTrue(o, "useRawData")
	}
	switch {
	case optionTrue(o, "dataIsBase64"):
		if _, ok := v.(string); !ok {
			return node.Binary{}, fmt.Errorf("The value is %s, not base64 text", node.TypeName(v)) //nolint:staticcheck // a sentence of its own
		}
		content = buffer.FromBase64(text)
	case isText && optionTrue(o, "useRawData"):
		encoded, err := encode(fields.Text(v), o)
		if err != nil {
			return node.Binary{}, err
		}
		content = encoded
	default:
		if mimeType == "" {
			mimeType = "application/json"
		}
		encoded, err := encode(string(node.AppendJSON(nil, v)), o)
		if err != nil {
			return node.Binary{}, err
		}
		content = encoded
	}
	name := optionText(o, "fileName")
	if it.Instance().TypeVersion > 1 {
		return create(ctx, it.Call, content, name, mimeType)
	}
	if mimeType == "" {
		mimeType = "application/json"
	}
	return it.CreateBinary(ctx, bytes.NewReader(content), node.NewBinary(name, mimeType))
}
