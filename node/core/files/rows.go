package files

import (
	"fmt"
	"math"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// worded is a cell whose text differs from its value: the number 1000 of a text "1,000".
type worded struct {
	value any
	text  string
}

// rect is a part of a sheet, counted from 0, with its last row and column.
type rect struct{ top, left, bottom, right int }

// used is the part of a sheet that holds something; ok is false where none does.
func (a area) used() (r rect, ok bool) {
	return rect{a.top, a.left, len(a.cells) - 1, max(a.cells.width()-1, a.left)}, len(a.cells) > 0
}

// part is the part that a range names: "B2:D9", or what is used from a row on, by its number; without a range, what is used.
func (a area) part(text string) (r rect, ok bool) {
	r, ok = a.used()
	switch n := fields.Number(text); {
	case text == "" || !ok:
	case math.IsNaN(n):
		r = rangeOf(text)
	default: // parseInt takes the digits in the beginning
		digits := strings.TrimLeft(text, " \t\r\n+-")
		end := strings.IndexFunc(digits+" ", func(c rune) bool { return c < '0' || c > '9' })
		if r.top = whole(digits[:end], 0); strings.HasPrefix(strings.TrimSpace(text), "-") {
			r.top = -r.top
		}
	}
	return r, ok
}

// rangeOf reads a range as n8n does, which takes what it can't read for nothing: -1.
func rangeOf(text string) rect {
	at := 0
	count := func(low, high byte, base, first int) int {
		n := 0
		for at < len(text) && text[at] >= low && text[at] <= high && n < 1<<30 {
			n = base*n + int(text[at]-low) + first
			at++
		}
		return n - 1
	}
	var r rect
	r.left = count('A', 'Z', 26, 1)
	r.top = count('0', '9', 10, 0)
	r.right, r.bottom = r.left, r.top
	if at < len(text) && text[at] == ':' {
		at++
		r.right = count('A', 'Z', 26, 1)
		r.bottom = count('0', '9', 10, 0)
	}
	return r
}

// at is what stands in a cell; nil where nothing does.
func (a area) at(row, column int) any {
	if row < 0 || row >= len(a.cells) || column < 0 || column >= len(a.cells[row]) {
		return nil
	}
	return a.cells[row][column]
}

// records are the rows of a part: objects by the names in its first row, without those that are empty; or lists, without a header.
func (a area) records(r rect, header, empty bool) ([]any, error) {
	rows, columns := max(r.bottom-r.top+1, 0), max(r.right-r.left+1, 0)
	if rows > maxCells || rows*max(columns, 1) > maxCells {
		return nil, tooManyCells()
	}
	switch {
	case r.left < 0 && columns > 0:
		return nil, fmt.Errorf("invalid column %d", r.left)
	case rows == 0:
		return nil, nil
	}
	if !header {
		out := make([]any, rows)
		for i := range out {
			out[i] = a.list(r, r.top+i, empty)
		}
		return out, nil
	}
	names := a.columnNames(r)
	out := make([]any, 0, rows-1)
	for row := r.top + 1; row <= r.bottom; row++ {
		record, filled := a.record(r, row, names, empty)
		if filled {
			out = append(out, record)
		}
	}
	return out, nil
}

// list is a row up to its last value; up to the last column where empty cells count.
func (a area) list(r rect, row int, empty bool) []any {
	list := []any{}
	for column := r.left; column <= r.right; column++ {
		v, stands := valueOf(a.at(row, column))
		switch {
		case stands && (v != nil || !empty):
		case empty:
			v = ""
		default:
			continue
		}
		for len(list) < column-r.left {
			list = append(list, nil)
		}
		list = append(list, v)
	}
	return list
}

// record is a row by the names of its columns; filled says that it has a value beside null.
func (a area) record(r rect, row int, names []string, empty bool) (record *node.Object, filled bool) {
	record = &node.Object{}
	for k, name := range names {
		v, stands := valueOf(a.at(row, r.left+k))
		switch {
		case stands:
			record.Set(name, v)
			filled = filled || v != nil
		case empty:
			record.Set(name, "")
		}
	}
	return record, filled
}

// valueOf is the value of a cell, null for a blank one; stands is false where nothing stands in it.
func valueOf(cell any) (v any, stands bool) {
	if w, ok := cell.(worded); ok {
		cell = w.value
	}
	if cell == (blank{}) {
		return nil, true
	}
	return cell, cell != nil
}

// columnNames are the texts in the first row; those that are missing or there twice become others.
func (a area) columnNames(r rect) []string {
	used := &node.Object{} // how often a name was there
	names := make([]string, max(r.right-r.left+1, 0))
	for k := range names {
		name := "__EMPTY"
		if cell := a.at(r.top, r.left+k); cell != nil && cell != (blank{}) {
			name = shown(cell)
		}
		names[k] = name
		v, _ := used.Get(name)
		times, _ := v.(float64)
		if times == 0 {
			used.Set(name, 1.0)
			continue
		}
		for {
			names[k] = fmt.Sprintf("%s_%.0f", name, times)
			times++
			if _, taken := used.Get(names[k]); !taken {
				break
			}
		}
		used.Set(name, times)
		used.Set(names[k], 1.0)
	}
	return names
}
