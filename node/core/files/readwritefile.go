package files

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewReadWriteFile returns Read/Write Files from Disk (n8n-nodes-base.readWriteFile): it makes items of the files that a path or a
// pattern names, or writes a file of each item. It reaches what runtime.WithFileRoots opens.
func NewReadWriteFile() node.Node {
	return node.PerItem(readWriteFileDefinition(), func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		operation, err := it.Call.Params(ctx, 0).String("operation")
		if err != nil {
			return nil, err
		}
		o, err := options(it.Params)
		if err != nil {
			return nil, err
		}
		var out []node.Item
		where := "fileSelector"
		if operation == "write" {
			where = "fileName"
			out, err = writeItem(ctx, it, o)
		} else {
			out, err = readSelected(ctx, it, o)
		}
		if err != nil {
			return nil, diskAPIError(it, where, err)
		}
		return out, nil
	})
}

// readSelected makes items of the files that the selector names.
func readSelected(ctx context.Context, it node.ItemCall, o *node.Object) ([]node.Item, error) {
	selector, err := textParameter(it.Params, "fileSelector", "")
	if err != nil {
		return nil, err
	}
	literal, set := o.Get("literalBrackets")
	isLiteral := !set || literal == nil || fields.Truthy(literal)
	pattern := literalBrackets(selector)
	other := bracket.ReplaceAllString(selector, `\$1`) != selector // brackets may be meant otherwise
	if !isLiteral {
		if pattern, err = groups(selector, false); err != nil {
			return nil, err
		}
	}
	names, err := find(ctx, it.Call, pattern)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 && it.Instance().TypeVersion > 1 {
		hint := ""
		switch {
		case other && isLiteral:
			hint = ". If [ ] and ( ) were meant as a character class or group, turn off 'Treat Brackets and Parentheses as Literal' in Options"
		case other:
			hint = ". If [ ] and ( ) were meant as literal characters, turn on 'Treat Brackets and Parentheses as Literal' in Options"
		}
		return nil, node.NewOperationError("No file(s) found", fmt.Sprintf(`No file matching the selector "%s" found%s`, selector, hint))
	}
	property := optionText(o, "dataPropertyName")
	if property == "" {
		property = "data"
	}
	out := make([]node.Item, len(names))
	for i, name := range names {
		file, err := readDisk(ctx, it.Call, name)
		if err != nil {
			return nil, err
		}
		json := &node.Object{}
		for _, key := range []string{"mimeType", "fileType", "fileName", "fileExtension", "fileSize"} {
			v, ok := file.Meta().Get(key)
			if given, set := o.Get(key); set && key != "fileType" && key != "fileSize" {
				v, ok = fields.Text(given), true
				file = file.With(key, fields.Text(given))
			}
			if ok {
				json.Set(key, v)
			}
		}
		var files *node.Binaries
		out[i] = node.Item{JSON: json, Binary: files.With(property, file)}
	}
	return out, nil
}

// diskAPIError is err as n8n's node puts it: a NodeApiError with n8n's text for the code.
func diskAPIError(it node.ItemCall, where string, err error) error {
	info := node.InfoOf(err)
	api := &node.APIError{ErrorInfo: node.ErrorInfo{
		Name: node.APIErrorName, Message: info.Message, Description: info.Description, Messages: []string{info.Message},
	}}
	var fault *diskFault
	if errors.As(err, &fault) {
		api.HTTPCode, api.Message = fault.code, faultTexts[fault.code]
		api.Messages = []string{fault.Error(), fault.Error()}
		if fault.code == "EACCES" && it.Call.ContinueOnFail() {
			name, _ := textParameter(it.Params, where, "")
			doing := "access"
			if where == "fileName" {
				doing = "write the file"
			}
			api.Message = strings.TrimSpace(fmt.Sprintf("You don't have the permissions to %s %s", doing, name))
		}
	}
	if node.IsPermanent(err) {
		return node.Permanent(api)
	}
	return api
}
