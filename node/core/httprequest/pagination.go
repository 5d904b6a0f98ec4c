package httprequest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// pages sends requests until the pagination says that it is complete, and makes items of all answers.
func (s *sender) pages(ctx context.Context) ([]node.Item, error) {
	if err := s.checkPagination(s.draft.pagination); err != nil {
		return nil, err
	}
	request := s.draft.shown(s.auth)
	variables := node.NewObject("$request", request, "$response", &node.Object{}, "$version", s.reader.version, "$pageCount", 0)
	var items []node.Item
	var same identical
	for count := 1; ; count++ {
		d, err := s.nextPage(variables)
		if err != nil {
			return nil, err
		}
		a, err := s.send(ctx, d)
		if err != nil {
			return nil, err
		}
		p := &page{answer: a}
		err = s.readPage(ctx, p)
		_ = a.body.Close()
		if err != nil {
			return nil, err
		}
		if same.more(p) {
			return nil, clientError("The returned response was identical 5x, so requests got stopped",
				`Check if "Pagination Completed When" has been configured correctly.`)
		}
		variables = node.NewObject("$request", request, "$response", p.response("body", "headers", "statusCode"),
			"$version", s.reader.version, "$pageCount", count)
		settings, err := s.settings(variables)
		if err != nil {
			return nil, err
		}
		limit, _ := number(settings, "maxRequests")
		limited, _ := value[bool](settings, "limitPagesFetched")
		complete := limited && limit > 0 && float64(count) >= limit
		if !complete {
			if complete, err = s.complete(settings, p); err != nil {
				return nil, err
			}
			if !complete && !good(p.status) {
				return nil, s.pageError(p)
			}
		}
		made, err := s.toItems(p)
		if err != nil {
			return nil, err
		}
		items = append(items, made...)
		if complete {
			return items, nil
		}
		if interval, ok := number(settings, "requestInterval"); ok && interval > 0 {
			if err := sleep(ctx, milliseconds(interval)); err != nil {
				return nil, err
			}
		}
	}
}

// checkPagination holds the settings to what n8n takes.
func (s *sender) checkPagination(settings *node.Object) error {
	mode, set := value[string](settings, "paginationMode")
	if when, _ := value[string](settings, "paginationCompleteWhen"); when == "other" {
		_, isExpression, err := s.reader.JSONText("options.pagination.pagination.completeExpression")
		if err != nil {
			return err
		}
		if !isExpression {
			return node.NewOperationError("Invalid or empty Complete Expression", "")
		}
	}
	if set && mode != "updateAParameterInEachRequest" {
		return nil
	}
	rows := parameterRows(settings)
	if len(rows) == 1 {
		name, _ := rows[0].Get("name")
		if v, _ := rows[0].Get("value"); textOf(name) == "" && v == "" {
			return node.NewOperationError("At least one entry with 'Name' and 'Value' filled must be included in 'Parameters' to use "+
				"'Update a Parameter in Each Request' mode ", "")
		}
	}
	for i, row := range rows {
		name, _ := row.Get("name")
		kind, _ := value[string](row, "type")
		v, _ := row.Get("value")
		switch {
		case textOf(name) == "":
			return node.NewOperationError(fmt.Sprintf("Parameter name must be set for parameter [%d] in pagination settings", i+1), "")
		case !slices.Contains([]string{"body", "headers", "qs"}, kind):
			return node.NewOperationError(fmt.Sprintf("Parameter type must be one of: body, headers, qs for parameter [%d] in pagination settings", i+1), "")
		case v == "":
			return node.NewOperationError(fmt.Sprintf("Some value must be provided for parameter [%d] in pagination settings, "+
				"omitting it will result in an infinite loop", i+1), "")
		}
	}
	return nil
}

func parameterRows(settings *node.Object) []*node.Object {
	o, _ := value[*node.Object](settings, "parameters")
	list, _ := value[[]any](o, "parameters")
	var rows []*node.Object
	for _, e := range list {
		if row, ok := e.(*node.Object); ok {
			rows = append(rows, row)
		}
	}
	return rows
}

// settings are the pagination's with the variables of the page before.
func (s *sender) settings(variables *node.Object) (*node.Object, error) {
	return s.reader.With(variables).Object("options.pagination.pagination")
}

