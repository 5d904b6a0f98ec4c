package mime_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/mime"
)

func TestTypeOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a.json": "application/json", "/x/y.TXT": "text/plain", "b.tar.gz": "application/gzip", "png": "image/png", "": "", "a.": "", "a.unknown": "",
		"x.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "a.js": "text/javascript", "a.xml": "application/xml",
		"a.mp4": "video/mp4", "a.wav": "audio/wav", "a.csv": "text/csv", "a.ics": "text/calendar", "a.exe": "application/x-msdos-program",
	} {
		require.Equal(t, want, mime.TypeOf(name), name)
	}
}

func TestExtension(t *testing.T) {
	t.Parallel()
	for mediaType, want := range map[string]string{
		"application/json": "json", "text/plain; charset=utf-8": "txt", "IMAGE/JPEG": "jpg", "": "", "text/unknown": "", "application/octet-stream": "bin",
		"text/html": "html", "audio/mpeg": "mpga",
	} {
		require.Equal(t, want, mime.Extension(mediaType), mediaType)
	}
}
