package directus

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// capped is a Directus with QUERY_LIMIT_MAX and a collection of numbered items in disorder.
type capped struct {
	limit, count int
	uncounted    bool
	asked        []string
}

func reply(r *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
}

func (c *capped) RoundTrip(r *http.Request) (*http.Response, error) {
	query := r.URL.Query()
	switch {
	case strings.HasPrefix(r.URL.Path, "/fields/"):
		return reply(r, 200, `{"data":[{"field":"no","type":"integer","schema":{"is_primary_key":true}}]}`), nil
	case r.URL.Path == "/server/info":
		return reply(r, 200, fmt.Sprintf(`{"data":{"queryLimit":{"default":100,"max":%d}}}`, c.limit)), nil
	case query.Has("export"):
		c.asked = append(c.asked, "export")
		return reply(r, 200, "a,b"), nil
	case strings.HasPrefix(r.URL.Path, "/collections/"):
		return reply(r, 200, `{"data":{"meta":{"sort_field":"rank"}}}`), nil
	}
	limit, _ := strconv.Atoi(query.Get("limit"))
	offset, _ := strconv.Atoi(query.Get("offset"))
	c.asked = append(c.asked, fmt.Sprintf("%d+%d %s", offset, limit, query.Get("sort")))
	if limit < 0 || c.limit >= 0 && limit > c.limit {
		limit = c.limit
	}
	if limit < 0 {
		limit = c.count
	}
	var rows []string
	for i := offset; i < min(offset+limit, c.count); i++ {
		no := i
		if query.Get("sort") == "" {
			no = c.count - i
		}
		rows = append(rows, fmt.Sprintf(`{"no":%d}`, no))
	}
	meta := ""
	if strings.Contains(query.Get("meta"), "filter_count") && !c.uncounted {
		meta = fmt.Sprintf(`"meta":{"filter_count":%d},`, c.count)
	}
	return reply(r, 200, `{`+meta+`"data":[`+strings.Join(rows, ",")+`]}`), nil
}

// A file that the server would cut off is none.
func TestExportOfMoreThanTheServerGives(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		limit, count int
		params       string
		asked        string
		fails        string
	}{
		{-1, 250, `{"additionalFields":{"export":"csv"}}`, "export", ""},
		{100, 100, `{"additionalFields":{"export":"csv"}}`, "0+1 , export", ""},
		{100, 101, `{"additionalFields":{"export":"csv"}}`, "0+1 ", "The server puts 100 items at most into a file, and there are 101"},
		{100, 101, `{"additionalFields":{"export":"json","groupBy":"a"}}`, "export", ""},
		{100, 101, `{"returnAll":false,"limit":5,"additionalFields":{"export":"xml"}}`, "export", ""},
	} {
		srv := &capped{limit: tt.limit, count: tt.count}
		params, err := node.ParseObject([]byte(tt.params))
		require.NoError(t, err)
		params.Set("collection", "c")
		out, err := job{params: params, url: "http://d", transport: srv}.run(t.Context(), t)
		require.Equal(t, tt.asked, strings.Join(srv.asked, ", "), tt.params)
		if tt.fails != "" {
			require.ErrorContains(t, err, tt.fails)
			continue
		}
		require.NoError(t, err)
		file, _ := out.Main[0][0].Binary.Get("data")
		text, _ := file.Data()
		require.Equal(t, "a,b", string(text))
	}
}

func TestReturnAll(t *testing.T) {
	t.Parallel()
	list := func(keysAndValues ...any) *node.Object {
		return node.NewObject(append([]any{"collection", "c"}, keysAndValues...)...)
	}
	more := func(keysAndValues ...any) *node.Object {
		return list("additionalFields", node.NewObject(keysAndValues...))
	}
	tests := map[string]struct {
		capped
		params *node.Object
		items  int
		asked  []string
	}{
		"no cap":      {capped{limit: -1, count: 5}, list(), 5, []string{"0+-1 "}},
		"empty":       {capped{limit: -1}, list(), 0, []string{"0+-1 "}},
		"capped":      {capped{limit: 2, count: 5}, list(), 5, []string{"0+-1 ", "0+2 rank,no", "2+2 rank,no", "4+2 rank,no"}},
		"even":        {capped{limit: 2, count: 4}, list(), 4, []string{"0+-1 ", "0+2 rank,no", "2+2 rank,no"}},
		"sorted":      {capped{limit: 3, count: 4}, more("sort", "-title"), 4, []string{"0+-1 -title", "0+3 -title,no", "3+3 -title,no"}},
		"offset":      {capped{limit: 2, count: 5}, more("offset", 2), 3, []string{"2+-1 ", "2+2 rank,no", "4+2 rank,no"}},
		"not counted": {capped{limit: 3, count: 3, uncounted: true}, list(), 3, []string{"0+-1 ", "0+3 rank,no", "3+3 rank,no"}},
		"limit":       {capped{limit: 2, count: 5}, list("returnAll", false, "limit", 1), 1, []string{"0+1 "}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := job{params: tt.params, url: "http://d", transport: &tt.capped}.run(t.Context(), t)
			require.NoError(t, err)
			require.Len(t, out.Main[0], tt.items)
			require.Equal(t, tt.asked, tt.capped.asked)
			seen := map[string]bool{}
			for _, it := range out.Main[0] {
				seen[text(it)] = true
			}
			require.Len(t, seen, tt.items, "none twice")
		})
	}
}

