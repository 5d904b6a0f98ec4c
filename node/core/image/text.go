package image

import (
	"fmt"
	"image"
	"strings"
	"unicode/utf16"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"github.com/nate-go/nate/node"
)

// Limits of texts.
const (
	maxFontSize = 2000
	maxLetters  = 100_000
)

// wrap breaks a text into lines of so many characters, at spaces.
func wrap(text string, most float64) []string {
	length := func(s string) float64 { return float64(len(utf16.Encode([]rune(s)))) }
	var lines []string
	for part := range strings.SplitSeq(text, "\n") {
		current := ""
		for word := range strings.SplitSeq(part, " ") {
			if length(current)+length(word)+1 > most {
				lines = append(lines, strings.TrimSpace(current))
				current = ""
			}
			current += word + " "
		}
		lines = append(lines, strings.TrimSpace(current))
	}
	return lines
}

// text writes a text, in the font Go Regular.
func (p *picture) text(s step) error {
	if name := s.text("font"); name != "" {
		return node.NewOperationError(fmt.Sprintf("The font %q is not available", name),
			"Texts are written in Go Regular here: leave the font empty")
	}
	c, err := colour(s.text("fontColor"))
	if err != nil {
		return err
	}
	size := s.number("fontSize")
	if size <= 0 || size > maxFontSize {
		return node.NewOperationError(fmt.Sprintf("The font size %v is out of range", size), fmt.Sprintf("It is more than 0 and at most %d", maxFontSize))
	}
	text := s.text("text")
	if len(text) > maxLetters {
		return node.NewOperationError("The text is too long", fmt.Sprintf("It may have %d bytes", maxLetters))
	}
	parsed, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return err
	}
	const dpi = 72
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: dpi, Hinting: font.HintingNone})
	if err != nil {
		return err
	}
	defer face.Close()
	metrics := face.Metrics()
	lines := wrap(text, s.number("lineLength"))
	b := p.pixels.Bounds()
	d := font.Drawer{Dst: p.pixels, Src: image.NewUniform(c), Face: face}
	horizontal, vertical := s.text("horizontalAlignment"), s.text("verticalAlignment")
	step := metrics.Ascent + metrics.Descent
	x, y := fixed.I(s.position("positionX")), fixed.I(s.position("positionY"))
	top := y + metrics.Ascent
	switch vertical {
	case "middle":
		top = y + fixed.I(b.Dy())/2 - step*fixed.Int26_6(len(lines))/2 + metrics.Ascent
	case "south":
		top = fixed.I(b.Dy()) - y - step*fixed.Int26_6(len(lines)) + metrics.Ascent
	}
	for i, line := range lines {
		left := x
		switch horizontal {
		case "center":
			left = x + fixed.I(b.Dx())/2 - d.MeasureString(line)/2
		case "east":
			left = fixed.I(b.Dx()) - x - d.MeasureString(line)
		}
		d.Dot = fixed.Point26_6{X: left, Y: top + step*fixed.Int26_6(i)}
		d.DrawString(line)
	}
	return nil
}
