package n8ntest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// directusRoot is where the mock answers as Directus's REST API does.
const directusRoot = "/directus"

// depths says how many segments lead to a list of Directus; one more is the id of a single one. Others have one segment.
var depths = map[string]int{"items": 2, "fields": 2, "relations": 2}

// singles answer requests that have an answer of their own.
var singles = map[string]answer{
	"GET /server/ping":            {status: 200, contentType: "text/html; charset=utf-8", body: "pong"},
	"GET /server/health":          {status: 200, contentType: "application/health+json; charset=utf-8", body: `{"status":"ok"}`},
	"GET /server/specs/oas":       {status: 200, body: `{"openapi":"3.0.1","paths":{}}`},
	"GET /server/specs/graphql":   {status: 200, contentType: "text/html; charset=utf-8", body: "type Query { me: String }"},
	"GET /server/info":            {status: 200, body: `{"data":{"project":{"project_name":"Directus"},"version":"12.4.1","queryLimit":{"default":100,"max":-1}}}`},
	"GET /auth":                   {status: 200, body: `{"data":[{"name":"example","driver":"oauth2"}],"disableDefault":false}`},
	"POST /auth/password/request": {status: 204},
	"POST /auth/password/reset":   {status: 204},
	"GET /settings":               {status: 200, body: `{"data":{"id":1,"project_name":"Directus"}}`},
	"POST /users/invite":          {status: 204},
	"POST /users/invite/accept":   {status: 204},
	"POST /users/me/tfa/enable":   {status: 204},
	"POST /users/me/tfa/disable":  {status: 204},
	"POST /users/me/tfa/generate": {status: 200, body: `{"data":{"secret":"DU3ECUIRE4STOTBG","otpauth_url":"otpauth://totp/x"}}`},
	"POST /utils/cache/clear":     {status: 200},
	"GET /utils/random/string":    {status: 200, body: `{"data":"MBFQ8YlSsCHAt3kMqO8c"}`},
}

// without are routes of older versions.
var without = []string{"/activity/comment", "/auth/oauth", "/extensions/", "/utils/hash/", "/webhooks"}

// directus answers a request below directusRoot, without keeping anything: lists have two items, one that is created has the id 1, and one
// that is read or changed the id of its path. What is sent comes back. The collection or id "missing" is forbidden, "broken" fails.
func directus(r *http.Request, path string, body []byte) answer {
	path = strings.TrimSuffix(path, "/")
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if strings.HasPrefix(r.Header.Get("Authorization"), "Bearer bad") && path != "/server/ping" {
		return invalidCredentials
	}
	if a, ok := singles[r.Method+" "+path]; ok {
		return a
	}
	switch {
	case path == "/auth/login":
		return login(body)
	case path == "/auth/logout":
		return logout(body)
	case slices.ContainsFunc(without, func(prefix string) bool { return strings.HasPrefix(path+"/", prefix) && path+"/" != "/extensions/" }):
		return notFound(path)
	case slices.Contains(segments, "missing"):
		return answer{status: 403, body: directusError("You don't have permission to access this.", "FORBIDDEN")}
	case slices.Contains(segments, "broken"):
		return answer{status: 500, body: directusError("An unexpected error occurred.", "INTERNAL_SERVER_ERROR")}
	case strings.HasPrefix(path, "/utils/"):
		return answer{status: 200}
	case strings.HasPrefix(path, "/assets/"):
		return answer{status: 200, contentType: "image/png", header: map[string]string{"Content-Disposition": `inline; filename="one.png"`}, body: "PNG"}
	case strings.HasPrefix(path, "/auth/login/"):
		return answer{status: 302, header: map[string]string{"Location": "http://provider.example/authorize", "Set-Cookie": "oauth2.example=x; HttpOnly"}}
	}
	depth := max(depths[segments[0]], 1)
	id := ""
	if len(segments) > depth {
		id = segments[len(segments)-1]
	}
	switch r.Method {
	case http.MethodDelete:
		return answer{status: 204}
	case http.MethodGet:
		return directusRead(r, id)
	}
	return directusWritten(r, id, body)
}

func directusRead(r *http.Request, id string) answer {
	const one, two = `{"id":1,"title":"one"}`, `{"id":2,"title":"two"}`
	q := r.URL.Query()
	switch q.Get("export") {
	case "csv":
		return answer{status: 200, contentType: "text/csv; charset=utf-8", body: "\"id\",\"title\"\n1,\"one\"\n2,\"two\""}
	case "json":
		return answer{status: 200, contentType: "application/json", body: `[` + one + `,` + two + `]`}
	}
	data := `[` + one + `,` + two + `]`
	switch {
	case id != "":
		data = fmt.Sprintf(`{"id":%s,"title":"one","type":"image/png","filename_download":"one.png"}`, jsonText(id))
	case q.Get("limit") == "1":
		data = `[` + one + `]`
	}
	if q.Has("meta") {
		return answer{status: 200, body: `{"meta":{"total_count":2,"filter_count":2},"data":` + data + `}`}
	}
	return answer{status: 200, body: `{"data":` + data + `}`}
}

func directusWritten(r *http.Request, id string, body []byte) answer {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		return answer{status: 200, body: `{"data":{"id":"file-1","title":"sent"}}`}
	}
	var sent any
	if err := json.Unmarshal(body, &sent); err != nil {
		return invalidPayload("Unexpected token in JSON")
	}
	with := func(o any, id any) any {
		fields, _ := o.(map[string]any)
		if _, given := fields["id"]; fields != nil && !given {
			fields["id"] = id
		}
		return o
	}
	switch v := sent.(type) {
	case []any:
		for i := range v {
			with(v[i], i+1)
		}
	case map[string]any:
		keys, bulk := v["keys"].([]any)
		switch {
		case bulk:
			list := make([]any, len(keys))
			for i, key := range keys {
				list[i] = map[string]any{"id": key, "title": "changed"}
			}
			sent = list
		case id != "":
			with(v, id)
		default:
			with(v, 1)
		}
	}
	return answer{status: 200, body: `{"data":` + jsonText(sent) + `}`}
}
