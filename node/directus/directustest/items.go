package directustest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"mime/multipart"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/google/uuid"
)

const defaultLimit = 100 // QUERY_LIMIT_DEFAULT

var (
	itemsPath  = regexp.MustCompile(`(?i)^/items//?([^/]+)(?:/([^/]+))?/?$`)
	systemPath = regexp.MustCompile(`(?i)^/(users|files)(?:/([^/]+))?/{0,2}$`)
	fieldsPath = regexp.MustCompile(`(?i)^/fields//?([^/]+)/?$`)
	assetPath  = regexp.MustCompile(`(?i)^/assets//?([^/]+)/?$`)
	// listQueries are the query parameters of what is listed, read and changed here.
	listQueries = regexp.MustCompile(`^(access_token|fields|filter|limit|meta|offset|page|sort)(\[|$)`)
)

// items answers what is about items, users and files; done is false for anything else. Only an administrator may do it.
func (h *Handler) items(c *call) (payload any, problem *apiError, done bool) {
	var t table
	var key string
	switch m := itemsPath.FindStringSubmatch(c.path); {
	case m != nil:
		name := decoded(m[1])
		if strings.HasPrefix(name, "directus_") {
			return nil, refuse(forbidden), true
		}
		key = decoded(m[2])
		found := h.store.collections[name]
		if found == nil || !c.admin() {
			return nil, noAccess(fmt.Sprintf("collection %q", name)), true
		}
		t = found
	default:
		m = systemPath.FindStringSubmatch(c.path)
		if m == nil {
			return h.about(c)
		}
		if key = decoded(m[2]); key == "me" || key == "invite" || key == "register" || key == "import" || key == "tus" {
			return nil, nil, false
		}
		if !c.admin() {
			return nil, noAccess(fmt.Sprintf("collection %q", "directus_"+strings.ToLower(m[1]))), true
		}
		t = userTable{h}
		if strings.EqualFold(m[1], "files") {
			t = h.store.files
		}
	}
	q, problem := readQuery(c, t)
	if problem != nil {
		return nil, problem, true
	}
	restore := t.snapshot() // Directus does a request as a whole or not at all
	if payload, problem = h.change(c, t, key, q); problem != nil {
		restore()
	}
	for id := range h.store.contents {
		if h.store.files.find(id) < 0 {
			delete(h.store.contents, id)
		}
	}
	return payload, problem, true
}

// about answers what the fields of a collection are, and with the content of a file.
func (h *Handler) about(c *call) (any, *apiError, bool) {
	read := c.method == "GET" || c.method == "HEAD"
	if m := fieldsPath.FindStringSubmatch(c.path); m != nil && read {
		found := h.store.collections[decoded(m[1])]
		if found == nil || !c.admin() {
			return nil, refuse(forbidden), true
		}
		fields := []any{}
		for _, name := range found.names {
			fields = append(fields, object{
				{"collection", found.name()},
				{"field", name},
				{"type", found.types[name]},
				{"schema", object{{"name", name}, {"is_primary_key", name == "id"}}},
				{"meta", nil},
			})
		}
		return data{fields}, nil, true
	}
	if m := assetPath.FindStringSubmatch(c.path); m != nil && read {
		content, there := h.store.contents[m[1]]
		switch {
		case !there || !c.admin():
			return nil, refuse(forbidden), true
		case len(c.query) > 0:
			return nil, notHere("Changing an image"), true
		}
		return content, nil, true
	}
	return nil, nil, false
}

func (c *call) admin() bool { return c.user != nil && c.user.Admin }

func decoded(part string) string {
	if text, err := url.PathUnescape(part); err == nil {
		return text
	}
	return part
}

// change does what a request says.
func (h *Handler) change(c *call, t table, key string, q *query) (any, *apiError) {
	if key != "" && !fits(t, key) {
		return nil, refuse(forbidden)
	}
	switch one := key != ""; {
	case (c.method == "GET" || c.method == "HEAD") && one:
		return readOne(t, key, q)
	case c.method == "GET" || c.method == "HEAD":
		return q.list(t)
	case c.method == "POST" && !one && t == table(h.store.files):
		return h.upload(c, q)
	case c.method == "POST" && !one:
		return create(t, c.body, q)
	case c.method == "PATCH" && one:
		values, _ := c.body.(map[string]any)
		if t == table(h.store.files) {
			values["modified_by"], values["modified_on"] = c.user.ID, h.timestamp()
		}
		if problem := t.update(key, values); problem != nil {
			return nil, problem
		}
		if find(t, key) == nil {
			return nil, nil
		}
		return readOne(t, key, q)
	case c.method == "PATCH":
		return updateMany(t, c.body, q)
	case c.method == "DELETE" && one:
		t.remove(key)
		return nil, nil
	case c.method == "DELETE":
		keys, problem := keysIn(t, c.body)
		for _, k := range keys {
			t.remove(k)
		}
		return nil, problem
	}
	return nil, notHere(c.method + " " + c.path)
}

