// Package files holds n8n's nodes that make files, read them, and turn one into another.
package files

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/nate-go/nate/internal/fields"
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

var (
	numberedSet = regexp.MustCompile(`^(?:windows|win|cp)(\d+)$`)
	isoSet      = regexp.MustCompile(`^iso8859(\d+)$`)
)

// characterSet finds a character set by its name in n8n.
func characterSet(name string) (encoding.Encoding, error) {
	switch key := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name)); key {
	case "", "utf8", "unicode11utf8":
		return unicode.UTF8, nil
	case "utf16le", "ucs2", "utf16":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), nil
	case "utf16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), nil
	case "latin1", "iso88591", "binary":
		return charmap.ISO8859_1, nil
	case "ascii", "usascii":
		return charmap.Windows1252, nil
	default:
		dashed := numberedSet.ReplaceAllString(key, "windows-$1")
		dashed = isoSet.ReplaceAllString(dashed, "iso-8859-$1")
		for _, candidate := range []string{name, strings.ToLower(name), key, dashed} {
			if e, err := htmlindex.Get(candidate); err == nil {
				return e, nil
			}
		}
		return nil, fmt.Errorf("Encoding not recognized: '%s'", name) //nolint:staticcheck // n8n's text
	}
}

// decode turns bytes into text. A byte order mark stays unless strip says otherwise.
func decode(content []byte, name string, strip bool) (string, error) {
	e, err := characterSet(name)
	if err != nil {
		return "", err
	}
	text := ""
	if e == unicode.UTF8 {
		text = strings.ToValidUTF8(string(content), "\uFFFD")
	} else {
		decoded, _, err := transform.Bytes(e.NewDecoder(), content)
		if err != nil {
			return "", err
		}
		text = string(decoded)
	}
	if strip {
		text = strings.TrimPrefix(text, "\uFEFF")
	}
	return text, nil
}

// encode turns text into bytes; what the character set lacks becomes a question mark.
func encode(text, name string, mark bool) ([]byte, error) {
	e, err := characterSet(name)
	if err != nil {
		return nil, err
	}
	if mark {
		text = "\uFEFF" + text
	}
	if e == unicode.UTF8 {
		return []byte(text), nil
	}
	out, _, err := transform.Bytes(e.NewEncoder(), []byte(text))
	if err == nil {
		return out, nil
	}
	out = out[:0]
	encoder := e.NewEncoder()
	for _, r := range text {
		one, err := encoder.Bytes(utf8.AppendRune(nil, r))
		if err != nil {
			one = []byte("?")
		}
		out = append(out, one...)
	}
	return out, nil
}

// detected is the character set that a content looks like.
func detected(content []byte) string {
	switch {
	case bytes.HasPrefix(content, []byte{0xFF, 0xFE}):
		return "utf16le"
	case bytes.HasPrefix(content, []byte{0xFE, 0xFF}):
		return "utf16be"
	case utf8.Valid(content):
		return "utf8"
	}
	return "windows-1252"
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
