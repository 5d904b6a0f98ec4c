package files

import (
	"fmt"
	"strconv"
	"strings"
)

// csvOptions say how CSV is read.
type csvOptions struct {
	delimiter string
	// fromLine is the first line that is read, counted from 1.
	fromLine int
	// records is how many records are read at most, the header not counted; below 0: all.
	records int
	// header says that the first record holds the names of the fields.
	header bool
	// relaxQuotes makes quotes that stand where none may be part of the value.
	relaxQuotes bool
	// anyWidth allows records with more and with fewer fields than the first.
	anyWidth bool
	// skipFaults leaves out records that can't be read.
	skipFaults bool
}

// csvResult is what was read: the names of the fields where there is a header, the records, and how many were left out.
type csvResult struct {
	names   []string
	records [][]string
	skipped int
}

// csvReader reads CSV as the library that n8n uses does, with its texts for faults.
type csvReader struct {
	csvOptions
	text string
	pos  int
	line int
	out  csvResult
	// width is how many fields a record must have; 0: not known yet.
	width int
}

func readCSV(text string, o csvOptions) (csvResult, error) {
	if o.delimiter == "" {
		o.delimiter = ","
	}
	r := csvReader{csvOptions: o, text: text, line: 1}
	for r.line < o.fromLine && r.pos < len(text) {
		r.skipLine()
	}
	for r.pos < len(text) {
		if o.records >= 0 && len(r.out.records) >= o.records && (r.out.names != nil || !o.header) {
			break
		}
		start, line := r.pos, r.line
		record, err := r.record()
		if err == nil {
			if len(record) == 1 && record[0] == "" && strings.Trim(text[start:r.pos], "\r\n") == "" {
				continue // an empty line
			}
			err = r.add(record, line)
		} else if o.skipFaults {
			r.pos, r.line = start, line
			r.skipLine()
		}
		switch {
		case err != nil && o.skipFaults:
			r.out.skipped++
		case err != nil:
			return r.out, err
		}
	}
	return r.out, nil
}

func (r *csvReader) skipLine() {
	i := strings.IndexByte(r.text[r.pos:], '\n')
	if i < 0 {
		r.pos = len(r.text)
		return
	}
	r.pos += i + 1
	r.line++
}

func (r *csvReader) add(record []string, line int) error {
	switch {
	case r.anyWidth:
	case r.header && r.out.names == nil:
		r.out.names, r.width = record, len(record)
		return nil
	case r.width == 0:
		r.width = len(record)
	case r.width != len(record) && r.header:
		return fmt.Errorf("Invalid Record Length: columns length is %d, got %d on line %d", r.width, len(record), line) //nolint:staticcheck // n8n's text
	case r.width != len(record):
		return fmt.Errorf("Invalid Record Length: expect %d, got %d on line %d", r.width, len(record), line) //nolint:staticcheck // n8n's text
	}
	r.out.records = append(r.out.records, record)
	return nil
}

// record reads one record and the end of its line.
func (r *csvReader) record() ([]string, error) {
	var record []string
	for {
		value, err := r.field(len(record))
		if err != nil {
			return nil, err
		}
		record = append(record, value)
		rest := r.text[r.pos:]
		switch {
		case strings.HasPrefix(rest, r.delimiter):
			r.pos += len(r.delimiter)
		case strings.HasPrefix(rest, "\r\n"):
			r.pos += 2
			r.line++
			return record, nil
		case rest != "":
			r.pos++
			r.line++
			return record, nil
		default:
			return record, nil
		}
	}
}

func (r *csvReader) atEnd() bool {
	rest := r.text[r.pos:]
	return rest == "" || rest[0] == '\n' || rest[0] == '\r' || strings.HasPrefix(rest, r.delimiter)
}

func (r *csvReader) field(index int) (string, error) {
	start := r.pos
	if strings.HasPrefix(r.text[r.pos:], `"`) {
		value, ok, err := r.quoted()
		if ok || err != nil {
			return value, err
		}
		r.pos = start
	}
	for !r.atEnd() {
		if r.text[r.pos] == '"' && !r.relaxQuotes && r.pos > start {
			name := strconv.Itoa(index)
			if index < len(r.out.names) {
				name = strconv.Quote(r.out.names[index])
			}
			return "", fmt.Errorf("Invalid Opening Quote: a quote is found on field %s at line %d, value is %q", //nolint:staticcheck // n8n's text
				name, r.line, r.text[start:r.pos])
		}
		r.pos++
	}
	return r.text[start:r.pos], nil
}

// quoted reads a value in quotes; ok is false where relaxQuotes makes it a value that only begins with one.
func (r *csvReader) quoted() (value string, ok bool, err error) {
	var b strings.Builder
	opened := r.line
	for r.pos++; r.pos < len(r.text); r.pos++ {
		c := r.text[r.pos]
		switch {
		case c == '\n':
			r.line++
			b.WriteByte(c)
		case c != '"':
			b.WriteByte(c)
		case strings.HasPrefix(r.text[r.pos:], `""`):
			b.WriteByte('"')
			r.pos++
		default:
			r.pos++
			if r.atEnd() {
				return b.String(), true, nil
			}
			if r.relaxQuotes {
				r.line = opened
				return "", false, nil
			}
			return "", false, fmt.Errorf("Invalid Closing Quote: got %q at line %d instead of delimiter, record delimiter, "+ //nolint:staticcheck // n8n's text
				"trimmable character (if activated) or comment", r.text[r.pos:r.pos+1], r.line)
		}
	}
	return "", false, fmt.Errorf("Quote Not Closed: the parsing is finished with an opening quote at line %d", opened) //nolint:staticcheck // n8n's text
}
