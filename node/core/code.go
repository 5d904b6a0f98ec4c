package core

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewCode returns the Code node (n8n-nodes-base.code): JavaScript that gets all items at once, or each by itself. Python is not
// supported.
//
// What n8n lets one item's code see of another's (its own globals) is not seen here. A string cannot be run as code (eval, new
// Function).
func NewCode() node.Node { return code{} }

type code struct{}

var _ node.Checker = code{}

// Definition implements node.Node.
func (code) Definition() node.Definition { return codeDefinition() }

// The values of the parameters mode and language.
const (
	modeAllItems = "runOnceForAllItems"
	modeEachItem = "runOnceForEachItem"

	languageJavaScript = "javaScript"
)

// Check implements node.Checker.
func (code) Check(parameters *node.Object) []node.Fault {
	v, ok := parameters.Get("language")
	if language, _ := v.(string); ok && language != languageJavaScript && !strings.HasPrefix(language, "=") {
		refused := unknownLanguage(language)
		return []node.Fault{{Path: "language", Message: refused.Message, Hint: refused.Description}}
	}
	return nil
}

func unknownLanguage(language string) *node.OperationError {
	if language == "python" || language == "pythonNative" {
		return node.NewOperationError("Python code is not supported", "Write it in JavaScript, or pin the items that it puts out.")
	}
	return node.NewOperationError("Unsupported language: "+language, `It is "javaScript".`)
}

// Execute implements node.Node.
func (code) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	p := c.Params(ctx, 0)
	if c.Instance().TypeVersion >= 2 {
		language, err := p.String("language")
		if err != nil {
			return node.Output{}, err
		}
		if language != languageJavaScript {
			return node.Output{}, unknownLanguage(language)
		}
	}
	mode, err := p.String("mode")
	if err != nil {
		return node.Output{}, err
	}
	source, err := p.String("jsCode")
	if err != nil {
		return node.Output{}, err
	}
	var items []node.Item
	switch {
	case source == "":
		err = &node.ErrorInfo{Name: wrappedError, Message: unknownError, Description: "There is no code to run."}
	case mode == modeEachItem:
		items, err = codeEachItem(ctx, c, source)
	default:
		items, err = codeAllItems(ctx, c, source)
	}
	if err != nil {
		return node.Output{}, err
	}
	return node.Output{Main: [][]node.Item{items}}, nil
}

func codeAllItems(ctx context.Context, c *node.Call, source string) ([]node.Item, error) {
	v, err := c.Script().Run(ctx, node.ScriptRun{Source: source, Kind: node.ScriptAllItems})
	if err != nil {
		err = codeError(err)
		if !c.ContinueOnFail() || ctx.Err() != nil || isCircle(err) {
			return nil, err
		}
		return []node.Item{node.FailedItem(err)}, nil
	}
	if v == nil {
		return []node.Item{}, nil
	}
	list, err := checkAllItems(v)
	if err != nil {
		return nil, err
	}
	return itemsOf(list)
}

// codeChunk is how many items n8n's code gets in one go; the numbers of its items in errors count what they put out.
const codeChunk = 1000

func codeEachItem(ctx context.Context, c *node.Call, source string) ([]node.Item, error) {
	if err := checkMethods(source); err != nil {
		return nil, err
	}
	in := c.Items()
	out := make([]node.Item, 0, len(in))
	dropped := 0 // of the chunk
	for i := range in {
		if i%codeChunk == 0 {
			dropped = 0
		}
		v, err := c.Script().Run(ctx, node.ScriptRun{Source: source, Kind: node.ScriptEachItem, Item: i})
		if ctx.Err() != nil {
			return nil, node.AtItem(ctx.Err(), i)
		}
		if err != nil {
			err = codeError(err)
			if !c.ContinueOnFail() || isCircle(err) {
				return nil, err
			}
			failed := node.FailedItem(err)
			failed.Paired = []node.Paired{{Item: i}}
			out = append(out, failed)
			continue
		}
		if !fields.Truthy(v) {
			dropped++
			continue
		}
		item, err := checkEachItem(v, i, i-dropped)
		if err != nil {
			return nil, err
		}
		out = append(out, item)
	}
	return out, nil
}