// fits reports whether a primary key is one that the table could have.
func fits(t table, key string) bool {
	if t.uuid() {
		return uuid.Validate(key) == nil
	}
	_, err := strconv.ParseInt(key, 10, 64)
	return err == nil
}

func find(t table, key string) object {
	for _, row := range t.rows() {
		if valueText(row.get("id")) == key {
			return row
		}
	}
	return nil
}

func readOne(t table, key string, q *query) (any, *apiError) {
	row := find(t, key)
	if row == nil {
		return nil, refuse(forbidden)
	}
	return data{q.pick(row)}, nil
}

func create(t table, body any, q *query) (any, *apiError) {
	list, isList := body.([]any)
	if !isList {
		list = []any{body}
	}
	rows := []any{}
	for _, v := range list {
		values, isObject := v.(map[string]any)
		if !isObject {
			return nil, notHere("An item that is no object")
		}
		key, problem := t.insert(values)
		if problem != nil {
			return nil, problem
		}
		rows = append(rows, q.pick(find(t, valueText(key))))
	}
	if !isList {
		return data{rows[0]}, nil
	}
	return data{rows}, nil
}

func updateMany(t table, body any, q *query) (any, *apiError) {
	type change struct {
		key    string
		values any
	}
	var changes []change
	switch b := body.(type) {
	case []any:
		for _, v := range b {
			values, _ := v.(map[string]any)
			if values["id"] == nil {
				return nil, invalidPayload("Item in update misses primary key")
			}
			changes = append(changes, change{valueText(values["id"]), values})
		}
	case map[string]any:
		if b["data"] == nil {
			return nil, invalidPayload(`"data" is required`)
		}
		keys, problem := keysIn(t, body)
		if problem != nil {
			return nil, problem
		}
		for _, k := range keys {
			changes = append(changes, change{k, b["data"]})
		}
	}
	rows := []any{}
	for _, ch := range changes {
		values, _ := ch.values.(map[string]any)
		if problem := t.update(ch.key, values); problem != nil {
			return nil, problem
		}
		if row := find(t, ch.key); row != nil {
			rows = append(rows, q.pick(row))
		}
	}
	return data{rows}, nil
}

// keysIn are the primary keys that a body names: a list, or an object with keys or query.
func keysIn(t table, body any) ([]string, *apiError) {
	list, isList := body.([]any)
	if !isList {
		o, _ := body.(map[string]any)
		if found, there := o["query"].(map[string]any); there {
			for name := range found {
				if name != "filter" {
					return nil, notHere("The part " + name + " of query in a body")
				}
			}
			q := &query{limit: -1, filter: found["filter"]}
			rows, problem := q.find(t)
			var keys []string
			for _, row := range rows {
				keys = append(keys, valueText(row.get("id")))
			}
			return keys, problem
		}
		if list, isList = o["keys"].([]any); !isList {
			return nil, invalidPayload(`"value" must contain at least one of [query, keys]`)
		}
	}
	keys := make([]string, len(list))
	for i, k := range list {
		if keys[i] = valueText(k); !fits(t, keys[i]) {
			return nil, refuse(forbidden)
		}
	}
	return keys, nil
}

// query is what a request asks for.
type query struct {
	fields              []string
	filter              any
	sort                []string
	limit, offset, page int
	meta                string
}

