package json_test

//go:generate node testdata/javascript.js

import (
	"encoding/hex"
	stdjson "encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/json"
)

// javascript is what Node.js made of numbers, strings and bytes.
type javascript struct {
	Numbers [][3]string  // bits of the double, JSON.stringify, String
	Texts   [][2]*string // JSON text, bits of the number; null where JSON.parse throws
	Strings [][2]string  // UTF-16 code units, JSON.stringify
	Bytes   [][2]string  // bytes, JSON.stringify of what they decode to
}

func golden(tb testing.TB) javascript {
	tb.Helper()
	text, err := os.ReadFile("testdata/javascript.json")
	require.NoError(tb, err)
	var js javascript
	require.NoError(tb, stdjson.Unmarshal(text, &js))
	return js
}

func fromBits(tb testing.TB, bits string) float64 {
	tb.Helper()
	n, err := strconv.ParseUint(bits, 16, 64)
	require.NoError(tb, err)
	return math.Float64frombits(n)
}

func TestAppendNumber(t *testing.T) {
	t.Parallel()
	rows := golden(t).Numbers
	require.Greater(t, len(rows), 1000)
	for _, row := range rows {
		f := fromBits(t, row[0])
		require.Equal(t, row[1], string(json.AppendNumber(nil, f)), "JSON.stringify of %s", row[0])
		require.Equal(t, row[2], string(json.AppendNumberText(nil, f)), "String of %s", row[0])
		require.Equal(t, "1,"+row[1], string(json.AppendNumber([]byte("1,"), f)), "it is appended")
	}
}

// number reads a text that has to be one number, as package node does.
func number(text string) (float64, error) {
	s := json.NewScanner([]byte(text))
	f, err := s.Number()
	if err == nil {
		err = s.End()
	}
	return f, err
}

func TestNumber(t *testing.T) {
	t.Parallel()
	rows := golden(t).Texts
	require.Greater(t, len(rows), 200)
	for _, row := range rows {
		f, err := number(*row[0])
		if row[1] == nil {
			require.Error(t, err, "%q", *row[0])
			var place *json.SyntaxError
			require.ErrorAs(t, err, &place)
			continue
		}
		require.NoError(t, err, "%q", *row[0])
		require.Equal(t, *row[1], fmt.Sprintf("%016x", math.Float64bits(f)), "%q", *row[0])
	}
}

// escaped is a JSON string that names every code unit by its escape.
func escaped(units string) []byte {
	text := []byte{'"'}
	for i := 0; i < len(units); i += 4 {
		text = append(append(text, `\u`...), units[i:i+4]...)
	}
	return append(text, '"')
}

// joined is the string that comes of putting its code units together one by one.
func joined(tb testing.TB, units string) string {
	tb.Helper()
	var b strings.Builder
	for i := 0; i < len(units); i += 4 {
		s, err := json.NewScanner(escaped(units[i : i+4])).String()
		require.NoError(tb, err)
		b.WriteString(s)
	}
	return b.String()
}

func TestString(t *testing.T) {
	t.Parallel()
	rows := golden(t).Strings
	require.Greater(t, len(rows), 200)
	for _, row := range rows {
		s, err := json.NewScanner(escaped(row[0])).String()
		require.NoError(t, err)
		require.Equal(t, row[1], string(json.AppendString(nil, s)), "code units %s", row[0])
		require.Equal(t, row[1], string(json.AppendString(nil, joined(t, row[0]))), "code units %s, joined", row[0])

		again, err := json.NewScanner([]byte(row[1])).String()
		require.NoError(t, err)
		require.Equal(t, s, again, "what was written reads as the same string")
	}
}

func TestInvalidUTF8(t *testing.T) {
	t.Parallel()
	rows := golden(t).Bytes
	require.Greater(t, len(rows), 300)
	for _, row := range rows {
		raw, err := hex.DecodeString(row[0])
		require.NoError(t, err)
		text := append(append([]byte{'"'}, raw...), '"')
		s, err := json.NewScanner(text).String()
		require.NoError(t, err)
		require.True(t, utf8.ValidString(s))
		require.Equal(t, row[1], string(json.AppendString(nil, s)), "bytes %s", row[0])
		key, err := json.NewScanner(text).Key()
		require.NoError(t, err)
		require.Equal(t, s, key, "bytes %s in a key", row[0])
		if !strings.Contains(row[0], "ed") { // in a Go string ED A0 80 is a lone surrogate
			require.Equal(t, row[1], string(json.AppendString(nil, string(raw))), "bytes %s in a Go string", row[0])
		}
	}
}

