package pdf

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The files of testdata and what pdf.js 5.4.296 reads in them.
type expected struct {
	Numpages int
	Info     map[string]any
	Metadata map[string]any
	Pages    []string
}

var passwords = map[string]string{"rc4-40": "user", "rc4-128": "user", "aes-256": "user"}

func TestFilesAsPDFJS(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.pdf")
	require.NoError(t, err)
	require.Len(t, files, 9)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".pdf")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			golden, err := os.ReadFile(strings.TrimSuffix(file, "pdf") + "json")
			require.NoError(t, err)
			var want expected
			require.NoError(t, json.Unmarshal(golden, &want))
			d, err := Open(data, passwords[name])
			require.NoError(t, err)
			require.Equal(t, want.Numpages, d.Pages())
			require.Equal(t, want.Info, object(d.Info()))
			if strings.HasPrefix(name, "rc4") {
				// pdf.js takes metadata of old locks to be open, and finds nothing in them.
				require.Nil(t, want.Metadata)
				require.Equal(t, "hand", object(d.Metadata())["pdf:producer"])
			} else {
				require.Equal(t, want.Metadata, object(d.Metadata()))
			}
			for i, page := range want.Pages {
				text, err := d.Text(t.Context(), i)
				require.NoError(t, err)
				require.Equal(t, page, text)
			}
		})
	}
}

func object(fields []Field) map[string]any {
	if fields == nil {
		return nil
	}
	out := map[string]any{}
	for _, f := range fields {
		switch v := f.Value.(type) {
		case []Field:
			out[f.Name] = object(v)
		case []string:
			l := make([]any, len(v))
			for i, s := range v {
				l[i] = s
			}
			out[f.Name] = l
		default:
			out[f.Name] = v
		}
	}
	return out
}

func TestOpenFailures(t *testing.T) {
	t.Parallel()
	read := func(name string) []byte {
		data, err := os.ReadFile("testdata/" + name)
		require.NoError(t, err)
		return data
	}
	for _, tt := range []struct {
		name     string
		data     []byte
		password string
		want     error
	}{
		{"nothing", nil, "", ErrEmpty},
		{"text", []byte("This is a text."), "", ErrStructure},
		{"a header alone", []byte("%PDF-1.7\n%%EOF"), "", ErrStructure},
		{"half a file", read("packed.pdf")[:1200], "", ErrStructure},
		{"a loop of tables", []byte("%PDF-1.4\nxref\n0 0\ntrailer << /Prev 9 /Root 1 0 R >>\nstartxref\n9\n%%EOF"), "", ErrStructure},
		{"no password, 40 bits", read("rc4-40.pdf"), "", ErrNoPassword},
		{"no password, 256 bits", read("aes-256.pdf"), "", ErrNoPassword},
		{"another password, 40 bits", read("rc4-40.pdf"), "x", ErrWrongPassword},
		{"another password, 128 bits", read("rc4-128.pdf"), "x", ErrWrongPassword},
		{"another password, 256 bits", read("aes-256.pdf"), "x", ErrWrongPassword},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Open(tt.data, tt.password)
			require.ErrorIs(t, err, tt.want)
		})
	}
	for _, name := range []string{"rc4-40.pdf", "rc4-128.pdf", "aes-128.pdf", "aes-256.pdf"} {
		d, err := Open(read(name), "owner")
		require.NoError(t, err, name)
		text, err := d.Text(t.Context(), 1)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(text, "Page two\n"), name)
	}
}

// page is a document of one page with a content and more objects.
func page(content string, objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n" +
		"3 0 obj <</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources 5 0 R>> endobj\n" +
		"4 0 obj <<>> stream\n" + content + "\nendstream endobj\n")
	for _, o := range objects {
		b.WriteString(o + "\n")
	}
	b.WriteString("trailer <</Root 1 0 R>>\n")
	return b.Bytes()
}

const helvetica = "5 0 obj <</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>/XObject<</A 6 0 R/B 7 0 R>>>> endobj"

func TestText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, content, want string }{
		{"a line", "BT /F 10 Tf 50 500 Td (Hello) Tj ET", "Hello"},
		{"two operators that stick together", "BT /F 10 Tf 50 500 Td (a) Tj ETBT /F 10 Tf 50 400 Td (b) Tj ET", "a\nb"},
		{"missing operands", "BT /F 10 Tf 50 500 Td (a) Tj Td Tj (b) Tj ET", "ab"},
		{"no font", "BT 50 500 Td (a) Tj ET", ""},
		{"an unknown font is Helvetica", "BT /X 10 Tf 50 500 Td (a) Tj ET", "a"},
		{"a form that draws itself", "BT /F 10 Tf 50 500 Td (a) Tj ET /A Do", "a\nform"},
		{"a number with an exponent", "BT /F 1e1 Tf 50 500 Td (a) Tj ET", "a"},
		{"outside", "BT /F 10 Tf 50 5000 Td (a) Tj ET", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := Open(page(tt.content, helvetica,
				"6 0 obj <</Type/XObject/Subtype/Form/Resources 5 0 R>> stream\nBT /F 10 Tf 50 300 Td (form) Tj ET /A Do\nendstream endobj"), "")
			require.NoError(t, err)
			text, err := d.Text(t.Context(), 0)
			require.NoError(t, err)
			require.Equal(t, tt.want, text)
		})
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	// Forms that draw forms that draw forms: ten to the power of the depth.
	var objects []string
	for i := range 12 {
		objects = append(objects, strings.ReplaceAll(strings.ReplaceAll(
			"N 0 obj <</Type/XObject/Subtype/Form/Resources<</XObject<</A M 0 R>>>>>> stream\n/A Do /A Do /A Do /A Do /A Do /A Do /A Do /A Do\nendstream endobj",
			"N", string(rune('0'+i/10))+string(rune('0'+i%10))), "M", string(rune('0'+(i+1)/10))+string(rune('0'+(i+1)%10))))
	}
	for i := range objects {
		objects[i] = "1" + objects[i]
		objects[i] = strings.Replace(objects[i], "/A ", "/A 1", 1)
	}
	objects = append(objects, "5 0 obj <</XObject<</A 100 0 R>>>> endobj")
	d, err := Open(page("/A Do", objects...), "")
	require.NoError(t, err)
	_, err = d.Text(t.Context(), 0)
	require.ErrorIs(t, err, errTooLarge)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d, err = Open(page(strings.Repeat("q Q ", 10_000), helvetica), "")
	require.NoError(t, err)
	_, err = d.Text(ctx, 0)
	require.ErrorIs(t, err, context.Canceled)
}

// FuzzOpen reads anything: there must be a text or an error, never a panic or a hang.
func FuzzOpen(f *testing.F) {
	files, err := filepath.Glob("testdata/*.pdf")
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add(page("BT /F 10 Tf 50 500 Td [(a) -300 (b)] TJ ET", helvetica))
	f.Fuzz(func(_ *testing.T, data []byte) {
		d, err := Open(data, "user")
		if err != nil {
			return
		}
		d.Info()
		d.Metadata()
		for i := range min(d.Pages(), 3) {
			_, _ = d.Text(context.Background(), i)
		}
	})
}

func BenchmarkText(b *testing.B) {
	data, err := os.ReadFile("testdata/invoice.pdf")
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		d, err := Open(data, "")
		require.NoError(b, err)
		_, err = d.Text(b.Context(), 0)
		require.NoError(b, err)
	}
}
