package directus

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus/internal/realdirectus"
)

// BenchmarkReal measures the node beside a program of bare net/http, at the same real Directus and by turns in the same run. What counts is
// the fastest round of each, so that other work of the machine counts little:
//
//	go test -run '^$' -bench Real -benchtime 5x ./node/directus
func BenchmarkReal(b *testing.B) {
	if os.Getenv("NATE_DIRECTUS_URL") == "" {
		b.Skip("NATE_DIRECTUS_URL is not set (scripts/directus.sh start, then env)")
	}
	srv := &realdirectus.Server{URL: strings.TrimSuffix(os.Getenv("NATE_DIRECTUS_URL"), "/"), Token: os.Getenv("NATE_DIRECTUS_TOKEN")}
	transport := newTransport(b)
	client := &http.Client{Transport: transport}
	send := func(method, path, contentType string, body io.Reader) *http.Response {
		req, err := http.NewRequestWithContext(b.Context(), method, srv.URL+path, body)
		require.NoError(b, err)
		req.Header.Set("Authorization", "Bearer "+srv.Token)
		req.Header.Set("Content-Type", contentType)
		resp, err := client.Do(req)
		require.NoError(b, err)
		require.Equal(b, 2, resp.StatusCode/100, "%s %s", method, path)
		return resp
	}
	decoded := func(resp *http.Response, v any) {
		require.NoError(b, json.NewDecoder(resp.Body).Decode(v))
		_ = resp.Body.Close()
	}

	const creates = 1000
	items := make([]node.Item, creates)
	rows := make([]map[string]string, creates)
	for i := range items {
		items[i] = node.ItemOf("data", node.NewObject("title", fmt.Sprint("article ", i)))
		rows[i] = map[string]string{"title": fmt.Sprint("article ", i)}
	}
	create := func(b *testing.B, c string, size int) {
		params := node.NewObject("operation", "create", "collection", c, "data", "={{ $json.data }}", "options", node.NewObject("batchSize", size))
		out, err := job{params: params, items: items, url: srv.URL, token: srv.Token, transport: transport}.run(b.Context(), b)
		require.NoError(b, err)
		require.Len(b, out.Main[0], creates)
	}
	post := func(c string, body any, into any) {
		text, err := json.Marshal(body)
		require.NoError(b, err)
		decoded(send(http.MethodPost, "/items/"+c, "application/json", bytes.NewReader(text)), into)
	}
	c := withCollection(b, srv, integerKey())
	type single struct{ Data map[string]any }
	type many struct{ Data []map[string]any }

	beside(b, "create one by one", func(*testing.B) {
		for _, row := range rows {
			post(c, row, &single{})
		}
	}, func(b *testing.B) { create(b, c, 1) })
	beside(b, "create in batches of 100", func(*testing.B) {
		for i := 0; i < creates; i += 100 {
			post(c, rows[i:i+100], &many{})
		}
	}, func(b *testing.B) { create(b, c, 100) })

	full := withCollection(b, srv, integerKey())
	for range 10 {
		create(b, full, 500)
	}
	beside(b, "list 10000", func(b *testing.B) {
		var all many
		decoded(send(http.MethodGet, "/items/"+full+"?limit=-1", "application/json", http.NoBody), &all)
		require.Len(b, all.Data, 10*creates)
	}, func(b *testing.B) {
		out, err := job{params: node.NewObject("collection", full), url: srv.URL, token: srv.Token, transport: transport}.run(b.Context(), b)
		require.NoError(b, err)
		require.Len(b, out.Main[0], 10*creates)
	})
	benchmarkFile(b, srv, transport, send)
}

// beside runs two ways to do the same by turns, each first as often as the other.
func beside(b *testing.B, name string, bare, nate func(*testing.B)) {
	b.Helper()
	b.Run(name, func(b *testing.B) {
		ways := []func(*testing.B){bare, nate}
		fastest := []time.Duration{time.Hour, time.Hour}
		for first := 0; b.Loop(); first = 1 - first {
			for _, way := range []int{first, 1 - first} {
				begin := time.Now()
				ways[way](b)
				fastest[way] = min(fastest[way], time.Since(begin))
			}
		}
		for way, unit := range []string{"bare-ms", "nate-ms"} {
			b.ReportMetric(fastest[way].Seconds()*1e3, unit)
		}
		b.ReportMetric(fastest[1].Seconds()/fastest[0].Seconds(), "nate/bare")
		b.ReportMetric(0, "ns/op") // of both together: tells nothing
	})
}

const fileSize = 200 << 20

