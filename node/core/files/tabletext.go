package files

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/nate-go/nate/internal/fields"
)

// readDelimited reads text with values between commas, tabs, semicolons or bars, whichever are most in its beginning, as spreadsheets
// do: a value is a number or a boolean where it looks like one, unless raw says otherwise.
func readDelimited(content []byte, raw bool) (sheet, error) {
	text, err := decode(content, detected(content), true)
	if err != nil {
		return nil, err
	}
	delimiter := delimiterOf(text)
	if rest, ok := strings.CutPrefix(text, "sep="); ok && len(rest) > 1 && strings.ContainsAny(rest[1:2], "\r\n") { // Excel's line for it
		delimiter, text = rest[:1], strings.TrimPrefix(strings.TrimPrefix(rest[1:], "\r"), "\n")
	}
	read, err := readCSV(text, csvOptions{delimiter: delimiter, records: -1, relaxQuotes: true, anyWidth: true})
	if err != nil {
		return nil, err
	}
	table := make(sheet, len(read.records))
	for i, record := range read.records {
		table[i] = make([]any, len(record))
		for k, text := range record {
			if inner, ok := strings.CutPrefix(text, `="`); ok && !raw && strings.HasSuffix(inner, `"`) { // Excel's way to keep text as it is
				table[i][k] = strings.ReplaceAll(inner[:len(inner)-1], `""`, `"`)
				continue
			}
			table[i][k] = typedText(text, raw)
			if when, ok := textDate(text); ok && !raw {
				table[i][k] = serialDate(when)
			}
		}
	}
	return table, nil
}

// delimiterOf finds what stands between the values in the beginning of a text; of those that are there equally often, the first.
func delimiterOf(text string) string {
	count := map[byte]int{}
	quoted := false
	for i := range min(len(text), 1024) {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case !quoted:
			count[text[i]]++
		}
	}
	best := byte(',')
	for _, c := range []byte("\t;|") {
		if count[c] > count[best] {
			best = c
		}
	}
	return string(best)
}

// readHTML reads the first table of a page. Numbers and booleans are read as such unless raw says otherwise.
func readHTML(content []byte, raw bool) (sheet, error) {
	page, err := goquery.NewDocumentFromReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	table := page.Find("table").First()
	if table.Length() == 0 {
		return nil, fmt.Errorf("Invalid HTML: could not find <table>") //nolint:staticcheck // n8n's text
	}
	var out sheet
	var spans []int // by column: in how many further rows a cell stands
	table.Find("tr").Each(func(_ int, tr *goquery.Selection) {
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
		out = append(out, row)
	})
	return out, nil
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
	raw = raw || cell.AttrOr("data-t", "") == "s"
	if when, ok := textDate(text); ok && !raw {
		return when.Format(isoTime)
	}
	return typedText(text, raw)
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

// fuzzyNumber reads numbers as spreadsheets do: with separators, currency, per cent, or in brackets for negative ones.
func fuzzyNumber(text string) (float64, bool) {
	scale := 1.0
	plain := strings.NewReplacer(",", "", "$", "", " ", "").Replace(text)
	if inner, ok := strings.CutPrefix(plain, "("); ok && strings.HasSuffix(inner, ")") {
		plain, scale = inner[:len(inner)-1], -1
	}
	for strings.HasSuffix(plain, "%") {
		plain, scale = plain[:len(plain)-1], scale/100
	}
	if plain == "" || !strings.ContainsAny(plain[:1], "0123456789+-.") {
		return 0, false
	}
	n := fields.Number(plain)
	return n * scale, !math.IsNaN(n) && !math.IsInf(n, 0)
}

var (
	textDay  = regexp.MustCompile(`^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?))?$`)
	textISO  = regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)T(\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)Z?$`)
	textDMY  = regexp.MustCompile(`^(\d{1,2})[-/](\d{1,2})[-/](\d{4}|\d\d)(?: (\d{1,2}:\d\d(?::\d\d)?))?$`)
	textTime = regexp.MustCompile(`^(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d+)?))?( [ap]m?)?$`)
)

// textDate reads a text as spreadsheets do that looks like a date, or a time of the day: of the last day of 1899 then. A day with slashes
// is of the American kind.
func textDate(text string) (time.Time, bool) {
	if text == "" || text[0] < '0' || text[0] > '9' {
		return time.Time{}, false
	}
	var year, month, day int
	clock := ""
	m := textDay.FindStringSubmatch(text)
	if m == nil {
		m = textISO.FindStringSubmatch(text)
	}
	if m != nil {
		year, month, day, clock = number(m[1]), number(m[2]), number(m[3]), m[4]
	} else if m = textDMY.FindStringSubmatch(text); m != nil {
		year, month, day, clock = number(m[3]), number(m[1]), number(m[2]), m[4]
		if len(m[3]) == 2 {
			year += 1900
			if year < 1950 {
				year += 100
			}
		}
	} else {
		year, month, day, clock = 1899, 12, 31, text
	}
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if date.Day() != day || date.Month() != time.Month(month) {
		return time.Time{}, false
	}
	if clock == "" {
		return date, true
	}
	m = textTime.FindStringSubmatch(strings.ToLower(clock))
	if m == nil {
		return time.Time{}, false
	}
	hours, minutes := number(m[1]), number(m[2])
	seconds, _ := strconv.ParseFloat("0"+m[3], 64)
	if hours > 23 || minutes > 59 || seconds >= 60 || m[4] != "" && hours > 12 {
		return time.Time{}, false
	}
	if m[4] != "" {
		hours %= 12
		if m[4][1] == 'p' {
			hours += 12
		}
	}
	return date.Add(time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute + time.Duration(seconds*float64(time.Second))), true
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
