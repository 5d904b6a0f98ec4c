// Package mime knows which file extensions belong to which media types, the same on every machine.
//
// types.txt is the table of mime-db 1.54 (MIT licence), which n8n uses: one media type a line with its extensions, the usual one first.
// An extension with "!" belongs rather to another type.
package mime

import (
	_ "embed" // types.txt
	"path"
	"strings"
	"sync"
)

//go:embed types.txt
var table string

type tables struct{ extensions, types map[string]string }

var load = sync.OnceValue(func() tables { //nolint:gochecknoglobals // the table, read once
	t := tables{map[string]string{}, map[string]string{}}
	for line := range strings.Lines(table) {
		words := strings.Fields(line)
		for i, word := range words[1:] {
			extension, other := strings.CutSuffix(word, "!")
			if i == 0 {
				t.extensions[words[0]] = extension
			}
			if !other {
				t.types[extension] = words[0]
			}
		}
	}
	return t
})

// TypeOf returns the media type of a file by the extension of its name or path; empty when there is none, or it is not known. A name
// without a dot counts as an extension.
func TypeOf(name string) string {
	return load().types[strings.ToLower(strings.TrimPrefix(path.Ext("x."+name), "."))]
}

// Extension returns the usual extension of a media type, without a dot; parameters ("; charset=...") are not looked at. It is empty when
// the type is not known.
func Extension(mediaType string) string {
	name, _, _ := strings.Cut(mediaType, ";")
	return load().extensions[strings.ToLower(strings.TrimSpace(name))]
}