func benchmarkFile(b *testing.B, srv *realdirectus.Server, transport http.RoundTripper,
	send func(method, path, contentType string, body io.Reader) *http.Response,
) {
	b.Helper()
	folder := b.TempDir()
	name := filepath.Join(folder, "large.bin")
	f, err := os.Create(name)
	require.NoError(b, err)
	block := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	for range fileSize / len(block) {
		_, err = f.Write(block)
		require.NoError(b, err)
	}
	require.NoError(b, f.Close())
	type uploaded struct{ Data struct{ ID string } }
	var ids []string
	b.Cleanup(func() {
		for _, id := range ids {
			req, _ := http.NewRequest(http.MethodDelete, srv.URL+"/files/"+id, http.NoBody)
			req.Header.Set("Authorization", "Bearer "+srv.Token)
			req.Close = true
			if resp, err := http.DefaultClient.Do(req); err == nil {
				_ = resp.Body.Close()
			}
		}
	})
	run := func(b *testing.B, file *node.Binaries, params *node.Object) node.Item {
		n := newNode(defaultLimits())
		def := n.Definition()
		filled := def.Parameters(params, 1)
		out, err := n.Execute(b.Context(), node.NewCall(node.CallConfig{
			Inputs: [][]node.Item{{{Binary: file}}}, Transport: transport,
			Param: func(_ context.Context, name string, _ int) (any, error) { v, _ := filled.Get(name); return v, nil },
			Credential: func(context.Context, string) (credentials.Data, error) {
				return credentials.New(credentials.Ref{}, map[string]any{"url": srv.URL, "accessToken": srv.Token}), nil
			},
			OpenBinary: func(_ context.Context, id string) (io.ReadCloser, error) {
				return os.Open(filepath.Join(folder, strings.TrimPrefix(id, "file:")))
			},
			StoreBinary: func(_ context.Context, r io.Reader, about node.Binary) (node.Binary, error) {
				out, err := os.Create(filepath.Join(folder, "down.bin"))
				if err != nil {
					return node.Binary{}, err
				}
				size, err := io.Copy(out, r)
				if err == nil {
					err = out.Close()
				}
				return about.WithID("file:down.bin", size), err
			},
		}))
		require.NoError(b, err)
		return out.Main[0][0]
	}
	var files *node.Binaries
	large := files.With("data", node.NewBinary("large.bin", "application/octet-stream").WithID("file:large.bin", fileSize))
	var most uint64
	beside(b, "file of 200 MB up", func(b *testing.B) {
		in, err := os.Open(name)
		require.NoError(b, err)
		r, w := io.Pipe()
		form := multipart.NewWriter(w)
		go func() {
			part, err := form.CreateFormFile("file", "large.bin")
			if err == nil {
				_, err = io.Copy(part, in)
			}
			_ = form.Close()
			_ = w.CloseWithError(err)
		}()
		var answer uploaded
		resp := send(http.MethodPost, "/files", form.FormDataContentType(), r)
		require.NoError(b, json.NewDecoder(resp.Body).Decode(&answer))
		_ = resp.Body.Close()
		_ = in.Close()
		ids = append(ids, answer.Data.ID)
	}, func(b *testing.B) {
		stop := peak(b, &most)
		it := run(b, large, node.NewObject("resource", "files", "operation", "create", "sendBinaryData", true))
		stop()
		id, _ := it.JSON.Get("id")
		ids = append(ids, id.(string))
	})
	most = 0
	beside(b, "file of 200 MB down", func(b *testing.B) {
		resp := send(http.MethodGet, "/assets/"+ids[0], "application/json", http.NoBody)
		out, err := os.Create(filepath.Join(folder, "bare.bin"))
		require.NoError(b, err)
		n, err := io.Copy(out, resp.Body)
		require.NoError(b, err)
		require.EqualValues(b, fileSize, n)
		require.NoError(b, out.Close())
		_ = resp.Body.Close()
	}, func(b *testing.B) {
		stop := peak(b, &most)
		it := run(b, nil, node.NewObject("resource", "assets", "operation", "get", "id", ids[0]))
		stop()
		file, _ := it.Binary.Get("data")
		require.EqualValues(b, fileSize, file.Bytes())
	})
}

// peak reports the most memory that the process had from the system, less what it gave back: most of this time and those before.
func peak(b *testing.B, most *uint64) (stop func()) {
	b.Helper()
	runtime.GC()
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			metrics.Read(samples)
			*most = max(*most, samples[0].Value.Uint64()-samples[1].Value.Uint64())
			select {
			case <-done:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	return func() {
		close(done)
		<-ended
		b.ReportMetric(float64(*most)/(1<<20), "peak-MB")
	}
}
