package image

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/colornames"
	"golang.org/x/image/draw"

	"github.com/nate-go/nate/node"
)

// apply performs an operation.
func (p *picture) apply(ctx context.Context, s step) error {
	switch s.operation {
	case "create":
		return p.create(s)
	case "blur":
		return p.blur(s)
	case "border":
		return p.border(s)
	case "composite":
		return p.composite(ctx, s)
	case "crop":
		return p.crop(s)
	case "draw":
		return p.draw(s)
	case "resize":
		return p.resize(s)
	case "rotate":
		return p.rotate(s)
	case "shear":
		return p.shear(s)
	case "text":
		return p.text(s)
	case "transparent":
		return p.transparent(s)
	}
	return node.NewOperationError(fmt.Sprintf("The operation %q is not known", s.operation), "")
}

// colour reads "#rgb", "#rrggbb", "#rrggbbaa" or a name. As in GraphicsMagick aa is how transparent it is: 00 is opaque.
func colour(text string) (color.NRGBA, error) {
	name := strings.ToLower(strings.TrimSpace(text))
	if name == "transparent" || name == "none" {
		return color.NRGBA{}, nil
	}
	if c, ok := colornames.Map[name]; ok {
		return color.NRGBA(c), nil
	}
	hex, ok := strings.CutPrefix(name, "#")
	if len(hex) == 3 || len(hex) == 4 {
		var long strings.Builder
		for _, r := range hex {
			long.WriteString(string(r) + string(r))
		}
		hex = long.String()
	}
	if len(hex) == 6 {
		hex += "00"
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if !ok || err != nil || len(hex) != 8 {
		return color.NRGBA{}, node.NewOperationError(fmt.Sprintf("The color %q is not known", text), `Write it as "#rrggbb", as "#rrggbbaa" with aa from 00 (opaque) to ff, or by its name`)
	}
	return color.NRGBA{uint8(n >> 24), uint8(n >> 16), uint8(n >> 8), ^uint8(n)}, nil
}

func canvas(width, height int, c color.NRGBA) (*image.NRGBA, error) {
	if err := checkSize(width, height); err != nil {
		return nil, err
	}
	out := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := 0; i < len(out.Pix); i += 4 {
		out.Pix[i], out.Pix[i+1], out.Pix[i+2], out.Pix[i+3] = c.R, c.G, c.B, c.A
	}
	return out, nil
}

func (p *picture) create(s step) error {
	c, err := colour(s.text("backgroundColor"))
	if err != nil {
		return err
	}
	width, height, err := s.sizes("width", "height")
	if err != nil {
		return err
	}
	p.pixels, err = canvas(width, height, c)
	return err
}

func (p *picture) border(s step) error {
	c, err := colour(s.text("borderColor"))
	if err != nil {
		return err
	}
	x, y, err := s.sizes("borderWidth", "borderHeight")
	if err != nil {
		return err
	}
	b := p.pixels.Bounds()
	out, err := canvas(b.Dx()+2*x, b.Dy()+2*y, c)
	if err != nil {
		return err
	}
	draw.Draw(out, b.Add(image.Pt(x, y)), p.pixels, image.Point{}, draw.Over)
	p.pixels = out
	return nil
}

func (p *picture) crop(s step) error {
	width, height, err := s.sizes("width", "height")
	if err != nil {
		return err
	}
	x, y := s.position("positionX"), s.position("positionY")
	b := p.pixels.Bounds()
	if width == 0 {
		width = b.Dx()
	}
	if height == 0 {
		height = b.Dy()
	}
	part := image.Rect(x, y, x+width, y+height).Intersect(b)
	if part.Empty() {
		return node.NewOperationError("Nothing of the picture is within what is cropped",
			fmt.Sprintf("The picture has %d x %d pixels", b.Dx(), b.Dy()))
	}
	out := image.NewNRGBA(image.Rect(0, 0, part.Dx(), part.Dy()))
	draw.Draw(out, out.Bounds(), p.pixels, part.Min, draw.Src)
	p.pixels = out
	return nil
}

// resize makes the picture as large as its option says.
func (p *picture) resize(s step) error {
	b := p.pixels.Bounds()
	w, h := float64(b.Dx()), float64(b.Dy())
	width, height := s.number("width"), s.number("height")
	if width <= 0 || height <= 0 {
		return node.NewOperationError("Width and height of a resized picture are more than 0", "")
	}
	scaleX, scaleY := width/w, height/h
	switch option := s.text("resizeOption"); option {
	case "ignoreAspectRatio":
	case "minimumArea":
		scaleX = max(scaleX, scaleY)
		scaleY = scaleX
	case "onlyIfSmaller":
		if w >= width || h >= height {
			return nil
		}
		scaleX = min(scaleX, scaleY)
		scaleY = scaleX
	case "onlyIfLarger":
		if w <= width && h <= height {
			return nil
		}
		scaleX = min(scaleX, scaleY)
		scaleY = scaleX
	case "percent":
		scaleX, scaleY = width/100, height/100
	case "maximumArea", "":
		// GraphicsMagick takes it as the number of pixels.
		columns := max(1, math.Floor(w*math.Sqrt(width*height/(w*h))))
		scaleX, scaleY = columns/w, math.Floor(width*height/columns)/h
	default:
		return node.NewOperationError(fmt.Sprintf("The resize option %q is not known", option), "")
	}
	nw, nh := max(1, math.Round(w*scaleX)), max(1, math.Round(h*scaleY))
	if nw > maxSide || nh > maxSide {
		return checkSize(maxSide+1, maxSide+1)
	}
	if err := checkSize(int(nw), int(nh)); err != nil {
		return err
	}
	out := image.NewNRGBA(image.Rect(0, 0, int(nw), int(nh)))
	draw.CatmullRom.Scale(out, out.Bounds(), p.pixels, b, draw.Src, nil)
	p.pixels = out
	return nil
}

// rotate turns clockwise; what was not there before has the background colour.
func (p *picture) rotate(s step) error {
	c, err := colour(s.text("backgroundColor"))
	if err != nil {
		return err
	}
	degrees := math.Mod(s.number("rotate"), 360)
	if degrees < 0 {
		degrees += 360
	}
	switch degrees {
	case 0:
		return nil
	case 90:
		p.turn(6)
		return nil
	case 180:
		p.turn(3)
		return nil
	case 270:
		p.turn(8)
		return nil
	}
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return p.transform(c, [4]float64{cos, -sin, sin, cos})
}

// shear moves rows along X and columns along Y, the further the farther they are.
func (p *picture) shear(s step) error {
	x, y := s.number("degreesX"), s.number("degreesY")
	if math.Mod(x, 180) == 90 || math.Mod(y, 180) == 90 || math.Mod(x, 180) == -90 || math.Mod(y, 180) == -90 {
		return node.NewOperationError("A picture can't be sheared by 90 degrees", "")
	}
	tx, ty := math.Tan(x*math.Pi/180), math.Tan(y*math.Pi/180)
	return p.transform(color.NRGBA{}, [4]float64{1, tx, ty, 1 + tx*ty})
}

// transform maps the picture by a matrix around its middle onto a canvas that holds all of it.
func (p *picture) transform(background color.NRGBA, m [4]float64) error {
	b := p.pixels.Bounds()
	w, h := float64(b.Dx()), float64(b.Dy())
	nw := math.Round(math.Abs(m[0])*w + math.Abs(m[1])*h)
	nh := math.Round(math.Abs(m[2])*w + math.Abs(m[3])*h)
	if nw > maxSide || nh > maxSide {
		return checkSize(maxSide+1, maxSide+1)
	}
	out, err := canvas(max(1, int(nw)), max(1, int(nh)), background)
	if err != nil {
		return err
	}
	dx, dy := float64(out.Rect.Dx())/2, float64(out.Rect.Dy())/2
	aff := [6]float64{m[0], m[1], dx - m[0]*w/2 - m[1]*h/2, m[2], m[3], dy - m[2]*w/2 - m[3]*h/2}
	draw.BiLinear.Transform(out, aff, p.pixels, b, draw.Over, nil)
	p.pixels = out
	return nil
}

// transparent makes all pixels of a colour transparent.
func (p *picture) transparent(s step) error {
	c, err := colour(s.text("color"))
	if err != nil {
		return err
	}
	pix := p.pixels.Pix
	for i := 0; i < len(pix); i += 4 {
		if pix[i] == c.R && pix[i+1] == c.G && pix[i+2] == c.B {
			pix[i+3] = 0
		}
	}
	return nil
}

// maxRadius bounds how far a blur reaches.
const maxRadius = 500

// blur mixes each pixel with those around it, by a Gaussian curve.
func (p *picture) blur(s step) error {
	radius, sigma := s.number("blur"), s.number("sigma")
	if sigma <= 0 || radius < 0 {
		return node.NewOperationError("Blur and sigma of a blur are more than 0", "")
	}
	reach := int(math.Ceil(radius))
	if radius == 0 {
		reach = int(math.Ceil(3 * sigma))
	}
	if reach > maxRadius {
		return node.NewOperationError(fmt.Sprintf("The blur is too strong: it reaches %d pixels far", reach), fmt.Sprintf("%d at most", maxRadius))
	}
	kernel := make([]float64, 2*reach+1)
	for i := range kernel {
		d := float64(i - reach)
		kernel[i] = math.Exp(-d * d / (2 * sigma * sigma))
	}
	b := p.pixels.Bounds()
	p.pixels = smear(p.pixels, kernel, b.Dx(), b.Dy(), 4, p.pixels.Stride)
	p.pixels = smear(p.pixels, kernel, b.Dy(), b.Dx(), p.pixels.Stride, 4)
	return nil
}

// smear applies a kernel along one direction: count pixels that are step bytes apart, in lines that are line bytes apart.
func smear(in *image.NRGBA, kernel []float64, count, lines, step, line int) *image.NRGBA {
	out := image.NewNRGBA(in.Rect)
	reach := len(kernel) / 2
	for l := range lines {
		for i := range count {
			var r, g, b, a, all float64
			for k, weight := range kernel {
				at := i + k - reach
				if at < 0 || at >= count {
					continue
				}
				px := in.Pix[l*line+at*step:]
				opacity := weight * float64(px[3])
				r, g, b, a, all = r+opacity*float64(px[0]), g+opacity*float64(px[1]), b+opacity*float64(px[2]), a+opacity, all+weight
			}
			px := out.Pix[l*line+i*step:]
			if a > 0 {
				px[0], px[1], px[2], px[3] = round8(r/a), round8(g/a), round8(b/a), round8(a/all)
			}
		}
	}
	return out
}

func round8(f float64) uint8 { return uint8(min(max(math.Round(f), 0), 255)) }

// draw draws a line, a circle (from its middle to a point of its edge) or a rectangle. Places are those of the middles of pixels; a
// pixel beside the shape is the less coloured the farther it is away, up to 1.
func (p *picture) draw(s step) error {
	c, err := colour(s.text("color"))
	if err != nil {
		return err
	}
	at := func(name string) float64 { return min(max(s.number(name), -maxSide), maxSide) }
	x0, y0, x1, y1 := at("startPositionX"), at("startPositionY"), at("endPositionX"), at("endPositionY")
	length := math.Hypot(x1-x0, y1-y0)
	left, right, top, bottom := min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
	// distance is how far a place is away from the shape.
	var distance func(x, y float64) float64
	switch primitive := s.text("primitive"); primitive {
	case "line":
		distance = func(x, y float64) float64 {
			along := 0.0
			if length > 0 {
				along = min(max(((x-x0)*(x1-x0)+(y-y0)*(y1-y0))/(length*length), 0), 1)
			}
			return math.Hypot(x-x0-along*(x1-x0), y-y0-along*(y1-y0))
		}
	case "circle":
		distance = func(x, y float64) float64 { return math.Hypot(x-x0, y-y0) - length }
		left, right, top, bottom = x0-length, x0+length, y0-length, y0+length
	case "rectangle":
		corner := min(max(s.number("cornerRadius"), 0), (right-left)/2, (bottom-top)/2)
		l, r, t, b := left+corner, right-corner, top+corner, bottom-corner
		distance = func(x, y float64) float64 {
			return math.Hypot(x-min(max(x, l), r), y-min(max(y, t), b)) - corner
		}
	default:
		return node.NewOperationError(fmt.Sprintf("The primitive %q is not known", primitive), "It is line, circle or rectangle")
	}
	area := image.Rect(int(left)-1, int(top)-1, int(right)+3, int(bottom)+3).Intersect(p.pixels.Rect)
	over := operators["Over"]
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			d := max(distance(float64(x), float64(y)), 0)
			if d >= 1 {
				continue
			}
			p.put(x, y, over, pixel{float64(c.R) / full, float64(c.G) / full, float64(c.B) / full, float64(c.A) / full * (1 - d) * (1 - d)})
		}
	}
	return nil
}