func TestStringErrors(t *testing.T) {
	t.Parallel()
	for text, message := range map[string]string{
		`"`:                "a string that begins here has no end at line 1, column 1",
		`"abc`:             "a string that begins here has no end at line 1, column 1",
		`"größer`:          "a string that begins here has no end at line 1, column 1",
		`"a\`:              "the text ends inside a string at line 1, column 3",
		`"a\x"`:            "an escape that JSON does not have at line 1, column 3",
		`"\u12"`:           `an escape \u without four hexadecimal digits at line 1, column 2`,
		`"\u12G4"`:         `an escape \u without four hexadecimal digits at line 1, column 2`,
		`"\ud83d\u12"`:     `an escape \u without four hexadecimal digits at line 1, column 8`,
		"\"a\nb\"":         "a control character inside a string (write it as an escape) at line 1, column 3",
		"\"é\x00\"":        "a control character inside a string (write it as an escape) at line 1, column 4",
		"\"\\n\x1f\"":      "a control character inside a string (write it as an escape) at line 1, column 4",
		"\n\n  \"a\\q\"\n": "an escape that JSON does not have at line 3, column 5",
	} {
		for name, read := range map[string]func(*json.Scanner) (string, error){"String": (*json.Scanner).String, "Key": (*json.Scanner).Key} {
			s := json.NewScanner([]byte(text))
			require.Equal(t, byte('"'), s.Peek())
			_, err := read(s)
			require.EqualError(t, err, message, "%s of %q", name, text)
		}
	}
}

func TestKeyIsShared(t *testing.T) { // not parallel: AllocsPerRun
	s := json.NewScanner([]byte(strings.Repeat(`"name"`, 200)))
	require.Zero(t, int(testing.AllocsPerRun(100, func() {
		key, err := s.Key()
		if err != nil || key != "name" {
			t.Fatal(key, err)
		}
	})), "a key that was seen before costs no allocation")
}

// TestManyKeys keeps the table of keys from growing without bound.
func TestManyKeys(t *testing.T) {
	t.Parallel()
	var text []byte
	for i := range 10_000 {
		text = fmt.Appendf(text, `"k%d"`, i)
	}
	s := json.NewScanner(text)
	for i := range 10_000 {
		key, err := s.Key()
		require.NoError(t, err)
		require.Equal(t, "k"+strconv.Itoa(i), key)
	}
}

func TestScanner(t *testing.T) {
	t.Parallel()
	t.Run("white space", func(t *testing.T) {
		t.Parallel()
		s := json.NewScanner([]byte(" \t\r\n1 "))
		require.Equal(t, byte('1'), s.Peek())
		s.Skip()
		require.NoError(t, s.End())
		for _, other := range []string{"\v1", "\f1", "\u00a01", "\u20281"} {
			require.NotEqual(t, byte('1'), json.NewScanner([]byte(other)).Peek(), "%q is no white space in JSON", other)
		}
	})
	t.Run("byte order mark", func(t *testing.T) {
		t.Parallel()
		s := json.NewScanner([]byte("\ufeff1\ufeff"))
		f, err := s.Number()
		require.NoError(t, err)
		require.Equal(t, 1.0, f)
		require.EqualError(t, s.End(), "unexpected text after the JSON value at line 1, column 2", "it counts at the beginning only")
	})
	t.Run("end", func(t *testing.T) {
		t.Parallel()
		require.NoError(t, json.NewScanner(nil).End())
		require.EqualError(t, json.NewScanner([]byte("\x00")).End(), "unexpected text after the JSON value at line 1, column 1")
	})
	t.Run("literals", func(t *testing.T) {
		t.Parallel()
		for _, word := range []string{"true", "false", "null"} {
			s := json.NewScanner([]byte(word))
			require.NoError(t, s.Literal(word))
			require.NoError(t, s.End())
			require.Error(t, json.NewScanner([]byte(word[:len(word)-1])).Literal(word))
			require.Error(t, json.NewScanner([]byte(strings.ToUpper(word))).Literal(word))
		}
	})
	t.Run("unexpected", func(t *testing.T) {
		t.Parallel()
		require.EqualError(t, json.NewScanner(nil).Unexpected("a value"), "the text ends where a value is expected at line 1, column 1")
		require.EqualError(t, json.NewScanner([]byte("ü")).Unexpected("a value"), "'ü' where a value is expected at line 1, column 1")
		require.EqualError(t, json.NewScanner([]byte("\x00")).Unexpected("a value"), `'\x00' where a value is expected at line 1, column 1`)
	})
	t.Run("depth", func(t *testing.T) {
		t.Parallel()
		s := json.NewScanner(nil)
		for range json.MaxDepth {
			require.NoError(t, s.Enter())
		}
		s.Leave()
		require.NoError(t, s.Enter())
		require.ErrorContains(t, s.Enter(), "more than 10000 arrays and objects inside each other")
	})
}

// FuzzString holds for every Go string: what AppendString writes is JSON, and reads as the same string again as long as
// the string was sound.
func FuzzString(f *testing.F) {
	for _, row := range golden(f).Strings {
		f.Add(joined(f, row[0]))
	}
	for _, row := range golden(f).Bytes {
		raw, _ := hex.DecodeString(row[0])
		f.Add(string(raw))
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := json.AppendString(nil, s)
		require.True(t, stdjson.Valid(text), "%q gave %s", s, text)
		read, err := json.NewScanner(text).String()
		require.NoError(t, err)
		if utf8.ValidString(s) {
			require.Equal(t, s, read)
		}
		require.Equal(t, string(text), string(json.AppendString(nil, read)), "writing, reading and writing again changes nothing")
	})
}

// FuzzNumber holds for every double: what AppendNumber writes is JSON and reads as the same double.
func FuzzNumber(f *testing.F) {
	for _, row := range golden(f).Numbers[:60] {
		f.Add(fromBits(f, row[0]))
	}
	f.Fuzz(func(t *testing.T, v float64) {
		text := json.AppendNumber(nil, v)
		require.True(t, stdjson.Valid(text))
		if math.IsNaN(v) || math.IsInf(v, 0) {
			require.Equal(t, "null", string(text))
			return
		}
		read, err := number(string(text))
		require.NoError(t, err)
		require.Equal(t, v, read, "it became %s", text)
	})
}
