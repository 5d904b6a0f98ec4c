package directus

import (
	"bytes"
	"context"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// listQuery is the query of every operation that lists: https://directus.io/docs/guides/connect/query-parameters
func listQuery() values { return values{fields: readFields, json: "bodyParametersJson"} }

// readFields are the parts of a query that need no more than their names.
var readFields = []field{
	{key: "fields", parameters: []string{"additionalFields.fields"}},
	{key: "filter", parameters: []string{"additionalFields.filter"}, json: true, object: true},
	{key: "search", parameters: []string{"additionalFields.search"}},
	{key: "sort", parameters: []string{"additionalFields.sort"}},
	{key: "offset", parameters: []string{"additionalFields.offset"}},
	{key: "deep", parameters: []string{"additionalFields.deep"}, json: true, object: true},
	{key: "groupBy", parameters: []string{"additionalFields.groupBy"}},
	{key: "meta", parameters: []string{"additionalFields.meta"}},
	{key: "version", parameters: []string{"additionalFields.version"}},
}

// queryForm are the additional fields of listQuery.
func queryForm() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Aggregate", Name: "aggregate", Type: schemas.FixedCollection, TypeOptions: map[string]any{"multipleValues": true},
			Placeholder: "Add Aggregation Functions", Default: map[string]any{},
			Description: "Functions over the values of fields, for all items or for each group",
			Groups: []schemas.Group{{Name: "aggregationFunctions", DisplayName: "Functions", Values: []schemas.Property{
				{
					DisplayName: "Name", Name: "name", Type: schemas.Options, Default: "count", Description: "What is computed",
					Options: []schemas.Option{
						{Name: "Average", Value: "avg"},
						{Name: "Average Distinct", Value: "avgDistinct"},
						{Name: "Count", Value: "count"},
						{Name: "Count Distinct", Value: "countDistinct"},
						{Name: "Maximum", Value: "max"},
						{Name: "Minimum", Value: "min"},
						{Name: "SUM", Value: "sum"},
						{Name: "SUM Distinct", Value: "sumDistinct"},
					},
				},
				optional(loadedField("value", "Field Name", "getFieldsInCollection", "", "The field whose values are taken; * counts items")),
			}}},
		},
		textField("binaryPropertyName", "Binary Property for Export Data", "", "The name of the file in the output item"),
		jsonField("deep", "Deep (JSON)", "", "Query parameters for the items in relational fields"),
		choiceField("export", "Export", "csv", "The format of the file that the items are put into", "CSV", "csv", "JSON", "json", "XML", "xml", "YAML", "yaml"),
		textField("fileName", "File Name for Export Data", "", "The file's name without its extension"),
		textField("fields", "Fields", "", "The fields to return, separated by commas"),
		jsonField("filter", "Filter (JSON)", "", "A rule that the items have to meet"),
		textField("groupBy", "Group By", "author,year(publish_date)", "The fields to group by for the aggregation functions, separated by commas"),
		boolField("includeMeta", "Meta in Output", true, "Whether to put out one item with data and meta instead of an item for each element"),
		textField("meta", "Meta", "", "What to count: total_count, filter_count or * for both. See Meta in Output."),
		numberField("offset", "Offset", nil, nil, "How many items to skip"),
		textField("search", "Search", "", "Text that the items have to contain in one of their fields"),
		textField("sort", "Sort", "", "The fields to sort by, separated by commas; with a - before it for descending order"),
		textField("version", "Version", "", "The key of the content version to read"),
	}
}

func listFields() schemas.Property {
	fields := queryForm()
	for i := range fields {
		switch fields[i].Name {
		case "binaryPropertyName":
			fields[i].Default = "data"
		case "fileName":
			fields[i].Default = "export"
		}
	}
	return additionalFields(fields...)
}

// listForm is the form of every operation that lists; with collection it begins with the choice of one.
func listForm(before ...schemas.Property) []schemas.Property {
	return append(before,
		unlessJSON(boolField("returnAll", "Return All", true, "Whether to return all there is, or a number of them at most")),
		unlessJSON(shownIf(numberField("limit", "Limit", 50, map[string]any{"minValue": 1, "maxValue": 100}, "How many to return at most"), "returnAll", false)),
		splitWithoutEffect(),
		jsonParameters(),
		bodyParametersJSON(),
		unlessJSON(listFields()),
	)
}

// list is what one item asks of an operation that lists.
type list struct {
	path  string
	query *node.Object
	all   bool // what returnAll says
	whole bool // what includeMeta says
	export
}

