package directus

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// tusServer takes a file in parts, of which some are lost on the way there or back.
type tusServer struct {
	size, at int
	content  strings.Builder
	patches  int
	// lose says of the nth part (from 1) how many of its bytes come through; what is said of it is lost. Not there: it comes through.
	lose map[int]int
	head int    // status for a question where the server is
	id   string // when it says the file's id: at the "first" request, at the "last", never
	log  []string
}

func (s *tusServer) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := func(status int, header ...string) (*http.Response, error) {
		resp := reply(r, status, "")
		for i := 0; i < len(header); i += 2 {
			resp.Header.Set(header[i], header[i+1])
		}
		return resp, nil
	}
	switch r.Method {
	case http.MethodPost:
		s.size, _ = strconv.Atoi(r.Header.Get("Upload-Length"))
		if s.id == "first" {
			return answer(201, "Location", "http://d/files/tus/upload-1", "Directus-File-Id", "f1")
		}
		return answer(201, "Location", "http://d/files/tus/upload-1")
	case http.MethodHead:
		s.log = append(s.log, "where")
		if s.head != 0 || s.at == s.size {
			return answer(max(s.head, 404))
		}
		return answer(200, "Upload-Offset", strconv.Itoa(s.at))
	case http.MethodGet:
		return reply(r, 200, `{"data":{"id":"f1"}}`), nil
	}
	s.patches++
	offset, _ := strconv.Atoi(r.Header.Get("Upload-Offset"))
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	s.log = append(s.log, fmt.Sprintf("%d+%d", offset>>20, len(text)>>20))
	if offset != s.at {
		return answer(409)
	}
	through, lost := s.lose[s.patches]
	if !lost {
		through = len(text)
	}
	s.content.Write(text[:through])
	s.at += through
	if lost {
		return nil, io.ErrUnexpectedEOF
	}
	if s.at == s.size && s.id == "last" {
		return answer(204, "Directus-File-Id", "f1")
	}
	return answer(204)
}

func TestLostParts(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	text := strings.Repeat("0123456789abcdef", 3*mb/16)
	for name, tt := range map[string]struct {
		lose    map[int]int
		head    int
		log     string
		message string
		id      string
	}{
		"none":                         {nil, 0, "0+1 1+1 2+1", "", "last"},
		"none, at Directus 10":         {nil, 0, "0+1 1+1 2+1", "", "first"},
		"none, but no id comes":        {nil, 0, "0+1 1+1 2+1", "did not say under which id", ""},
		"all of a part":                {map[int]int{2: 0}, 0, "0+1 1+1 where 1+1 2+1", "", "last"},
		"half of a part":               {map[int]int{2: mb / 2}, 0, "0+1 1+1 where 1+1 2+0", "", "last"},
		"only the answer":              {map[int]int{2: mb}, 0, "0+1 1+1 where 2+1", "", "last"},
		"three times":                  {map[int]int{1: 0, 2: 0, 3: 0}, 0, "0+1 where 0+1 where 0+1 where 0+1 1+1 2+1", "", "last"},
		"too often":                    {map[int]int{1: 0, 2: 0, 3: 0, 4: 0}, 0, "0+1 where 0+1 where 0+1 where 0+1", "closed unexpectedly", "last"},
		"the answer to the last":       {map[int]int{3: mb}, 0, "0+1 1+1 2+1 where", "The answer to the last part of the file was lost", "last"},
		"the upload is there no more":  {map[int]int{2: 0}, 404, "0+1 1+1 where", "closed unexpectedly", "last"},
		"the server knows no position": {map[int]int{2: 0}, 500, "0+1 1+1 where", "closed unexpectedly", "last"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := &tusServer{lose: tt.lose, head: tt.head, id: tt.id}
			var files *node.Binaries
			items := []node.Item{{Binary: files.With("data", node.NewBinary("a.txt", "text/plain").WithData([]byte(text)))}}
			params := node.NewObject("resource", "files", "operation", "uploadResumable", "additionalFields", node.NewObject("chunkSize", 1))
			out, err := job{params: params, items: items, url: "http://d", transport: srv}.run(t.Context(), t)
			require.Equal(t, tt.log, strings.Join(srv.log, " "))
			if tt.message != "" {
				require.ErrorContains(t, err, tt.message)
				require.Equal(t, srv.at == srv.size, node.IsPermanent(err))
				return
			}
			require.NoError(t, err)
			require.Equal(t, text, srv.content.String())
			require.JSONEq(t, `{"id":"f1"}`, string(node.AppendJSON(nil, out.Main[0][0].JSON)))
		})
	}
}
