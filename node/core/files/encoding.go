package files

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"github.com/nate-go/nate/internal/buffer"
	"github.com/nate-go/nate/node"
)

// Texts here may hold halves of surrogate pairs in their three-byte form, as node.ParseJSON has them: what JavaScript's strings may hold.

// charset turns texts into bytes, and bytes into a text, as the library does that n8n uses.
type charset struct {
	text  func([]byte) string
	bytes func(string) []byte
	// marks says that a byte order mark may begin a text, alwaysMarked that one does unless it is not wanted.
	marks, alwaysMarked bool
}

// charsets are those that are not found in singleBytes or on the web.
var charsets = map[string]charset{
	"utf8":     {text: utf8Text, bytes: utf8Bytes, marks: true},
	"cesu8":    {text: cesu8Text, bytes: cesu8Bytes, marks: true},
	"utf7":     {text: plainUTF7().decode, bytes: plainUTF7().encode, marks: true},
	"utf7imap": {text: imapUTF7().decode, bytes: imapUTF7().encode, marks: true},
	"utf16le":  {text: littleUTF16.decode, bytes: littleUTF16.encode, marks: true},
	"utf16be":  {text: bigUTF16.decode, bytes: bigUTF16.encode, marks: true},
	"utf16":    {text: anyOrder(littleUTF16, bigUTF16), bytes: littleUTF16.encode, marks: true, alwaysMarked: true},
	"utf32le":  {text: littleUTF32.decode, bytes: littleUTF32.encode, marks: true},
	"utf32be":  {text: bigUTF32.decode, bytes: bigUTF32.encode, marks: true},
	"utf32":    {text: anyOrder(littleUTF32, bigUTF32), bytes: littleUTF32.encode, marks: true, alwaysMarked: true},
	"binary":   {text: latin1Text, bytes: latin1Bytes},
	"base64":   {text: base64.StdEncoding.EncodeToString, bytes: base64Bytes},
	"hex":      {text: hex.EncodeToString, bytes: decodeHex},
}

// charsetNames are other names of the sets, in n8n and on the web.
var charsetNames = map[string]string{
	"": "utf8", "unicode11utf8": "utf8", "unicode11utf7": "utf7", "ucs2": "utf16le", "latin1": "iso88591", "usascii": "ascii",
	"big5hkscs": "big5", "cp950": "big5", "cp936": "gbk", "cp949": "euc-kr", "eucjp": "euc-jp", "shiftjis": "shift_jis",
}

var (
	// notInNames is what does not count in a name: all but letters and digits, and a year at the end.
	notInNames  = regexp.MustCompile(`:\d{4}$|[^0-9a-z]`)
	numberedSet = regexp.MustCompile(`^(?:win|cp)(125\d|874)$`)
)

// characterSet finds a character set by its name in n8n.
func characterSet(name string) (charset, error) {
	key := notInNames.ReplaceAllString(strings.ToLower(name), "")
	key = numberedSet.ReplaceAllString(key, "windows$1")
	other, renamed := charsetNames[key]
	if renamed {
		key = other
	}
	if set, ok := charsets[key]; ok {
		return set, nil
	}
	if table, ok := singleBytes[key]; ok {
		return singleByteSet(table), nil
	}
	for _, candidate := range []string{key, name, strings.ToLower(name)} {
		if e, err := htmlindex.Get(candidate); err == nil {
			return charset{text: decoderOf(e), bytes: encoderOf(e)}, nil
		}
	}
	return charset{}, fmt.Errorf("Encoding not recognized: '%s' (searched as: '%s')", name, key) //nolint:staticcheck // n8n's text
}

// decode turns bytes into text. A byte order mark stays unless strip says otherwise.
func decode(content []byte, name string, strip bool) (string, error) {
	set, err := characterSet(name)
	if err != nil {
		return "", err
	}
	text := set.text(content)
	if strip && set.marks {
		text = strings.TrimPrefix(text, "\uFEFF")
	}
	return text, nil
}

// encode turns text into bytes as options say: in which encoding, and whether with a byte order mark. What the character set lacks becomes
// a question mark.
func encode(text string, o *node.Object) ([]byte, error) {
	set, err := characterSet(optionText(o, "encoding"))
	if err != nil {
		return nil, err
	}
	mark := optionOn(o, "addBOM")
	if _, said := o.Get("addBOM"); !said {
		mark = set.alwaysMarked
	}
	if mark && set.marks {
		text = "\uFEFF" + text
	}
	return set.bytes(text), nil
}

