package n8ntest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Diff compares two run documents (n8n's IRun): want is the recording, got is ours. It returns one line for each difference,
// with its path ("runData.N[0].data.main[0][1].pairedItem: want {"item":1}, got absent"), and nothing if the runs are alike.
// The error says that a document is not a run.
//
// Compared are status, finished, lastNodeExecuted, the run's error, its metadata (custom data), what waits or was to run next (executionData's
// nodeExecutionStack and waitingExecution with their sources), and of each run of each node source, executionIndex,
// executionStatus, error, hints, and per connection type and output every item: its json with the order of its keys and the
// text of its numbers, its pairing, the fields of its
// files less data and id, its error. Of an error: name, message, description,
// httpCode, messages, context; of an item's error: name, message, description, context. Not compared are times, ids, stacks,
// copies of nodes, metadata of nodes, tokens, and settings of n8n's own HTTP client.
//
// Alike are: finished false and absent; an absent list or object of the run and an empty one; pairedItem 1, {"item":1},
// {"item":1,"input":0} and a list of just that; a source that leaves out its output or run and one that says 0; a null and an
// absent field of an error, and an empty and an absent context or list of messages.
func Diff(want, got []byte) ([]string, error) {
	w, err := normalize(want)
	if err != nil {
		return nil, fmt.Errorf("n8ntest: recorded run: %w", err)
	}
	g, err := normalize(got)
	if err != nil {
		return nil, fmt.Errorf("n8ntest: run: %w", err)
	}
	var d differ
	d.compare("", w, g)
	return d.lines, nil
}

// DiffRequests compares what servers got: number and order of requests, and of each one method, url, body, and the headers
// authorization and content-type. It returns one line for each difference, as Diff does.
func DiffRequests(want, got []Request) []string {
	var d differ
	d.compare("requests", normalRequests(want), normalRequests(got))
	return d.lines
}

// oauthDrawn is what OAuth 1 draws for each request, or makes of it.
var oauthDrawn = regexp.MustCompile(`(oauth_nonce|oauth_signature|oauth_timestamp)="[^"]*"`)

func normalRequests(requests []Request) []any {
	list := make([]any, len(requests))
	for i, r := range requests {
		o := newObject()
		o.set("method", r.Method)
		o.set("url", r.URL)
		for _, h := range []string{"authorization", "content-type"} {
			if v, ok := r.Headers[h]; ok {
				o.set(h, v)
			}
		}
		o.set("body", r.Body)
		if _, boundary, ok := strings.Cut(r.Headers["content-type"], "multipart/form-data; boundary="); ok { // drawn for each request
			o.set("content-type", "multipart/form-data")
			o.set("body", strings.ReplaceAll(r.Body, boundary, "BOUNDARY"))
		}
		if strings.HasPrefix(strings.ToLower(r.Headers["authorization"]), "digest ") { // holds what was drawn
			o.set("authorization", "Digest")
		}
		if strings.HasPrefix(r.Headers["authorization"], "OAuth ") {
			o.set("authorization", oauthDrawn.ReplaceAllString(r.Headers["authorization"], `$1=""`))
		}
		list[i] = o
	}
	return list
}

var (
	runErrorFields  = []string{"name", "message", "description", "httpCode", "messages", "context"}
	itemErrorFields = []string{"name", "message", "description", "context"}

	// clientSettings are the keys of an error's context.request that configure n8n's HTTP client and say nothing about the request.
	clientSettings = []string{
		"allowedDomains", "encoding", "followAllRedirects", "followRedirect", "gzip", "json", "maxRedirects", "rejectUnauthorized",
		"resolveWithFullResponse", "sendCredentialsOnCrossOriginRedirect", "simple", "timeout", "useStream",
	}
)

// normalize reduces a run document to what is compared, in one form for all that means the same.
func normalize(run []byte) (*object, error) {
	v, err := decode(run)
	if err != nil {
		return nil, err
	}
	doc, ok := v.(*object)
	if !ok {
		return nil, fmt.Errorf("want a run object, got %s", short(v))
	}
	data := doc.object("data")
	result := data.object("resultData")
	if result == nil {
		return nil, fmt.Errorf("no data.resultData in %s", short(v))
	}

	out := newObject()
	out.set("status", doc.get("status"))
	out.set("finished", doc.get("finished") == true)
	out.set("lastNodeExecuted", result.get("lastNodeExecuted"))
	out.set("error", normalError(result.get("error"), runErrorFields))
	out.set("metadata", each(result.get("metadata"), func(v any) any { return v }))
	out.set("runData", each(result.get("runData"), func(runs any) any { return list(runs, normalNodeRun) }))
	state := data.object("executionData")
	out.set("nodeExecutionStack", list(state.get("nodeExecutionStack"), normalStackEntry))
	out.set("waitingExecution", each(state.get("waitingExecution"), func(runs any) any { return each(runs, normalData) }))
	out.set("waitingExecutionSource", each(state.get("waitingExecutionSource"), func(runs any) any { return each(runs, normalSources) }))
	return out, nil
}

func normalNodeRun(v any) any {
	run, ok := v.(*object)
	if !ok {
		return v
	}
	out := newObject()
	out.set("executionIndex", run.get("executionIndex"))
	out.set("executionStatus", run.get("executionStatus"))
	out.set("source", list(run.get("source"), normalSource))
	out.set("error", normalError(run.get("error"), runErrorFields))
	out.set("hints", list(run.get("hints"), sorted))
	if data := run.get("data"); data != nil { // a node that failed has none
		out.set("data", normalData(data))
	}
	return out
}

func normalStackEntry(v any) any {
	entry, ok := v.(*object)
	if !ok {
		return v
	}
	out := newObject()
	out.set("node", entry.object("node").get("name"))
	out.set("data", normalData(entry.get("data")))
	out.set("source", normalSources(entry.get("source")))
	return out
}

// normalSources does for {type: [source, ...]} what normalSource does for one.
func normalSources(v any) any {
	return each(v, func(sources any) any { return list(sources, normalSource) })
}

func normalSource(v any) any {
	source, ok := v.(*object)
	if !ok {
		return v // null: no data came on this input
	}
	out := newObject()
	out.set("previousNode", source.get("previousNode"))
	for _, k := range []string{"previousNodeOutput", "previousNodeRun"} {
		n := source.get(k)
		if n == nil {
			n = json.Number("0")
		}
		out.set(k, n)
	}
	return out
}

// normalData does for {type: [[item, ...], ...]} what normalItem does for an item. An output that is null is not one without items.
func normalData(v any) any {
	return each(v, func(outputs any) any {
		return list(outputs, func(items any) any {
			if items == nil {
				return nil
			}
			return list(items, normalItem)
		})
	})
}

func normalItem(v any) any {
	item, ok := v.(*object)
	if !ok {
		return v
	}
	out := newObject()
	out.set("json", item.get("json"))
	if p, ok := item.values["pairedItem"]; ok {
		out.set("pairedItem", normalPairing(p))
	}
	if b := item.object("binary"); b != nil && len(b.keys) > 0 {
		files := newObject()
		for _, name := range slices.Sorted(slices.Values(b.keys)) {
			fields := newObject()
			if file := b.object(name); file != nil {
				for _, k := range slices.Sorted(slices.Values(file.keys)) {
					if k != "data" && k != "id" { // n8n and nate keep contents in places of their own
						fields.set(k, file.values[k])
					}
				}
			}
			files.set(name, fields)
		}
		out.set("binary", files)
	}
	if e := normalError(item.get("error"), itemErrorFields); e != nil {
		out.set("error", e)
	}
	for _, k := range item.keys {
		if !slices.Contains([]string{"json", "pairedItem", "binary", "error", "metadata"}, k) { // the metadata are ids of other runs
			out.set(k, sorted(item.values[k])) // nothing that n8n or we may add goes unseen
		}
	}
	return out
}

// normalPairing returns one link as an object and several as a list.
func normalPairing(v any) any {
	switch v := v.(type) {
	case json.Number:
		o := newObject()
		o.set("item", v)
		return o
	case *object:
		o := newObject()
		o.set("item", v.get("item"))
		if input := v.get("input"); input != nil && input != json.Number("0") {
			o.set("input", input)
		}
		if s := v.get("sourceOverwrite"); s != nil {
			o.set("sourceOverwrite", normalSource(s))
		}
		return o
	case []any:
		if len(v) == 1 {
			return normalPairing(v[0])
		}
		return list(v, normalPairing)
	}
	return v
}

func normalError(v any, fields []string) any {
	e, ok := v.(*object)
	if !ok {
		return v
	}
	out := newObject()
	for _, k := range fields {
		f := e.get(k)
		switch l, _ := f.([]any); {
		case k == "context":
			f = normalContext(f)
		case k == "messages" && len(l) == 0:
			f = nil
		}
		if f != nil {
			out.set(k, f)
		}
	}
	return out
}

// normalContext sorts an error's context and takes out the settings of n8n's HTTP client; an empty one is none.
func normalContext(v any) any {
	context, ok := sorted(v).(*object)
	if !ok {
		return v
	}
	out := newObject()
	for _, k := range context.keys {
		f := context.values[k]
		if r, ok := f.(*object); ok && k == "request" {
			request := newObject()
			for _, k := range r.keys {
				if !slices.Contains(clientSettings, k) {
					request.set(k, r.values[k])
				}
			}
			f = request
		}
		out.set(k, f)
	}
	if len(out.keys) == 0 {
		return nil
	}
	return out
}

// each applies f to the values of an object and sorts its keys. None is an empty one; what is no object is returned as it is.
func each(v any, f func(any) any) any {
	if v == nil {
		return newObject()
	}
	o, ok := v.(*object)
	if !ok {
		return v
	}
	out := newObject()
	for _, k := range slices.Sorted(slices.Values(o.keys)) {
		out.set(k, f(o.values[k]))
	}
	return out
}

// list applies f to the elements of a list. None is an empty one; what is no list is returned as it is.
func list(v any, f func(any) any) any {
	if v == nil {
		return []any{}
	}
	l, ok := v.([]any)
	if !ok {
		return v
	}
	out := make([]any, len(l))
	for i, e := range l {
		out[i] = f(e)
	}
	return out
}

// differ gathers the differences of two normalised trees.
type differ struct{ lines []string }

func (d *differ) add(path, want, got string) {
	d.lines = append(d.lines, fmt.Sprintf("%s: want %s, got %s", path, want, got))
}

func (d *differ) compare(path string, want, got any) {
	switch w := want.(type) {
	case *object:
		if g, ok := got.(*object); ok {
			d.objects(path, w, g)
			return
		}
	case []any:
		if g, ok := got.([]any); ok {
			d.lists(path, w, g)
			return
		}
	default:
		if want == got {
			return
		}
	}
	d.add(path, short(want), short(got))
}

func (d *differ) objects(path string, want, got *object) {
	sameKeys := len(want.keys) == len(got.keys)
	for _, k := range want.keys {
		if g, ok := got.values[k]; ok {
			d.compare(join(path, k), want.values[k], g)
		} else {
			sameKeys = false
			d.add(join(path, k), short(want.values[k]), "absent")
		}
	}
	for _, k := range got.keys {
		if _, ok := want.values[k]; !ok {
			sameKeys = false
			d.add(join(path, k), "absent", short(got.values[k]))
		}
	}
	if sameKeys && !slices.Equal(want.keys, got.keys) {
		d.add(path, "keys in the order "+text(want.keys), text(got.keys))
	}
}

func (d *differ) lists(path string, want, got []any) {
	if len(want) != len(got) {
		d.add(path, fmt.Sprintf("%d elements", len(want)), strconv.Itoa(len(got)))
	}
	for i := range max(len(want), len(got)) {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case i >= len(got):
			d.add(at, short(want[i]), "absent")
		case i >= len(want):
			d.add(at, "absent", short(got[i]))
		default:
			d.compare(at, want[i], got[i])
		}
	}
}

var identifier = regexp.MustCompile(`^[\pL_$][\pL\pN_$]*$`)

// join appends a key to a path, as JavaScript would write it.
func join(path, key string) string {
	switch {
	case !identifier.MatchString(key):
		return path + "[" + text(key) + "]"
	case path == "":
		return key
	}
	return path + "." + key
}

// short returns v as JSON of at most about 300 bytes.
func short(v any) string {
	const limit = 300
	s := text(v)
	if len(s) > limit {
		return strings.ToValidUTF8(s[:limit], "") + fmt.Sprintf("… (%d bytes)", len(s))
	}
	return s
}
