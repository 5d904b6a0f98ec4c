package cli

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/runtime"
)

// maxFilesTold is how many files of the items that are printed are told of on stderr.
const maxFilesTold = 10

// tellFiles says which files the items have whose JSON was printed: nothing of them is seen there.
func tellFiles(w io.Writer, items []node.Item) {
	told := 0
	for i, it := range items {
		for name, file := range it.Binary.All() {
			if told++; told > maxFilesTold {
				continue
			}
			about := slices.DeleteFunc([]string{file.FileName(), file.MimeType(), file.FileSize()}, func(s string) bool { return s == "" })
			fmt.Fprintf(w, "file     item %d, %s: %s\n", i, name, strings.Join(about, ", "))
		}
	}
	if told > maxFilesTold {
		fmt.Fprintf(w, "file     and %d more\n", told-maxFilesTold)
	}
	if told > 0 {
		fmt.Fprintln(w, "file     their content is printed with --output full")
	}
}

// writeFull writes items as n8n has them, {"json": ..., "binary": ...}, as --input and --pin read them: files with their content as
// base64, which is streamed.
func (f *runFlags) writeFull(ctx context.Context, w io.Writer, result *runtime.Result, items []node.Item) error {
	out := &firstError{w: w}
	separator := "["
	for _, it := range items {
		out.text(separator + "\n  {\n    \"json\": ")
		separator = ","
		out.text(string(f.indented(it.JSON, "    ")))
		before := ",\n    \"binary\": {\n      "
		for name, file := range it.Binary.All() {
			out.text(before + string(node.AppendJSON(nil, name)) + ": ")
			before = ",\n      "
			meta := file.Meta().Edit()
			meta.Delete("id") // of a store that ends with the run
			meta.Set("data", "")
			head, tail, _ := cutLast(string(f.indented(meta, "      ")), `""`)
			out.text(head + `"`)
			if err := f.writeContent(ctx, out, result, file); err != nil {
				return fmt.Errorf("the file %q: %w", name, err)
			}
			out.text(`"` + tail)
		}
		if it.Binary.Len() > 0 {
			out.text("\n    }")
		}
		out.text("\n  }")
	}
	if separator == "[" {
		out.text("[]\n")
	} else {
		out.text("\n]\n")
	}
	return out.err
}

// indented is the JSON of an object, masked when that was asked for.
func (f *runFlags) indented(o *node.Object, prefix string) []byte {
	if o == nil {
		o = &node.Object{}
	}
	var v any = o
	if f.redact {
		v = redacted(o)
	}
	return node.AppendJSONIndent(nil, v, prefix, "  ")
}

func (f *runFlags) writeContent(ctx context.Context, w io.Writer, result *runtime.Result, file node.Binary) error {
	if f.redact { // nobody can tell what is in it
		_, err := io.WriteString(w, mask)
		return err
	}
	content, err := result.OpenBinary(ctx, file)
	if err != nil {
		return err
	}
	defer content.Close()
	encoder := base64.NewEncoder(base64.StdEncoding, w)
	if _, err := io.Copy(encoder, content); err != nil {
		return err
	}
	return encoder.Close()
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// firstError writes until a write fails, and keeps that error.
type firstError struct {
	w   io.Writer
	err error
}

func (e *firstError) Write(p []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	n, err := e.w.Write(p)
	e.err = err
	return n, err
}

func (e *firstError) text(s string) { _, _ = io.WriteString(e, s) }
