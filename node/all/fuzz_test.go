package all_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/node/directus/directustest"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

var fuzzedNode = flag.String("node", "", "fuzz nodes of this name only (httpRequest)")

// pausing are the nodes that may wait, for a time or for a server: they must come back when they are cancelled.
var pausing = []string{"wait", "httpRequest", "directus", "directusTrigger", "executeWorkflow", "graphql", "rssFeedRead"}

const (
	closed        = "what is not open to workflows"
	secret        = "s3cr3t" // part of the values of all credentials
	allowedHost   = "allowed.example"
	directusHost  = "directus.example"
	directusToken = secret + "-directus"
	subWorkflow   = `{"name":"Sub","nodes":[{"name":"S","type":"n8n-nodes-base.executeWorkflowTrigger","typeVersion":1,"position":[0,0],"parameters":{}},` +
		`{"name":"V","type":"n8n-nodes-base.set","typeVersion":3.4,"position":[0,0],"parameters":{"mode":"raw","jsonOutput":"{\"v\":\"%s\"}"}}],` +
		`"connections":{"S":{"main":[[{"node":"V","type":"main","index":0}]]}}}`
)

// fuzzedCredentials are all that any node asks for.
func fuzzedCredentials() []credentials.Data {
	var all []credentials.Data
	for kind, values := range map[string]map[string]any{
		"crypto": {"hmacSecret": secret, "encryptionPassphrase": secret}, "jwtAuth": {"keyType": "passphrase", "secret": secret, "algorithm": "HS256"},
		"totpApi": {"secret": "GEZDGNBVGY3TQOJQ"}, "directusApi": {"url": "http://" + directusHost, "accessToken": directusToken},
		"httpBasicAuth": {"user": "u", "password": secret}, "httpBearerAuth": {"token": secret}, "httpHeaderAuth": {"name": "X-Key", "value": secret},
		"httpQueryAuth": {"name": "key", "value": secret}, "httpDigestAuth": {"user": "u", "password": secret},
		"httpCustomAuth": {"json": `{"headers":{"X-Key":"` + secret + `"},"qs":{"k":"` + secret + `"},"body":{"k":"` + secret + `"}}`},
		"oAuth1Api":      {"consumerKey": "ck", "consumerSecret": secret, "oauthTokenData": map[string]any{"oauth_token": "t", "oauth_token_secret": secret}},
		"oAuth2Api":      {"grantType": "clientCredentials", "accessTokenUrl": "http://" + allowedHost + "/token", "clientId": "id", "clientSecret": secret},
		"httpSslAuth":    {"ca": "", "cert": "", "key": ""},
	} {
		if strings.HasPrefix(kind, "http") || strings.HasPrefix(kind, "oAuth") {
			values["allowedHttpRequestDomains"], values["allowedDomains"] = "domains", allowedHost
		}
		all = append(all, credentials.New(credentials.Ref{Type: kind}, values))
	}
	return all
}

// network is all that nodes can reach: a Directus, and a host that answers anything. What is sent elsewhere fails the test, and what is
// secret and sent to the one and not the other.
type network struct {
	t        *testing.T
	directus http.Handler
	seed     uint64
	requests atomic.Int32
}

// RoundTrip implements http.RoundTripper.
func (n *network) RoundTrip(req *http.Request) (*http.Response, error) {
	sent := []byte(req.URL.String() + fmt.Sprint(req.Header))
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		_ = req.Body.Close()
		if err != nil {
			return nil, err
		}
		sent = append(sent, body...)
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	if n.requests.Add(1) > 50 {
		return nil, errors.New("enough")
	}
	w := httptest.NewRecorder()
	switch host := strings.TrimSuffix(strings.ToLower(req.URL.Hostname()), "."); host {
	case directusHost:
		if bytes.Contains(bytes.ReplaceAll(sent, []byte(directusToken), nil), []byte(secret)) {
			n.t.Errorf("a secret of other hosts was sent to %s: %s", host, sent)
		}
		n.directus.ServeHTTP(w, req)
	case allowedHost:
		if bytes.Contains(sent, []byte(directusToken)) {
			n.t.Errorf("the token of Directus was sent to %s: %s", host, sent)
		}
		n.answer(w, req)
	default:
		n.t.Errorf("a request outside of the policy: %s", sent)
	}
	return w.Result(), nil
}

