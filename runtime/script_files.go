package runtime

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/nate-go/nate/internal/expr"
	"github.com/nate-go/nate/node"
)

// fileHelpers are what code does with files. What they give back is JSON, or the bytes of a Buffer. Contents among args are base64.
var fileHelpers = map[string]func(ctx context.Context, s *script, args []any) (any, []byte, error){
	"assertBinaryData": func(_ context.Context, s *script, args []any) (any, []byte, error) {
		b, err := s.fileAt(args)
		return fileJSON(b, err)
	},
	"getBinaryDataBuffer": func(ctx context.Context, s *script, args []any) (any, []byte, error) {
		b, err := s.fileAt(args)
		if err != nil {
			return nil, nil, err
		}
		content, err := s.readFile(ctx, b)
		return nil, content, err
	},
	"prepareBinaryData": func(ctx context.Context, s *script, args []any) (any, []byte, error) {
		content, err := contentOf(args, 0)
		if err != nil {
			return nil, nil, err
		}
		name, _ := argument(args, 1).(string)
		mimeType, _ := argument(args, 2).(string)
		return fileJSON(s.call.CreateBinary(ctx, bytes.NewReader(content), node.NewBinary(name, mimeType)))
	},
	"setBinaryDataBuffer": func(ctx context.Context, s *script, args []any) (any, []byte, error) {
		given, ok := argument(args, 0).(*node.Object)
		if !ok {
			return nil, nil, errors.New("setBinaryDataBuffer takes the description of a file, an object, and its content")
		}
		content, err := contentOf(args, 1)
		if err != nil {
			return nil, nil, err
		}
		given = given.Clone()
		given.Delete("id")
		given.Set("data", "")
		description, _ := node.BinaryOf(given)
		return fileJSON(s.files.create(ctx, bytes.NewReader(content), description))
	},
	"binaryToString": func(_ context.Context, _ *script, args []any) (any, []byte, error) {
		content, err := contentOf(args, 0)
		if err != nil {
			return nil, nil, err
		}
		encoding, _ := argument(args, 1).(string)
		text, err := decodeText(content, encoding)
		return text, nil, err
	},
}

// doFile answers a helper for files in the form of requestOfCode.
func (s *script) doFile(ctx context.Context, name string, args []any) *node.Object {
	value, content, err := fileHelpers[name](ctx, s, args)
	switch {
	case err != nil:
		info := node.InfoOf(err)
		failed := node.NewObject("name", "Error", "message", info.Message)
		if info.Name != "" {
			failed.Set("name", info.Name)
		}
		return node.NewObject("failed", failed)
	case content != nil:
		return node.NewObject("value", nil, "bytes", base64.StdEncoding.EncodeToString(content))
	}
	return node.NewObject("value", value)
}

// fileAt finds the file of an item of the input by the item's index, a number or its text, and the file's name.
func (s *script) fileAt(args []any) (node.Binary, error) {
	index, ok := argument(args, 0).(float64)
	if text, isText := argument(args, 0).(string); isText {
		_, err := fmt.Sscanf(text, "%g", &index)
		ok = err == nil
	}
	if !ok || index != float64(int(index)) || index < 0 || int(index) >= len(s.call.Items()) {
		return node.Binary{}, fmt.Errorf("there is no item %s; the input has %d", node.AppendJSON(nil, argument(args, 0)), len(s.call.Items()))
	}
	return s.call.Binary(int(index), argument(args, 1))
}

// readFile reads a content that code may hold: it is in memory there more than once.
func (s *script) readFile(ctx context.Context, b node.Binary) ([]byte, error) {
	r, err := s.call.OpenBinary(ctx, b)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	limit := int64(expr.CodeMemory)
	if s.cfg.codeLimits.Memory > 0 {
		limit = int64(s.cfg.codeLimits.Memory)
	}
	limit /= 4
	content, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = fmt.Errorf("the file %q has more than %d bytes, a quarter of the memory that code may use: raise the limit (runtime.WithCodeLimits)",
			b.FileName(), limit)
	}
	return content, err
}

func fileJSON(b node.Binary, err error) (any, []byte, error) {
	if err != nil {
		return nil, nil, err
	}
	v, err := node.ParseJSON(b.AppendJSON(nil))
	return v, nil, err
}

func contentOf(args []any, i int) ([]byte, error) {
	text, _ := argument(args, i).(string)
	content, err := base64.StdEncoding.DecodeString(text)
	if content == nil {
		content = []byte{}
	}
	return content, err
}

// decodeText decodes a text, without the mark of its encoding before it.
func decodeText(content []byte, encoding string) (string, error) {
	switch strings.ToLower(encoding) {
	case "base64":
		return base64.StdEncoding.EncodeToString(content), nil
	case "hex":
		return fmt.Sprintf("%x", content), nil
	case "latin1", "binary", "iso-8859-1":
		content, _ = charmap.ISO8859_1.NewDecoder().Bytes(content) // every byte is a character
		return string(content), nil
	case "", "utf8", "utf-8":
		encoding = "utf-8"
	case "ucs2", "ucs-2", "utf16le", "utf-16le":
		encoding = "utf-16le"
	}
	found, err := htmlindex.Get(encoding)
	if err != nil {
		return "", fmt.Errorf("the encoding %q is not known", encoding)
	}
	content, _, err = transform.Bytes(unicode.BOMOverride(found.NewDecoder()), content)
	return string(content), err
}
