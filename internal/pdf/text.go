package pdf

import (
	"context"
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Limits of a page.
const (
	maxText    = 64 << 20
	maxForms   = 20  // forms inside of each other
	maxStates  = 512 // states that are kept at once
	checkAfter = 1024
)

type matrix [6]float64

var unit = matrix{1, 0, 0, 1, 0, 0} //nolint:gochecknoglobals // a constant

func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[2]*n[1], m[1]*n[0] + m[3]*n[1], m[0]*n[2] + m[2]*n[3], m[1]*n[2] + m[3]*n[3],
		m[0]*n[4] + m[2]*n[5] + m[4], m[1]*n[4] + m[3]*n[5] + m[5],
	}
}

func (m *matrix) move(x, y float64) {
	m[4], m[5] = m[0]*x+m[2]*y+m[4], m[1]*x+m[3]*y+m[5]
}

// state is where and how text is shown.
type state struct {
	ctm, text, line           matrix
	font                      *font
	fontName                  Name
	size                      float64
	charSpacing, wordSpacing  float64
	leading, horizontal, rise float64
}

// Text returns the text of a page, counted from 0. A new line begins where the next text stands at another height. The errors are those
// of the context, or say that there is too much.
func (d *Document) Text(ctx context.Context, page int) (text string, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			text, err = "", ErrStructure
		}
	}()
	d.budget = maxUnpacked
	dict := d.pages[page]
	resources, _ := d.inherited(dict, "Resources").(*Dict)
	var content []byte
	for _, part := range list(d.get(dict, "Contents")) {
		s, ok := d.resolve(part).(*Stream)
		if !ok {
			continue
		}
		data, err := d.decoded(s)
		if err != nil {
			return "", err
		}
		content = append(append(content, data...), '\n')
	}
	e := &extractor{ctx: ctx, doc: d, view: d.view(dict), drawing: map[*Stream]bool{}}
	first := state{ctm: unit, text: unit, line: unit, horizontal: 1}
	if err := e.run(content, resources, first, 0); err != nil {
		return "", err
	}
	if d.mappings < 0 {
		return "", errTooLarge
	}
	return e.out.String(), nil
}

// view is the part of the page that shows: text outside of it is left out.
func (d *Document) view(page *Dict) [4]float64 {
	box := func(key Name) ([4]float64, bool) {
		b := d.numbers(d.inherited(page, key), 4)
		if b == nil {
			return [4]float64{}, false
		}
		r := [4]float64{min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3])}
		return r, r[2] > r[0] && r[3] > r[1]
	}
	media, ok := box("MediaBox")
	if !ok {
		media = [4]float64{0, 0, 612, 792}
	}
	crop, ok := box("CropBox")
	if !ok {
		return media
	}
	both := [4]float64{max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])}
	if both[2] > both[0] && both[3] > both[1] {
		return both
	}
	return media
}

// extractor gathers the text of a page.
type extractor struct {
	ctx  context.Context
	doc  *Document
	view [4]float64
	out  strings.Builder
	// lastY is the height of the last piece; 0 before the first.
	lastY float64
	steps int
	// drawing are the forms that are being drawn: a form that draws itself is passed over.
	drawing map[*Stream]bool
}

// emit puts a piece of text out.
func (e *extractor) emit(text string, y float64) {
	if e.lastY != y && e.lastY != 0 && !math.IsNaN(e.lastY) {
		e.out.WriteByte('\n')
	}
	e.out.WriteString(text)
	e.lastY = y
}

// arguments is how many operands an operator has.
var arguments = map[keyword]int{
	"q": 0, "Q": 0, "cm": 6, "BT": 0, "ET": 0, "Tc": 1, "Tw": 1, "Tz": 1, "TL": 1, "Tf": 2, "Tr": 1, "Ts": 1, "Td": 2, "TD": 2, "Tm": 6,
	"T*": 0, "Tj": 1, "TJ": 1, "'": 1, `"`: 3, "gs": 1, "Do": 1, "BMC": 1, "BDC": 2, "EMC": 0,
	"w": 1, "J": 1, "j": 1, "M": 1, "d": 2, "ri": 1, "i": 1, "m": 2, "l": 2, "c": 6, "v": 4, "y": 4, "h": 0, "re": 4, "S": 0, "s": 0,
	"f": 0, "F": 0, "f*": 0, "B": 0, "B*": 0, "b": 0, "b*": 0, "n": 0, "W": 0, "W*": 0, "d0": 2, "d1": 6, "CS": 1, "cs": 1, "G": 1, "g": 1,
	"RG": 3, "rg": 3, "K": 4, "k": 4, "sh": 1, "MP": 1, "DP": 2, "BX": 0, "EX": 0,
	"SC": -1, "SCN": -1, "sc": -1, "scn": -1, "BI": -1, "ID": -1, "EI": -1,
}

