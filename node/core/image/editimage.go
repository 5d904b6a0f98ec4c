// Package image holds n8n's node that changes pictures.
package image

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// maxFile is how large a picture's file may be.
const maxFile = 256 << 20

// NewEditImage returns Edit Image (n8n-nodes-base.editImage): it changes pictures and tells what they are. n8n uses GraphicsMagick;
// here it is Go: what is drawn and how large it is are the same, edges and mixed colours are about so. Pictures of up to 40 million
// pixels are read: PNG, JPEG, GIF, BMP, TIFF and WebP; WebP and moving GIFs are not written.
func NewEditImage() node.Node { return editImage{} }

type editImage struct{}

// Definition implements node.Node.
func (editImage) Definition() node.Definition { return editImageDefinition() }

// Execute implements node.Node.
func (n editImage) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	return node.ExecuteItems(ctx, c, node.PerItem(n.Definition(), edit), node.Retry{})
}

// step is one operation with its parameters.
type step struct {
	operation string
	values    *node.Object
	item      node.ItemCall
}

// numbers are the parameters of operations that have to be numbers.
func numbers(operation string) []string {
	switch operation {
	case "blur":
		return []string{"blur", "sigma"}
	case "border":
		return []string{"borderWidth", "borderHeight"}
	case "composite":
		return []string{"positionX", "positionY"}
	case "create", "resize":
		return []string{"width", "height"}
	case "crop":
		return []string{"width", "height", "positionX", "positionY"}
	case "draw":
		return []string{"startPositionX", "startPositionY", "endPositionX", "endPositionY", "cornerRadius"}
	case "rotate":
		return []string{"rotate"}
	case "shear":
		return []string{"degreesX", "degreesY"}
	case "text":
		return []string{"fontSize", "positionX", "positionY", "lineLength"}
	}
	return nil
}

// texts are the other parameters of operations.
func texts(operation string) []string {
	switch operation {
	case "border":
		return []string{"borderColor"}
	case "composite":
		return []string{"dataPropertyNameComposite", "operator"}
	case "create", "rotate":
		return []string{"backgroundColor"}
	case "draw":
		return []string{"color", "primitive"}
	case "resize":
		return []string{"resizeOption"}
	case "text":
		return []string{"horizontalAlignment", "verticalAlignment", "font", "fontColor", "text"}
	case "transparent":
		return []string{"color"}
	}
	return nil
}

// steps are the operations of an item, checked.
func steps(it node.ItemCall, operation string) ([]step, error) {
	var out []step
	if operation == "multiStep" {
		v, err := it.Params.Optional("operations.operations")
		if err != nil {
			return nil, err
		}
		rows, _ := v.([]any)
		for _, row := range rows {
			o, _ := row.(*node.Object)
			name, _ := o.Get("operation")
			text, _ := name.(string)
			out = append(out, step{text, fields.Copy(o), it})
		}
		if len(out) == 0 {
			return nil, node.NewOperationError("There is no operation to perform", "Add one to the operations")
		}
	} else {
		s := step{operation, &node.Object{}, it}
		for _, name := range append(numbers(operation), texts(operation)...) {
			v, err := it.Params.Optional(name)
			if err != nil {
				return nil, err
			}
			if v != node.Undefined {
				s.values.Set(name, v)
			}
		}
		out = append(out, s)
	}
	for _, s := range out {
		for _, name := range numbers(s.operation) {
			if name == "cornerRadius" && s.text("primitive") != "rectangle" {
				continue
			}
			v, _ := s.values.Get(name)
			n, err := number(v, name)
			if err != nil {
				return nil, err
			}
			s.values.Set(name, n)
		}
	}
	return out, nil
}

// number reads a number or its text.
func number(v any, name string) (float64, error) {
	n := math.NaN()
	switch v := v.(type) {
	case float64:
		n = v
	case string:
		if strings.TrimSpace(v) != "" {
			n = fields.Number(v)
		}
	}
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, node.NewOperationError(fmt.Sprintf("The value of %q must be a number", name), "")
	}
	return n, nil
}

func (s step) text(name string) string {
	v, ok := s.values.Get(name)
	if !ok || v == nil {
		return ""
	}
	return fields.Text(v)
}

func (s step) number(name string) float64 {
	v, _ := s.values.Get(name)
	n, _ := v.(float64)
	return n
}

// size is a parameter that is a length in pixels.
func (s step) size(name string) (int, error) {
	n := math.Round(s.number(name))
	if n < 0 || n > maxSide {
		return 0, node.NewOperationError(fmt.Sprintf("The value of %q is out of range: %s", name, node.FormatNumber(n)), fmt.Sprintf("It is 0 to %d", maxSide))
	}
	return int(n), nil
}