func readQuery(c *call, t table) (*query, *apiError) {
	for name := range c.query {
		if !listQueries.MatchString(name) && otherQueries.MatchString(name) {
			return nil, notHere("The query parameter " + name)
		}
	}
	q := &query{limit: defaultLimit, page: 1, meta: c.query.Get("meta")}
	var problem *apiError
	if q.fields, problem = requestedFields(c); problem != nil {
		return nil, problem
	}
	for _, number := range []struct {
		name string
		into *int
	}{{"limit", &q.limit}, {"offset", &q.offset}, {"page", &q.page}} {
		text := c.query.Get(number.name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, invalidQuery(fmt.Sprintf(`"%s" must be a number`, number.name))
		}
		*number.into = n
	}
	if q.limit < -1 || q.offset < 0 || q.page < 1 {
		return nil, notHere("A negative limit, offset or page")
	}
	if text := c.query.Get("sort"); text != "" {
		q.sort = strings.Split(text, ",")
	}
	if text := c.query.Get("filter"); text != "" {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&q.filter); err != nil {
			return nil, invalidQuery("Invalid JSON for filter object")
		}
	}
	for name := range c.query {
		if strings.HasPrefix(name, "filter[") {
			return nil, notHere("A filter that is not JSON")
		}
	}
	for _, name := range q.fields {
		if strings.Contains(name, ".") || strings.Contains(name, "(") {
			return nil, notHere(fmt.Sprintf("The field %q", name))
		}
		if name != "*" && !slices.Contains(t.fields(), name) {
			return nil, noField(t, name)
		}
	}
	for _, name := range q.sort {
		if name = strings.TrimPrefix(name, "-"); !slices.Contains(t.fields(), name) {
			return nil, noField(t, name)
		}
	}
	return q, nil
}

// list answers a list.
func (q *query) list(t table) (any, *apiError) {
	all, found := t.rows(), &query{limit: -1, filter: q.filter, sort: q.sort}
	rows, problem := found.find(t)
	if problem != nil {
		return nil, problem
	}
	var meta object
	if q.meta == "*" || strings.Contains(q.meta, "total_count") {
		meta = append(meta, pair{"total_count", len(all)})
	}
	if q.meta == "*" || strings.Contains(q.meta, "filter_count") {
		meta = append(meta, pair{"filter_count", len(rows)})
	}
	start := q.offset
	if q.limit >= 0 {
		start += q.limit * (q.page - 1)
	}
	rows = rows[min(start, len(rows)):]
	if q.limit >= 0 {
		rows = rows[:min(q.limit, len(rows))]
	}
	picked := make([]any, len(rows))
	for i, row := range rows {
		picked[i] = q.pick(row)
	}
	if meta != nil {
		return object{{"meta", meta}, {"data", picked}}, nil
	}
	return data{picked}, nil
}

