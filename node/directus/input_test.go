package directus

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// TestInput shows what is sent of values that nobody meant to give, and which of them are refused before anything is sent.
func TestInput(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		params string
		sent   string // method, path and body
		fails  string // instead of it
	}{
		// Primary keys.
		{`{"operation":"get","collection":"c","id":9007199254740991}`, "GET /items/c/9007199254740991", ""},
		{`{"operation":"get","collection":"c","id":9007199254740993}`, "", `Parameter "id" is a number with more digits than a number can hold`},
		{`{"operation":"update","collection":"c","id":-1e21,"data":{}}`, "", "more digits"},
		{`{"operation":"update","collection":"c","id":1e21,"data":{},"options":{"batchSize":9}}`, "", "more digits"},
		{`{"operation":"delete","collection":"c","id":"..","options":{"batchSize":9}}`, "", `can't be ".."`},
		{`{"operation":"get","collection":"c","id":"9007199254740993"}`, "GET /items/c/9007199254740993", ""},
		{`{"operation":"get","collection":"c","id":[1,2]}`, "", `Parameter "id" is an array, not a string`},
		{`{"operation":"get","collection":"c","id":{"a":1}}`, "", `Parameter "id" is an object, not a string`},
		{`{"operation":"get","collection":"c","id":null}`, "", "Missing required parameter: id"},
		{`{"operation":"get","collection":"c","id":"\t"}`, "", "Missing required parameter: id"},
		{`{"operation":"get","collection":"c","id":"ä/ö?#%20 \u0000"}`, "GET /items/c/%C3%A4%2F%C3%B6%3F%23%2520%20%00", ""},
		{`{"operation":"get","collection":"{id}","id":"x"}`, "GET /items/%7Bid%7D/x", ""},
		{`{"operation":"get","collection":["c"],"id":"x"}`, "", `Parameter "collection" is an array, not a string`},

		// Which ones to change: never all of them by mistake.
		{`{"operation":"deleteMultiple","collection":"c","data":[1,"2"]}`, `DELETE /items/c [1,"2"]`, ""},
		{`{"operation":"deleteMultiple","collection":"c","data":[]}`, "", "names no primary keys"},
		{`{"operation":"deleteMultiple","collection":"c","data":[""]}`, "", "names no primary keys"},
		{`{"operation":"deleteMultiple","collection":"c","data":{"keys":[1,null]}}`, "", "names no primary keys"},
		{`{"operation":"deleteMultiple","collection":"c","data":{"keys":"1"}}`, "", "names no primary keys"},
		{`{"operation":"deleteMultiple","collection":"c","data":{"query":{}}}`, "", "names no primary keys"},
		{`{"operation":"deleteMultiple","collection":"c","data":{"query":{"filter":{}}}}`, "", "names no primary keys"},
		{`{"operation":"deleteMultiple","collection":"c","data":"{\"query\":{\"filter\":{\"_and\":[{\"id\":{}}]}}}"}`, "", "names no primary keys"},
		{`{"operation":"deleteMultiple","collection":"c","data":{"query":{"filter":null,"limit":-1}}}`, "", "names no primary keys"},
		{`{"operation":"deleteMultiple","collection":"c","data":{"query":{"limit":-1}}}`, "", "names no primary keys"},
		{`{"operation":"deleteMultiple","collection":"c","data":{"query":{"search":"old","sort":"id"}}}`, "", "names no primary keys"},
		{`{"operation":"deleteMultiple","collection":"c","data":{"query":{"filter":{"a":{"_eq":false}}}}}`, `DELETE /items/c {"query":{"filter":{"a":{"_eq":false}}}}`, ""},
		{`{"operation":"updateMultiple","collection":"c","data":{"query":{},"data":{"a":1}}}`, "", "names no primary keys"},
		{`{"operation":"updateMultiple","collection":"c","data":{"data":{"a":1}}}`, "", "names no primary keys"},
		{`{"operation":"updateMultiple","collection":"c","data":[{"id":1}]}`, `PATCH /items/c [{"id":1}]`, ""},
		{`{"operation":"upsert","collection":"c","data":{},"filters":{"filter":"[]"}}`, "", `Parameter "filters.filter" is not a JSON object`},
		{`{"operation":"upsert","collection":"c","data":{},"filters":{"filter":{"a":{}}}}`, "", "Create or Update needs a filter"},
		{`{"operation":"upsert","collection":"c","returnAll":false,"limit":0,"data":{},"filters":{"filter":{"a":1}}}`, "", `Parameter "limit" is no number of items`},

		// Lists.
		{`{"operation":"list","collection":"c","returnAll":false,"limit":3}`, "GET /items/c?limit=3", ""},
		{`{"operation":"list","collection":"c","returnAll":false,"limit":-1}`, "GET /items/c?limit=-1&meta=filter_count", ""},
		{`{"operation":"list","collection":"c","jsonParameters":true,"bodyParametersJson":{"limit":"-1"}}`, "GET /items/c?limit=-1&meta=filter_count", ""},
		{`{"operation":"list","collection":"c","jsonParameters":true,"bodyParametersJson":{"limit":-1,"aggregate":{"count":"*"}}}`, "GET /items/c?limit=-1&aggregate=%7B%22count%22%3A%22%2A%22%7D", ""},
		{`{"operation":"list","collection":"c","returnAll":"yes"}`, "", `Parameter "returnAll" is a string, not a boolean`},
		{`{"operation":"list","collection":"c","jsonParameters":true,"bodyParametersJson":"{\n\"a\""}`, "", `Parameter "bodyParametersJson" is not valid JSON at line 2, column 4`},
		{`{"operation":"list","collection":"c","jsonParameters":true,"bodyParametersJson":"[1]"}`, "", `Parameter "bodyParametersJson" is not a JSON object`},
		{`{"operation":"list","collection":"c","jsonParameters":true,"bodyParametersJson":"null"}`, "", `Parameter "bodyParametersJson" is not a JSON object`},
		{`{"operation":"list","collection":"c","additionalFields":{"filter":"[1]"}}`, "", `Parameter "additionalFields.filter" is not a JSON object`},
		{`{"operation":"list","collection":"c","additionalFields":{"deep":5}}`, "", `Parameter "additionalFields.deep" is not a JSON object`},
		{`{"operation":"list","collection":"c","additionalFields":{"filter":"{\"a\":"}}`, "", `Parameter "additionalFields.filter" is not valid JSON at line 1, column 6`},
		{
			`{"operation":"list","collection":"c","returnAll":false,"limit":1,"additionalFields":{"deep":{"a":{"_filter":{"b":{"c":{"_in":["ü",null]}}}}}}}`,
			"GET /items/c?deep=%7B%22a%22%3A%7B%22_filter%22%3A%7B%22b%22%3A%7B%22c%22%3A%7B%22_in%22%3A%5B%22%C3%BC%22%2Cnull%5D%7D%7D%7D%7D%7D&limit=1", "",
		},
		{`{"operation":"list","collection":"c","additionalFields":{"aggregate":{"aggregationFunctions":[{"name":1}]}}}`, "", "An aggregation function needs a name"},
		{`{"operation":"list","collection":"c","returnAll":false,"limit":1,"additionalFields":{"filter":null}}`, "GET /items/c?limit=1", ""},
		{`{"operation":"list","collection":"c","additionalFields":{"filter":""}}`, "", `Parameter "additionalFields.filter" is empty`},
		{`{"operation":"get","collection":"c","id":1,"additionalFields":{"deep":""}}`, "", `Parameter "additionalFields.deep" is empty`},
		{`{"operation":"list","collection":"c","additionalFields":{"export":"exe"}}`, "", `Directus does not export to "exe"`},

		{`{"operation":"get","collection":"c","id":1,"additionalFields":{"export":"csv"}}`, "GET /items/c/1?export=csv", ""},
		{`{"operation":"aggregate","collection":"c","additionalFields":{"export":"yaml"}}`, "GET /items/c?export=yaml", ""},
		{`{"resource":"settings","operation":"get","additionalFields":{"export":"json"}}`, "GET /settings?export=json", ""},
		{`{"resource":"settings","operation":"get","jsonParameters":true,"queryParametersJson":{"export":"json"}}`, "GET /settings?export=json", ""},

		{`{"operation":"list","collection":"c","jsonParameters":true,"bodyParametersJson":{"export":"csv"}}`, "GET /items/c?export=csv", ""},
		{`{"operation":"list","collection":"c","jsonParameters":true,"bodyParametersJson":{"export":["csv"]}}`, "GET /items/c?export=csv", ""},
		{`{"operation":"list","collection":"c","jsonParameters":true,"bodyParametersJson":{"export":5}}`, "", `Directus does not export to "5"`},

		// Bodies.
		{`{"operation":"create","collection":"c","data":""}`, "", `Parameter "data" is empty`},
		{`{"operation":"create","collection":"c","data":"{"}`, "", `Parameter "data" is not valid JSON at line 1, column 2`},
		{`{"operation":"createMultiple","collection":"c","data":{}}`, "", `Parameter "data" is not a JSON array`},
		{`{"resource":"users","operation":"create","jsonParameters":true,"bodyParametersJson":"{\"external_identifier\":\"x\"}"}`, `POST /users {"external_identifier":"x"}`, ""},
		{`{"resource":"users","operation":"create","email":"a@b","password":null}`, "", "Missing required parameter: password"},
		{`{"resource":"folders","operation":"create","jsonParameters":true,"bodyParametersJson":[{"name":"a"},{"name":"b"}]}`, `POST /folders [{"name":"a"},{"name":"b"}]`, ""},
		{`{"resource":"folders","operation":"create","jsonParameters":true,"bodyParametersJson":[{"name":"a"},{"parent":"b"}]}`, "", "Missing required parameter: name"},
		{`{"resource":"folders","operation":"create","jsonParameters":true,"bodyParametersJson":"5"}`, "", "Missing required parameter: name"},
		{`{"resource":"collections","operation":"create","collection":"c","additionalFields":{"translation":"{"}}`, "", `Parameter "additionalFields.translation" is not valid JSON`},
		{`{"resource":"graphql","operation":"items","query":"{a}","additionalFields":{"variables":"["}}`, "", `Parameter "additionalFields.variables" is not valid JSON`},
		{`{"resource":"shares","operation":"invite","share":"x","emails":"a@b"}`, "", `Parameter "emails" is not valid JSON`},
		{`{"resource":"schema","operation":"apply","diff":"[]"}`, "", `Parameter "diff" is not a JSON object`},
		{`{"resource":"relations","operation":"update","collection":"c","field":"f","data":"{\"meta\":{}}"}`, `PATCH /relations/c/f {"meta":{},"collection":"c","field":"f"}`, ""},
		{`{"resource":"flows","operation":"trigger","id":"x","method":"PUT"}`, "", `Parameter "method" is neither GET nor POST`},
		{`{"resource":"items","operation":"explode"}`, "", `The Directus operation "items: explode" does not exist`},
	} {
		t.Run(tt.params, func(t *testing.T) {
			t.Parallel()
			var sent []string
			transport := roundTripper(func(r *http.Request) (*http.Response, error) {
				body, err := io.ReadAll(r.Body)
				require.NoError(t, err)
				sent = append(sent, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body)))
				return reply(r, 200, `{"data":[]}`), nil
			})
			params, err := node.ParseObject([]byte(tt.params))
			require.NoError(t, err)
			_, err = job{params: params, url: "http://d", token: "t", transport: transport}.run(t.Context(), t)
			if tt.fails != "" {
				require.ErrorContains(t, err, tt.fails)
				require.Empty(t, sent, "nothing was sent")
				return
			}
			require.NoError(t, err)
			require.Equal(t, []string{tt.sent}, sent)
		})
	}
}

