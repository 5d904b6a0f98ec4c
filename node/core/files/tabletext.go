package files

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/nate-go/nate/internal/dates"
	"github.com/nate-go/nate/internal/fields"
)

// readDelimited reads text with values between commas, tabs, semicolons or bars, whichever are most in its beginning, as spreadsheets
// do: a value is a number or a boolean where it looks like one, unless raw says otherwise.
func readDelimited(content []byte, raw bool) (sheet, error) {
	text, err := decode(content, detected(content), true)
	if err != nil {
		return nil, err
	}
	delimiter := byte(0)
	if rest, ok := strings.CutPrefix(text, "sep="); ok && len(rest) > 1 && strings.ContainsAny(rest[1:2], "\r\n") { // Excel's line for it
		delimiter, text = rest[0], strings.TrimPrefix(strings.TrimPrefix(rest[1:], "\r"), "\n")
	} else {
		delimiter = delimiterOf(text[:min(len(text), 1024)])
	}
	table := sheet{nil}
	cell := func(text string, ends bool) {
		last := len(table) - 1
		table[last] = append(table[last], delimitedCell(strings.TrimSuffix(text, "\r"), raw))
		if ends {
			table = append(table, nil)
		}
	}
	start, quoted := 0, false
	for i := 0; i < len(text); i++ {
		end := i
		switch c := text[i]; {
		case c == '"' && text[start] == '"':
			quoted = !quoted
			continue
		case quoted || c != delimiter && c != '\r' && c != '\n':
			continue
		case c == '\r' && i+1 < len(text) && text[i+1] == '\n':
			i++
		}
		cell(text[start:end], text[end] != delimiter)
		start = i + 1
	}
	if start < len(text) {
		cell(text[start:], false)
	}
	if last := len(table) - 1; last > 0 && len(table[last]) == 0 {
		table = table[:last]
	}
	return table, nil
}

// delimitedCell is the value of a cell of a text.
func delimitedCell(text string, raw bool) any {
	if inner, ok := strings.CutPrefix(text, `"`); ok && strings.HasSuffix(text, `"`) {
		text = strings.ReplaceAll(strings.TrimSuffix(inner, `"`), `""`, `"`)
	}
	if inner, ok := strings.CutPrefix(text, `="`); ok && !raw && strings.HasSuffix(text, `"`) { // Excel's way to keep text as it is
		return strings.ReplaceAll(strings.TrimSuffix(inner, `"`), `""`, `"`)
	}
	v := typedText(text, raw)
	if _, isText := v.(string); isText && !raw {
		if when, ok := textDate(text); ok {
			v = serialDate(when)
		}
	}
	return inWords(v, text)
}

// inWords is a value with its text, where that is not the value itself.
func inWords(v any, text string) any {
	if text == "" || shown(v) == text {
		return v
	}
	return worded{v, text}
}

// delimiterOf finds what stands between the values in the beginning of a text; of those that are there equally often, the first of these.
func delimiterOf(text string) byte {
	const delimiters = ",\t;|"
	count := map[byte]int{}
	quoted := false
	for i := range len(text) {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case !quoted:
			count[text[i]]++
		}
	}
	best := delimiters[0]
	for i := range len(delimiters) {
		if count[delimiters[i]] > count[best] {
			best = delimiters[i]
		}
	}
	return best
}

// readHTML reads a table of a page: Sheet1, Sheet2 and so on. Numbers and booleans are read as such unless raw says otherwise.
func readHTML(content []byte, title string, raw bool) (area, error) {
	page, err := goquery.NewDocumentFromReader(bytes.NewReader(content))
	if err != nil {
		return area{}, err
	}
	tables := page.Find("table").FilterFunction(func(_ int, table *goquery.Selection) bool {
		return table.ParentsFiltered("table").Length() == 0
	})
	if tables.Length() == 0 {
		return area{}, fmt.Errorf("Invalid HTML: could not find <table>") //nolint:staticcheck // n8n's text
	}
	names := make([]string, tables.Length())
	for i := range names {
		names[i] = fmt.Sprintf("Sheet%d", i+1)
	}
	if title, err = sheetNamed(names, title); err != nil {
		return area{}, err
	}
	used := area{cells: tableCells(tables.Eq(slices.Index(names, title)), raw)}
	used.top, used.left = used.cells.corner()
	for len(used.cells) > 0 && len(used.cells[len(used.cells)-1]) == 0 {
		used.cells = used.cells[:len(used.cells)-1]
	}
	return used, nil
}

