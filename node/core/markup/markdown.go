package markup

import (
	"context"
	_ "embed" // the libraries
	"errors"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

//go:generate ./markdownjs/bundle.sh

// The libraries that n8n's node works with. Each sets the variable library.
var (
	//go:embed markdownjs/showdown.js
	showdown string
	//go:embed markdownjs/node-html-markdown.js
	nodeHTMLMarkdown string
)

// The scripts convert all texts of a run at once: a list of {text} or {error} comes back.
const (
	convertAll = `
return getNodeParameter('jobs').map(([text, options]) => {
	try {
		return { text: convert(text, options) };
	} catch (error) {
		return { error: String(error && error.message || error) };
	}
});`
	toHTML = `
const convert = (text, options) => {
	const converter = new library.Converter();
	for (const name of Object.keys(options)) converter.setOption(name, options[name]);
	return converter.makeHtml(text);
};` + convertAll
	toMarkdown = `
const convert = (text, options) => library.NodeHtmlMarkdown.translate(text, options);` + convertAll
)

// NewMarkdown returns Markdown (n8n-nodes-base.markdown): it makes HTML of Markdown and Markdown of HTML, with the libraries that n8n
// uses, showdown and node-html-markdown; so the bytes are n8n's. They run in the runtime's script engine, within the limits of code.
func NewMarkdown() node.Node { return markdown{} }

type markdown struct{}

// Definition implements node.Node.
func (markdown) Definition() node.Definition { return markdownDefinition() }

// markdownJob is what is converted for an item.
type markdownJob struct {
	text    any
	options *node.Object
	target  string
	at      int // its place among those that are converted
	err     error
}

// Execute implements node.Node.
func (n markdown) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	if len(c.Items()) == 0 {
		return node.Output{Main: [][]node.Item{{}}}, nil
	}
	mode, err := c.Params(ctx, 0).String("mode")
	if err != nil {
		return node.Output{}, err
	}
	source, parameter, optionsOf := nodeHTMLMarkdown+toMarkdown, "html", markdownOptions
	if mode == "markdownToHtml" {
		source, parameter, optionsOf = showdown+toHTML, "markdown", htmlOptions
	}
	jobs := make([]markdownJob, len(c.Items()))
	given := []any{}
	for i := range jobs {
		job := &jobs[i]
		p := c.Params(ctx, i)
		if job.text, job.err = p.Value(parameter); job.err != nil {
			continue
		}
		if job.target, job.err = p.String("destinationKey"); job.err != nil {
			continue
		}
		if job.options, job.err = optionsOf(p); job.err == nil {
			job.at = len(given)
			given = append(given, []any{job.text, job.options})
		}
	}
	result, err := c.Script().Run(ctx, node.ScriptRun{
		Source: source, Kind: node.ScriptFunction, Arguments: node.NewObject("jobs", given),
	})
	if err != nil {
		return node.Output{}, err
	}
	done, _ := result.([]any)
	if len(done) != len(given) {
		return node.Output{}, errors.New("the conversion gave no result")
	}
	return node.ExecuteItems(ctx, c, node.PerItem(n.Definition(), func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		job := jobs[it.Index]
		if job.err != nil {
			return nil, job.err
		}
		converted, _ := done[job.at].(*node.Object)
		if message, failed := converted.Get("error"); failed {
			return nil, errors.New(fields.Text(message))
		}
		out := fields.Copy(it.Item().JSON)
		// What is not there stays so.
		if text, ok := converted.Get("text"); ok {
			if err := fields.Set(out, job.target, text); err != nil {
				return nil, err
			}
		}
		return []node.Item{{JSON: out}}, nil
	}), node.Retry{})
}

// htmlOptions are showdown's options: those of the node by the same names.
func htmlOptions(p *node.Params) (*node.Object, error) { return p.Object("options") }

// markdownOptions are node-html-markdown's options.
func markdownOptions(p *node.Params) (*node.Object, error) {
	given, err := p.Object("options")
	if err != nil {
		return nil, err
	}
	out := &node.Object{}
	for name, v := range given.All() {
		switch name {
		case "textReplace":
			group, _ := v.(*node.Object)
			rows, _ := group.Get("values")
			v = pairs(rows)
		case "lineStartEscape", "globalEscape":
			group, _ := v.(*node.Object)
			row, _ := group.Get("value")
			if l := pairs([]any{row}); len(l) > 0 {
				v = l[0]
			} else {
				v = nil
			}
		case "ignore", "blockElements":
			if text := fields.Text(v); text != "" {
				names := []any{}
				for part := range strings.SplitSeq(text, ",") {
					names = append(names, strings.TrimSpace(part))
				}
				v = names
			}
		}
		if fields.Truthy(v) {
			out.Set(name, v)
		}
	}
	return out, nil
}

// pairs are rows of a pattern and what replaces it.
func pairs(rows any) []any {
	l, _ := rows.([]any)
	out := []any{}
	for _, row := range l {
		o, ok := row.(*node.Object)
		if !ok || o.Len() == 0 {
			continue
		}
		pattern, _ := o.Get("pattern")
		replacement, _ := o.Get("replacement")
		out = append(out, []any{pattern, replacement})
	}
	return out
}