// ---- errors

// wrappedError is n8n's class of what code throws.
const wrappedError = "WrappedExecutionError"

// unknownError is n8n's text where there is none.
const unknownError = "Unknown error"

// codeError words what code threw as n8n does.
func codeError(err error) error {
	var thrown *node.ScriptError
	if !errors.As(err, &thrown) {
		return err
	}
	e := &node.ErrorInfo{Name: wrappedError, Message: thrown.Message}
	switch {
	case thrown.Info != nil:
		e.Description, e.Context = thrown.Info.Description, thrown.Info.Context
		return e
	case thrown.Name == "":
		e.Message = thrownText(thrown.Thrown)
		return e
	case thrown.Name == "TypeError" && thrown.Message == "Converting circular structure to JSON": // what it returned; else a path follows
		e.Message, e.Description = unknownError, circle
		return e
	}
	if !strings.EqualFold(thrown.Name, "error") {
		e.Description = thrown.Name
	}
	e.Message, _, _ = strings.Cut(e.Message, "\n")
	if e.Message = strings.TrimSpace(e.Message); e.Message == "" {
		e.Message = unknownError
	}
	if thrown.Line > 0 {
		e.Message += fmt.Sprintf(" [line %d]", thrown.Line)
	}
	return e
}

// isCircle reports whether the code returned an object inside itself: then n8n's node fails as a whole, also in the continue modes.
func isCircle(err error) bool {
	info := node.InfoOf(err)
	return info.Name == wrappedError && info.Message == unknownError && info.Description == circle
}

const circle = "The code returned an object that is inside itself, which no JSON can express."

// thrownText is n8n's text for a value that was thrown and is no Error.
func thrownText(v any) string {
	if v == node.Undefined {
		return unknownError
	}
	if o, ok := v.(*node.Object); ok {
		message, _ := o.Get("message")
		if text, ok := message.(string); ok {
			if text == "" {
				return unknownError
			}
			return text
		}
	}
	return string(node.AppendJSON(nil, v))
}

// codeFault is n8n's error for what code returned. It has no class.
func codeFault(item int, message, description string) error {
	e := &node.ErrorInfo{Message: message, Description: description}
	if item >= 0 {
		e.Message += fmt.Sprintf(" [item %d]", item)
		e.Context = node.NewObject("itemIndex", item)
	}
	return e
}

// ---- what code returned

// reserved are the keys of an item in n8n.
var reserved = map[string]bool{"json": true, "binary": true, "pairedItem": true, "error": true, "index": true}

func improper() error {
	return codeFault(-1, "Code doesn't return items properly", "Please return an array of objects, one for each item you would like to output.")
}