// tableCells are the cells of a table, without the empty ones at the end of a row.
func tableCells(table *goquery.Selection, raw bool) sheet {
	var out sheet
	var spans []int // by column: in how many further rows a cell stands
	table.Find("tr").Each(func(_ int, tr *goquery.Selection) {
		if tr.Closest("table").Get(0) != table.Get(0) { // of a table in a cell
			return
		}
		var row []any
		at := 0
		put := func(v any, rows int) {
			for len(row) <= at {
				row = append(row, nil)
			}
			for len(spans) <= at {
				spans = append(spans, 0)
			}
			row[at], spans[at] = v, rows
			at++
		}
		skip := func() {
			for at < len(spans) && spans[at] > 0 {
				put(nil, spans[at]-1)
			}
		}
		tr.ChildrenFiltered("td, th").Each(func(_ int, cell *goquery.Selection) {
			skip()
			columns, _ := strconv.Atoi(cell.AttrOr("colspan", "1"))
			rows, _ := strconv.Atoi(cell.AttrOr("rowspan", "1"))
			rows = max(min(rows, maxSpan), 1) - 1
			put(htmlCell(cell, raw), rows)
			for range min(columns, maxSpan) - 1 {
				put(nil, rows)
			}
		})
		skip()
		for len(row) > 0 && row[len(row)-1] == nil {
			row = row[:len(row)-1]
		}
		out = append(out, row)
	})
	return out
}

// maxSpan is how many columns or rows a cell may have, as in browsers.
const maxSpan = 1000

func htmlCell(cell *goquery.Selection, raw bool) any {
	var b strings.Builder
	for _, n := range cell.Nodes {
		htmlText(&b, n)
	}
	lines := strings.Split(b.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.Join(strings.Fields(line), " ")
	}
	text := strings.Join(lines, "\n")
	raw = raw || cell.AttrOr("t", cell.AttrOr("data-t", "")) == "s"
	v := typedText(text, raw)
	if _, isText := v.(string); isText && !raw {
		if when, ok := textDate(text); ok {
			v = when.Format(isoTime)
		}
	}
	return inWords(v, text)
}

// htmlText writes the text of a part of a page, with an end of line for each <br>.
func htmlText(b *strings.Builder, n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		b.WriteString(strings.ReplaceAll(n.Data, "\n", " "))
	case n.DataAtom == atom.Br:
		b.WriteByte('\n')
	}
	for child := range n.ChildNodes() {
		htmlText(b, child)
	}
}

// typedText is the text of a cell as a number or a boolean where it looks like one, unless raw says otherwise; nil where there is none.
func typedText(text string, raw bool) any {
	switch {
	case text == "":
		return nil
	case raw:
		return text
	}
	switch text {
	case "TRUE", "FALSE":
		return text == "TRUE"
	case "#NULL!":
		return blank{}
	case "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#WTF?":
		return nil
	}
	if n, ok := fuzzyNumber(text); ok {
		return n
	}
	return text
}

var (
	betweenDigits = regexp.MustCompile(`(\d),(\d)`)
	inBrackets    = regexp.MustCompile(`\(([^()]*)\)`)
)

