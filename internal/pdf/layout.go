package pdf

import (
	"math"
	"strings"
)

// How far apart characters stand, in parts of the font's size, that a space is read between them, and so on. They are pdf.js's.
const (
	spaceFrom     = 0.102 // a gap from here on is a space
	spaceUpTo     = 0.6   // a gap beyond is a piece of its own
	notASpace     = 0.03
	backwards     = -0.2 // a step back beyond begins a new piece or line
	verticalShift = 0.25
)

// layout puts the characters of one content together to pieces of text: a piece ends with the font, the line, or a wide gap.
type layout struct {
	out       *extractor
	lineState *state

	open          bool // a piece has begun
	text          strings.Builder
	transform     matrix
	previous      matrix // where the last character ended
	hasPrevious   bool
	width, height float64
	scale         float64
	vertical      bool
	size          float64 // of the font when the piece began
	// last are whether the last two characters were spaces, the older at the place that at names.
	last [2]bool
	at   int
}

// saveLast remembers a character, and says whether there was a space between it and another before.
func (l *layout) saveLast(space bool) bool {
	next := (l.at + 1) % 2
	between := !l.blank(l.at) && l.blank(next)
	l.last[l.at] = !space
	l.at = next
	return between
}

// blank says whether the character at a place was a space: so they begin.
func (l *layout) blank(i int) bool { return !l.last[i] }

func (l *layout) wantsSpace() bool { return !l.blank(l.at) && l.blank((l.at+1)%2) }

func (l *layout) resetLast() { l.last, l.at = [2]bool{}, 0 }

// current is where the next character will stand.
func (l *layout) current() matrix {
	s := l.lineState
	m := matrix{s.size * s.horizontal, 0, 0, s.size, 0, s.rise}
	if f := s.font; f != nil && f.type3 && s.size <= 1 && f.matrix != identityMatrix {
		if high := f.bbox[3] - f.bbox[1]; high > 0 {
			m[3] *= high * f.matrix[3]
		}
	}
	return s.ctm.times(s.text.times(m))
}

func (l *layout) begin() {
	if l.open {
		return
	}
	m := l.current()
	l.transform = m
	l.vertical = l.lineState.font.vertical
	if l.vertical {
		l.width, l.height = math.Hypot(m[0], m[1]), 0
	} else {
		l.width, l.height = 0, math.Hypot(m[2], m[3])
	}
	l.scale = l.lineState.scale()
	l.size = l.lineState.size
	l.open = true
}

func (s *state) scale() float64 {
	return math.Hypot(s.ctm[0], s.ctm[1]) * math.Hypot(s.line[0], s.line[1])
}

// rescale begins to count the width of the piece anew when the text's scale changes.
func (l *layout) rescale() {
	scale := l.lineState.scale()
	if !l.open || scale == l.scale {
		return
	}
	if l.vertical {
		l.height = 0
	} else {
		l.width = 0
	}
	l.scale = scale
}

// flush ends the piece.
func (l *layout) flush() {
	if !l.open {
		return
	}
	text := normalized(l.text.String())
	if !l.vertical {
		text = visualToLogical(text)
	}
	l.out.emit(text, l.transform[5])
	l.open = false
	l.text.Reset()
}

// space puts out a space of its own.
func (l *layout) space(m matrix) { l.out.emit(" ", m[5]) }

func (l *layout) endLine() {
	l.resetLast()
	if l.open {
		l.flush()
	} else {
		l.out.emit("", l.current()[5])
	}
}

// gap puts a space for a gap that is as wide as one; for a wider one it ends the piece and returns true.
func (l *layout) gap(width, orientation float64) bool {
	if orientation*l.size*spaceFrom <= width && width <= orientation*l.size*spaceUpTo {
		if l.open {
			l.resetLast()
			l.text.WriteByte(' ')
		}
		return false
	}
	l.flush()
	l.resetLast()
	l.space(l.previous)
	return true
}

func sign(f float64) float64 {
	switch {
	case f > 0:
		return 1
	case f < 0:
		return -1
	}
	return f
}

func turned90(m matrix) float64 {
	switch {
	case m[0] != 0 && m[1] == 0 && m[2] == 0:
		if m[0] > 0 {
			return 0
		}
		return 180
	case m[1] != 0 && m[0] == 0 && m[3] == 0:
		if m[1] > 0 {
			return 90
		}
		return 270
	}
	return -1
}

