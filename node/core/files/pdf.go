package files

import (
	"context"
	"math"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/internal/pdf"
	"github.com/nate-go/nate/node"
)

// pdfJSVersion is the version of pdf.js whose output ours is like: n8n puts it out.
const pdfJSVersion = "5.4.296"

// NewReadPDF returns Read PDF (n8n-nodes-base.readPDF), the older form of Extract from File's operation for PDF: the text of a PDF
// file, and what the file says about itself. Layout is pdf.js's; Type 3 fonts without a box, and fonts that need Adobe's maps for East
// Asian languages, give no text.
func NewReadPDF() node.Node { return readPDF{} }

type readPDF struct{}

// Definition implements node.Node.
func (readPDF) Definition() node.Definition { return readPDFDefinition() }

// Execute implements node.Node.
func (n readPDF) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	return eachItem(ctx, c, n.Definition(), func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		property, err := it.Params.Value("binaryPropertyName")
		if err != nil {
			return nil, err
		}
		password, err := textParameter(it.Params, "password", "")
		if err != nil {
			return nil, err
		}
		content, err := readPDFContent(ctx, it, property, pdfOptions{password: password, join: true, most: math.MaxInt})
		if err != nil {
			return nil, err
		}
		return []node.Item{{JSON: content, Binary: it.Item().Binary}}, nil
	})
}

// pdfOptions say what is read of a PDF file.
type pdfOptions struct {
	password string
	join     bool
	most     int // pages
}

// extractPDF puts out what is in a PDF file.
func extractPDF(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	o, err := options(it.Params)
	if err != nil {
		return nil, err
	}
	property, err := it.Params.Value("binaryPropertyName")
	if err != nil {
		return nil, err
	}
	join, set := o.Get("joinPages")
	// n8n takes 0 by the word: no page. Where the option is not set it reads all of them.
	pages, _ := o.Get("maxPages")
	settings := pdfOptions{password: optionText(o, "password"), join: !set || fields.Truthy(join), most: whole(pages, math.MaxInt)}
	if settings.most < 0 {
		settings.most = 0
	}
	content, err := readPDFContent(ctx, it, property, settings)
	if err != nil {
		return nil, err
	}
	return []node.Item{keptSource(it, property, optionText(o, "keepSource"), content)}, nil
}

// keptSource is an item with what was read, and what of the input item is kept beside it.
func keptSource(it node.ItemCall, property any, keep string, content *node.Object) node.Item {
	out := node.Item{JSON: content}
	if keep != "" && keep != "binary" {
		out.JSON = fields.Copy(it.Item().JSON)
		for key, v := range content.All() {
			out.JSON.Set(key, v)
		}
	}
	out.Binary = it.Item().Binary
	if name, isName := property.(string); isName && keep != "binary" && keep != "both" {
		out.Binary = out.Binary.Without(name)
	}
	return out
}

func readPDFContent(ctx context.Context, it node.ItemCall, property any, o pdfOptions) (*node.Object, error) {
	_, content, err := read(ctx, it.Call, it.Index, property)
	if err != nil {
		return nil, err
	}
	d, err := pdf.Open(content, o.password)
	if err != nil {
		return nil, err
	}
	pages := make([]any, min(d.Pages(), o.most))
	for i := range pages {
		if pages[i], err = d.Text(ctx, i); err != nil {
			return nil, err
		}
	}
	out := node.NewObject("numpages", float64(d.Pages()), "numrender", float64(d.Pages()), "info", pdfObject(d.Info()))
	if metadata := d.Metadata(); metadata != nil {
		out.Set("metadata", pdfObject(metadata))
	}
	out.Set("text", pages)
	if o.join {
		out.Set("text", joined(pages, "\n\n"))
	}
	out.Set("version", pdfJSVersion)
	return out, nil
}

func joined(texts []any, separator string) string {
	var b strings.Builder
	for i, text := range texts {
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(text.(string))
	}
	return b.String()
}

func pdfObject(list []pdf.Field) *node.Object {
	out := &node.Object{}
	for _, f := range list {
		switch v := f.Value.(type) {
		case []pdf.Field:
			out.Set(f.Name, pdfObject(v))
		case []string:
			texts := make([]any, len(v))
			for i, text := range v {
				texts[i] = text
			}
			out.Set(f.Name, texts)
		default:
			out.Set(f.Name, v)
		}
	}
	return out
}
