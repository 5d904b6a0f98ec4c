package files

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"github.com/nate-go/nate/internal/json"
)

// csvOptions say how CSV is read.
type csvOptions struct {
	delimiter string
	// encoding is one of textCodings, "" for UTF-8.
	encoding string
	// mark says that a byte order mark is passed over, and tells the encoding.
	mark bool
	// fromLine is the first line that is read, counted from 1.
	fromLine int
	// records is how many records are read at most, the header not counted; 0: all.
	records int
	// header says that the first record holds the names of the fields.
	header bool
	// relaxQuotes makes quotes that stand where none may be part of the value.
	relaxQuotes bool
	// skipFaults leaves out records that can't be read.
	skipFaults bool
}

// csvResult is what was read: the names of the fields where there is a header, the records, and how many faults were passed over.
type csvResult struct {
	names   []string
	records [][]string
	skipped int
}

// csvReader reads CSV byte by byte, as the library that n8n uses does, with its texts for faults: the first end of a line that is outside
// of quotes says how all lines end; a fault that is passed over leaves the reading where it is.
type csvReader struct {
	csvOptions
	coding textCoding
	text   []byte
	pos    int
	line   int
	// lineEnded says that the byte before ended a line: it counts with the next byte.
	lineEnded bool

	delimiterBytes, quote []byte
	// lineEnds are what ends a record: one of the candidates; none is known at first.
	lineEnds, candidates [][]byte

	// enabled is false up to fromLine.
	enabled, quoting, wasQuoting bool
	field                        []byte
	record                       []string
	// faulty says that the record is left out; it stays so where the fault is in the header.
	faulty bool
	// width is how many fields a record must have.
	width int
	out   csvResult
}

var marksOf = []struct{ mark, encoding string }{{"\xEF\xBB\xBF", "utf8"}, {"\xFF\xFE", "utf16le"}}

func readCSV(content []byte, o csvOptions) (csvResult, error) {
	r := csvReader{csvOptions: o, text: content, line: 1, enabled: o.fromLine <= 1}
	if o.mark && len(content) >= 3 {
		for _, m := range marksOf {
			if bytes.HasPrefix(content, []byte(m.mark)) {
				r.text, r.encoding = content[len(m.mark):], m.encoding
				break
			}
		}
	}
	var err error
	if r.coding, err = codingOf(r.encoding); err != nil {
		return r.out, err
	}
	r.delimiterBytes, r.quote = r.coding.bytes(o.delimiter), r.coding.bytes(`"`)
	for _, end := range []string{"\r\n", "\n", "\r"} {
		r.candidates = append(r.candidates, r.coding.bytes(end))
	}
	err = r.read()
	return r.out, err
}

var errEnough = errors.New("the records that were asked for are read")

func (r *csvReader) read() error {
	for ; r.pos < len(r.text); r.pos++ {
		if r.lineEnded {
			r.line++
			r.lineEnded = false
		}
		if !r.quoting && len(r.lineEnds) == 0 {
			r.discover(r.pos)
		}
		if c := r.text[r.pos]; c == '\r' || c == '\n' {
			r.lineEnded = true
		}
		taken, err := r.quotes()
		if !taken && err == nil && !r.quoting {
			taken, err = r.ends()
		}
		switch {
		case errors.Is(err, errEnough):
			return nil
		case err != nil:
			return err
		case !taken:
			r.field = append(r.field, r.text[r.pos])
		}
	}
	switch {
	case r.quoting:
		return r.fault("Quote Not Closed: the parsing is finished with an opening quote at line %d", r.line)
	case r.wasQuoting || len(r.record) > 0 || len(r.field) > 0:
		r.endField()
		return r.endRecord()
	}
	return nil
}

// fault is the error, unless faults are passed over.
func (r *csvReader) fault(format string, args ...any) error {
	if r.skipFaults {
		r.faulty = true
		r.out.skipped++
		return nil
	}
	return fmt.Errorf(format, args...)
}

func (r *csvReader) at(pos int, what []byte) bool {
	return pos <= len(r.text) && bytes.HasPrefix(r.text[pos:], what)
}

// discover finds out how lines end.
func (r *csvReader) discover(pos int) bool {
	for _, end := range r.candidates {
		if r.at(pos, end) {
			r.lineEnds = [][]byte{end}
			return true
		}
	}
	return false
}