// detected is the character set that a content looks like.
func detected(content []byte) string {
	switch {
	case bytes.HasPrefix(content, []byte{0xFF, 0xFE, 0, 0}):
		return "utf32le"
	case bytes.HasPrefix(content, []byte{0, 0, 0xFE, 0xFF}):
		return "utf32be"
	case bytes.HasPrefix(content, []byte{0xFF, 0xFE}):
		return "utf16le"
	case bytes.HasPrefix(content, []byte{0xFE, 0xFF}):
		return "utf16be"
	case utf8.Valid(content):
		return "utf8"
	}
	return "windows1252"
}

// textCoding is an encoding of Node.js's Buffer.
type textCoding struct {
	text  func([]byte) string
	bytes func(string) []byte
}

// codingOf finds an encoding by the name that it has in Node.js.
func codingOf(name string) (textCoding, error) {
	switch strings.ToLower(name) {
	case "", "utf8", "utf-8":
		return textCoding{utf8Text, utf8Bytes}, nil
	case "ucs2", "ucs-2", "utf16le", "utf-16le":
		return textCoding{littleUTF16.decode, littleUTF16.encode}, nil
	case "latin1", "binary":
		return textCoding{latin1Text, latin1Bytes}, nil
	case "ascii":
		return textCoding{asciiText, latin1Bytes}, nil
	}
	return textCoding{}, fmt.Errorf("Unknown encoding: %s", name) //nolint:staticcheck // n8n's text
}

// units are the UTF-16 units of a text.
func units(text string) []uint16 {
	u := make([]uint16, 0, len(text))
	for i := 0; i < len(text); {
		if half, ok := surrogateHalf(text[i:]); ok {
			u = append(u, half)
			i += 3
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		u = utf16.AppendRune(u, r)
		i += n
	}
	return u
}

func surrogateHalf(text string) (uint16, bool) {
	if len(text) < 3 || text[0] != 0xED || text[1] < 0xA0 || text[1] > 0xBF {
		return 0, false
	}
	return 0xD000 | uint16(text[1]&0x3F)<<6 | uint16(text[2]&0x3F), true
}

// textOf is the text of UTF-16 units.
func textOf(units []uint16) string {
	text := make([]byte, 0, len(units))
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		switch {
		case !utf16.IsSurrogate(r):
			text = utf8.AppendRune(text, r)
		case i+1 < len(units) && utf16.DecodeRune(r, rune(units[i+1])) != utf8.RuneError:
			text = utf8.AppendRune(text, utf16.DecodeRune(r, rune(units[i+1])))
			i++
		default:
			text = appendUnit(text, units[i])
		}
	}
	return string(text)
}

// appendUnit appends a UTF-16 unit in one to three bytes, halves of pairs too.
func appendUnit(b []byte, u uint16) []byte {
	if u < 0x800 {
		return utf8.AppendRune(b, rune(u))
	}
	return append(b, 0xE0|byte(u>>12), 0x80|byte(u>>6)&0x3F, 0x80|byte(u)&0x3F)
}

// utf8Text puts U+FFFD for each longest part of a character that is broken off, as the Unicode Standard recommends and JavaScript does.
func utf8Text(content []byte) string {
	if utf8.Valid(content) {
		return string(content)
	}
	text := make([]byte, 0, len(content))
	for len(content) > 0 {
		r, n := utf8.DecodeRune(content)
		if r == utf8.RuneError && n == 1 {
			n = brokenLen(content)
		}
		text = utf8.AppendRune(text, r)
		content = content[n:]
	}
	return string(text)
}

// brokenLen is how many bytes of a character are here that is not whole.
func brokenLen(content []byte) int {
	for n := min(3, len(content)); n > 1; n-- {
		// Whether a rest makes the bytes a character: the lowest or the highest that may follow.
		for _, rest := range []string{"\x80\x80\x80", "\xBF\xBF\xBF"} {
			if r, size := utf8.DecodeRune(append(bytes.Clone(content[:n]), rest...)); r != utf8.RuneError && size > n {
				return n
			}
		}
	}
	return 1
}

