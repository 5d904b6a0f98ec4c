package image

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/draw"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"

	"github.com/nate-go/nate/node"
)

// Limits of pictures.
const (
	maxPixels = 40_000_000
	maxSide   = 65_500
)

// formats are those that the option Format may name.
var formats = map[string]bool{
	"bmp": true, "gif": true, "jpeg": true, "png": true, "tiff": true, "tif": true, "webp": true,
}

// titles are GraphicsMagick's names of the formats.
var titles = map[string]string{
	"png": "PNG (Portable Network Graphics)", "jpeg": "JPEG (Joint Photographic Experts Group JFIF format)",
	"gif": "GIF (CompuServe graphics interchange format)", "bmp": "BMP (Microsoft Windows bitmap image)",
	"tiff": "TIFF (Tagged Image File Format)", "webp": "WEBP (WebP Image Format)",
}

// orientations are GraphicsMagick's names of EXIF's.
var orientations = [...]string{
	"Unknown", "TopLeft", "TopRight", "BottomRight", "BottomLeft", "LeftTop", "RightTop", "RightBottom", "LeftBottom",
}

// picture is a picture in memory, colours and opacity apart.
type picture struct {
	pixels *image.NRGBA
	format string // of the file that it was read from; "" for a new one
}

// description is what a file says of its picture.
type description struct {
	format, title        string
	width, height, depth int
	orientation          int
}

// codec finds how a file is read by its first bytes.
func codec(data []byte) (format string, decode func([]byte) (image.Image, error), config func([]byte) (image.Config, error)) {
	read := func(f func(r *bytes.Reader) (image.Image, error)) func([]byte) (image.Image, error) {
		return func(b []byte) (image.Image, error) { return f(bytes.NewReader(b)) }
	}
	look := func(f func(r *bytes.Reader) (image.Config, error)) func([]byte) (image.Config, error) {
		return func(b []byte) (image.Config, error) { return f(bytes.NewReader(b)) }
	}
	text := string(data[:min(len(data), 16)])
	switch {
	case strings.HasPrefix(text, "\x89PNG\r\n\x1a\n"):
		return "png", read(func(r *bytes.Reader) (image.Image, error) { return png.Decode(r) }),
			look(func(r *bytes.Reader) (image.Config, error) { return png.DecodeConfig(r) })
	case strings.HasPrefix(text, "\xFF\xD8"):
		return "jpeg", read(func(r *bytes.Reader) (image.Image, error) { return jpeg.Decode(r) }),
			look(func(r *bytes.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) })
	case strings.HasPrefix(text, "GIF8"):
		return "gif", read(func(r *bytes.Reader) (image.Image, error) { return gif.Decode(r) }),
			look(func(r *bytes.Reader) (image.Config, error) { return gif.DecodeConfig(r) })
	case strings.HasPrefix(text, "BM"):
		return "bmp", read(func(r *bytes.Reader) (image.Image, error) { return bmp.Decode(r) }),
			look(func(r *bytes.Reader) (image.Config, error) { return bmp.DecodeConfig(r) })
	case strings.HasPrefix(text, "II*\x00"), strings.HasPrefix(text, "MM\x00*"):
		return "tiff", read(func(r *bytes.Reader) (image.Image, error) { return tiff.Decode(r) }),
			look(func(r *bytes.Reader) (image.Config, error) { return tiff.DecodeConfig(r) })
	case strings.HasPrefix(text, "RIFF") && len(text) >= 12 && text[8:12] == "WEBP":
		return "webp", read(func(r *bytes.Reader) (image.Image, error) { return webp.Decode(r) }),
			look(func(r *bytes.Reader) (image.Config, error) { return webp.DecodeConfig(r) })
	}
	return "", nil, nil
}

func describe(data []byte) (d description, err error) {
	defer recovered(&err)
	format, _, config := codec(data)
	if format == "" {
		return d, node.NewOperationError("The file is no picture that can be read",
			"Give a PNG, JPEG, GIF, BMP, TIFF or WebP file")
	}
	c, err := config(data)
	if err != nil {
		return d, unreadable(format, err)
	}
	d = description{format: format, title: titles[format], width: c.Width, height: c.Height, depth: 8}
	switch c.ColorModel {
	case color.Gray16Model, color.NRGBA64Model, color.RGBA64Model:
		d.depth = 16
	}
	if format == "jpeg" {
		d.orientation = orientation(data)
	}
	return d, nil
}

func unreadable(format string, err error) error {
	return node.NewOperationError(fmt.Sprintf("The %s file can't be read", strings.ToUpper(format)), err.Error()).Wrap(err)
}

// recovered makes an error of a decoder's panic on a damaged file.
func recovered(err *error) {
	if fault := recover(); fault != nil {
		*err = node.NewOperationError("The picture is damaged", fmt.Sprint(fault))
	}
}

// checkSize refuses pictures that would take too much memory.
func checkSize(width, height int) error {
	if width < 1 || height < 1 {
		return node.NewOperationError(fmt.Sprintf("A picture of %d x %d pixels can't be made", width, height), "Width and height are 1 at least")
	}
	if width > maxSide || height > maxSide || width*height > maxPixels {
		return node.NewOperationError(fmt.Sprintf("A picture of %d x %d pixels is too large", width, height),
			fmt.Sprintf("It may have %d million pixels, and a side %d", maxPixels/1_000_000, maxSide))
	}
	return nil
}

