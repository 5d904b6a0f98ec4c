package markup

import (
	"errors"
	"html"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/nate-go/nate/internal/dates"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// copied is a field of an entry: the element that it is taken from, and its name there. With a snippet, its text without tags stands
// beside it.
type copied struct {
	from, to string
	snippet  bool
}

// The fields of an entry of RSS, in the order in which the library rss-parser puts them out.
var (
	rssFields = []copied{
		{from: "author", to: "creator"},
		{from: "dc:creator", to: "creator"},
		{from: "dc:date", to: "date"},
		{from: "dc:language", to: "language"},
		{from: "dc:rights", to: "rights"},
		{from: "dc:source", to: "source"},
		{from: "dc:title", to: "title"},
		{from: "title", to: "title"},
		{from: "link", to: "link"},
		{from: "pubDate", to: "pubDate"},
		{from: "author", to: "author"},
		{from: "summary", to: "summary"},
		{from: "content:encoded", to: "content:encoded", snippet: true},
		{from: "enclosure", to: "enclosure"},
		{from: "dc:creator", to: "dc:creator"},
		{from: "dc:date", to: "dc:date"},
		{from: "comments", to: "comments"},
	}
	itunesFields = []string{
		"author", "subtitle", "summary", "explicit", "duration", "image", "episode", "season", "keywords", "episodeType",
	}
)

var errNoFeed = errors.New("Feed not recognized as RSS 1 or 2.") //nolint:staticcheck // n8n's text

// feedXML reads XML as it is: every element is a list, attributes stand under "$", text beside them under "_".
var feedXML = xmlOptions{attributes: "$", text: "_", root: defaultRoot, list: true, explicitRoot: true} //nolint:gochecknoglobals // a constant

// parseFeed returns the entries of a feed in RSS 0.9 to 2 or Atom. custom are further elements to copy.
func parseFeed(text string, custom []string) ([]*node.Object, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("Unable to parse XML.") //nolint:staticcheck // n8n's text
	}
	parsed, err := feedXML.parse(text)
	if err != nil {
		return nil, err
	}
	doc, _ := parsed.(*node.Object)
	more := make([]copied, len(custom))
	for i, name := range custom {
		more[i] = copied{from: name, to: name}
	}
	if atom, ok := doc.Get("feed"); ok && atom != "" {
		return entries(atom, "entry", func(entry *node.Object) (*node.Object, error) { return atomEntry(entry, more) })
	}
	more = slices.Concat(rssFields, more)
	if rdf, ok := doc.Get("rdf:RDF"); ok && rdf != "" {
		return entries(rdf, "item", func(entry *node.Object) (*node.Object, error) { return rssEntry(entry, more), nil })
	}
	v, _ := doc.Get("rss")
	rss, _ := v.(*node.Object)
	version := attributeOf(rss, "version")
	if !strings.HasPrefix(version, "2") && !strings.Contains(version, "0.9") {
		return nil, errNoFeed
	}
	channel, ok := first(rss, "channel")
	if !ok {
		return nil, errors.New("the feed has no channel")
	}
	itunes := strings.HasPrefix(version, "2") && attributeOf(rss, "xmlns:itunes") != ""
	return entries(channel, "item", func(entry *node.Object) (*node.Object, error) {
		o := rssEntry(entry, more)
		if itunes {
			o.Set("itunes", itunesEntry(entry))
		}
		return o, nil
	})
}