func TestReadPage(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text   string
		data   string
		single bool
		err    error
	}{
		"list":             {text: `{"data":[{"a":1},"x",null,[2]]}`, data: `[{"a":1},"x",null,[2]]`},
		"empty list":       {text: ` {"data" : [ ] } `, data: `[]`},
		"meta first":       {text: `{"meta":{"n":1},"data":[1]}`, data: `[1]`},
		"object":           {text: `{"data":{"b":{"c":[]},"a":"é\ud83d\ude00"}}`, data: `[{"b":{"c":[]},"a":"é😀"}]`, single: true},
		"null":             {text: `{"data":null}`, data: `[null]`, single: true},
		"page":             {text: `<html>`, err: errNotJSON},
		"list without all": {text: `[1]`, err: errNotJSON},
		"nothing":          {text: ``, err: io.ErrUnexpectedEOF},
		"cut off":          {text: `{"data":[{"a":1},{"a"`, err: io.ErrUnexpectedEOF},
		"cut off at end":   {text: `{"data":[{"a":1}]`, err: io.ErrUnexpectedEOF},
		"bad element":      {text: `{"data":[{"a":1},{a}]}`, err: errNotJSON},
		"too large":        {text: `{"data":["` + strings.Repeat("x", 200) + `"]}`, err: errTooLarge},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, r := range []io.Reader{strings.NewReader(tt.text), iotest.OneByteReader(strings.NewReader(tt.text))} {
				p, err := readPage(r, 100)
				if tt.err != nil {
					require.ErrorIs(t, err, tt.err)
					continue
				}
				require.NoError(t, err)
				require.Equal(t, tt.single, p.single)
				if p.data == nil {
					p.data = []any{}
				}
				require.Equal(t, tt.data, string(node.AppendJSON(nil, p.data)))
			}
		})
	}
}

func FuzzReadPage(f *testing.F) {
	f.Add(`{"data":[{"a":1},"x"],"meta":{"filter_count":2}}`)
	f.Add(`{"data":{"a":[1,2]}}`)
	f.Add(`{"data":[1`)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := readPage(strings.NewReader(text), 1<<20)
		if err != nil {
			return
		}
		v, err := node.ParseJSON([]byte(strings.TrimSpace(text)))
		if err != nil {
			return // what is behind the end is not looked at
		}
		o := v.(*node.Object)
		if data, ok := o.Get("data"); ok && strings.Count(text, `"data"`) == 1 {
			list, isList := data.([]any)
			require.Equal(t, isList, !p.single)
			if isList {
				require.Equal(t, string(node.AppendJSON(nil, list)), string(node.AppendJSON(nil, append([]any{}, p.data...))))
			}
		}
	})
}

// A request that Directus has turned away is sent again when it says, and only then.
func TestComeBack(t *testing.T) {
	t.Parallel()
	const limited = `{"errors":[{"message":"Too many requests","extensions":{"code":"REQUESTS_EXCEEDED"}}]}`
	down := func(service string) string {
		return `{"errors":[{"message":"Under pressure","extensions":{"code":"SERVICE_UNAVAILABLE","service":"` + service + `"}}]}`
	}
	create := node.NewObject("operation", "create", "collection", "c", "data", node.NewObject())
	tests := map[string]struct {
		status      int
		after, body string
		params      *node.Object
		sent        int
		waited      time.Duration
	}{
		"rate limit":              {429, "0", limited, create, 2, time.Second},
		"seconds":                 {429, "7", limited, create, 2, 7 * time.Second},
		"for ever":                {429, "0", limited, create, 31, 30 * time.Second},
		"date":                    {429, "Fri, 31 Dec 1999 15:04:05 GMT", limited, create, 2, time.Second},
		"pressure":                {503, "0", down("api"), create, 2, time.Second},
		"another service":         {503, "0", down("external-file"), create, 1, 0},
		"longer than the node":    {429, "3600", limited, create, 1, 0},
		"no time":                 {503, "", down("api"), create, 1, 0},
		"in front of Directus":    {429, "0", "slow down", create, 1, 0},
		"a token is used up":      {429, "0", limited, refreshOf("x"), 1, 0},
		"mails, not requests":     {429, "0", strings.Replace(limited, "REQUESTS", "EMAIL_LIMIT", 1), create, 1, 0},
		"list, which is a stream": {429, "0", limited, node.NewObject("collection", "c"), 2, time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begin, sent := time.Now(), 0
				transport := roundTripper(func(r *http.Request) (*http.Response, error) {
					sent++
					if sent > 1 && name != "for ever" {
						return reply(r, 200, `{"data":[]}`), nil
					}
					resp := reply(r, tt.status, tt.body)
					resp.Header.Set("Retry-After", tt.after)
					return resp, nil
				})
				_, err := job{params: tt.params, url: "http://d", transport: transport}.run(t.Context(), t)
				require.Equal(t, tt.sent, sent)
				require.Equal(t, tt.sent == 2, err == nil)
				require.Equal(t, tt.waited, time.Since(begin))
			})
		})
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	body := `{"errors":[{"message":"Validation failed for field \"a\".","extensions":{"code":"FAILED_VALIDATION","field":"a"}},` +
		`{"message":"Value has to be unique.","extensions":{"code":"RECORD_NOT_UNIQUE","field":"b","collection":"c"}},7]}`
	transport := roundTripper(func(r *http.Request) (*http.Response, error) { return reply(r, 400, body), nil })
	info, err := job{params: node.NewObject("operation", "create", "collection", "c", "data", node.NewObject()), url: "http://d", transport: transport}.fails(t)
	require.Equal(t, []Fault{
		{Message: `Validation failed for field "a".`, Code: "FAILED_VALIDATION", Field: "a"},
		{Message: "Value has to be unique.", Code: "RECORD_NOT_UNIQUE", Field: "b", Collection: "c"},
	}, Faults(err))
	require.Equal(t, `Validation failed for field "a". (FAILED_VALIDATION) Value has to be unique. (RECORD_NOT_UNIQUE). `+advice["FAILED_VALIDATION"], info.Description)
	require.Nil(t, Faults(io.EOF))
}