// fuzzyNumber reads numbers as spreadsheets do: with separators, currency, per cent, or in brackets for negative ones.
func fuzzyNumber(text string) (float64, bool) {
	if n := fields.Number(text); !math.IsNaN(n) {
		return n, !math.IsInf(n, 0) && strings.TrimSpace(text) != ""
	}
	if !strings.ContainsAny(text, "0123456789") {
		return 0, false
	}
	plain := strings.ReplaceAll(betweenDigits.ReplaceAllString(text, "$1$2"), "$", "")
	scale := math.Pow(100, float64(strings.Count(plain, "%")))
	plain = strings.ReplaceAll(plain, "%", "")
	n := fields.Number(plain)
	if m := inBrackets.FindStringSubmatchIndex(plain); math.IsNaN(n) && m != nil {
		n = -fields.Number(plain[:m[0]] + plain[m[2]:m[3]] + plain[m[1]:])
	}
	return n / scale, !math.IsNaN(n)
}

// clock are minutes, seconds and their fractions.
const clock = `(?::([0-5]?\d)(?:(\.\d+)(?::([0-5]?\d))?|:([0-5]?\d)(\.\d+)?)?)?`

var (
	textISO = regexp.MustCompile(`^\d+-\d+-\d+[T ]\d+:\d+:\d+(?:\.\d+)?Z?$`)
	// clock12 and clock24 are times of the day, textMinutes a date with one that may lack seconds.
	clock12     = regexp.MustCompile(`^(0?\d|1[0-2])` + clock + ` ([ap])m?$`)
	clock24     = regexp.MustCompile(`^([01]?\d|2[0-3])` + clock + `$`)
	textMinutes = regexp.MustCompile(`^(\d+)-(\d+)-(\d+)[t ](\d+):(\d+)(?::(\d+))?(?:\.(\d{1,3})\d*)?$`)
	textDigits  = regexp.MustCompile(`^[-0-9:,/\\ ]+$`)
)

// textDate reads a text as spreadsheets do that looks like a date, or a time of the day: of the last day of 1899 then. A day with slashes
// is of the American kind.
func textDate(text string) (time.Time, bool) {
	if textISO.MatchString(text) {
		return dateOf(dates.Parse(text, time.UTC))
	}
	plain := strings.Join(strings.Fields(strings.ToLower(text)), " ")
	m := clock12.FindStringSubmatch(plain)
	if m == nil {
		m = clock24.FindStringSubmatch(plain)
	}
	if m != nil {
		return timeOfDay(m), true
	}
	if m := textMinutes.FindStringSubmatch(plain); m != nil {
		day := time.Date(number(m[1]), time.Month(number(m[2])), number(m[3]), number(m[4]), number(m[5]), number(m[6]), 0, time.UTC)
		return day.Add(time.Duration(number((m[7] + "000")[:3])) * time.Millisecond), true
	}
	if !textDigits.MatchString(text) {
		return time.Time{}, false
	}
	when, ok := dateOf(dates.Parse(text+" UTC", time.UTC))
	return when, ok && when.Year() >= 1900 && when.Year() < 10000
}

// timeOfDay is the time of clock12 or clock24.
func timeOfDay(m []string) time.Time {
	hour, minute, second, fraction := number(m[1]), number(m[2]), number(m[5]), m[6]
	if m[3] != "" { // minutes, and seconds with a fraction; or hours before them
		second, fraction = number(m[4]), m[3]
		if m[4] == "" {
			hour, minute, second = 0, hour, minute
		}
	}
	if len(m) > 7 {
		if hour %= 12; m[7] == "p" {
			hour += 12
		}
	}
	parts, _ := strconv.ParseFloat("0"+fraction, 64)
	return time.Date(1899, 12, 31, hour, minute, second, 0, time.UTC).Add(time.Duration(parts*1000) * time.Millisecond)
}

// dateOf is the time of so many milliseconds.
func dateOf(ms float64) (time.Time, bool) {
	if math.IsNaN(ms) {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(ms)).UTC(), true
}

// number is the value of a few digits.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// serialDate is a date as the number that spreadsheets have for it: days since the end of 1899, where February 1900 has 29.
func serialDate(when time.Time) float64 {
	days := float64(when.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC))) / float64(24*time.Hour)
	if days < 60 {
		days--
	}
	return days
}
