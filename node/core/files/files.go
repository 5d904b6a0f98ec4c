// Package files holds n8n's nodes that make files, read them, and turn one into another.
package files

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

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

// charset is a character set. That of UTF-16 and UTF-32 without an order of bytes writes a byte order mark, and reads either order.
type charset struct {
	encoding.Encoding
	// other is the encoding with the other order of bytes, where a text may have either.
	other encoding.Encoding
	// marks says that a byte order mark may begin a text.
	marks bool
}

// charsets are those that have names of their own in n8n, or differ from the web's.
var charsets = map[string]charset{
	"": {unicode.UTF8, nil, true}, "utf8": {unicode.UTF8, nil, true}, "unicode11utf8": {unicode.UTF8, nil, true},
	"utf16le": {unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), nil, true},
	"ucs2":    {unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), nil, true},
	"utf16be": {unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), nil, true},
	"utf16": {
		unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), true,
	},
	"utf32le": {utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), nil, true},
	"utf32be": {utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), nil, true},
	"utf32":   {utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), true},
	"latin1":  {charmap.ISO8859_1, nil, false}, "iso88591": {charmap.ISO8859_1, nil, false}, "binary": {charmap.ISO8859_1, nil, false},
	"ascii": {charmap.Windows1252, nil, false}, "usascii": {charmap.Windows1252, nil, false},
	"macroman": {charmap.Macintosh, nil, false}, "maccyrillic": {charmap.MacintoshCyrillic, nil, false},
	"cp437": {charmap.CodePage437, nil, false}, "cp850": {charmap.CodePage850, nil, false}, "cp852": {charmap.CodePage852, nil, false},
	"cp855": {charmap.CodePage855, nil, false}, "cp858": {charmap.CodePage858, nil, false}, "cp860": {charmap.CodePage860, nil, false},
	"cp862": {charmap.CodePage862, nil, false}, "cp863": {charmap.CodePage863, nil, false}, "cp865": {charmap.CodePage865, nil, false},
	"cp866": {charmap.CodePage866, nil, false},
}

// webNames are the names that character sets have on the web, where n8n's are others.
var webNames = map[string]string{
	"big5hkscs": "big5", "cp950": "big5", "cp936": "gbk", "eucjp": "euc-jp", "shiftjis": "shift_jis", "koi8r": "koi8-r", "koi8u": "koi8-u",
	"tis620": "windows-874",
}

// characterSet finds a character set by its name in n8n.
func characterSet(name string) (charset, error) {
	key := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name))
	if set, ok := charsets[key]; ok {
		return set, nil
	}
	dashed := numberedSet.ReplaceAllString(key, "windows-$1")
	dashed = isoSet.ReplaceAllString(dashed, "iso-8859-$1")
	for _, candidate := range []string{name, strings.ToLower(name), key, dashed, webNames[key]} {
		if e, err := htmlindex.Get(candidate); err == nil {
			return charset{Encoding: e}, nil
		}
	}
	return charset{}, fmt.Errorf("Encoding not recognized: '%s'", name) //nolint:staticcheck // n8n's text
}

// bytesAsText are the names in that place for bytes that are written as text.
var bytesAsText = map[string]struct {
	text  func([]byte) string
	bytes func(string) []byte
}{
	"base64": {base64.StdEncoding.EncodeToString, decodeBase64},
	"hex":    {hex.EncodeToString, decodeHex},
}

// decodeHex reads pairs of hexadecimal digits up to what is none, as Node.js does.
func decodeHex(text string) []byte {
	out := make([]byte, len(text)/2)
	n, _ := hex.Decode(out, []byte(text[:len(out)*2]))
	return out[:n]
}

// decode turns bytes into text. A byte order mark stays unless strip says otherwise.
func decode(content []byte, name string, strip bool) (string, error) {
	if as, ok := bytesAsText[name]; ok {
		return as.text(content), nil
	}
	set, err := characterSet(name)
	if err != nil {
		return "", err
	}
	e := set.Encoding
	if set.other != nil && isBigEndian(content) {
		e = set.other
	}
	decoded, err := e.NewDecoder().Bytes(content)
	if err != nil {
		return "", err
	}
	text := string(decoded)
	if strip {
		text = strings.TrimPrefix(text, "\uFEFF")
	}
	return text, nil
}

// isBigEndian tells the order of bytes of UTF-16 and UTF-32 by the mark, or else by where the zeros of plain letters stand.
func isBigEndian(content []byte) bool {
	switch {
	case bytes.HasPrefix(content, []byte{0xFF, 0xFE}):
		return false
	case bytes.HasPrefix(content, []byte{0xFE, 0xFF}), bytes.HasPrefix(content, []byte{0, 0, 0xFE, 0xFF}):
		return true
	}
	big := 0
	for i := 0; i+1 < min(len(content), 200); i += 2 {
		switch {
		case content[i] == 0 && content[i+1] != 0:
			big++
		case content[i] != 0 && content[i+1] == 0:
			big--
		}
	}
	return big > 0
}

// encode turns text into bytes as options say: in which encoding, and whether with a byte order mark. What the character set lacks becomes
// a question mark.
func encode(text string, o *node.Object) ([]byte, error) {
	name := optionText(o, "encoding")
	if as, ok := bytesAsText[name]; ok {
		return as.bytes(text), nil
	}
	set, err := characterSet(name)
	if err != nil {
		return nil, err
	}
	mark := optionOn(o, "addBOM")
	if _, said := o.Get("addBOM"); !said {
		mark = set.other != nil
	}
	if mark && set.marks {
		text = "\uFEFF" + text
	}
	if set.Encoding == unicode.UTF8 {
		return []byte(text), nil
	}
	out, err := set.NewEncoder().Bytes([]byte(text))
	if err == nil {
		return out, nil
	}
	out = out[:0]
	encoder := set.NewEncoder()
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