// utf8Bytes puts U+FFFD for halves of surrogate pairs.
func utf8Bytes(text string) []byte {
	if utf8.ValidString(text) {
		return []byte(text)
	}
	return []byte(string(utf16.Decode(units(text))))
}

// cesu8Bytes writes halves of surrogate pairs in three bytes each.
func cesu8Bytes(text string) []byte {
	out := make([]byte, 0, len(text))
	for _, u := range units(text) {
		out = appendUnit(out, u)
	}
	return out
}

func cesu8Text(content []byte) string {
	var out []uint16
	unit, more := uint16(0), 0
	for _, c := range content {
		if more > 0 && c&0xC0 != 0x80 {
			out, more = append(out, utf8.RuneError), 0
		}
		switch {
		case c < 0x80:
			out = append(out, uint16(c))
		case c < 0xC0 && more > 0:
			unit = unit<<6 | uint16(c&0x3F)
			if more--; more == 0 {
				out = append(out, unit)
			}
		case c >= 0xC0 && c < 0xE0:
			unit, more = uint16(c&0x1F), 1
		case c >= 0xE0 && c < 0xF0:
			unit, more = uint16(c&0x0F), 2
		default:
			out = append(out, utf8.RuneError)
		}
	}
	if more > 0 {
		out = append(out, utf8.RuneError)
	}
	return textOf(out)
}

func latin1Text(content []byte) string {
	u := make([]uint16, len(content))
	for i, c := range content {
		u[i] = uint16(c)
	}
	return textOf(u)
}

// latin1Bytes keeps the low byte of each unit.
func latin1Bytes(text string) []byte {
	u := units(text)
	out := make([]byte, len(u))
	for i, unit := range u {
		out[i] = byte(unit)
	}
	return out
}

func asciiText(content []byte) string {
	plain := make([]byte, len(content))
	for i, c := range content {
		plain[i] = c & 0x7F
	}
	return string(plain)
}

// order is UTF-16 or UTF-32: the bytes of a unit, below 0 where the highest comes first.
type order int

const (
	littleUTF16 order = 2
	bigUTF16    order = -2
	littleUTF32 order = 4
	bigUTF32    order = -4
)

// size is how many bytes a unit has, place where its part i stands, the lowest being 0.
func (o order) size() int { return max(int(o), -int(o)) }

func (o order) place(i int) int {
	if o < 0 {
		return o.size() - 1 - i
	}
	return i
}

// decode leaves out a part of a unit at the end.
func (o order) decode(content []byte) string {
	size := o.size()
	u := make([]uint16, 0, len(content)/size)
	for ; len(content) >= size; content = content[size:] {
		v := uint32(0)
		for i := range size {
			v |= uint32(content[o.place(i)]) << (8 * i)
		}
		switch {
		case v < 0x10000:
			u = append(u, uint16(v))
		default: // U+FFFD for what is above all characters
			u = utf16.AppendRune(u, rune(min(v, utf8.MaxRune+1)))
		}
	}
	return textOf(u)
}

func (o order) encode(text string) []byte {
	u, size := units(text), o.size()
	out := make([]byte, 0, len(u)*size)
	for i := 0; i < len(u); i++ {
		v := uint32(u[i])
		if size == 4 && i+1 < len(u) {
			if r := utf16.DecodeRune(rune(u[i]), rune(u[i+1])); r != utf8.RuneError {
				v = uint32(r)
				i++
			}
		}
		for k := range size {
			out = append(out, byte(v>>(8*o.place(k))))
		}
	}
	return out
}