// nextPage is the draft of the next request.
func (s *sender) nextPage(variables *node.Object) (*draft, error) {
	settings, err := s.settings(variables)
	if err != nil {
		return nil, err
	}
	d := s.draft.copy()
	mode, set := value[string](settings, "paginationMode")
	if mode == "responseContainsNextURL" {
		next, ok := settings.Get("nextURL")
		if !ok || next == node.Undefined {
			return d, nil // the first request has none
		}
		text := jsText(next)
		u, err := parseURL(text)
		if err != nil {
			return nil, clientError(fmt.Sprintf("'%s' is not a valid URL.", text), `Make sure the "Next URL" parameter evaluates to a valid URL.`)
		}
		d.url = text
		for name := range u.Query() {
			d.query.Delete(name)
		}
		return d, nil
	}
	if set && mode != "updateAParameterInEachRequest" {
		return d, nil
	}
	for _, row := range parameterRows(settings) {
		name, _ := row.Get("name")
		kind, _ := value[string](row, "type")
		v, ok := row.Get("value")
		if !ok {
			v = node.Undefined
		}
		if err := d.update(kind, textOf(name), v); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// update sets a parameter of a page.
func (d *draft) update(kind, name string, v any) error {
	switch kind {
	case "qs":
		if v != node.Undefined {
			d.query.Set(name, v)
		}
	case "headers":
		if v != node.Undefined {
			setHeader(d.headers, name, v)
		}
	case "body":
		switch body, isObject := d.body.(*node.Object); {
		case v == node.Undefined:
			if d.body == absent && d.form == nil && d.multipart == nil && d.file == nil {
				d.body = &node.Object{}
			}
		case d.form != nil:
			d.form = d.form.Clone()
			d.form.Set(name, v)
		case d.multipart != nil:
			d.multipart = append(slices.DeleteFunc(slices.Clone(d.multipart), func(p part) bool { return p.name == name }), part{name: name, text: jsText(v)})
		case d.body == absent || isObject:
			body = body.Clone()
			body.Set(name, v)
			d.body = body
		default:
			return node.NewOperationError("Pagination can't set a parameter of this body: it has no fields", "")
		}
	}
	return nil
}

// readPage reads the answer; one with an error status as text.
func (s *sender) readPage(ctx context.Context, p *page) error {
	if s.draft.format == "file" {
		return s.read(ctx, p)
	}
	text, err := readText(p.answer)
	if err != nil {
		return err
	}
	p.body = text
	if text == "" && s.draft.format == "text" {
		p.body = absent
		return nil
	}
	if strings.Contains(p.header.Get("Content-Type"), jsonType) || s.draft.format != "autodetect" {
		v, err := node.ParseJSON([]byte(text))
		switch {
		case err == nil:
			p.body = v
		case s.draft.format == "autodetect":
			p.body = &node.Object{}
		}
	}
	return nil
}

func (p *page) errorText() string {
	if _, ok := p.body.(string); ok || p.body == absent {
		return textOf(p.body)
	}
	return string(node.AppendJSON(nil, p.body))
}

// complete reports whether the page was the last.
func (s *sender) complete(settings *node.Object, p *page) (bool, error) {
	switch when, _ := value[string](settings, "paginationCompleteWhen"); when {
	case "receiveSpecificStatusCodes":
		codes, _ := settings.Get("statusCodesWhenComplete")
		for code := range strings.SplitSeq(textOf(codes), ",") {
			if n, err := strconv.Atoi(strings.TrimSpace(code)); err == nil && n == p.status {
				return true, nil
			}
		}
		return false, nil
	case "other":
		v, ok := settings.Get("completeExpression")
		done := ok && fields.Truthy(v)
		return done && (s.draft.neverError || good(p.status)), nil
	}
	if p.file != nil {
		return p.file.Bytes() == 0, nil
	}
	if list, ok := p.body.([]any); ok {
		return len(list) == 0, nil
	}
	return !fields.Truthy(p.body), nil
}

// identical counts answers that are the same as the one before.
type identical struct {
	length int
	sum    [sha256.Size]byte
	count  int
}

// more takes an answer and reports whether there were too many of the kind. As in n8n, contents are compared where the lengths are
// the same.
func (i *identical) more(p *page) bool {
	etag := p.header.Get("ETag")
	if p.file != nil && etag == "" {
		return false
	}
	length, _ := strconv.Atoi(p.header.Get("Content-Length"))
	if length != i.length {
		i.length, i.count = length, 0
		return false
	}
	sum := sha256.Sum256([]byte(etag))
	if etag == "" {
		sum = sha256.Sum256(node.AppendJSON(nil, orNull(p.body)))
	}
	if sum == i.sum {
		i.count++
	} else {
		i.count = 0
	}
	i.sum = sum
	return i.count > 2
}

func orNull(v any) any {
	if v == absent {
		return nil
	}
	return v
}
