package js

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	lib "modernc.org/libquickjs"

	"github.com/nate-go/nate/internal/buffer"
)

// codeNatives are Go's functions for prelude/code.js and the modules that it loads.
var codeNatives = natives{
	"timer":    {2, codeTimer},
	"words":    {1, nativeWords},
	"cancel":   {1, codeCancel},
	"console":  {2, codeConsole},
	"state":    {0, nativeState},
	"harden":   {1, nativeHarden},
	"allowed":  {1, codeAllowed},
	"encode":   {2, codeEncode},
	"decode":   {2, codeDecode},
	"complete": {2, codeComplete},
	"valid":    {2, codeValid},
	"indexOf":  {3, codeIndexOf},
	"idna":     {1, codeIDNA},
	"hashes":   {0, codeHashes},
	"digest":   {3, codeDigest},
	"random":   {1, codeRandom},
}

// installCode makes the globals of the code realm. hidden is a class that shows behind none of them.
func (v *vm) installCode(made value) (hidden value, err error) {
	global := lib.XJS_GetGlobalObject(v.tls, v.ctx)
	code, err := v.start("code.js", global, v.functions(codeNatives), v.get(made, "library"))
	if err != nil {
		return undefined, err
	}
	defer v.free(code)
	v.realm.fire, v.realm.forget = v.get(code, "fire"), v.get(code, "forget")
	return v.get(code, "hidden"), nil
}

// codeTimer(id, ms) makes the event loop call fire(id) after ms milliseconds.
func codeTimer(v *vm, _ value, args []value) value {
	id, _ := number(args[0])
	ms, _ := number(args[1])
	v.run.loop.start(timer{id: id, at: time.Now().Add(time.Duration(ms * float64(time.Millisecond)))})
	return undefined
}

func codeCancel(v *vm, _ value, args []value) value {
	id, _ := number(args[0])
	v.run.loop.stop(id)
	return undefined
}

func codeConsole(v *vm, _ value, args []value) value {
	if v.run.console == nil {
		return undefined
	}
	level, _ := v.text(args[0])
	text, ok := v.text(args[1])
	if !ok {
		return exception
	}
	v.run.console(level, text)
	return undefined
}

func codeAllowed(v *vm, _ value, args []value) value {
	name, _ := v.text(args[0])
	modules := v.run.modules
	if modules == nil {
		modules = v.realm.modules
	}
	return newBool(slices.Contains(modules, name))
}

// bytes views the memory of a typed array, until the script runs again; nil for anything else.
func (v *vm) bytes(x value) []byte {
	const size = 32
	p := v.tls.Alloc(size)
	defer v.tls.Free(size)
	buffer := lib.XJS_GetTypedArrayBuffer(v.tls, v.ctx, x, p, p+8, p+16)
	if isException(buffer) {
		v.drop()
		return nil
	}
	defer v.free(buffer)
	offset, length := int(*at[lib.Tsize_t](p)), int(*at[lib.Tsize_t](p + 8))
	memory := lib.XJS_GetArrayBuffer(v.tls, v.ctx, p+24, buffer)
	if memory == 0 || length == 0 {
		return nil
	}
	return slice[byte](memory+uintptr(offset), length)
}

// newArrayBuffer makes an ArrayBuffer with a copy of b.
func (v *vm) newArrayBuffer(b []byte) value {
	p := v.put(bytesAsString(b))
	return lib.XJS_NewArrayBufferCopy(v.tls, v.ctx, p, lib.Tsize_t(len(b)))
}

// codeEncode(text, encoding) returns an ArrayBuffer.
func codeEncode(v *vm, _ value, args []value) value {
	text, ok := v.text(args[0])
	if !ok {
		return exception
	}
	encoding, _ := v.text(args[1])
	return v.newArrayBuffer(encodeText(text, encoding))
}

// encodeText gives the bytes of a text, as Node.js's Buffer.from does.
func encodeText(text, encoding string) []byte {
	switch encoding {
	case "hex":
		// It reads as far as there are digits.
		n := 0
		for n < len(text) && strings.IndexByte("0123456789abcdefABCDEF", text[n]) >= 0 {
			n++
		}
		b, _ := hex.DecodeString(text[:n&^1])
		return b
	case "base64", "base64url":
		return buffer.FromBase64(text)
	case "latin1", "ascii":
		b := make([]byte, 0, len(text))
		for _, u := range units(text) {
			b = append(b, byte(u))
		}
		return b
	case "utf16le":
		b := make([]byte, 0, 2*len(text))
		for _, u := range units(text) {
			b = append(b, byte(u), byte(u>>8))
		}
		return b
	}
	return []byte(wellFormed(text))
}

// units gives the UTF-16 code units of a text with lone surrogates in their three-byte form.
func units(text string) []uint16 {
	u := make([]uint16, 0, len(text))
	for i := 0; i < len(text); {
		if isSurrogate(text[i:]) {
			u = append(u, 0xD000|uint16(text[i+1]&0x3F)<<6|uint16(text[i+2]&0x3F))
			i += 3
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		u = utf16.AppendRune(u, r)
		i += n
	}
	return u
}

// unitsText is the reverse of units.
func unitsText(u []uint16) string {
	var s strings.Builder
	for i := 0; i < len(u); i++ {
		r := rune(u[i])
		switch {
		case !utf16.IsSurrogate(r):
			s.WriteRune(r)
		case i+1 < len(u) && utf16.DecodeRune(r, rune(u[i+1])) != utf8.RuneError:
			s.WriteRune(utf16.DecodeRune(r, rune(u[i+1])))
			i++
		default:
			s.Write([]byte{0xED, 0x80 | byte(r>>6)&0x3F, 0x80 | byte(r)&0x3F})
		}
	}
	return s.String()
}

func isSurrogate(s string) bool {
	return len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1] <= 0xBF && s[2]&0xC0 == 0x80
}