// read completes the query.
func (l *list) read(p *node.Params) error {
	if err := l.readExport(p, l.query); err != nil {
		return err
	}
	asJSON, err := p.Bool("jsonParameters")
	if err != nil || asJSON {
		return err
	}
	if err := l.readLimit(p); err != nil {
		return err
	}
	if l.whole, err = p.Bool("additionalFields.includeMeta"); err != nil {
		return err
	}
	return readAggregate(p, l.query)
}

// readLimit reads returnAll and limit. Directus's own node sends no limit where all is wanted, and gets the first hundred.
func (l *list) readLimit(p *node.Params) (err error) {
	if l.all, err = p.Bool("returnAll"); err != nil {
		return err
	}
	limit := any(-1.0)
	if !l.all {
		if limit, err = p.Value("limit"); err != nil {
			return err
		}
	}
	l.query.Set("limit", limit)
	return nil
}

// readAggregate adds the aggregation functions: the fields of one function go together.
func readAggregate(p *node.Params, query *node.Object) error {
	functions, err := p.Value("additionalFields.aggregate.aggregationFunctions")
	if err != nil {
		return err
	}
	rows, _ := functions.([]any)
	for _, row := range rows {
		o, _ := row.(*node.Object)
		name, _ := o.Get("name")
		value, _ := o.Get("value")
		function, ok := name.(string)
		fieldName, ok2 := value.(string)
		if !ok || !ok2 || function == "" || fieldName == "" {
			return node.NewOperationError("An aggregation function needs a name and the name of a field", nothingSent)
		}
		key := "aggregate[" + function + "]"
		if before, _ := query.Get(key); before != nil {
			fieldName = before.(string) + "," + fieldName
		}
		query.Set(key, fieldName)
	}
	return nil
}