// anyOrder decodes either order of bytes: that of the mark, or else the one by which more plain letters are in the text.
func anyOrder(little, big order) func([]byte) string {
	return func(content []byte) string {
		if isBigEndian(content) {
			return big.decode(content)
		}
		return little.decode(content)
	}
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

// utf7 is a form of UTF-7: parts in base64 stand between a sign and "-".
type utf7 struct {
	sign byte
	// slash stands for "/" of base64.
	slash string
	// direct are the characters that stand for themselves.
	direct func(uint16) bool
}

const (
	letters     = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	base64Signs = letters + "+/"
)

func plainUTF7() utf7 {
	return utf7{'+', "/", func(u uint16) bool { return u < 0x80 && strings.IndexByte(letters+"'(),-./:? \n\r\t", byte(u)) >= 0 }}
}

func imapUTF7() utf7 { return utf7{'&', ",", func(u uint16) bool { return u >= 0x20 && u <= 0x7E }} }

func (k utf7) encode(text string) []byte {
	var out []byte
	u := units(text)
	for i := 0; i < len(u); {
		end := i
		for end < len(u) && !k.direct(u[end]) {
			end++
		}
		switch {
		case end == i:
			if out = append(out, byte(u[i])); byte(u[i]) == k.sign {
				out = append(out, '-')
			}
			i++
			continue
		case end == i+1 && u[i] == uint16(k.sign):
			out = append(out, k.sign, '-')
		default:
			coded := base64.RawStdEncoding.EncodeToString(bigUTF16.encode(textOf(u[i:end])))
			out = append(append(append(out, k.sign), strings.ReplaceAll(coded, "/", k.slash)...), '-')
		}
		i = end
	}
	return out
}

func (k utf7) decode(content []byte) string {
	var out strings.Builder
	for len(content) > 0 {
		at := bytes.IndexByte(content, k.sign)
		if at < 0 {
			at = len(content)
		}
		for _, c := range content[:at] {
			if c >= 0x80 {
				out.WriteRune(utf8.RuneError)
			} else {
				out.WriteByte(c)
			}
		}
		if content = content[at:]; len(content) == 0 {
			break
		}
		content = content[1:]
		n := 0
		for n < len(content) && (strings.IndexByte(base64Signs, content[n]) >= 0 || k.slash[0] == content[n]) {
			n++
		}
		if n == 0 && len(content) > 0 && content[0] == '-' {
			out.WriteByte(k.sign)
		} else {
			out.WriteString(bigUTF16.decode(buffer.FromBase64(strings.ReplaceAll(string(content[:n]), k.slash, "/"))))
		}
		if n < len(content) && content[n] == '-' {
			n++
		}
		content = content[n:]
	}
	return out.String()
}

// singleByteTable is a set of singleBytes, both ways.
type singleByteTable struct {
	units [256]uint16
	bytes map[uint16]byte
}

func singleByteSet(upper string) charset {
	t := &singleByteTable{bytes: map[uint16]byte{}}
	all := units(upper)
	for i := range t.units {
		t.units[i] = uint16(i)
		if at := i - (256 - len(all)); at >= 0 {
			t.units[i] = all[at]
		}
		t.bytes[t.units[i]] = byte(i)
	}
	return charset{text: t.text, bytes: t.encode}
}

func (t *singleByteTable) text(content []byte) string {
	u := make([]uint16, len(content))
	for i, c := range content {
		u[i] = t.units[c]
	}
	return textOf(u)
}

func (t *singleByteTable) encode(text string) []byte {
	u := units(text)
	out := make([]byte, len(u))
	for i, unit := range u {
		out[i] = '?'
		if c, ok := t.bytes[unit]; ok {
			out[i] = c
		}
	}
	return out
}

func decoderOf(e encoding.Encoding) func([]byte) string {
	return func(content []byte) string {
		text, err := e.NewDecoder().Bytes(content)
		if err != nil { // those of the web put U+FFFD for what they can't read
			return utf8Text(content)
		}
		return string(text)
	}
}

func encoderOf(e encoding.Encoding) func(string) []byte {
	return func(text string) []byte {
		var out []byte
		encoder := e.NewEncoder()
		for _, r := range utf16.Decode(units(text)) {
			one, err := encoder.Bytes(utf8.AppendRune(nil, r))
			if err != nil || r == utf8.RuneError {
				one = []byte("?")
			}
			out = append(out, one...)
		}
		return out
	}
}

// base64Bytes decodes what is left of whole groups of four characters apart, as the library that n8n uses does.
func base64Bytes(text string) []byte {
	digits := string(latin1Bytes(text))
	whole := len(digits) - len(digits)%4
	return append(buffer.FromBase64(digits[:whole]), buffer.FromBase64(digits[whole:])...)
}

// decodeHex reads pairs of hexadecimal digits up to what is none, as Node.js does.
func decodeHex(text string) []byte {
	out := make([]byte, len(text)/2)
	n, _ := hex.Decode(out, []byte(text[:len(out)*2]))
	return out[:n]
}
