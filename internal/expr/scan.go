package expr

import "strings"

// part is a piece of a template: text, or the code of one {{ }}.
type part struct {
	text string
	code bool
	// start is where the piece begins in the template; cuts are the places after start where a backslash was taken out.
	start int
	cuts  []int
}

// offset is the place in the template of a place in the part.
func (p *part) offset(i int) int {
	for _, c := range p.cuts {
		if i < c {
			break
		}
		i++
	}
	return p.start + i
}

// scan splits a template, less its "=", as n8n does. base is added to all places. single is true for exactly one {{ }}
// and nothing around it: then the value keeps its type. The rules, as observed:
//   - "{{" opens a part, the first "}}" after it closes it, in string literals too; one that is not closed goes to the end.
//   - A backslash before the braces (an odd number of them) escapes: "\{{" stays in the text as it is, "\}}" in code
//     becomes "}}".
//   - In text before an opened part two backslashes are one; in text after the last part they stay two.
func scan(s string, base int) (parts []part, single bool) {
	pos := 0
	for {
		open, _ := brace(s, pos, "{{", nil)
		if open < 0 {
			if pos < len(s) {
				parts = append(parts, part{text: s[pos:], start: base + pos})
			}
			return parts, false
		}
		if open > pos {
			parts = append(parts, part{text: strings.ReplaceAll(s[pos:open], `\\`, `\`), start: base + pos})
		}
		start := open + 2
		end, cuts := brace(s, start, "}}", []int{})
		closed := end >= 0
		if !closed {
			end = len(s)
		}
		if start < len(s) {
			p := part{text: s[start:end], code: true, start: base + start}
			for i := len(cuts) - 1; i >= 0; i-- {
				cuts[i] -= start
				p.text = p.text[:cuts[i]] + p.text[cuts[i]+1:]
			}
			p.cuts = cuts
			parts = append(parts, p)
		}
		if !closed || end+2 == len(s) {
			return parts, open == 0 && len(parts) == 1
		}
		pos = end + 2
	}
}

// brace finds the next pair of braces that is not escaped, or -1. The places of backslashes that escape one are added to
// cuts unless it is nil.
func brace(s string, from int, pair string, cuts []int) (int, []int) {
	for i := from; ; {
		n := strings.Index(s[i:], pair)
		if n < 0 {
			return -1, cuts
		}
		i += n
		slashes := 0
		for i-slashes > from && s[i-slashes-1] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return i, cuts
		}
		if cuts != nil {
			cuts = append(cuts, i-1)
		}
		i += len(pair)
	}
}