// run reads the operators of a content.
func (e *extractor) run(content []byte, resources *Dict, first state, depth int) error {
	l := &layout{out: e, lineState: &first}
	p := parser{data: content, operators: arguments}
	var stack []state
	var operands, spare []any
	for {
		if e.steps++; e.steps%checkAfter == 0 {
			if err := e.ctx.Err(); err != nil {
				return err
			}
			if e.out.Len() > maxText || e.doc.mappings < 0 {
				return errTooLarge
			}
		}
		v := p.value()
		op, ok := v.(keyword)
		if !ok {
			if v != nil {
				operands = append(operands, v)
			}
			if len(operands) > 33 {
				break
			}
			continue
		}
		if op == eof {
			break
		}
		want, known := arguments[op]
		if !known {
			continue
		}
		if op == "ID" {
			skipImage(&p)
		}
		if want >= 0 {
			for len(operands) > want {
				spare = append(spare, operands[0])
				operands = operands[1:]
			}
			for len(operands) < want && len(spare) > 0 {
				operands = append([]any{spare[len(spare)-1]}, operands...)
				spare = spare[:len(spare)-1]
			}
			if len(operands) < want {
				operands = operands[:0]
				continue
			}
			spare = spare[:min(len(spare), 33)]
		}
		s := l.lineState
		switch op {
		case "q":
			if len(stack) < maxStates {
				stack = append(stack, *s)
			}
		case "Q":
			if n := len(stack); n > 0 {
				before := *s
				*s = stack[n-1]
				stack = stack[:n-1]
				if before.font != s.font || before.size != s.size || before.fontName != s.fontName {
					l.flush()
				}
			}
		case "gs":
			states, _ := e.doc.get(resources, "ExtGState").(*Dict)
			name, _ := operands[0].(Name)
			gs, _ := e.doc.get(states, name).(*Dict)
			if f := list(e.doc.get(gs, "Font")); len(f) == 2 {
				l.flush()
				s.fontName, s.font = "", e.doc.fontOf(f[0])
				s.size, _ = e.doc.resolve(f[1]).(float64)
			}
		case "Tf":
			name, _ := operands[0].(Name)
			size, _ := operands[1].(float64)
			if s.font == nil || name != s.fontName || size != s.size {
				l.flush()
				s.fontName, s.size, s.font = name, size, e.doc.font(resources, name)
			}
		case "Do":
			l.flush()
			if err := e.form(operands[0], resources, *s, depth); err != nil {
				return err
			}
		case "BMC", "BDC", "EMC":
			l.flush()
		default:
			l.operator(op, operands)
		}
		operands = operands[:0]
	}
	l.flush()
	return nil
}

// skipImage passes over the data of a picture in the content.
func skipImage(p *parser) {
	for at := p.pos; at+2 < len(p.data); at++ {
		if p.data[at] != 'E' || p.data[at+1] != 'I' || !isSpace(p.data[at-1]) || !isSpace(p.data[at+2]) {
			continue
		}
		// What follows has to look like text: the letters may be part of the picture.
		fits := true
		for _, c := range p.data[at+2 : min(at+17, len(p.data))] {
			fits = fits && (c == '\n' || c == '\r' || c == '\t' || c == 0 || c >= ' ' && c < 0x7F)
		}
		if fits {
			p.pos = at + 2
			return
		}
	}
	p.pos = len(p.data)
}

// form runs the content of a form that is drawn.
func (e *extractor) form(operand any, resources *Dict, s state, depth int) error {
	name, _ := operand.(Name)
	objects, _ := e.doc.get(resources, "XObject").(*Dict)
	form, _ := e.doc.get(objects, name).(*Stream)
	if form == nil || e.doc.get(form.dict, "Subtype") != Name("Form") || depth >= maxForms || e.drawing[form] {
		return nil
	}
	e.drawing[form] = true
	defer delete(e.drawing, form)
	if m := e.doc.numbers(form.dict.raw("Matrix"), 6); m != nil {
		s.ctm = s.ctm.times(matrix(m))
	}
	if own, ok := e.doc.get(form.dict, "Resources").(*Dict); ok {
		resources = own
	}
	content, err := e.doc.decoded(form)
	if err != nil {
		return err
	}
	return e.run(content, resources, s, depth+1)
}

