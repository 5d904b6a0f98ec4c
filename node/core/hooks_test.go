package core_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core"
	"github.com/nate-go/nate/node/nodetest"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// A run that begins with a request, and what it answers.
func TestWebhookToResponse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		parameters string
		want       node.Response
	}{
		{
			`{"respondWith": "json", "responseBody": "={{ { hello: $json.body.name } }}", "options": {"responseCode": 201}}`,
			node.Response{Status: 201, Headers: &node.Object{}, Body: object(t, `{"hello":"Ada"}`)},
		},
		{
			`{"respondWith": "text", "responseBody": "hi", "options": {"responseHeaders": {"entries": [{"name": "X-A", "value": "b"}]}}}`,
			node.Response{Status: 200, Headers: object(t, `{"x-a":"b"}`), Body: "hi"},
		},
		{`{"respondWith": "noData"}`, node.Response{Status: 200, Headers: &node.Object{}, Body: node.Undefined}},
		{
			`{"respondWith": "redirect", "redirectURL": "https://example.com"}`,
			node.Response{Status: 307, Headers: object(t, `{"location":"https://example.com"}`), Body: node.Undefined},
		},
		{
			`{"respondWith": "allIncomingItems", "options": {"responseKey": "a.b"}}`,
			node.Response{Status: 200, Headers: &node.Object{}, Body: object(t, `{"a":{"b":[{"body":{"name":"Ada"}}]}}`)},
		},
	} {
		w, err := workflows.ParseOne([]byte(`{"name": "hook", "nodes": [
			{"name": "Hook", "type": "n8n-nodes-base.webhook", "typeVersion": 2, "position": [0, 0], "parameters": {"path": "x", "responseMode": "responseNode"}},
			{"name": "Answer", "type": "n8n-nodes-base.respondToWebhook", "typeVersion": 1.1, "position": [200, 0], "parameters": ` + c.parameters + `}
		], "connections": {"Hook": {"main": [[{"node": "Answer", "type": "main", "index": 0}]]}}}`))
		require.NoError(t, err)
		plan, err := runtime.Compile(w, runtime.NewRegistry(core.NewWebhook(), core.NewRespondToWebhook()))
		require.NoError(t, err)
		given := []node.Item{{JSON: object(t, `{"body":{"name":"Ada"}}`)}}
		result, err := plan.Run(context.Background(), runtime.Request{Items: given})
		require.NoError(t, err)
		require.Nil(t, result.Error)
		require.Equal(t, texts(given), texts(result.LastItems()))
		got := result.Response()
		require.NotNil(t, got)
		require.Equal(t, c.want.Status, got.Status)
		require.Equal(t, string(node.AppendJSON(nil, c.want.Headers)), string(node.AppendJSON(nil, got.Headers)))
		require.Equal(t, string(node.AppendJSON(nil, c.want.Body)), string(node.AppendJSON(nil, got.Body)))
	}
}

func TestWebhookMethods(t *testing.T) {
	t.Parallel()
	n := core.NewWebhook()
	_, outputs := n.(node.Porter).Ports(object(t, `{"httpMethod":["GET","POST"]}`), 2)
	require.Equal(t, []string{"main", "main"}, outputs)
	_, outputs = n.(node.Porter).Ports(object(t, `{"httpMethod":"GET"}`), 2)
	require.Equal(t, []string{"main"}, outputs)
	result, err := nodetest.Run(context.Background(), n, nodetest.Setup{
		Parameters: map[string]any{"multipleMethods": true, "httpMethod": []any{"GET", "POST"}, "path": "x"},
		Items:      []node.Item{node.ItemOf("httpMethod", "POST"), node.ItemOf("httpMethod", "GET")},
	})
	require.NoError(t, err)
	require.Equal(t, []string{`{"httpMethod":"GET"}`}, texts(result.Outputs[0]))
	require.Equal(t, []string{`{"httpMethod":"POST"}`}, texts(result.Outputs[1]))
}