// find returns the rows that the filter finds, sorted.
func (q *query) find(t table) ([]object, *apiError) {
	var rows []object
	if _, problem := matches(t, object{}, q.filter); problem != nil {
		return nil, problem
	}
	for _, row := range t.rows() {
		ok, problem := matches(t, row, q.filter)
		if problem != nil {
			return nil, problem
		}
		if ok {
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(x, y object) int {
		for _, name := range q.sort {
			name, descending := strings.CutPrefix(name, "-")
			if order := compareValues(x.get(name), y.get(name)); order != 0 {
				if descending {
					return -order
				}
				return order
			}
		}
		return 0
	})
	return rows, nil
}

// matches reports whether a row meets a filter: _eq, _neq, _in, _null, _and and _or. All of the filter is looked at in any case.
func matches(t table, row object, filter any) (ok bool, problem *apiError) {
	rules, isObject := filter.(map[string]any)
	if !isObject {
		if filter == nil {
			return true, nil
		}
		return false, notHere("A filter that is no object")
	}
	ok = true
	for name, rule := range rules {
		var met bool
		switch {
		case name == "_and" || name == "_or":
			met, problem = matchesEach(t, row, rule, name == "_and")
		case !slices.Contains(t.fields(), name):
			problem = noField(t, name)
		default:
			met, problem = meets(row.get(name), rule)
		}
		if problem != nil {
			return false, problem
		}
		ok = ok && met
	}
	return ok, nil
}

// matchesEach reports whether a row meets all or any of several filters.
func matchesEach(t table, row object, filters any, all bool) (bool, *apiError) {
	list, _ := filters.([]any)
	met := 0
	for _, f := range list {
		ok, problem := matches(t, row, f)
		if problem != nil {
			return false, problem
		}
		if ok {
			met++
		}
	}
	return met == len(list) || !all && met > 0, nil
}

// meets reports whether a value is as the operators of its field say.
func meets(v, rule any) (bool, *apiError) {
	operators, isObject := rule.(map[string]any)
	if !isObject {
		operators = map[string]any{"_eq": rule}
	}
	met := true
	for operator, wanted := range operators {
		var ok bool
		switch operator {
		case "_eq":
			ok = v != nil && valueText(v) == valueText(wanted)
		case "_neq":
			ok = v == nil || valueText(v) != valueText(wanted)
		case "_in":
			list, _ := wanted.([]any)
			ok = v != nil && slices.ContainsFunc(list, func(e any) bool { return valueText(v) == valueText(e) })
		case "_null":
			ok = (v == nil) == (valueText(wanted) != "false")
		default:
			return false, notHere("The filter operator " + operator)
		}
		met = met && ok
	}
	return met, nil
}

// pick returns the fields of a row that were asked for, in the order in which they were.
func (q *query) pick(row object) object {
	if len(q.fields) == 0 {
		return row
	}
	picked := object{}
	for _, name := range q.fields {
		for _, p := range row {
			if (name == "*" || name == p.key) && !picked.has(p.key) {
				picked = append(picked, p)
			}
		}
	}
	return picked
}

func (o object) get(key string) any {
	for _, p := range o {
		if p.key == key {
			return p.value
		}
	}
	return nil
}

func (o object) keys() []string {
	keys := make([]string, len(o))
	for i, p := range o {
		keys[i] = p.key
	}
	return keys
}

func valueText(v any) string { return fmt.Sprint(v) }

// compareValues is SQLite's order: null, numbers, texts.
func compareValues(x, y any) int {
	number := func(v any) (rank int, n float64, text string) {
		switch v := v.(type) {
		case nil:
			return 0, 0, ""
		case json.Number, int64, int, bool:
			n, err := strconv.ParseFloat(valueText(v), 64)
			if err != nil && valueText(v) == "true" {
				n = 1
			}
			if math.IsNaN(n) {
				n = 0
			}
			return 1, n, ""
		}
		return 2, 0, valueText(v)
	}
	rankX, x1, textX := number(x)
	rankY, y1, textY := number(y)
	return cmp.Or(cmp.Compare(rankX, rankY), cmp.Compare(x1, y1), cmp.Compare(textX, textY))
}

// upload makes a file of a form: its fields, and after them the content.
func (h *Handler) upload(c *call, q *query) (any, *apiError) {
	mediaType, parameters, err := mime.ParseMediaType(c.header.Get("Content-Type"))
	switch {
	case err != nil || mediaType != "multipart/form-data":
		return nil, invalidPayload(`"type" is required`)
	case c.tooLarge:
		return nil, notHere("An upload of more than 1 MB")
	}
	values := map[string]any{}
	form := multipart.NewReader(bytes.NewReader(c.raw), parameters["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, invalidPayload("No files where included in the body")
		}
		if err != nil {
			return nil, notHere("A form that can't be read")
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, notHere("A form that can't be read")
		}
		if part.FileName() == "" {
			values[part.FormName()] = string(content)
			continue
		}
		return h.keep(c, q, values, file{contentType: part.Header.Get("Content-Type"), name: part.FileName(), content: content})
	}
}

// keep stores a file. Fields of the form go before what Directus makes of the file.
func (h *Handler) keep(c *call, q *query, given map[string]any, f file) (any, *apiError) {
	id, now := uuid.NewString(), h.timestamp()
	extension := path.Ext(f.name)
	values := map[string]any{
		"id": id, "storage": "local", "filename_disk": id + extension, "filename_download": f.name,
		"title": titleOf(strings.TrimSuffix(f.name, extension)), "type": f.contentType, "uploaded_by": c.user.ID, "created_on": now, "modified_on": now,
		"uploaded_on": now, "filesize": len(f.content),
	}
	for _, name := range []string{"title", "description", "filename_download", "location"} {
		if v, there := given[name]; there {
			values[name] = v
		}
	}
	for name := range given {
		if name == "folder" || name == "storage" {
			return nil, notHere("The field " + name + " of a file")
		}
	}
	if _, problem := h.store.files.insert(values); problem != nil {
		return nil, problem
	}
	h.store.contents[id] = f
	return data{q.pick(find(h.store.files, id))}, nil
}

func (h *Handler) timestamp() string { return h.cfg.now().UTC().Format("2006-01-02T15:04:05") }

// titleOf makes a title of a file's name: words, each with a capital.
func titleOf(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == '-' || unicode.IsSpace(r) })
	for i, w := range words {
		first := []rune(w)
		first[0] = unicode.ToUpper(first[0])
		words[i] = string(first)
	}
	return strings.Join(words, " ")
}