func (l *list) has(prefix string) bool {
	for key := range l.query.All() {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// collection is the collection that is listed.
func (l *list) collection() string {
	name, in := strings.CutPrefix(l.path, "items/")
	if !in {
		return "directus_" + l.path
	}
	if name, err := url.PathUnescape(name); err == nil {
		return name
	}
	return name
}

// with returns the query with other values for keys.
func (l *list) with(keysAndValues ...any) *node.Object {
	query := l.query.Edit()
	for i := 0; i < len(keysAndValues); i += 2 {
		query.Set(keysAndValues[i].(string), keysAndValues[i+1])
	}
	return query
}

// page is a list as it came.
type page struct {
	data []any
	// single says that it was no list, but one object: that of a singleton.
	single bool
	meta   *node.Object
}

// listItems makes the items of a list.
func (s *server) listItems(ctx context.Context, r *request) ([]node.Item, error) {
	if l := r.list; l.format != "" {
		if err := s.fitsIntoFile(ctx, r); err != nil {
			return nil, err
		}
		file := &request{op: r.op, path: withQuery(l.path, l.with("export", l.format))}
		item, err := s.download(ctx, file, l.property, l.fileName)
		return []node.Item{item}, err
	}
	p, err := s.listAll(ctx, r)
	if err != nil {
		return nil, err
	}
	if r.list.whole {
		data := any(p.data)
		if p.single {
			data = p.data[0]
		}
		return []node.Item{node.ItemOf("data", data, "meta", p.meta)}, nil
	}
	items := itemsOf(p.data)
	if r.simplify {
		for i := range items {
			items[i].JSON = only(items[i].JSON, r.op.simple)
		}
	}
	return items, nil
}

// fitsIntoFile returns an error where the server would cut off a file with everything, which it does without a word.
func (s *server) fitsIntoFile(ctx context.Context, r *request) error {
	l := r.list
	if !l.all || l.has("groupBy") || l.has("aggregate") {
		return nil
	}
	limit, err := s.queryLimit(ctx)
	if err != nil || limit <= 0 {
		return err
	}
	p, err := s.page(ctx, r, l.with("limit", 1, "meta", "filter_count"))
	if err != nil {
		return err
	}
	found, _ := p.meta.Get("filter_count")
	if count, known := found.(float64); known && count > limit {
		return node.NewOperationError(fmt.Sprintf("The server puts %v items at most into a file, and there are %v", limit, count),
			"Raise QUERY_LIMIT_MAX of the server, or list the items without Export and make the file of them with a node of its own. Nothing was exported.")
	}
	return nil
}

// limitOf is the key of a server's limit in Call.Once.
type limitOf struct{ site *site }

// queryLimit returns how many items the server gives at once; 0 or less: any number, as far as it tells.
func (s *server) queryLimit(ctx context.Context) (float64, error) {
	v, err := s.call.Once(limitOf{s.site}, func() (any, error) {
		a, err := s.get(ctx, "server/info")
		if err != nil {
			return nil, err
		}
		most, _ := objectIn(a.data(), "queryLimit").Get("max")
		limit, _ := most.(float64)
		return limit, nil
	})
	if err != nil {
		return 0, err
	}
	return v.(float64), nil
}

// only returns those of the fields that have a value.
func only(o *node.Object, fields []string) *node.Object {
	simple := &node.Object{}
	for _, name := range fields {
		if v, _ := o.Get(name); !isEmpty(v) {
			simple.Set(name, v)
		}
	}
	return simple
}

// listAll gets a list: in one answer where the server gives all at once, else in pages. Whether that was all tells the number of items
// that the filter finds; where the server does not tell that number, one more page that is empty does.
func (s *server) listAll(ctx context.Context, r *request) (*page, error) {
	l := r.list
	if !l.all {
		return s.page(ctx, r, l.query)
	}
	grouped, aggregated := l.has("groupBy"), l.has("aggregate")
	if aggregated && !grouped {
		return s.page(ctx, r, l.query)
	}
	query := l.query
	asked, _ := l.query.Get("meta")
	meta, _ := asked.(string)
	if !grouped && !strings.Contains(meta, "filter_count") && meta != "*" {
		query = l.with("meta", strings.TrimPrefix(meta+",filter_count", ","))
	}
	whole, err := s.page(ctx, r, query)
	if err != nil || whole.single || len(whole.data) == 0 {
		return whole, err
	}
	start, _ := l.query.Get("offset")
	offset, err := strconv.ParseFloat(queryText(start), 64)
	if start != nil && err != nil {
		return nil, node.NewOperationError(`Parameter "additionalFields.offset" is no number`, "The server gives the list in pages.")
	}
	size := float64(len(whole.data))
	counted, _ := whole.meta.Get("filter_count")
	if count, known := counted.(float64); known && !grouped && count <= offset+size {
		return whole.without(meta), nil
	}

	query = l.with("limit", size)
	last := whole.data
	if grouped {
		offset += size
	} else {
		sort, err := s.order(ctx, l)
		if err != nil {
			return nil, err
		}
		whole.data, last = nil, nil // it need not be in that order
		query.Set("sort", sort)
	}
	for {
		query.Set("offset", offset)
		next, err := s.page(ctx, r, query)
		if err != nil {
			return nil, err
		}
		if len(next.data) > 0 && len(last) > 0 && bytes.Equal(node.AppendJSON(nil, next.data[0]), node.AppendJSON(nil, last[0])) {
			return whole.without(meta), nil // it is the same page again: what answers knows no pages
		}
		whole.data = append(whole.data, next.data...)
		last = next.data
		offset += size
		if count, known := counted.(float64); float64(len(next.data)) < size || known && !grouped && offset >= count {
			return whole.without(meta), nil
		}
	}
}

// without drops from meta what was not asked for.
func (p *page) without(asked string) *page {
	if asked != "*" && !strings.Contains(asked, "filter_count") && p.meta.Has("filter_count") {
		p.meta = p.meta.Edit()
		p.meta.Delete("filter_count")
	}
	return p
}

// order is what to sort by so that pages fit together: what the query says, or the collection's own order, and the primary key last.
func (s *server) order(ctx context.Context, l *list) (string, error) {
	given, _ := l.query.Get("sort")
	sort, _ := given.(string)
	if sort == "" && strings.HasPrefix(l.path, "items/") {
		a, err := s.get(ctx, "collections/"+url.PathEscape(l.collection()))
		if err != nil {
			return "", err
		}
		sort, _ = textIn(objectIn(a.data(), "meta"), "sort_field")
	}
	key, err := s.primaryKeyOf(ctx, l.collection())
	if err != nil {
		return "", err
	}
	if sort == "" {
		return key.name, nil
	}
	return sort + "," + key.name, nil
}

// keyOf is the key of a collection's primary key in Call.Once.
type keyOf struct {
	site       *site
	collection string
}

// primary is a collection's primary key.
type primary struct {
	name string
	uuid bool // Directus makes a UUID for an item that has none
}

// primaryKeyOf returns the primary key of a collection.
func (s *server) primaryKeyOf(ctx context.Context, collection string) (primary, error) {
	if strings.HasPrefix(collection, "directus_") {
		return primary{name: "id"}, nil
	}
	v, err := s.call.Once(keyOf{s.site, collection}, func() (any, error) {
		a, err := s.get(ctx, "fields/"+url.PathEscape(collection))
		if err != nil {
			return nil, err
		}
		fields, _ := a.whole("data").([]any)
		for _, f := range fields {
			o, _ := f.(*node.Object)
			if is, _ := objectIn(o, "schema").Get("is_primary_key"); is == true {
				name, _ := textIn(o, "field")
				kind, _ := textIn(o, "type")
				return primary{name, kind == "uuid"}, nil
			}
		}
		return nil, node.NewOperationError(`The primary key of the collection "`+collection+`" could not be found`,
			"The credential's user has to be allowed to read it.")
	})
	if err != nil {
		return primary{}, err
	}
	return v.(primary), nil
}

func objectIn(o *node.Object, key string) *node.Object {
	v, _ := o.Get(key)
	inner, _ := v.(*node.Object)
	return inner
}

// get gets an answer that the node itself needs.
func (s *server) get(ctx context.Context, path string) (*answer, error) {
	r := &request{op: &operation{method: http.MethodGet}, path: path, url: s.base + "/" + path}
	a, bearer, err := s.exchange(ctx, r)
	switch {
	case err != nil:
		return nil, err
	case a.status/100 != 2:
		return nil, s.refusal(ctx, r, a, bearer)
	}
	return a, nil
}

// page gets one answer to a list. It is read as a stream: however long the list is, its text is never held as a whole.
func (s *server) page(ctx context.Context, r *request, query *node.Object) (*page, error) {
	path := withQuery(r.list.path, query)
	one := &request{op: r.op, path: path, url: s.base + "/" + path, stream: true}
	a, bearer, err := s.exchange(ctx, one)
	if err != nil {
		return nil, err
	}
	if a.body == nil {
		return nil, s.refusal(ctx, one, a, bearer)
	}
	defer func() { _ = a.body.Close() }()
	p, err := readPage(a.body, s.answer)
	switch {
	case errors.Is(err, errNotJSON):
		return nil, a.unusable("is not JSON")
	case errors.Is(err, errNoData):
		return nil, a.unusable("has no data")
	case errors.Is(err, errTooLarge):
		return nil, a.unusable("has an element that is too large").Wrap(err)
	case err != nil:
		return nil, s.cutOff(ctx, a, err)
	}
	return p, nil
}

var (
	errNotJSON  = errors.New("not JSON")
	errNoData   = errors.New("no data")
	errTooLarge = errors.New("too large")
)

// chunkSize is how many bytes of elements are made into values at once: enough that their keys are shared.
const chunkSize = 256 << 10

// readPage reads {"data": [...], "meta": {...}} as it comes in; one element has limit bytes at most.
func readPage(from io.Reader, limit int64) (*page, error) {
	d := stdjson.NewDecoder(from)
	p, found := &page{}, false
	if err := expect(d, '{'); err != nil {
		return nil, err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, badJSON(err)
		}
		var raw stdjson.RawMessage
		if key != "data" {
			if err := d.Decode(&raw); err != nil {
				return nil, badJSON(err)
			}
			if v, err := node.ParseJSON(raw); err == nil && key == "meta" {
				p.meta, _ = v.(*node.Object)
			}
			continue
		}
		found = true
		if err := p.readData(d, limit); err != nil {
			return nil, err
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, badJSON(err)
	}
	if !found {
		return nil, errNoData
	}
	return p, nil
}

func (p *page) readData(d *stdjson.Decoder, limit int64) error {
	first, err := d.Token()
	if err != nil {
		return badJSON(err)
	}
	var raw stdjson.RawMessage
	if first != stdjson.Delim('[') {
		v, err := single(d, first)
		p.data, p.single = []any{v}, true
		return err
	}
	chunk := []byte{'['}
	flush := func() error {
		if len(chunk) == 1 {
			return nil
		}
		v, err := node.ParseJSON(append(chunk, ']'))
		if err != nil {
			return badJSON(err)
		}
		p.data = append(p.data, v.([]any)...)
		chunk = chunk[:1]
		return nil
	}
	for d.More() {
		if err := d.Decode(&raw); err != nil {
			return badJSON(err)
		}
		if int64(len(raw)) > limit {
			return errTooLarge
		}
		if len(chunk) > 1 {
			chunk = append(chunk, ',')
		}
		if chunk = append(chunk, raw...); len(chunk) > chunkSize {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return expect(d, ']')
}

func expect(d *stdjson.Decoder, delim stdjson.Delim) error {
	t, err := d.Token()
	if err != nil {
		return badJSON(err)
	}
	if t != delim {
		return errNotJSON
	}
	return nil
}

// badJSON tells a text that is not JSON from one that does not come to its end.
func badJSON(err error) error {
	if _, bad := errors.AsType[*stdjson.SyntaxError](err); bad {
		return errNotJSON
	}
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// single reads the rest of a value that is no list.
func single(d *stdjson.Decoder, first stdjson.Token) (any, error) {
	if first != stdjson.Delim('{') {
		return first, nil
	}
	o := &node.Object{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, badJSON(err)
		}
		var raw stdjson.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, badJSON(err)
		}
		v, err := node.ParseJSON(raw)
		if err != nil {
			return nil, badJSON(err)
		}
		o.Set(key.(string), v)
	}
	return o, expect(d, '}')
}