// wellFormed puts U+FFFD for lone surrogates.
func wellFormed(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return string(utf16.Decode(units(text)))
}

// codeDecode(bytes, encoding) returns a string.
func codeDecode(v *vm, _ value, args []value) value {
	encoding, _ := v.text(args[1])
	return v.newString(decodeText(v.bytes(args[0]), encoding))
}

// decodeText gives the text of bytes, as Node.js's Buffer.toString and TextDecoder do.
func decodeText(b []byte, encoding string) string {
	switch encoding {
	case "hex":
		return hex.EncodeToString(b)
	case "base64":
		return base64.StdEncoding.EncodeToString(b)
	case "base64url":
		return base64.RawURLEncoding.EncodeToString(b)
	case "latin1", "ascii", "windows-1252":
		r := make([]rune, len(b))
		for i, c := range b {
			switch {
			case encoding == "ascii":
				c &= 0x7F
				fallthrough
			default:
				r[i] = rune(c)
			}
			if encoding == "windows-1252" && c >= 0x80 && c < 0xA0 {
				r[i] = windows1252[c-0x80]
			}
		}
		return string(r)
	case "utf16le":
		u := make([]uint16, len(b)/2)
		for i := range u {
			u[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
		}
		return unitsText(u)
	}
	return decodeUTF8(b)
}

// windows1252 are the characters of the bytes from 0x80 to 0x9F.
var windows1252 = [32]rune{
	0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
	0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
}

// decodeUTF8 puts one U+FFFD for each longest beginning of a character that is cut off, as the encoding standard says.
func decodeUTF8(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var s strings.Builder
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			n = max(1, partLen(b[i:]))
		}
		s.WriteRune(r)
		i += n
	}
	return s.String()
}

// partLen is the length of the beginning of a character that could still be completed.
func partLen(b []byte) int {
	for n := min(3, len(b)); n > 0; n-- {
		if n == len(b) && !utf8.FullRune(b[:n]) || n < len(b) && !utf8.FullRune(b[:n]) {
			return n
		}
	}
	return 0
}

// codeComplete(bytes, encoding) is how many bytes make whole characters.
func codeComplete(v *vm, _ value, args []value) value {
	b := v.bytes(args[0])
	encoding, _ := v.text(args[1])
	n := len(b)
	switch encoding {
	case "utf16le":
		n &^= 1
		if n >= 2 && b[n-1]&0xFC == 0xD8 {
			n -= 2
		}
	case "utf8":
		for back := 1; back <= min(3, n); back++ {
			if utf8.RuneStart(b[n-back]) {
				if !utf8.FullRune(b[n-back:]) {
					n -= back
				}
				break
			}
		}
	}
	return newInt(int32(n))
}

// codeValid(bytes, encoding) reports whether the bytes are text of the encoding.
func codeValid(v *vm, _ value, args []value) value {
	encoding, _ := v.text(args[1])
	return newBool(encoding != "utf8" || utf8.Valid(v.bytes(args[0])))
}

// codeIndexOf(bytes, what, from) finds bytes in bytes.
func codeIndexOf(v *vm, _ value, args []value) value {
	b, what := v.bytes(args[0]), v.bytes(args[1])
	f, _ := number(args[2])
	if f < 0 {
		f += float64(len(b))
	}
	from := int(min(max(f, 0), float64(len(b))))
	i := strings.Index(bytesAsString(b[from:]), bytesAsString(what))
	if i < 0 {
		return newInt(-1)
	}
	return newInt(int32(from + i))
}

func codeIDNA(v *vm, _ value, args []value) value {
	domain, ok := v.text(args[0])
	if !ok {
		return exception
	}
	ascii, ok := domainToASCII(domain)
	if !ok {
		return null
	}
	return v.newString(ascii)
}

var hashes = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New,
}

func codeHashes(v *vm, _ value, _ []value) value {
	w := Writer{v: v, result: undefined}
	w.strings([]string{"md5", "sha1", "sha224", "sha256", "sha384", "sha512"})
	return w.finish(nil)
}

// codeDigest(name, bytes, key) returns an ArrayBuffer; with a key it is an HMAC.
func codeDigest(v *vm, _ value, args []value) value {
	name, _ := v.text(args[0])
	make, ok := hashes[name]
	if !ok {
		return v.throwError("Error", "Digest method not supported")
	}
	h := make()
	if len(args) > 2 && isObject(args[2]) {
		h = hmac.New(make, slices.Clone(v.bytes(args[2])))
	}
	h.Write(v.bytes(args[1]))
	return v.newArrayBuffer(h.Sum(nil))
}

// codeRandom(size) returns an ArrayBuffer.
func codeRandom(v *vm, _ value, args []value) value {
	n, _ := number(args[0])
	if n < 0 || n > 1<<20 {
		return v.throwError("RangeError", `The value of "size" is out of range.`)
	}
	b := make([]byte, int(n))
	_, _ = rand.Read(b) // it never fails
	return v.newArrayBuffer(b)
}
