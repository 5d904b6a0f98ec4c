package image

import (
	"context"
	"fmt"
	"image"
	"math"

	"github.com/nate-go/nate/node"
)

// full is the largest value of a channel.
const full = 255

// pixel is a colour with its opacity, all from 0 to 1 and apart.
type pixel struct{ r, g, b, a float64 }

// channels combines the colours of a pixel on another by a function of each, and its opacity by over.
func channels(f func(top, below float64) float64) func(top, below pixel) pixel {
	return func(t, u pixel) pixel {
		return pixel{f(t.r, u.r), f(t.g, u.g), f(t.b, u.b), max(t.a, u.a)}
	}
}

// over puts what a function makes of the colours of two pixels on the lower one, as opaque as the upper one is.
func over(f func(top, below float64) float64) func(top, below pixel) pixel {
	mix := porterDuff(func(t, _ float64) (float64, float64) { return 1, 1 - t })
	return func(t, u pixel) pixel { return mix(pixel{f(t.r, u.r), f(t.g, u.g), f(t.b, u.b), t.a}, u) }
}

// weighted combines the colours of two pixels as strong as they are opaque.
func weighted(f func(top, below float64) float64) func(top, below pixel) pixel {
	return func(t, u pixel) pixel {
		return pixel{f(t.r*t.a, u.r*u.a), f(t.g*t.a, u.g*u.a), f(t.b*t.a, u.b*u.a), max(t.a, u.a)}
	}
}

// porterDuff mixes two pixels by how much of each stays.
func porterDuff(keep func(top, below float64) (float64, float64)) func(top, below pixel) pixel {
	return func(t, u pixel) pixel {
		ft, fu := keep(t.a, u.a)
		wt, wu := ft*t.a, fu*u.a
		a := wt + wu
		if a == 0 {
			return pixel{}
		}
		return pixel{(wt*t.r + wu*u.r) / a, (wt*t.g + wu*u.g) / a, (wt*t.b + wu*u.b) / a, a}
	}
}

// operators are the ways to put a picture on another, by GraphicsMagick's names.
var operators = map[string]func(top, below pixel) pixel{
	"Over":       porterDuff(func(t, _ float64) (float64, float64) { return 1, 1 - t }),
	"In":         porterDuff(func(_, u float64) (float64, float64) { return u, 0 }),
	"Out":        porterDuff(func(_, u float64) (float64, float64) { return 1 - u, 0 }),
	"Atop":       porterDuff(func(t, u float64) (float64, float64) { return u, 1 - t }),
	"Xor":        porterDuff(func(t, u float64) (float64, float64) { return 1 - u, 1 - t }),
	"Copy":       func(t, _ pixel) pixel { return t },
	"Plus":       weighted(func(t, u float64) float64 { return min(t+u, 1) }),
	"Minus":      weighted(func(t, u float64) float64 { return max(u-t, 0) }),
	"Add":        channels(func(t, u float64) float64 { return wrapped(t + u) }),
	"Subtract":   channels(func(t, u float64) float64 { return wrapped(t - u) }),
	"Difference": over(func(t, u float64) float64 { return math.Abs(t - u) }),
	"Multiply":   over(func(t, u float64) float64 { return t * u }),
	"CopyRed":    func(t, u pixel) pixel { u.r = t.r; return u },
	"CopyGreen":  func(t, u pixel) pixel { u.g = t.g; return u },
	"CopyBlue":   func(t, u pixel) pixel { u.b = t.b; return u },
	"CopyOpacity": func(t, u pixel) pixel {
		u.a = t.a
		return u
	},
}

// wrapped is a number modulo 1, as sums that overflow are.
func wrapped(f float64) float64 {
	switch {
	case f > 1:
		return f - 1
	case f < 0:
		return f + 1
	}
	return f
}

// composite puts another picture of the item on this one.
func (p *picture) composite(ctx context.Context, s step) error {
	name := s.text("operator")
	operator := operators[name]
	if operator == nil {
		return node.NewOperationError(fmt.Sprintf("The operator %q is not supported", name),
			"Over, In, Out, Atop, Xor, Copy, Plus, Minus, Add, Subtract, Difference, Multiply and Copy with Red, Green, Blue or Opacity are")
	}
	file, err := s.item.Binary(s.item.Index, s.text("dataPropertyNameComposite"))
	if err != nil {
		return err
	}
	data, err := content(ctx, s.item, file)
	if err != nil {
		return err
	}
	top, err := decode(data)
	if err != nil {
		return err
	}
	offset := image.Pt(s.position("positionX"), s.position("positionY"))
	area := top.pixels.Rect.Add(offset).Intersect(p.pixels.Rect)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			t := top.pixels.NRGBAAt(x-offset.X, y-offset.Y)
			p.put(x, y, operator, pixel{float64(t.R) / full, float64(t.G) / full, float64(t.B) / full, float64(t.A) / full})
		}
	}
	// n8n hands the picture on as PNG.
	p.format = "png"
	return nil
}

// put combines a pixel with the one at a place.
func (p *picture) put(x, y int, operator func(top, below pixel) pixel, top pixel) {
	u := p.pixels.Pix[p.pixels.PixOffset(x, y):]
	out := operator(top, pixel{float64(u[0]) / full, float64(u[1]) / full, float64(u[2]) / full, float64(u[3]) / full})
	u[0], u[1], u[2], u[3] = round8(out.r*full), round8(out.g*full), round8(out.b*full), round8(out.a*full)
}
