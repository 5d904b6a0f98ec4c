package core_test

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// requestItem makes of a request with a form in it the item that n8n's Webhook puts out: fields go into the body, files beside it.
func requestItem(r *http.Request) (node.Item, error) {
	if err := r.ParseMultipartForm(32 << 20); err != nil {
		return node.Item{}, err
	}
	text := func(values map[string][]string) *node.Object {
		o := &node.Object{}
		for key, list := range values {
			o.Set(strings.ToLower(key), strings.Join(list, ", "))
		}
		return o
	}
	body := &node.Object{}
	for key, list := range r.MultipartForm.Value {
		body.Set(key, list[0])
	}
	item := node.ItemOf("headers", text(r.Header), "params", &node.Object{}, "query", text(r.URL.Query()), "body", body,
		"webhookUrl", "https://example.com"+r.URL.Path, "executionMode", "production")
	for key, list := range r.MultipartForm.File {
		for _, part := range list {
			f, err := part.Open()
			if err != nil {
				return node.Item{}, err
			}
			content, err := io.ReadAll(f)
			if err != nil {
				return node.Item{}, err
			}
			file := node.NewBinary(part.Filename, part.Header.Get("Content-Type")).WithData(content)
			item.Binary = item.Binary.With(key, file)
		}
	}
	return item, nil
}

// Receive a form with a file, start a run with it, and send what Respond to Webhook answers.
func ExampleNewWebhook() {
	w, err := workflows.ParseOne([]byte(`{"name": "Upload", "nodes": [
		{"name": "Webhook", "type": "n8n-nodes-base.webhook", "typeVersion": 2, "position": [0, 0],
			"parameters": {"httpMethod": "POST", "path": "upload", "responseMode": "responseNode"}},
		{"name": "Text", "type": "n8n-nodes-base.extractFromFile", "typeVersion": 1, "position": [200, 0],
			"parameters": {"operation": "text", "binaryPropertyName": "letter"}},
		{"name": "Answer", "type": "n8n-nodes-base.respondToWebhook", "typeVersion": 1.1, "position": [400, 0],
			"parameters": {"respondWith": "json", "options": {"responseCode": 201},
				"responseBody": "={{ { from: $('Webhook').item.json.body.name, text: $json.data } }}"}}
	], "connections": {
		"Webhook": {"main": [[{"node": "Text", "type": "main", "index": 0}]]},
		"Text": {"main": [[{"node": "Answer", "type": "main", "index": 0}]]}
	}}`))
	if err != nil {
		log.Fatal(err)
	}
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...))
	if err != nil {
		log.Fatal(err)
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		item, err := requestItem(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		result, err := plan.Run(r.Context(), runtime.Request{Items: []node.Item{item}})
		if err != nil || result.Response() == nil {
			http.Error(w, "the workflow failed", http.StatusInternalServerError)
			return
		}
		defer result.Close()
		answer := result.Response()
		w.WriteHeader(answer.Status)
		_, _ = w.Write(node.AppendJSON(nil, answer.Body))
	})

	// What a browser sends.
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("name", "Ada")
	letter, _ := form.CreateFormFile("letter", "letter.txt")
	_, _ = letter.Write([]byte("Dear Charles"))
	_ = form.Close()
	r := httptest.NewRequest(http.MethodPost, "/upload", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	sent := httptest.NewRecorder()
	handler.ServeHTTP(sent, r)
	fmt.Println(sent.Code, sent.Body)
	// Output:
	// 201 {"from":"Ada","text":"Dear Charles"}
}