// TestFormTrigger: what was filled in goes on as it is given, files and all, in every version; without it there is one empty item.
func TestFormTrigger(t *testing.T) {
	t.Parallel()
	filled := node.ItemOf("Your name", "Ädä", "CV", []any{}, "submittedAt", "2026-01-02T03:04:05.678+01:00", "formMode", "production")
	filled.Binary = filled.Binary.With("CV", node.NewBinary("cv.txt", "").WithData([]byte("hello")))
	for _, n := range []node.Node{core.NewFormTriggerV1(), core.NewFormTrigger()} {
		def := n.Definition()
		require.True(t, def.IsTrigger())
		for _, version := range def.Versions {
			result, err := nodetest.Run(context.Background(), n, nodetest.Setup{
				Version: version, Parameters: map[string]any{"path": "join", "formTitle": "Join"}, Items: []node.Item{filled, {JSON: &node.Object{}}},
			})
			require.NoError(t, err)
			require.Nil(t, result.Error)
			require.Equal(t, texts([]node.Item{filled, {JSON: &node.Object{}}}), texts(result.Outputs[0]))
			file, ok := result.Outputs[0][0].Binary.Get("CV")
			require.True(t, ok)
			content, _ := file.Data()
			require.Equal(t, "hello", string(content))
		}
		out, err := n.Execute(context.Background(), node.NewCall(node.CallConfig{}))
		require.NoError(t, err)
		require.Equal(t, []string{"{}"}, texts(out.Main[0]))
	}
}

// TestWebhookFiles: the files of a request go on with its item, also where each method has an output of its own.
func TestWebhookFiles(t *testing.T) {
	t.Parallel()
	item := node.ItemOf("body", node.NewObject("a", "b"), "httpMethod", "PUT")
	item.Binary = item.Binary.With("file0", node.NewBinary("1.txt", "").WithData([]byte("one"))).
		With("file1", node.NewBinary("2.bin", "").WithData([]byte{0}))
	result, err := nodetest.Run(context.Background(), core.NewWebhook(), nodetest.Setup{
		Parameters: map[string]any{"multipleMethods": true, "httpMethod": []any{"POST", "PUT"}, "path": "x"}, Items: []node.Item{item},
	})
	require.NoError(t, err)
	require.Empty(t, result.Outputs[0])
	require.Equal(t, []string{"file0", "file1"}, result.Outputs[1][0].Binary.Names())
}

func TestResponseOutput(t *testing.T) {
	t.Parallel()
	n := core.NewRespondToWebhook()
	_, outputs := n.(node.Porter).Ports(object(t, `{"enableResponseOutput":true}`), 1.4)
	require.Len(t, outputs, 2)
	_, outputs = n.(node.Porter).Ports(object(t, `{"enableResponseOutput":true}`), 1.2)
	require.Len(t, outputs, 1)
}

// The vectors of RFC 6238.
func TestTOTP(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[int64]string{59: "94287082", 1111111109: "07081804", 20000000000: "65353130"} {
		result, err := nodetest.Run(context.Background(), core.NewTOTP(), nodetest.Setup{
			Parameters:  map[string]any{"options": map[string]any{"digits": 8}},
			Credentials: map[string]map[string]any{"totpApi": {"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}},
			Options:     []runtime.Option{runtime.WithClock(func() time.Time { return time.Unix(seconds, 0) })},
		})
		require.NoError(t, err)
		token, _ := result.Items()[0].JSON.Get("token")
		require.Equal(t, want, token)
	}
}

func TestCryptoThereAndBack(t *testing.T) {
	t.Parallel()
	credentials := map[string]map[string]any{"crypto": {"encryptionPassphrase": "open sesame"}}
	for _, cipher := range []string{"aes-128-gcm", "aes-192-gcm", "aes-256-gcm", "chacha20-poly1305"} {
		sealed, err := nodetest.Run(context.Background(), core.NewCrypto(), nodetest.Setup{
			Parameters: map[string]any{"action": "encrypt", "cipher": cipher, "value": "secret ü"}, Credentials: credentials,
		})
		require.NoError(t, err)
		require.Nil(t, sealed.Error)
		text, _ := sealed.Items()[0].JSON.Get("data")
		opened, err := nodetest.Run(context.Background(), core.NewCrypto(), nodetest.Setup{
			Parameters: map[string]any{"action": "decrypt", "cipher": cipher, "value": text}, Credentials: credentials,
		})
		require.NoError(t, err)
		require.Equal(t, []string{`{"data":"secret ü"}`}, texts(opened.Items()))
	}
}

func TestCryptoGenerate(t *testing.T) {
	t.Parallel()
	for kind, pattern := range map[string]string{
		"uuid": `^[0-9a-f]{8}-[0-9a-f]{4}-4`, "hex": `^[0-9a-f]{12}$`, "base64": `^[0-9A-Za-z]{6,12}$`, "ascii": "^[\x00-\x7f]{12}$",
	} {
		result, err := nodetest.Run(context.Background(), core.NewCryptoV1(), nodetest.Setup{
			Parameters: map[string]any{"action": "generate", "encodingType": kind, "stringLength": 12},
		})
		require.NoError(t, err)
		text, _ := result.Items()[0].JSON.Get("data")
		require.Regexp(t, pattern, text)
	}
}
