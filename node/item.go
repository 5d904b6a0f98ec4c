package node

import (
	"fmt"
	"math"
	"time"

	"github.com/nate-go/nate/internal/json"
)

// Item is what flows between nodes: n8n's INodeExecutionData. Items are handed on by value; what they point to is shared
// and must not be changed (see Object).
type Item struct {
	// JSON is the item's data; nil counts as empty.
	JSON *Object
	// Binary are the item's files; nil: none.
	Binary *Binaries
	// Paired names the input items that this item was made from. nil leaves it to the runtime, which fills it in where
	// it is unambiguous.
	Paired []Paired
	// Error is set on an item that stands for a failure in a continue mode; nil on all others.
	Error *ErrorInfo
}

// Paired is a link from an item to the input item that it comes from: n8n's IPairedItemData.
type Paired struct {
	// Item is the index of the input item, Input that of the node's input.
	Item, Input int
	// Listed makes the link be written the long way, as a list with the input index even when it is 0. n8n writes the
	// item of Always Output Data so.
	Listed bool
	// SourceOverwrite is where the item comes from when that is not what is connected to the input: a node that kept items
	// over several runs (Loop Over Items) names the source of the run in which it got them. nil on most links.
	SourceOverwrite *Source
}

// ItemOf returns an Item of the given keys and values in turn, as NewObject takes them.
func ItemOf(keysAndValues ...any) Item { return Item{JSON: NewObject(keysAndValues...)} }

// ItemsOf reads items from a JSON value: an array whose elements are n8n's items ({"json": {...}, "binary": {...},
// "pairedItem": ..., "error": ...}) or plain objects, each of which becomes an item's JSON. The content of files stands in them as base64,
// or is in a store that their ids name. The error names the element.
func ItemsOf(v any) ([]Item, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("%s where an array of items is expected", TypeName(v))
	}
	items := make([]Item, len(list))
	for i, e := range list {
		o, ok := e.(*Object)
		if !ok {
			return nil, fmt.Errorf("item %d is %s, not an object", i, TypeName(e))
		}
		it, err := itemOf(o)
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i, err)
		}
		items[i] = it
	}
	return items, nil
}

// itemKeys are the keys of an item beside its data; an object with any other key is data.
var itemKeys = map[string]bool{"json": true, "pairedItem": true, "binary": true, "error": true, "index": true}

func itemOf(o *Object) (Item, error) {
	data, wrapped := o.Get("json")
	for k := range o.All() {
		wrapped = wrapped && itemKeys[k]
	}
	inner, isObject := data.(*Object)
	if !wrapped || !isObject {
		return Item{JSON: o}, nil
	}
	described, _ := o.Get("binary")
	files, err := BinariesOf(described)
	if err != nil {
		return Item{}, err
	}
	links, _ := o.Get("pairedItem")
	paired, err := pairedOf(links)
	if err != nil {
		return Item{}, err
	}
	failure, _ := o.Get("error")
	info, err := ErrorInfoOf(failure)
	return Item{JSON: inner, Binary: files, Paired: paired, Error: info}, err
}

const maxTime = 8.64e15 // milliseconds: the range of JavaScript's dates

// ErrorInfoOf reads an error as n8n writes it at an item or in run data; one that is only a text counts as its message. nil
// gives nil.
func ErrorInfoOf(v any) (*ErrorInfo, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		return &ErrorInfo{Message: v}, nil
	case *Object:
		text := func(o *Object, key string) string {
			v, _ := o.Get(key)
			s, _ := v.(string)
			return s
		}
		cause, _ := v.Get("cause")
		below, _ := cause.(*Object)
		info := &ErrorInfo{
			Name:         text(v, "name"),
			Message:      text(v, "message"),
			Description:  text(v, "description"),
			HTTPCode:     text(v, "httpCode"),
			CauseName:    text(below, "name"),
			CauseMessage: text(below, "message"),
		}
		context, _ := v.Get("context")
		if o, _ := context.(*Object); o.Len() > 0 {
			info.Context = o
		}
		messages, _ := v.Get("messages")
		if list, ok := messages.([]any); ok {
			info.Messages = make([]string, len(list))
			for i, m := range list {
				info.Messages[i], _ = m.(string)
			}
		}
		ms, _ := v.Get("timestamp")
		if f, ok := ms.(float64); ok && math.Abs(f) <= maxTime {
			info.Time = time.UnixMilli(int64(f))
		}
		return info, nil
	}
	return nil, fmt.Errorf("the error is %s", TypeName(v))
}

func pairedOf(v any) ([]Paired, error) {
	index := func(o *Object, key string) (int, bool) {
		n, ok := o.Get(key)
		if !ok {
			return 0, key == "input"
		}
		return wholeNumber(n)
	}
	switch v := v.(type) {
	case nil:
		return nil, nil
	case float64:
		return pairedOf(NewObject("item", v))
	case *Object:
		item, ok := index(v, "item")
		input, ok2 := index(v, "input")
		if !ok || !ok2 {
			return nil, fmt.Errorf("its pairedItem has no index of an item")
		}
		overwrite, err := sourceOf(v)
		return []Paired{{Item: item, Input: input, SourceOverwrite: overwrite}}, err
	case []any:
		all := make([]Paired, 0, len(v))
		for _, e := range v {
			one, err := pairedOf(e)
			if err != nil {
				return nil, err
			}
			if o, ok := e.(*Object); ok && o.Has("input") {
				one[0].Listed = true
			}
			all = append(all, one...)
		}
		return all, nil
	}
	return nil, fmt.Errorf("its pairedItem is %s", TypeName(v))
}