// lineEnd is how long the end of a record is that stands at a place; 0 for none.
func (r *csvReader) lineEnd(pos int) int {
	for _, end := range r.lineEnds {
		if r.at(pos, end) {
			return len(end)
		}
	}
	return 0
}

// quotes deals with a quote at this place; taken says that the bytes were.
func (r *csvReader) quotes() (taken bool, err error) {
	q := len(r.quote)
	switch {
	case !r.at(r.pos, r.quote):
		return false, nil
	case !r.quoting && len(r.field) == 0:
		r.quoting = true
		r.pos += q - 1
		return true, nil
	case !r.quoting && r.relaxQuotes:
		return false, nil
	case !r.quoting:
		column := any(len(r.record))
		if r.out.names != nil {
			column = nil
			if len(r.record) < len(r.out.names) {
				column = r.out.names[len(r.record)]
			}
		}
		hint := ""
		for _, m := range marksOf {
			if string(r.field) == m.mark {
				hint = fmt.Sprintf(" (%s bom)", m.encoding)
			}
		}
		return false, r.fault("Invalid Opening Quote: a quote is found on field %s at line %d, value is %s%s",
			quoted(column), r.line, quoted(r.coding.text(r.field)), hint)
	}
	next := r.pos + q
	switch {
	case r.at(next, r.quote): // two stand for one
		r.pos = next
		r.field = append(r.field, r.text[r.pos:r.pos+q]...)
		r.pos += q - 1
		return true, nil
	case next >= len(r.text), r.text[next] == 0, r.at(next, r.delimiterBytes), r.lineEnd(next) > 0, len(r.lineEnds) == 0 && r.discover(next):
		r.quoting, r.wasQuoting = false, true
		r.pos += q - 1
		return true, nil
	case r.relaxQuotes:
		r.quoting, r.wasQuoting = false, true
		r.field = append(append(bytes.Clone(r.quote), r.field...), r.quote...)
		r.pos += q - 1
		return true, nil
	}
	return false, r.fault("Invalid Closing Quote: got \"%c\" at line %d instead of delimiter, record delimiter, "+
		"trimable character (if activated) or comment", rune(r.text[next]), r.line)
}

// ends deals with the end of a record or of a field at this place.
func (r *csvReader) ends() (taken bool, err error) {
	if n := r.lineEnd(r.pos); n > 0 {
		following := r.line
		if r.lineEnded {
			following++
		}
		switch {
		case !r.enabled && following >= r.fromLine:
			r.enabled, r.wasQuoting = true, false
			r.field, r.record = r.field[:0], nil
		case !r.wasQuoting && len(r.record) == 0 && len(r.field) == 0: // an empty line
		default:
			r.endField()
			if err := r.endRecord(); err != nil {
				return true, err
			}
			if r.records > 0 && len(r.out.records) >= r.records {
				return true, errEnough
			}
		}
		r.pos += n - 1
		return true, nil
	}
	if !r.at(r.pos, r.delimiterBytes) {
		return false, nil
	}
	r.endField()
	r.pos += len(r.delimiterBytes) - 1
	return true, nil
}

func (r *csvReader) endField() {
	if r.enabled {
		r.record = append(r.record, r.coding.text(r.field))
	}
	r.field, r.wasQuoting = r.field[:0], false
}

func (r *csvReader) endRecord() error {
	record := r.record
	r.record = nil
	switch {
	case !r.enabled:
		return nil
	case r.header && r.out.names == nil:
		r.out.names, r.width = record, len(record)
		return nil
	case !r.header && len(r.out.records) == 0:
		r.width = len(record)
	}
	if len(record) != r.width {
		text := "expect %d"
		if r.header {
			text = "columns length is %d"
		}
		if err := r.fault("Invalid Record Length: "+text+", got %d on line %d", r.width, len(record), r.line); err != nil {
			return err
		}
	}
	if r.faulty {
		r.faulty = false
		return nil
	}
	r.out.records = append(r.out.records, record)
	return nil
}

// quoted is a value as JSON.stringify has it.
func quoted(v any) string {
	switch v := v.(type) {
	case string:
		return string(json.AppendString(nil, v))
	case int:
		return strconv.Itoa(v)
	}
	return "null"
}
