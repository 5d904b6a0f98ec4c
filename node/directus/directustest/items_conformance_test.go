package directustest_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/nate-go/nate/node/directus/directustest"
)

// withCollection makes a collection, {c}.
func withCollection(c directustest.Collection) step {
	return step{do: func(w *world) {
		c := c // steps run at the same time against several servers
		c.Name = fmt.Sprintf("probe_%d", time.Now().UnixNano())
		w.target.addTable(w.t, c)
		w.vars["c"] = c.Name
	}}
}

func admin(request, body string) step {
	s := step{request: request, body: body}.bearer("{admin}")
	if body != "" {
		s = s.with("Content-Type", "application/json")
	}
	return s
}

func noAccess(what string) string {
	reason := `You don't have permission to access ` + strings.ReplaceAll(what, `"`, `\"`) + ` or it does not exist. Queried in root.`
	return `{"errors":[{"message":"` + reason + `","extensions":{"reason":"` + reason + `","code":"FORBIDDEN"}}]}`
}

// form is a multipart request with a file.
func form(method, path string, fields ...string) step {
	var b strings.Builder
	for i := 0; i < len(fields); i += 2 {
		b.WriteString("--x\r\nContent-Disposition: form-data; name=\"" + fields[i] + "\"\r\n\r\n" + fields[i+1] + "\r\n")
	}
	b.WriteString("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"my_first-note.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x--\r\n")
	return step{request: method + " " + path, body: b.String()}.bearer("{admin}").with("Content-Type", "multipart/form-data; boundary=x")
}

func fileAnswer(title, description, by string) string {
	return `{"data":{"id":"<uuid>","storage":"local","filename_disk":"<uuid>.txt","filename_download":"my_first-note.txt","title":"` + title +
		`","type":"text/plain","folder":null,"uploaded_by":"<uuid>","created_on":"<time>","modified_by":` + by + `,"modified_on":"<time>",` +
		`"charset":null,"filesize":5,"width":null,"height":null,"duration":null,"embed":null,"description":` + description +
		`,"location":null,"tags":null,"metadata":null,"focal_point_x":null,"focal_point_y":null,"tus_id":null,"tus_data":null,"uploaded_on":"<time>"}}`
}

// itemProbes are about items, users and files.
func itemProbes() []probe {
	articles := withCollection(directustest.Articles())
	three := admin("POST /items/{c}", `[{"slug":"a","title":"x"},{"slug":"b","title":"y"},{"slug":"c","title":"x","status":"draft"}]`).gives(200,
		`{"data":[{"id":1,"slug":"a","title":"x","status":null},{"id":2,"slug":"b","title":"y","status":null},{"id":3,"slug":"c","title":"x","status":"draft"}]}`)
	list := func(query, answer string) step { return admin("GET /items/{c}?"+query, "").gives(200, answer) }
	const notUnique = `{"errors":[{"message":"Value \"a\" for field \"slug\" in collection \"<c>\" has to be unique.",` +
		`"extensions":{"collection":"<c>","field":"slug","value":"a","code":"RECORD_NOT_UNIQUE"}}]}`
	return []probe{
		{"items/one", nil, []step{
			articles,
			admin("POST /items/{c}", `{"title":"first","slug":"a","nothing":1}`).gives(200, `{"data":{"id":1,"slug":"a","title":"first","status":null}}`),
			admin("GET /items/{c}/1", "").gives(200, `{"data":{"id":1,"slug":"a","title":"first","status":null}}`),
			admin("GET /items/{c}/1?fields=title,id", "").gives(200, `{"data":{"title":"first","id":1}}`),
			admin("PATCH /items/{c}/1", `{"title":"ü","status":"draft"}`).gives(200, `{"data":{"id":1,"slug":"a","title":"ü","status":"draft"}}`),
			admin("PATCH /items/{c}/1?fields=id", `{"title":null}`).gives(200, `{"data":{"id":1}}`),
			admin("POST /items/{c}", `{"id":7}`).gives(200, `{"data":{"id":7,"slug":null,"title":null,"status":null}}`),
			admin("POST /items/{c}", `{}`).gives(200, `{"data":{"id":8,"slug":null,"title":null,"status":null}}`),
			admin("DELETE /items/{c}/1", "").gives(204, ""),
			admin("DELETE /items/{c}/1", "").gives(204, ""),
			admin("GET /items/{c}/1", "").gives(403, forbidden),
			admin("PATCH /items/{c}/1", `{"title":"x"}`).gives(204, ""),
			admin("GET /items/{c}/x", "").gives(403, forbidden),
		}},
		{"items/UUIDs", nil, []step{
			withCollection(directustest.Collection{UUID: true, Fields: []directustest.Field{{Name: "n", Type: "integer"}}}),
			admin("POST /items/{c}", `{"n":1.0}`).gives(200, `{"data":{"id":"<uuid>","n":1}}`).as("a"),
			admin("GET /items/{c}/{a.id}?fields=n", "").gives(200, `{"data":{"n":1}}`),
			admin("POST /items/{c}", `[{"n":2,"id":"0f9e893c-b9c9-4a32-845a-47f123d3971f"}]`).gives(200, `{"data":[{"id":"<uuid>","n":2}]}`),
			admin("GET /items/{c}/1", "").gives(403, forbidden),
		}},
		{"items/list", nil, []step{
			articles, three,
			list("", `{"data":[{"id":1,"slug":"a","title":"x","status":null},{"id":2,"slug":"b","title":"y","status":null},{"id":3,"slug":"c","title":"x","status":"draft"}]}`),
			list("limit=2&fields=id", `{"data":[{"id":1},{"id":2}]}`),
			list("limit=2&page=2&fields=id", `{"data":[{"id":3}]}`),
			list("offset=1&limit=1&fields=id", `{"data":[{"id":2}]}`),
			list("limit=0", `{"data":[]}`),
			list("limit=-1&sort=-slug&fields=slug", `{"data":[{"slug":"c"},{"slug":"b"},{"slug":"a"}]}`),
			list("sort=title,-id&fields=id,title", `{"data":[{"id":3,"title":"x"},{"id":1,"title":"x"},{"id":2,"title":"y"}]}`),
			list("sort=status,id&fields=id", `{"data":[{"id":1},{"id":2},{"id":3}]}`),
			list(`filter={"title":{"_eq":"x"}}&fields=id&meta=*&limit=1`, `{"meta":{"total_count":3,"filter_count":2},"data":[{"id":1}]}`),
			list(`filter={"title":{"_eq":"x"},"slug":{"_neq":"a"}}&fields=id`, `{"data":[{"id":3}]}`),
			list(`filter={"_or":[{"slug":{"_eq":"a"}},{"id":{"_in":[3]}}]}&fields=id&meta=filter_count`, `{"meta":{"filter_count":2},"data":[{"id":1},{"id":3}]}`),
			list(`filter={"status":{"_null":true}}&fields=id`, `{"data":[{"id":1},{"id":2}]}`),
			list(`filter={"id":{"_eq":"2"}}&fields=id`, `{"data":[{"id":2}]}`),
			admin("GET /items/{c}?limit=x", "").gives(400, `{"errors":[{"message":"Invalid query. \"limit\" must be a number.","extensions":{"reason":"\"limit\" must be a number","code":"INVALID_QUERY"}}]}`),
			admin("GET /items/{c}?filter={", "").gives(400, `{"errors":[{"message":"Invalid query. Invalid JSON for filter object.","extensions":{"reason":"Invalid JSON for filter object","code":"INVALID_QUERY"}}]}`),
			admin("GET /items/{c}?sort=none", "").gives(403, noAccess(`field "none" in collection "<c>"`)),
			admin("GET /items/{c}?fields=none", "").gives(403, noAccess(`field "none" in collection "<c>"`)),
			admin(`GET /items/{c}?filter={"none":{"_eq":1}}`, "").gives(403, noAccess(`field "none" in collection "<c>"`)),
		}},
		{"items/several", nil, []step{
			articles, three,
			admin("PATCH /items/{c}", `[{"id":1,"title":"p"},{"id":2,"title":"q"}]`).gives(200,
				`{"data":[{"id":1,"slug":"a","title":"p","status":null},{"id":2,"slug":"b","title":"q","status":null}]}`),
			admin("PATCH /items/{c}?fields=id,title", `{"keys":[1,3],"data":{"title":"k"}}`).gives(200, `{"data":[{"id":1,"title":"k"},{"id":3,"title":"k"}]}`),
			admin("PATCH /items/{c}?fields=id", `{"query":{"filter":{"slug":{"_eq":"b"}}},"data":{"title":"z"}}`).gives(200, `{"data":[{"id":2}]}`),
			admin("PATCH /items/{c}", `[{"title":"p"}]`).gives(400, invalidPayload("Item in update misses primary key")),
			admin("PATCH /items/{c}", `{}`).gives(400, invalidPayload(`"data" is required`)),
			admin("DELETE /items/{c}", `{}`).gives(400, invalidPayload(`"value" must contain at least one of [query, keys]`)),
			admin("DELETE /items/{c}", `[1]`).gives(204, ""),
			admin("DELETE /items/{c}", `{"query":{"filter":{"title":{"_eq":"z"}}}}`).gives(204, ""),
			list("fields=id", `{"data":[{"id":3}]}`),
			admin("DELETE /items/{c}", `{"keys":[3]}`).gives(204, ""),
			list("", `{"data":[]}`),
		}},
		{"items/all of a request or nothing", nil, []step{
			articles,
			admin("POST /items/{c}", `{"slug":"a"}`).gives(200, `{"data":{"id":1,"slug":"a","title":null,"status":null}}`),
			admin("POST /items/{c}", `[{"slug":"b"},{"slug":"a"}]`).gives(400, notUnique),
			list("fields=slug", `{"data":[{"slug":"a"}]}`),
			admin("POST /items/{c}", `{"slug":"b"}`).gives(200, `{"data":{"id":2,"slug":"b","title":null,"status":null}}`),
			admin("PATCH /items/{c}/2", `{"slug":"a"}`).gives(400, notUnique),
			list("fields=slug", `{"data":[{"slug":"a"},{"slug":"b"}]}`),
		}},
		{"items/nobody", nil, []step{
			articles,
			get("/items/{c}").gives(403, noAccess(`collection "<c>"`)),
			admin(`GET /items/{c}?filter={"_and":[{"slug":{"_eq":"x"}},{"id":{"_null":false}}]}`, "").gives(200, `{"data":[]}`),
			get("/items/none").gives(403, noAccess(`collection "none"`)),
			admin("GET /items/none", "").gives(403, noAccess(`collection "none"`)),
			admin("GET /items/directus_users", "").gives(403, forbidden),
			get("/items/{c}").bearer("wrong").gives(401, invalidCredentials),
		}},
		{"users/one", &directustest.User{Password: "correct horse"}, []step{
			admin(`GET /users?filter={"email":{"_eq":"{email}"}}&fields=email,status`, "").gives(200, `{"data":[{"email":"<email>","status":"active"}]}`),
			admin("POST /users?fields=email,first_name,title,status,role,token,password", `{"email":"new-{email}","password":"abc","first_name":"N","title":"Dr"}`).gives(200,
				`{"data":{"email":"new-<email>","first_name":"N","title":"Dr","status":"active","role":null,"token":null,"password":"**********"}}`),
			admin(`GET /users?filter={"email":{"_eq":"new-{email}"}}&fields=first_name&limit=1`, "").gives(200, `{"data":[{"first_name":"N"}]}`),
			admin("POST /users", `{"email":"new-{email}"}`).gives(400, `{"errors":[{"message":"Value \"[new-<email>]\" for field \"email\" in collection \"directus_users\" has to be unique.",`+
				`"extensions":{"collection":"directus_users","field":"email","value":"[new-<email>]","code":"RECORD_NOT_UNIQUE"}}]}`),
			post("/auth/login", `{"email":"new-{email}","password":"abc"}`).gives(200, tokensAnswer).as("n"),
			admin(`PATCH /users?fields=status`, `{"query":{"filter":{"email":{"_eq":"new-{email}"}}},"data":{"status":"suspended"}}`).gives(200, `{"data":[{"status":"suspended"}]}`),
			refresh("{n.refresh}").gives(401, invalidCredentials),
			admin(`DELETE /users`, `{"query":{"filter":{"email":{"_eq":"new-{email}"}}}}`).gives(204, ""),
			admin(`GET /users?filter={"email":{"_eq":"new-{email}"}}`, "").gives(200, `{"data":[]}`),
		}},
		{"files/one", nil, []step{
			form("POST", "/files").gives(200, fileAnswer("My First Note", "null", "null")).as("f"),
			admin("GET /files/{f.id}", "").gives(200, fileAnswer("My First Note", "null", "null")),
			admin("PATCH /files/{f.id}", `{"title":"T","description":"d"}`).gives(200, fileAnswer("T", `"d"`, `"<uuid>"`)),
			admin(`GET /files?filter={"id":{"_eq":"{f.id}"}}&fields=title,type`, "").gives(200, `{"data":[{"title":"T","type":"text/plain"}]}`),
			form("POST", "/files?fields=title,description,filesize", "title", "own", "description", "other").gives(200, `{"data":{"title":"own","description":"other","filesize":5}}`),
			admin("DELETE /files", `{"query":{"filter":{"title":{"_eq":"own"}}}}`).gives(204, ""),
			admin("DELETE /files/{f.id}", "").gives(204, ""),
			admin("GET /files/{f.id}", "").gives(403, forbidden),
			admin("GET /assets/{f.id}", "").gives(403, forbidden),
			admin("POST /files", `{"title":"x"}`).gives(400, invalidPayload(`"type" is required`)),
		}},
	}
}