// entries reads the elements of a name. Those with nothing inside have no fields.
func entries(parent any, name string, read func(*node.Object) (*node.Object, error)) ([]*node.Object, error) {
	o, _ := parent.(*node.Object)
	v, _ := o.Get(name)
	list, _ := v.([]any)
	out := make([]*node.Object, len(list))
	for i, e := range list {
		entry, _ := e.(*node.Object)
		var err error
		if out[i], err = read(entry); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func rssEntry(entry *node.Object, list []copied) *node.Object {
	o := &node.Object{}
	copyFields(entry, o, list)
	if enclosure, ok := first(entry, "enclosure"); ok {
		set(o, "enclosure", attributes(enclosure))
	}
	if description, ok := first(entry, "description"); ok {
		setContent(o, description)
	}
	if guid, ok := first(entry, "guid"); ok {
		if text, has := inner(guid); has && text != "" {
			guid = text
		}
		o.Set("guid", guid)
	}
	if about := attributeOf(entry, "rdf:about"); about != "" {
		o.Set("rdf:about", about)
	}
	if categories, ok := entry.Get("category"); ok {
		o.Set("categories", categories)
	}
	setISODate(o)
	return o
}

func itunesEntry(entry *node.Object) *node.Object {
	o := &node.Object{}
	list := make([]copied, len(itunesFields))
	for i, name := range itunesFields {
		list[i] = copied{from: "itunes:" + name, to: name}
	}
	copyFields(entry, o, list)
	image, _ := first(entry, "itunes:image")
	if href := attributeOf(image, "href"); href != "" {
		o.Set("image", href)
	}
	return o
}

func atomEntry(entry *node.Object, custom []copied) (*node.Object, error) {
	o := &node.Object{}
	copyFields(entry, o, custom)
	if title, ok := first(entry, "title"); ok {
		if text, has := inner(title); has && text != "" {
			title = text
		}
		if title != "" {
			o.Set("title", title)
		}
	}
	if links, _ := entry.Get("link"); links != nil {
		set(o, "link", atomLink(links))
	}
	for _, name := range []string{"published", "updated"} {
		date, _ := first(entry, name)
		if text, ok := date.(string); ok && text != "" && !o.Has("pubDate") {
			iso := isoDate(text)
			if iso == "" {
				return nil, errors.New("Invalid time value") //nolint:staticcheck // n8n's text
			}
			o.Set("pubDate", iso)
		}
	}
	author, _ := first(entry, "author")
	if name, ok := first(author, "name"); ok {
		o.Set("author", name)
	}
	if content, ok := first(entry, "content"); ok {
		setContent(o, content)
	}
	if summary, ok := first(entry, "summary"); ok {
		o.Set("summary", markup(summary))
	}
	if id, ok := first(entry, "id"); ok {
		o.Set("id", id)
	}
	setISODate(o)
	return o, nil
}

// atomLink is where the alternate link leads, or the first one.
func atomLink(links any) any {
	list, _ := links.([]any)
	var link any = node.Undefined
	for i, e := range list {
		href, _ := attributes(e).Get("href")
		if attributeOf(e, "rel") == "alternate" {
			return href
		}
		if i == 0 {
			link = href
		}
	}
	return link
}

// copyFields copies the first elements of a name, text in place of what only has text and attributes.
func copyFields(entry, o *node.Object, list []copied) {
	for _, f := range list {
		v, ok := first(entry, f.from)
		if !ok {
			continue
		}
		if text, ok := inner(v); ok {
			v = text
		}
		o.Set(f.to, v)
		if text, ok := v.(string); ok && f.snippet && text != "" {
			o.Set(f.to+"Snippet", snippet(text))
		}
	}
}

// first returns the first element of a name.
func first(parent any, name string) (any, bool) {
	o, _ := parent.(*node.Object)
	v, _ := o.Get(name)
	list, _ := v.([]any)
	if len(list) == 0 {
		return node.Undefined, false
	}
	return list[0], true
}

// inner returns the text of an element that has attributes or elements too.
func inner(v any) (string, bool) {
	o, _ := v.(*node.Object)
	text, _ := o.Get("_")
	s, ok := text.(string)
	return s, ok
}

func attributes(v any) *node.Object {
	o, _ := v.(*node.Object)
	all, _ := o.Get("$")
	set, _ := all.(*node.Object)
	return set
}

func attributeOf(v any, name string) string {
	text, _ := attributes(v).Get(name)
	s, _ := text.(string)
	return s
}

// set sets a field, or takes it away where there is nothing.
func set(o *node.Object, key string, v any) {
	if none, isObject := v.(*node.Object); v == nil || v == node.Undefined || isObject && none == nil {
		o.Delete(key)
		return
	}
	o.Set(key, v)
}

func setContent(o *node.Object, v any) {
	content := markup(v)
	o.Set("content", content)
	o.Set("contentSnippet", snippet(content))
}

// markup is the content of an element: its text, or what is inside of it as XML below a div.
func markup(v any) string {
	o, isObject := v.(*node.Object)
	if text, ok := inner(v); ok || !isObject {
		if !ok {
			text = fields.Text(v)
		}
		return text
	}
	x := feedXML
	x.root, x.headless, x.compact = "div", true, true
	text, err := x.build(o)
	if err != nil { // the names and characters come from XML; what can't be written again is left out
		return ""
	}
	return text
}

var (
	breaking = regexp.MustCompile(`([^\n])</?(?:h|br|p|ul|ol|li|blockquote|section|table|tr|div)[^\r\x{2028}\x{2029}]*?>([^\n])`)
	tag      = regexp.MustCompile(`<[^\r\x{2028}\x{2029}]*?>`)
)

// snippet is the text of HTML, in lines.
func snippet(text string) string {
	text = tag.ReplaceAllString(breaking.ReplaceAllString(text, "$1\n$2"), "")
	return strings.TrimFunc(html.UnescapeString(text), isSpace)
}

// isSpace reports whether JavaScript takes a character for white space.
func isSpace(r rune) bool { return r == '\uFEFF' || r != '\u0085' && unicode.IsSpace(r) }

// setISODate adds the date in one form, where the entry has one that can be read.
func setISODate(o *node.Object) {
	date, _ := o.Get("pubDate")
	if date == nil || date == node.Undefined || date == "" {
		date, _ = o.Get("date")
	}
	if text, ok := date.(string); ok && text != "" {
		if iso := isoDate(strings.TrimFunc(text, isSpace)); iso != "" {
			o.Set("isoDate", iso)
		}
	}
}

// isoDate is a date as JavaScript reads and writes it; empty: it is none.
func isoDate(text string) string { return node.Date(dates.Parse(text, time.UTC)).String() }
