package httprequest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// people answers with some of 15 entries, a header for the next page, and status 404 behind the last one.
func people(w http.ResponseWriter, r *http.Request) {
	asked := func(name string) int {
		n, _ := strconv.Atoi(r.FormValue(name))
		return n
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") && r.Method == http.MethodPost {
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		asked = func(name string) int {
			n, _ := strconv.Atoi(fmt.Sprint(body[name]))
			return n
		}
	}
	skip, limit := asked("skip"), asked("limit")
	ids := []map[string]int{}
	for i := skip; i < min(skip+limit, 15); i++ {
		ids = append(ids, map[string]int{"id": i})
	}
	w.Header().Set("Content-Type", "application/json")
	if kind := r.Header.Get("X-Type"); kind != "" {
		w.Header().Set("Content-Type", kind)
	}
	w.Header().Set("Next-Url", fmt.Sprintf("http://%s/?skip=%d&limit=%d", r.Host, skip+limit, limit))
	if len(ids) == 0 {
		w.WriteHeader(http.StatusNotFound)
	}
	_ = json.NewEncoder(w).Encode(ids)
}

func ids(from, to int) string {
	var list []string
	for i := from; i < to; i++ {
		list = append(list, fmt.Sprintf(`{"id":%d}`, i))
	}
	return strings.Join(list, " ")
}

func TestPagination(t *testing.T) {
	t.Parallel()
	server := serve(t, people)
	skip := func(kind string) params {
		return params{"parameters": []any{params{"type": kind, "name": "skip", "value": "={{ $pageCount * 3 }}"}}}
	}
	next := func(more params) params {
		p := params{"paginationMode": "responseContainsNextURL", "nextURL": `={{ $response.headers["next-url"] }}`}
		for k, v := range more {
			p[k] = v
		}
		return p
	}
	fields := params{"parameters": []any{params{"name": "limit", "value": "3"}, params{"name": "skip", "value": "0"}}}
	for name, c := range map[string]struct {
		pages, response, more params
		want, fails           string
	}{
		"limit":            {params{"parameters": skip("qs"), "limitPagesFetched": true, "maxRequests": 3}, nil, nil, ids(0, 9), ""},
		"limit, evaluated": {params{"parameters": skip("qs"), "limitPagesFetched": true, "maxRequests": "={{ 3 }}"}, nil, nil, ids(0, 9), ""},
		"empty answer":     {params{"parameters": skip("qs")}, params{"neverError": true}, nil, ids(0, 15), ""},
		"status":           {params{"parameters": skip("qs"), "paginationCompleteWhen": "receiveSpecificStatusCodes", "statusCodesWhenComplete": "410, 404"}, nil, nil, ids(0, 15), ""},
		"expression": {
			params{"parameters": skip("qs"), "paginationCompleteWhen": "other", "completeExpression": "={{ $response.statusCode === 404 }}"},
			params{"neverError": true},
			nil, ids(0, 15), "",
		},
		"expression and an error": {
			params{"parameters": skip("qs"), "paginationCompleteWhen": "other", "completeExpression": "={{ $response.statusCode === 404 }}"},
			params{"responseFormat": "json"},
			nil, "", "The resource you are requesting could not be found",
		},
		"expression of the body": {
			params{"parameters": skip("qs"), "paginationCompleteWhen": "other", "completeExpression": "={{ $response.body[0].id >= 6 && $request.method === 'GET' }}"},
			nil, nil, ids(0, 9), "",
		},
		"no expression":    {params{"parameters": skip("qs"), "paginationCompleteWhen": "other"}, nil, nil, "", "Invalid or empty Complete Expression"},
		"next URL":         {next(params{"limitPagesFetched": true, "maxRequests": 2}), nil, nil, ids(0, 6), ""},
		"next URL in text": {next(params{"limitPagesFetched": true, "maxRequests": 2}), params{"responseFormat": "text"}, nil, `{"data":"[{\"id\":0},{\"id\":1},{\"id\":2}]"} {"data":"[{\"id\":3},{\"id\":4},{\"id\":5}]"}`, ""},
		"text, detected": {
			next(params{"limitPagesFetched": true, "maxRequests": 1}), nil,
			params{"sendHeaders": true, "headerParameters": params{"parameters": []any{params{"name": "x-type", "value": "text/plain"}}}},
			`{"data":"[{\"id\":0},{\"id\":1},{\"id\":2}]\n"}`, "",
		},
		"no next URL":  {next(params{"nextURL": ""}), nil, nil, "", "'' is not a valid URL."},
		"bad next URL": {next(params{"nextURL": "={{ $pageCount ? 'nope' : undefined }}"}), nil, nil, "", "'nope' is not a valid URL."},
		"off":          {params{"paginationMode": "off"}, nil, nil, ids(0, 3), ""},
		"in JSON": {
			params{"parameters": skip("body"), "limitPagesFetched": true, "maxRequests": 3},
			nil,
			params{"method": "POST", "sendBody": true, "sendQuery": false, "bodyParameters": fields},
			ids(0, 9), "",
		},
		"in a form with files": {
			params{"parameters": skip("body"), "limitPagesFetched": true, "maxRequests": 3},
			nil,
			params{"method": "POST", "sendBody": true, "sendQuery": false, "contentType": "multipart-form-data", "bodyParameters": fields},
			ids(0, 9), "",
		},
		"in a form": {
			params{"parameters": skip("body"), "limitPagesFetched": true, "maxRequests": 3},
			nil,
			params{"method": "POST", "sendBody": true, "sendQuery": false, "contentType": "form-urlencoded", "bodyParameters": fields},
			ids(0, 9), "",
		},
		"the same again and again": {
			params{"parameters": params{"parameters": []any{params{"type": "qs", "name": "none", "value": "0"}}}},
			nil, nil, "",
			"The returned response was identical 5x, so requests got stopped",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := with(server, params{
				"sendQuery": true, "queryParameters": params{"parameters": []any{params{"name": "limit", "value": "3"}}},
				"options": params{"pagination": params{"pagination": c.pages}, "response": params{"response": c.response}},
			})
			for k, v := range c.more {
				s.Parameters[k] = v
			}
			r := run(t, s)
			if c.fails != "" {
				require.NotNil(t, r.Error)
				require.Equal(t, c.fails, r.Error.Message)
				return
			}
			require.Equal(t, c.want, good(t, r))
		})
	}
	t.Run("the error of a page", func(t *testing.T) {
		t.Parallel()
		s := with(server, params{
			"sendQuery": true, "queryParameters": params{"parameters": []any{params{"name": "limit", "value": "3"}}},
			"options": params{"pagination": params{"pagination": params{
				"parameters": skip("qs"), "paginationCompleteWhen": "other", "completeExpression": "={{ false }}",
			}}},
		})
		s.Settings = map[string]any{"onError": "continueRegularOutput"}
		require.Contains(t, good(t, run(t, s)), `{"error":{"statusCode":404,"error":"[]","isAxiosError":true,"response":{"headers":{`)
	})
}