// answer is chosen by the request, so that it does not depend on which of several comes first.
func (n *network) answer(w http.ResponseWriter, req *http.Request) {
	h := fnv.New64a()
	_, _ = io.WriteString(h, req.URL.String())
	m := newMaker(nil, h.Sum64()^n.seed)
	if m.once(3) {
		w.Header().Set("Location", m.of(someURLs))
	}
	if m.once(4) {
		w.Header().Set("WWW-Authenticate", `Digest realm="a", nonce="n", qop="auth"`)
	}
	w.Header().Set("Content-Type", m.of([]string{"application/json", "text/html", "image/png", "", "text/plain; charset=utf-16", "application/json; charset=x"}))
	w.WriteHeader([]int{200, 200, 200, 201, 204, 301, 302, 303, 307, 400, 401, 404, 429, 500}[m.IntN(14)])
	_, _ = io.WriteString(w, m.of(append([]string{`{"next":"http://other.example/","access_token":"t"}`, `{"next":"http://allowed.example/2"}`, m.text()}, someJSON...)))
}

// folders makes a folder that is open to nodes, with links that lead out of it, and beside it files that nobody may see or change. They
// are below the current folder, so that relative paths lead to them.
func folders(f *testing.F) (open string) {
	f.Helper()
	dir := f.TempDir()
	f.Chdir(dir)
	open = filepath.Join(dir, "open")
	for _, d := range []string{"outside", "open/sub", "open/.git"} {
		require.NoError(f, os.MkdirAll(filepath.Join(dir, d), 0o700))
	}
	for name, content := range closedFiles() {
		require.NoError(f, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	require.NoError(f, os.WriteFile(filepath.Join(open, "a.txt"), []byte("open"), 0o600))
	require.NoError(f, os.WriteFile(filepath.Join(open, "sub.json"), fmt.Appendf(nil, subWorkflow, "open"), 0o600))
	require.NoError(f, os.Symlink("../outside", filepath.Join(open, "link")))
	require.NoError(f, os.Symlink("../secret.txt", filepath.Join(open, "out")))
	require.NoError(f, os.Symlink(filepath.Join(dir, "outside"), filepath.Join(open, "absolute")))
	return open
}

func closedFiles() map[string]string {
	return map[string]string{"secret.txt": closed, "outside/secret.txt": closed, "outside/sub.json": fmt.Sprintf(subWorkflow, closed), "open/.git/config": closed}
}

// requireClosed says that nothing outside of the open folder was changed, and nothing of it put out.
func requireClosed(t *testing.T, open string, result *runtime.Result) {
	t.Helper()
	dir := filepath.Dir(open)
	for name, want := range closedFiles() {
		content, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, want, string(content), name)
	}
	for name, want := range map[string]int{".": 3, "outside": 2} {
		entries, err := os.ReadDir(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Len(t, entries, want, name)
	}
	for _, runs := range result.Runs {
		for _, it := range slices.Concat(slices.Concat(runs[len(runs)-1].Main...), runs[len(runs)-1].Partial) {
			for name, file := range it.Binary.All() {
				content, _ := file.Data()
				require.NotContains(t, string(content), closed, name)
				require.NotContains(t, string(content), "root:x:0", name)
			}
			text := string(node.AppendJSON(nil, it.JSON))
			require.NotContains(t, text, closed)
			require.NotContains(t, text, "panicked")
		}
	}
}

// around is a workflow with a node between others: a second input has other items than the first, what comes out of the last output goes
// back in where that is how the node is used.
func around(def *node.Definition, version float64, m *maker) (*workflows.Workflow, error) {
	n := func(name, kind string, version float64, parameters *node.Object) *node.Object {
		return node.NewObject("name", name, "type", "n8n-nodes-base."+kind, "typeVersion", version, "position", []any{0.0, 0.0}, "id", name, "parameters", parameters)
	}
	fuzzed := n("N", "", version, m.ofNode(def, version))
	fuzzed.Set("type", def.Types[0])
	fuzzed.Set("onError", m.of([]string{"stopWorkflow", "continueRegularOutput", "continueErrorOutput"}))
	fuzzed.Set("alwaysOutputData", m.once(6))
	fuzzed.Set("executeOnce", m.once(6))
	named := &node.Object{}
	for _, d := range fuzzedCredentials() {
		named.Set(d.Ref().Type, node.NewObject("id", nil, "name", d.Ref().Type))
	}
	fuzzed.Set("credentials", named)
	to := func(names ...any) []any { // a name and an index, and so on
		var list []any
		for i := 0; i < len(names); i += 2 {
			list = append(list, node.NewObject("node", names[i], "type", "main", "index", names[i+1]))
		}
		return list
	}
	outputs := []any{to("After", 0), to("After", 0), to("After", 0)}
	if def.Name == "splitInBatches" {
		outputs[m.IntN(2)] = to("N", 0)
	}
	document := node.NewObject("name", "Fuzz", "nodes", []any{
		n("In", "manualTrigger", 1, &node.Object{}), n("Other", "limit", 1, node.NewObject("maxItems", 2, "keep", "lastItems")), fuzzed, n("After", "noOp", 1, &node.Object{}),
	}, "connections", node.NewObject(
		"In", node.NewObject("main", []any{to("N", 0, "Other", 0)}),
		"Other", node.NewObject("main", []any{to("N", 1, "N", 2)[:m.IntN(3)]}),
		"N", node.NewObject("main", outputs),
	))
	return workflows.ParseOne(node.AppendJSON(nil, document))
}

// A node does not panic, whatever its parameters and items are, comes to an end, reaches no file that is not open to it, sends no request
// where the policy does not let it and no credential to a host that it is not for, and tells nobody a secret.
func FuzzNodes(f *testing.F) {
	open := folders(f)
	rows := all.All()
	if *fuzzedNode != "" {
		rows = slices.DeleteFunc(rows, func(n node.Node) bool { return n.Definition().Name != *fuzzedNode })
	}
	require.NotEmpty(f, rows)
	registry := runtime.NewRegistry(all.All()...)
	sub, err := workflows.ParseOne(fmt.Appendf(nil, subWorkflow, "found"))
	require.NoError(f, err)
	for i := range rows {
		for seed := range uint64(6) {
			f.Add(uint16(i), []byte{}, seed)
		}
	}
	f.Fuzz(func(t *testing.T, which uint16, choices []byte, seed uint64) {
		def := rows[int(which)%len(rows)].Definition()
		m := newMaker(choices, seed)
		version := def.Versions[m.IntN(len(def.Versions))]
		w, err := around(&def, version, m)
		require.NoError(t, err)
		directus, err := directustest.NewHandler(directustest.WithUser(directustest.User{Email: "a@example.com", StaticToken: directusToken, Admin: true}))
		require.NoError(t, err)
		var log lockedBuffer
		plan, err := runtime.Compile(w, registry,
			runtime.WithCredentials(credentials.Values(fuzzedCredentials()...)),
			runtime.WithTransport(&network{t: t, directus: directus, seed: seed}),
			runtime.WithEgress(runtime.Egress{AllowedHosts: []string{allowedHost, directusHost}}),
			runtime.WithSeenStore(node.NewSeenStore()), runtime.WithFileRoots(open), runtime.WithWorkflowFiles(workflows.Files(open)),
			runtime.WithWorkflows(func(context.Context, string) (*workflows.Workflow, error) { return sub, nil }),
			runtime.WithLogger(slog.New(slog.NewTextHandler(&log, nil))), runtime.WithLimits(runtime.Limits{Runs: 200, Items: 10_000, SubWorkflowDepth: 5}),
			runtime.WithCodeLimits(runtime.CodeLimits{Time: 200 * time.Millisecond, Memory: 64 << 20}),
			runtime.WithExpressionLimits(runtime.ExpressionLimits{Time: time.Second, Memory: 64 << 20}),
		)
		require.NoError(t, err)
		allowed := time.Minute
		if slices.Contains(pausing, def.Name) {
			allowed = 300 * time.Millisecond
		}
		ctx, cancel := context.WithTimeout(context.Background(), allowed)
		defer cancel()
		var result *runtime.Result
		done := make(chan struct{})
		go func() {
			defer close(done)
			result, err = plan.Run(ctx, runtime.Request{Start: "In", Items: m.items()})
		}()
		select {
		case <-done:
		case <-time.After(2 * time.Minute):
			t.Fatalf("%s %v hangs", def.Name, version)
		}
		if !slices.Contains(pausing, def.Name) {
			require.NoError(t, ctx.Err(), "%s %v does not come to an end", def.Name, version)
		}
		require.NotContains(t, log.String(), "panicked", "%s %v", def.Name, version)
		require.NotContains(t, log.String(), secret, "%s %v", def.Name, version)
		if err != nil {
			var issues *runtime.IssuesError
			require.ErrorAs(t, err, &issues, "%s %v", def.Name, version)
			return
		}
		t.Cleanup(func() { _ = result.Close() })
		requireClosed(t, open, result)
		if result.Error != nil {
			require.NotContains(t, result.Error.Message, "panicked")
			require.NotContains(t, fmt.Sprintf("%+v", result.Error)+string(node.AppendJSON(nil, result.Error.Context)), secret, "%s %v", def.Name, version)
		}
	})
}

// lockedBuffer is a bytes.Buffer that is safe for concurrent use.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