func unturned(x, y float64, m matrix) (float64, float64) {
	scale := math.Hypot(m[0], m[1])
	return (m[0]*x + m[1]*y) / scale, (m[2]*x + m[3]*y) / scale
}

// compare looks where the next character stands beside the last: it puts spaces and line ends between them. It returns false for one
// outside of the page.
func (l *layout) compare(width float64) bool {
	m, view := l.current(), l.out.view
	x, y := m[4], m[5]
	vertical := l.lineState.font.vertical
	if vertical {
		if x < view[0] || x > view[2] || y+width < view[1] || y > view[3] {
			return false
		}
	} else if x+width < view[0] || x > view[2] || y < view[1] || y > view[3] {
		return false
	}
	if !l.hasPrevious {
		return true
	}
	lastX, lastY := l.previous[4], l.previous[5]
	if lastX == x && lastY == y {
		return true
	}
	switch turned90(m) {
	case 0:
	case 90:
		x, y, lastX, lastY = y, x, lastY, lastX
	case 180:
		x, y, lastX, lastY = -x, -y, -lastX, -lastY
	case 270:
		x, y, lastX, lastY = -y, -x, -lastY, -lastX
	default:
		x, y = unturned(x, y, m)
		lastX, lastY = unturned(lastX, lastY, l.previous)
	}
	// along is the way in the direction of the text, across the other; thick is how high its line is, long how long the piece.
	along, across := (x-lastX)/l.scale, y-lastY
	thick, long := l.height, l.width
	if vertical {
		along, across = (lastY-y)/l.scale, x-lastX
		thick, long = l.width, l.height
	}
	orientation := sign(long)
	if along < orientation*l.size*backwards {
		if math.Abs(across) > 0.5*thick {
			l.endLine()
			return true
		}
		l.resetLast()
		l.flush()
		return true
	}
	if math.Abs(across) > thick {
		l.endLine()
		return true
	}
	if along <= orientation*l.size*notASpace {
		l.resetLast()
	}
	alone := false
	if along <= orientation*l.size*spaceFrom {
		alone = l.wantsSpace()
		if alone {
			l.resetLast()
			l.flush()
			l.space(l.previous)
		} else {
			l.advance(along, vertical)
		}
	} else if !l.gap(along, orientation) {
		if l.text.Len() == 0 {
			l.resetLast()
			l.space(l.previous)
		} else {
			l.advance(along, vertical)
		}
	}
	if math.Abs(across) > thick*verticalShift {
		l.flush()
	}
	return true
}

func (l *layout) advance(n float64, vertical bool) {
	if vertical {
		l.height += n
	} else {
		l.width += n
	}
}

// move goes on along the line.
func (s *state) move(n float64) {
	if s.font.vertical {
		s.text.move(0, n)
	} else {
		s.text.move(n*s.horizontal, 0)
	}
}

// show shows a string, with some room behind it.
func (l *layout) show(text string, extra float64) {
	s := l.lineState
	if text == "" {
		if spacing := s.charSpacing + extra; spacing != 0 {
			if s.font.vertical {
				spacing = -spacing
			}
			s.move(spacing)
		}
		return
	}
	glyphs := s.font.glyphs(text)
	scale := s.font.matrix[0] * s.size
	for i, g := range glyphs {
		space, mark, hidden := class(g.text)
		if hidden {
			continue
		}
		spacing := s.charSpacing
		if i == len(glyphs)-1 {
			spacing += extra
		}
		if g.space {
			spacing += s.wordSpacing
		}
		width := g.width * scale
		if space {
			if s.font.vertical {
				s.move(-(spacing - width))
			} else {
				s.move(spacing + width)
			}
			l.saveLast(true)
			continue
		}
		if !mark && !l.compare(width) {
			s.move(width)
			continue
		}
		l.begin()
		if mark {
			width = 0
		}
		if s.font.vertical {
			s.move(width)
			l.height += math.Abs(width)
		} else {
			s.move(width)
			l.width += width * s.horizontal
		}
		if width != 0 {
			l.previous, l.hasPrevious = l.current(), true
		}
		if l.saveLast(false) {
			l.text.WriteByte(' ')
		}
		l.text.WriteString(g.text)
		if spacing != 0 {
			if s.font.vertical {
				spacing = -spacing
			}
			s.move(spacing)
		}
	}
}