// Directus's own collections are not among the items.
func TestSystemCollection(t *testing.T) {
	t.Parallel()
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		return reply(r, 403, `{"errors":[{"message":"No.","extensions":{"code":"FORBIDDEN"}}]}`), nil
	})
	for collection, advice := range map[string]string{"directus_users": "they have resources of their own", "users": "Directus says the same for what does not exist"} {
		info, _ := job{params: node.NewObject("operation", "get", "collection", collection, "id", "1"), url: "http://d", transport: transport}.fails(t)
		require.Contains(t, info.Description, advice)
	}
}

// Keys that Directus hands out as numbers with more digits than a number can hold would lead to another item.
func TestUpsertOfLargeKeys(t *testing.T) {
	t.Parallel()
	for key, fails := range map[string]bool{`9007199254740993`: true, `"9007199254740993"`: false} {
		changed := ""
		transport := roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Path == "/fields/c" {
				return reply(r, 200, `{"data":[{"field":"id","type":"bigInteger","schema":{"is_primary_key":true}}]}`), nil
			}
			if r.Method == http.MethodGet {
				return reply(r, 200, `{"data":[{"id":`+key+`}],"meta":{"filter_count":1}}`), nil
			}
			changed = r.URL.Path
			return reply(r, 200, `{"data":{}}`), nil
		})
		params := node.NewObject("operation", "upsert", "collection", "c", "data", node.NewObject("a", 1), "filters", node.NewObject("filter", node.NewObject("a", 1)))
		_, err := job{params: params, url: "http://d", transport: transport}.run(t.Context(), t)
		if fails {
			require.ErrorContains(t, err, `The "id" of an item that was found has more digits`)
			require.Empty(t, changed)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, "/items/c/9007199254740993", changed)
	}
}