// AppendJSON appends the item as n8n writes it in run data: json, binary, error, pairedItem.
func (it Item) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"json":`...)
	if it.JSON == nil {
		dst = append(dst, "{}"...)
	} else {
		dst = AppendJSON(dst, it.JSON)
	}
	if it.Binary != nil {
		dst = it.Binary.AppendJSON(append(dst, `,"binary":`...))
	}
	if it.Error != nil {
		dst = AppendJSON(append(dst, `,"error":`...), it.Error.itemObject())
	}
	if it.Paired != nil {
		dst = appendPaired(append(dst, `,"pairedItem":`...), it.Paired)
	}
	return append(dst, '}')
}

// Object returns the item as a JSON value ({"json": {...}, "binary": {...}, "pairedItem": ...}), for a node's context; ItemsOf reads it back.
func (it Item) Object() *Object {
	o := NewObject("json", it.JSON)
	if it.JSON == nil {
		o.set("json", &Object{})
	}
	if it.Binary.Len() > 0 {
		if files, err := ParseJSON(it.Binary.AppendJSON(nil)); err == nil {
			o.set("binary", files)
		}
	}
	if it.Error != nil {
		o.set("error", it.Error.itemObject())
	}
	if it.Paired != nil {
		links := make([]any, len(it.Paired))
		for i, l := range it.Paired {
			links[i] = l.object()
		}
		if len(links) == 1 && !it.Paired[0].Listed {
			o.set("pairedItem", links[0])
		} else {
			o.set("pairedItem", links)
		}
	}
	return o
}

func (l Paired) object() *Object {
	o := NewObject("item", l.Item)
	if l.Input != 0 || l.Listed {
		o.Set("input", l.Input)
	}
	if l.SourceOverwrite != nil {
		o.set("sourceOverwrite", l.SourceOverwrite.Object())
	}
	return o
}

// MarshalJSON is AppendJSON for encoding/json.
func (it Item) MarshalJSON() ([]byte, error) { return it.AppendJSON(nil), nil }

func appendPaired(dst []byte, links []Paired) []byte {
	list := len(links) != 1 || links[0].Listed
	if list {
		dst = append(dst, '[')
	}
	for i, l := range links {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = json.AppendNumber(append(dst, `{"item":`...), float64(l.Item))
		if l.Input != 0 || l.Listed {
			dst = json.AppendNumber(append(dst, `,"input":`...), float64(l.Input))
		}
		if l.SourceOverwrite != nil {
			dst = l.SourceOverwrite.AppendJSON(append(dst, `,"sourceOverwrite":`...))
		}
		dst = append(dst, '}')
	}
	if list {
		dst = append(dst, ']')
	}
	return dst
}

// Source is where an input of a node comes from: output Output of run Run of node Node. n8n's ISourceData.
type Source struct {
	Node        string
	Output, Run int
}

// AppendJSON appends the source as n8n writes it: previousNode, previousNodeOutput, previousNodeRun.
func (s *Source) AppendJSON(dst []byte) []byte {
	dst = json.AppendString(append(dst, `{"previousNode":`...), s.Node)
	dst = json.AppendNumber(append(dst, `,"previousNodeOutput":`...), float64(s.Output))
	dst = json.AppendNumber(append(dst, `,"previousNodeRun":`...), float64(s.Run))
	return append(dst, '}')
}

// MarshalJSON is AppendJSON for encoding/json.
func (s *Source) MarshalJSON() ([]byte, error) { return s.AppendJSON(nil), nil }

// Object returns the source as a JSON value, for a node's context.
func (s *Source) Object() *Object {
	return NewObject("previousNode", s.Node, "previousNodeOutput", s.Output, "previousNodeRun", s.Run)
}

// SourceOf reads a source as n8n writes it; what it leaves out is 0. An error says what is wrong with it.
func SourceOf(v any) (*Source, error) {
	o, ok := v.(*Object)
	if !ok {
		return nil, fmt.Errorf("a source is %s, not an object", TypeName(v))
	}
	name, _ := o.Get("previousNode")
	s := &Source{}
	if s.Node, ok = name.(string); !ok {
		return nil, fmt.Errorf("a source has no previousNode")
	}
	for key, to := range map[string]*int{"previousNodeOutput": &s.Output, "previousNodeRun": &s.Run} {
		if n, isSet := o.Get(key); isSet && n != nil {
			if *to, ok = wholeNumber(n); !ok {
				return nil, fmt.Errorf("the %s of a source is no index", key)
			}
		}
	}
	return s, nil
}

// sourceOf reads the sourceOverwrite of a link; nil when there is none.
func sourceOf(link *Object) (*Source, error) {
	v, _ := link.Get("sourceOverwrite")
	if v == nil {
		return nil, nil
	}
	return SourceOf(v)
}

// wholeNumber reads an index.
func wholeNumber(v any) (int, bool) {
	f, ok := v.(float64)
	return int(f), ok && f >= 0 && f < 1<<31 && f == math.Trunc(f)
}
