package pdf

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"io"
)

var errTooLarge = errors.New("the PDF unpacks to more than can be read")

// decoded is the data of a stream, unpacked. What is damaged is read as far as it goes; pictures are left as they are.
func (d *Document) decoded(s *Stream) ([]byte, error) {
	data := s.data
	filters := list(d.get(s.dict, "Filter", "F"))
	parameters := list(d.get(s.dict, "DecodeParms", "DP"))
	if d.lock != nil && !d.opened(s) {
		data = d.lock.stream(data, s.number, s.generation)
	}
	for i, filter := range filters {
		name, _ := d.resolve(filter).(Name)
		var p *Dict
		if i < len(parameters) {
			p, _ = d.resolve(parameters[i]).(*Dict)
		}
		left := max(d.budget, 0)
		switch name {
		case "FlateDecode", "Fl":
			data = d.predicted(unzip(data, left), p)
		case "LZWDecode", "LZW":
			early, ok := integer(d.get(p, "EarlyChange"))
			data = d.predicted(unLZW(data, !ok || early != 0, left), p)
		case "ASCII85Decode", "A85":
			data = un85(data, left)
		case "ASCIIHexDecode", "AHx":
			digits := parser{data: append([]byte("<"), data...)}
			data = []byte(digits.hex().(Bytes))
		case "RunLengthDecode", "RL":
			data = unRun(data, left)
		}
		if len(data) > left {
			return nil, errTooLarge
		}
	}
	// Each reading counts, and a small stream is not for nothing: forms may draw forms that draw forms.
	if d.budget -= len(data) + 1024; d.budget < 0 {
		return nil, errTooLarge
	}
	return data, nil
}

// list is a value that may stand alone where a list is meant.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

func unzip(data []byte, most int) []byte {
	var r io.Reader
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		if len(data) < 2 {
			return nil
		}
		r = flate.NewReader(bytes.NewReader(data[2:]))
	}
	out, _ := io.ReadAll(io.LimitReader(r, int64(most)+1))
	return out
}

func unLZW(data []byte, early bool, most int) []byte {
	type entry struct {
		prefix, length int
		last           byte
	}
	const clearTable, end = 256, 257
	table := make([]entry, 258, 4096)
	for i := range 256 {
		table[i] = entry{-1, 1, byte(i)}
	}
	shift := 0
	if early {
		shift = 1
	}
	var out []byte
	bits, count, width, previous := 0, 0, 9, -1
	for _, c := range data {
		bits, count = bits<<8|int(c), count+8
		if count < width {
			continue
		}
		count -= width
		code := bits >> count & (1<<width - 1)
		bits &= 1<<count - 1
		switch {
		case code == end:
			return out
		case code == clearTable:
			table, width, previous = table[:258], 9, -1
			continue
		case code > len(table) || code == len(table) && previous < 0:
			return out
		}
		if previous >= 0 && len(table) < 4096 {
			first := code
			if code == len(table) {
				first = previous
			}
			for table[first].prefix >= 0 {
				first = table[first].prefix
			}
			table = append(table, entry{previous, table[previous].length + 1, table[first].last})
		}
		if code >= len(table) {
			return out
		}
		start := len(out)
		out = append(out, make([]byte, table[code].length)...)
		for at, i := code, len(out)-1; i >= start; i-- {
			out[i] = table[at].last
			at = table[at].prefix
		}
		if len(out) > most {
			return out
		}
		previous = code
		for width < 12 && len(table)+shift >= 1<<width {
			width++
		}
	}
	return out
}

func un85(data []byte, most int) []byte {
	var out []byte
	n, group := 0, uint64(0)
	flush := func(count int) {
		for i := range count {
			out = append(out, byte(group>>(24-8*i)))
		}
		n, group = 0, 0
	}
	for _, c := range data {
		switch {
		case c == '~' || len(out) > most:
			goto end
		case c == 'z' && n == 0:
			out = append(out, 0, 0, 0, 0)
		case c >= '!' && c <= 'u':
			group = group*85 + uint64(c-'!')
			if n++; n == 5 {
				flush(4)
			}
		}
	}
end:
	if n > 1 {
		rest := n - 1
		for ; n < 5; n++ {
			group = group*85 + 84
		}
		flush(rest)
	}
	return out
}

func unRun(data []byte, most int) []byte {
	var out []byte
	for i := 0; i < len(data) && data[i] != 128 && len(out) <= most; {
		n := int(data[i])
		i++
		if n < 128 {
			out = append(out, data[i:min(i+n+1, len(data))]...)
			i += n + 1
		} else if i < len(data) {
			out = append(out, bytes.Repeat(data[i:i+1], 257-n)...)
			i++
		}
	}
	return out
}

// predicted undoes the prediction of bytes from their neighbours.
func (d *Document) predicted(data []byte, p *Dict) []byte {
	kind, _ := integer(d.get(p, "Predictor"))
	if kind < 2 {
		return data
	}
	number := func(key Name, fallback int) int {
		n, ok := integer(d.get(p, key))
		if !ok || n < 1 || n > 1<<20 {
			return fallback
		}
		return n
	}
	colors, depth := min(number("Colors", 1), 32), min(number("BitsPerComponent", 8), 16)
	pixel := max(1, colors*depth/8)
	row := (number("Columns", 1)*colors*depth + 7) / 8
	if kind == 2 {
		if depth == 8 {
			for i := range data {
				if i%row >= pixel {
					data[i] += data[i-pixel]
				}
			}
		}
		return data
	}
	out := make([]byte, 0, len(data))
	above := make([]byte, row)
	for len(data) > 1 {
		method := data[0]
		line := append(make([]byte, 0, row), data[1:min(row+1, len(data))]...)
		data = data[min(row+1, len(data)):]
		line = append(line, make([]byte, row-len(line))...)
		for i := range line {
			var left, corner byte
			if i >= pixel {
				left, corner = line[i-pixel], above[i-pixel]
			}
			switch method {
			case 1:
				line[i] += left
			case 2:
				line[i] += above[i]
			case 3:
				line[i] += byte((int(left) + int(above[i])) / 2)
			case 4:
				line[i] += paeth(left, above[i], corner)
			}
		}
		out = append(out, line...)
		above = line
	}
	return out
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	distance := func(n byte) int {
		return max(p-int(n), int(n)-p)
	}
	switch da, db, dc := distance(a), distance(b), distance(c); {
	case da <= db && da <= dc:
		return a
	case db <= dc:
		return b
	}
	return c
}