// sizes are two parameters that are numbers of pixels.
func (s step) sizes(across, down string) (x, y int, err error) {
	if x, err = s.size(across); err != nil {
		return 0, 0, err
	}
	y, err = s.size(down)
	return x, y, err
}

// position is a parameter that is a place, which may lie outside of the picture.
func (s step) position(name string) int {
	return int(math.Round(min(max(s.number(name), -maxSide), maxSide)))
}

// edit performs the operations of an item.
func edit(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	operation, err := it.Params.String("operation")
	if err != nil {
		return nil, err
	}
	property, err := it.Params.Value("dataPropertyName")
	if err != nil {
		return nil, err
	}
	v, err := it.Params.Optional("options")
	if err != nil {
		return nil, err
	}
	options, _ := v.(*node.Object)
	list, err := steps(it, operation)
	if err != nil {
		return nil, err
	}
	var p picture
	var source node.Binary
	if list[0].operation != "create" {
		if source, err = it.Binary(it.Index, property); err != nil {
			return nil, err
		}
		content, err := content(ctx, it, source)
		if err != nil {
			return nil, err
		}
		if operation == "information" {
			return information(it, content)
		}
		if p, err = decode(content); err != nil {
			return nil, err
		}
	}
	for _, s := range list {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if s.operation == "text" {
			if font, ok := options.Get("font"); ok && fields.Truthy(font) {
				s.values.Set("font", font)
			}
		}
		if err := p.apply(ctx, s); err != nil {
			return nil, err
		}
	}
	return save(ctx, it, p, options, property)
}

func content(ctx context.Context, it node.ItemCall, file node.Binary) ([]byte, error) {
	r, err := it.OpenBinary(ctx, file)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = node.NewOperationError(fmt.Sprintf("The file has more than %d MB", maxFile>>20), "")
	}
	return data, err
}

// save puts the picture out as a file of the item.
func save(ctx context.Context, it node.ItemCall, p picture, options *node.Object, property any) ([]node.Item, error) {
	target := "data"
	if name, ok := property.(string); ok && name != "" {
		target = name
	}
	option := func(name string) string {
		v, ok := options.Get(name)
		if !ok || v == nil {
			return ""
		}
		return fields.Text(v)
	}
	if name := option("destinationKey"); name != "" {
		target = name
	}
	quality := 75.0
	if v, ok := options.Get("quality"); ok {
		n, err := number(v, "quality")
		if err != nil {
			return nil, err
		}
		quality = n
	}
	format, given := option("format"), options.Has("format")
	if given && !formats[format] {
		return nil, node.NewOperationError(fmt.Sprintf(
			"Invalid image format: %s. Valid formats are: bmp, gif, jpeg, png, tiff, tif, webp", format), "")
	}
	if !given && p.format == "" {
		format, given = "png", true
	}
	if !given {
		format = p.format
	}
	data, err := p.encode(format, quality)
	if err != nil {
		return nil, err
	}
	fileName := ""
	if old, ok := it.Item().Binary.Get(target); ok {
		fileName = old.FileName()
	}
	if dot := strings.LastIndexByte(fileName, '.'); given && dot >= 0 {
		fileName = fileName[:dot] + "." + format
	}
	if options.Has("fileName") {
		fileName = option("fileName")
	}
	mimeType := "image/" + format
	if format == "tif" {
		mimeType = "image/tiff"
	}
	file, err := it.CreateBinary(ctx, bytes.NewReader(data), node.NewBinary(fileName, mimeType))
	if err != nil {
		return nil, err
	}
	return []node.Item{{JSON: it.Item().JSON, Binary: it.Item().Binary.With(target, file)}}, nil
}

// information puts out what a picture is.
func information(it node.ItemCall, data []byte) ([]node.Item, error) {
	info, err := describe(data)
	if err != nil {
		return nil, err
	}
	size := node.NewObject("width", float64(info.width), "height", float64(info.height))
	geometry := fmt.Sprintf("%dx%d", info.width, info.height)
	out := node.NewObject(
		"Format", info.title, "format", strings.ToUpper(info.format), "Geometry", geometry, "size", size,
		"Depth", fmt.Sprintf("%d bits-per-pixel component", info.depth), "depth", float64(info.depth),
		"Filesize", fmt.Sprint(len(data)), "Orientation", orientations[info.orientation], "Page geometry", geometry+"+0+0",
	)
	return []node.Item{{JSON: out, Binary: it.Item().Binary}}, nil
}