// operator runs an operator that only changes the state or shows text.
func (l *layout) operator(op keyword, operands []any) {
	s := l.lineState
	n := func(i int) float64 {
		f, _ := operands[i].(float64)
		return f
	}
	show := func(v any) {
		if b, ok := v.(Bytes); ok && s.font != nil {
			l.show(string(b), 0)
		}
	}
	switch op {
	case "cm":
		s.ctm = s.ctm.times(matrix{n(0), n(1), n(2), n(3), n(4), n(5)})
	case "BT":
		s.text, s.line = unit, unit
	case "Tc":
		s.charSpacing = n(0)
	case "Tw":
		s.wordSpacing = n(0)
	case "Tz":
		s.horizontal = n(0) / 100
	case "TL":
		s.leading = n(0)
	case "Ts":
		s.rise = n(0)
	case "TD", "Td":
		if op == "TD" {
			s.leading = -n(1)
		}
		s.line.move(n(0), n(1))
		s.text = s.line
	case "Tm":
		s.text = matrix{n(0), n(1), n(2), n(3), n(4), n(5)}
		s.line = s.text
		l.rescale()
	case "T*":
		s.newLine()
	case "Tj":
		show(operands[0])
	case "'", `"`:
		if s.font == nil {
			return
		}
		if op == `"` {
			s.wordSpacing, s.charSpacing = n(0), n(1)
		}
		s.newLine()
		show(operands[len(operands)-1])
	case "TJ":
		if s.font != nil {
			l.spaced(list(operands[0]))
		}
	}
}

func (s *state) newLine() {
	s.line.move(0, -s.leading)
	s.text = s.line
}

// spaced shows strings with numbers between them that move what follows.
func (l *layout) spaced(parts []any) {
	s := l.lineState
	factor := -s.size / 1000
	if s.font.vertical {
		factor = -factor
	}
	var text []byte
	for _, part := range parts {
		switch part := part.(type) {
		case Bytes:
			text = append(text, part...)
		case float64:
			if part != 0 {
				l.show(string(text), part*factor)
				text = text[:0]
			}
		}
	}
	if len(text) > 0 {
		l.show(string(text), 0)
	}
}

// class is what matters about a character for the layout.
func class(text string) (space, mark, hidden bool) {
	first := true
	for i, r := range text {
		switch {
		case first && (unicode.IsSpace(r) || r == '\uFEFF') && r != '\u0085':
			return true, false, false
		case unicode.Is(unicode.Mn, r):
			return false, true, false
		case unicode.Is(unicode.Cf, r) && i+len(string(r)) == len(text):
			return false, false, true
		}
		first = false
	}
	return false, false, false
}

// normalized replaces ligatures and the like by the letters that they are made of.
func normalized(text string) string {
	if strings.IndexFunc(text, composed) < 0 {
		return text
	}
	var out strings.Builder
	for _, r := range text {
		switch {
		case r == '\uFB05':
			out.WriteString("ſt")
		case composed(r):
			out.WriteString(norm.NFKC.String(string(r)))
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// decomposed are the ranges of characters that are replaced, from and to.
const decomposed = "\u00A0\u00A0\u00B5\u00B5\u037E\u037E\u0EB3\u0EB3\u2000\u200A\u202F\u202F\u2126\u2126\uFB00\uFB06\uFB20\uFB36\uFB38\uFB3C" +
	"\uFB3E\uFB3E\uFB40\uFB41\uFB43\uFB44\uFB46\uFBA1\uFBA4\uFBA9\uFBAE\uFBB1\uFBD3\uFBDC\uFBDE\uFBE7\uFBEA\uFBF8\uFBFC\uFBFD\uFC00\uFC5D\uFC64\uFCF1" +
	"\uFCF5\uFD3D\uFD88\uFD88\uFDF4\uFDF4\uFDFA\uFDFB\uFE71\uFE71\uFE77\uFE77\uFE79\uFE79\uFE7B\uFE7B\uFE7D\uFE7D"

func composed(r rune) bool {
	if r < 0xA0 {
		return false
	}
	from := rune(-1)
	for _, limit := range decomposed {
		if from < 0 {
			from = limit
			continue
		}
		if from <= r && r <= limit {
			return true
		}
		from = -1
	}
	return false
}