// decode reads a picture, turned as its file says.
func decode(data []byte) (p picture, err error) {
	defer recovered(&err)
	d, err := describe(data)
	if err != nil {
		return p, err
	}
	if err := checkSize(d.width, d.height); err != nil {
		return p, err
	}
	if d.format == "gif" && frames(data) > 1 {
		return p, node.NewOperationError("The GIF moves: it has more than one picture", "Moving pictures are not supported")
	}
	_, read, _ := codec(data)
	m, err := read(data)
	if err != nil {
		return p, unreadable(d.format, err)
	}
	p = picture{pixels: toNRGBA(m), format: d.format}
	p.turn(d.orientation)
	return p, nil
}

func toNRGBA(m image.Image) *image.NRGBA {
	b := m.Bounds()
	if n, ok := m.(*image.NRGBA); ok && b.Min == (image.Point{}) {
		return n
	}
	out := image.NewNRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(out, out.Bounds(), m, b.Min, draw.Src)
	return out
}

// frames counts the pictures of a GIF without unpacking them; two stand for more.
func frames(data []byte) int {
	const header = 13
	if len(data) < header {
		return 0
	}
	at := header
	if data[10]&0x80 != 0 {
		at += 3 << (data[10]&7 + 1)
	}
	skip := func() {
		for at < len(data) && data[at] != 0 {
			at += int(data[at]) + 1
		}
		at++
	}
	count := 0
	for at < len(data) && count < 2 {
		switch data[at] {
		case 0x21:
			at += 2
			skip()
		case 0x2C:
			count++
			if at+9 >= len(data) {
				return count
			}
			flags := data[at+9]
			at += 10
			if flags&0x80 != 0 {
				at += 3 << (flags&7 + 1)
			}
			at++
			skip()
		default:
			return count
		}
	}
	return count
}

// orientation is the one that EXIF data of a JPEG file tell, 1 to 8; 0 without.
func orientation(data []byte) int {
	for at := 2; at+4 <= len(data) && data[at] == 0xFF; {
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		if data[at+1] == 0xDA || length < 2 || at+2+length > len(data) {
			return 0
		}
		segment := data[at+4 : at+2+length]
		if data[at+1] == 0xE1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")) {
			return exifOrientation(segment[6:])
		}
		at += 2 + length
	}
	return 0
}

func exifOrientation(b []byte) int {
	if len(b) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	if b[0] == 'M' {
		order = binary.BigEndian
	}
	at := int(order.Uint32(b[4:]))
	if at < 0 || at+2 > len(b) {
		return 0
	}
	for i := range int(order.Uint16(b[at:])) {
		entry := at + 2 + 12*i
		if entry+10 > len(b) {
			return 0
		}
		const tag = 0x112
		if order.Uint16(b[entry:]) == tag {
			if n := int(order.Uint16(b[entry+8:])); n >= 1 && n <= 8 {
				return n
			}
			return 0
		}
	}
	return 0
}

// turn puts the first row to the top and the first column to the left.
func (p *picture) turn(orientation int) {
	w, h := p.pixels.Rect.Dx(), p.pixels.Rect.Dy()
	maps := [...]func(x, y int) (int, int){
		2: func(x, y int) (int, int) { return w - 1 - x, y },
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y int) (int, int) { return x, h - 1 - y },
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return y, h - 1 - x },
		7: func(x, y int) (int, int) { return w - 1 - y, h - 1 - x },
		8: func(x, y int) (int, int) { return w - 1 - y, x },
	}
	if orientation < 2 || orientation >= len(maps) {
		return
	}
	nw, nh := w, h
	if orientation >= 5 {
		nw, nh = h, w
	}
	out := image.NewNRGBA(image.Rect(0, 0, nw, nh))
	for y := range nh {
		for x := range nw {
			out.SetNRGBA(x, y, p.pixels.NRGBAAt(maps[orientation](x, y)))
		}
	}
	p.pixels = out
}

// opaque is the picture without its opacity, for formats that have none: the colours stay.
func (p picture) opaque() *image.NRGBA {
	out := image.NewNRGBA(p.pixels.Rect)
	copy(out.Pix, p.pixels.Pix)
	for i := 3; i < len(out.Pix); i += 4 {
		out.Pix[i] = 255
	}
	return out
}

func (p picture) encode(format string, quality float64) ([]byte, error) {
	var b bytes.Buffer
	var err error
	switch format {
	case "png":
		err = png.Encode(&b, p.pixels)
	case "jpeg":
		err = jpeg.Encode(&b, p.opaque(), &jpeg.Options{Quality: int(min(max(quality, 1), 100))})
	case "gif":
		err = gif.Encode(&b, p.pixels, &gif.Options{NumColors: 256})
	case "bmp":
		err = bmp.Encode(&b, p.opaque())
	case "tiff", "tif":
		err = tiff.Encode(&b, p.pixels, &tiff.Options{Compression: tiff.Deflate})
	default:
		err = node.NewOperationError(fmt.Sprintf("Pictures can't be written as %s here", format), "Choose png, jpeg, gif, bmp or tiff in the option Format")
	}
	return b.Bytes(), err
}