// checkAllItems brings what code returned into the form of items.
func checkAllItems(v any) ([]any, error) {
	list, isList := v.([]any)
	if o, ok := v.(*node.Object); ok {
		list = []any{o}
		if json, _ := o.Get("json"); !fields.Truthy(json) {
			list = []any{node.NewObject("json", o)}
		}
	} else if !isList {
		return nil, improper()
	}
	if isList {
		keyed := false
		for _, e := range list {
			o, ok := e.(*node.Object)
			if !ok {
				return nil, improper()
			}
			keyed = keyed || hasReserved(o)
		}
		if keyed {
			for i, e := range list {
				if err := checkKeys(e.(*node.Object), i); err != nil {
					return nil, err
				}
			}
		}
	}
	list, err := normalItems(list)
	if err != nil {
		return nil, err
	}
	for i, e := range list {
		if err := checkItem(e.(*node.Object), i); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func hasReserved(o *node.Object) bool {
	for key := range reserved {
		if o.Has(key) {
			return true
		}
	}
	return false
}

// checkKeys refuses an object with n8n's keys and others.
func checkKeys(o *node.Object, item int) error {
	found, unknown := "", ""
	for key := range o.All() {
		switch {
		case !reserved[key] && unknown == "":
			unknown = key
		case reserved[key] && found == "":
			found = key
		}
	}
	switch {
	case unknown == "":
		return nil
	case found != "":
		return codeFault(item, "Invalid output format", "An output item contains the reserved key <code>"+found+"</code>. To get around this, "+
			"please wrap each item in an object, under a key called <code>json</code>. "+
			`<a href="https://docs.n8n.io/data/data-structure/#data-structure" target="_blank">Example</a>`)
	}
	return codeFault(item, "Unknown top-level item key: "+unknown, "Access the properties of an item under `.json`, e.g. `item.json`")
}

// normalItems puts plain objects under json. The list holds objects only.
func normalItems(list []any) ([]any, error) {
	for _, key := range []string{"json", "binary"} {
		with := 0
		for _, e := range list {
			if e.(*node.Object).Has(key) {
				with++
			}
		}
		switch {
		case with == len(list) && key == "json":
			return list, nil
		case with == len(list):
			return filesApart(list), nil
		case with > 0:
			return nil, &node.ErrorInfo{Message: "Inconsistent item format"}
		}
	}
	out := make([]any, len(list))
	for i, e := range list {
		out[i] = node.NewObject("json", e)
	}
	return out, nil
}

// filesApart makes items of objects whose data stand beside their files.
func filesApart(list []any) []any {
	out := make([]any, len(list))
	for i, e := range list {
		data := e.(*node.Object).Clone()
		files, _ := data.Get("binary")
		data.Delete("binary")
		out[i] = node.NewObject("json", data, "binary", files)
	}
	return out
}

func checkItem(o *node.Object, item int) error {
	for _, key := range []string{"json", "binary"} {
		v, there := o.Get(key)
		if _, ok := v.(*node.Object); !ok && (there || key == "json") {
			return codeFault(item, "A '"+key+"' property isn't an object",
				"In the returned data, every key named '"+key+"' must point to an object.")
		}
	}
	return nil
}

// checkEachItem makes an item of what code returned for the input item of an index; at is the place that n8n names in errors.
func checkEachItem(v any, index, at int) (node.Item, error) {
	json := v
	var files any
	if o, ok := v.(*node.Object); ok {
		files, _ = o.Get("binary")
		switch inner, wrapped := o.Get("json"); {
		case wrapped:
			json = inner
		case o.Has("binary"):
			json = &node.Object{}
		}
	}
	item := node.NewObject("json", json)
	if fields.Truthy(files) {
		item.Set("binary", files)
	}
	if err := checkItem(item, at); err != nil {
		return node.Item{}, err
	}
	items, err := itemsOf([]any{item})
	if err != nil {
		return node.Item{}, err
	}
	items[0].Paired = []node.Paired{{Item: index}}
	return items[0], nil
}

// itemsOf reads items whose form is checked. An item with an error stands for that error, as n8n has it.
func itemsOf(list []any) ([]node.Item, error) {
	items, err := node.ItemsOf(list)
	if err != nil {
		return nil, node.NewOperationError("The code returned an item that can't be used: "+err.Error(), "").Wrap(err)
	}
	for i := range items {
		info := items[i].Error
		if info == nil {
			continue
		}
		if info.Time.IsZero() {
			info.Time = time.Now() // it is the code's own, and no failure of the node
		}
		items[i].JSON = node.NewObject("error", info.Message)
	}
	return items, nil
}

// ---- code for each item

var allItemsMethod = regexp.MustCompile(`\$input\.(first|last|all|itemMatching)`)

// checkMethods refuses code for each item that asks for all of them. Like n8n, it looks for the name in lines that are no comments.
func checkMethods(source string) error {
	m := allItemsMethod.FindStringSubmatch(source)
	if m == nil {
		return nil
	}
	for i, line := range strings.Split(source, "\n") {
		line = strings.TrimLeft(line, " \t\r")
		if !strings.Contains(line, m[1]) || strings.HasPrefix(line, "//") || strings.HasPrefix(line, "/*") || strings.HasPrefix(line, "*") {
			continue
		}
		return &node.ErrorInfo{
			Message:     fmt.Sprintf("Can't use .%s() here [line %d, for item 0]", m[1], i+1),
			Description: "This is only available in 'Run Once for All Items' mode",
			Context:     node.NewObject("itemIndex", 0),
		}
	}
	return nil
}
