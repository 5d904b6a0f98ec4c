package directus

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// aPixel is a PNG of one pixel.
const aPixel = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDAT" +
	"x\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"

func (l *lab) files() {
	pages := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/a.txt" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte("fetched"))
	}))
	defer pages.Close()
	l.vars["pages"] = pages.URL

	folders := crud("folders", "/folders", `{"name":"f {n}"}`, `{"name":"g {n}"}`, `{"name":"h {n}"}`, `{}`, "FAILED_VALIDATION")
	folders[0].params = `{"name":"f {n}"}`
	folders[1] = step{op: "folders.create", params: `{"name":"x","additionalFields":{"parent":"{noID}"}}`, refused: "INVALID_FOREIGN_KEY"}
	folders[9].params = `{"id":"{folders}","additionalFields":{"name":"h {n}"}}`
	folders[10].params = `{"id":"","additionalFields":{"name":"x"}}`
	l.play(folders...)

	l.play(
		step{
			op: "files.create", file: "content", name: `a "b" ü.txt`, keep: map[string]string{"file": "id"}, then: "GET /assets/{file}", finds: `"content"`,
			params: `{"sendBinaryData":true,"additionalFields":{"data":"{\"title\":\"T\",\"folder\":\"{folders}\",\"tags\":[\"a\",\"b\"]}"}}`,
			has:    `{"title":"T","folder":"{folders}","tags":["a","b"],"filesize":7,"type":"text/plain"}`,
		},
		step{op: "files.create", params: `{"sendBinaryData":true}`, fails: `The item has no file "data" to send`},
		step{op: "files.create", file: "x", params: `{"sendBinaryData":true,"additionalFields":{"data":{"folder":"{noID}"}}}`, refused: "INVALID_FOREIGN_KEY"},
		step{op: "files.create", params: `{"additionalFields":{"data":{"title":"no content"}}}`, refused: "INVALID_PAYLOAD"},
		step{op: "files.create", params: `{"additionalFields":{"data":{"storage":"local","filename_disk":"x{n}.txt","filename_download":"x.txt","type":"text/plain"}}}`, keep: map[string]string{"bare": "id"}},
		step{op: "files.update", file: "other content", params: `{"id":"{file}","sendBinaryData":true,"additionalFields":{"data":{"title":"U"}}}`, has: `{"title":"U"}`, then: "GET /assets/{file}", finds: `"other content"`},
		step{op: "files.update", params: `{"id":"{file}","additionalFields":{"data":"{\"description\":\"d\"}"}}`, has: `{"title":"U","description":"d"}`},
		step{op: "files.update", params: `{"id":"","additionalFields":{}}`, fails: "Missing required parameter: id"},
		step{op: "files.update", params: `{"id":"{file}","additionalFields":{"data":{"folder":"{noID}"}}}`, refused: "INVALID_FOREIGN_KEY"},
		step{op: "files.get", params: `{"id":"{file}"}`, has: `{"title":"U"}`}, step{op: "files.get", params: `{"id":"{noID}"}`, refused: "FORBIDDEN"},
		step{op: "files.list", params: `{"additionalFields":{"filter":{"folder":{"_eq":"{folders}"}}}}`, count: 1, has: `{"id":"{file}"}`},
		step{op: "files.list", params: `{"additionalFields":{"sort":"nothing"}}`, refused: "FORBIDDEN", code10: "INTERNAL_SERVER_ERROR"},
		step{op: "files.import", params: `{"url":"{pages}/a.txt","additionalFields":{"data":"{\"title\":\"fetched\"}"}}`, keep: map[string]string{"imported": "id"}, then: "GET /assets/{imported}", finds: `"fetched"`},
		step{op: "files.import", params: `{"url":"{pages}/a.txt"}`, keep: map[string]string{"imported2": "id"}},
		step{op: "files.import", params: `{"url":"{pages}/nothing.txt"}`, refused: "SERVICE_UNAVAILABLE"},
		step{op: "files.updateMultiple", params: `{"data":{"keys":["{imported}"],"data":{"title":"M"}}}`, then: "GET /files/{imported}", finds: `{"title":"M"}`},
		step{op: "files.updateMultiple", params: `{"data":[{"title":"x"}]}`, refused: "INVALID_PAYLOAD"},
		step{op: "files.uploadResumable", file: strings.Repeat("part ", 1<<19), name: "parts.txt", params: `{"additionalFields":{"chunkSize":1,"title":"P"}}`, has: `{"title":"P","filename_download":"parts.txt","filesize":"2621440"}`, keep: map[string]string{"parts": "id"}},
		step{op: "files.uploadResumable", file: "x", token: "no-such-token", refused: "INVALID_CREDENTIALS"},
		step{op: "assets.get", params: `{"id":"{file}","includeFileData":true}`, has: `{"file":{"title":"U"}}`, binary: "other content"},
		step{op: "assets.get", params: `{"id":"{noID}"}`, refused: "FORBIDDEN"}, step{op: "assets.get", params: `{"id":""}`, fails: "Missing required parameter: id"},
		step{op: "files.create", file: aPixel, name: "p.png", params: `{"sendBinaryData":true}`, has: `{"type":"image/png"}`, keep: map[string]string{"pixel": "id"}},
		step{op: "assets.get", params: `{"id":"{pixel}","additionalFields":{"format":"webp","width":8,"transforms":"[[\"grayscale\"]]"}}`, binary: "WEBP"},
		step{op: "assets.get", params: `{"id":"{pixel}","jsonParameters":true,"queryParametersJson":"{\"key\":\"nothing\"}"}`, refused: "INVALID_QUERY"},
		step{op: "assets.zipFiles", since: "11", params: `{"ids":"[\"{file}\",\"{pixel}\"]"}`, count: 1}, step{op: "assets.zipFiles", since: "11", params: `{"ids":["{noID}"]}`, refused: "INVALID_PAYLOAD"},
		step{op: "assets.zipFolder", since: "11", params: `{"id":"{folders}"}`, count: 1}, step{op: "assets.zipFolder", since: "11", params: `{"id":"{noID}"}`, refused: "INVALID_PAYLOAD"},
	)
	if !l.lacks["assets.zipFiles"] {
		zipped := node.NewObject("resource", "assets", "operation", "zipFiles", "ids", []any{l.vars["file"], l.vars["pixel"]})
		out, err := job{params: zipped, url: l.srv.URL, token: l.srv.Token}.run(l.t.Context(), l.t)
		require.NoError(l.t, err)
		file, _ := out.Main[0][0].Binary.Get("data")
		content, _ := file.Data()
		archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		require.NoError(l.t, err)
		require.Len(l.t, archive.File, 2)
	}
	l.play(
		step{op: "files.delete", params: `{"id":"{file}"}`, has: noResult, then: "GET /files/{file}"},
		step{op: "files.delete", params: `{"id":"/"}`, refused: "FORBIDDEN"},
		step{op: "files.deleteMultiple", params: `{"keys":["{imported}","{imported2}","{pixel}","{parts}","{bare}"]}`, has: noResult, then: "GET /files/{imported}"},
		step{op: "files.deleteMultiple", params: `{"keys":"[]"}`, fails: "names no primary keys"},
	)
	l.play(gone("folders", "/folders")...)
}
