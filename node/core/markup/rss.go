package markup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"time"

	"golang.org/x/text/encoding/htmlindex"

	"github.com/nate-go/nate/internal/address"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewRSSRead returns RSS Read (n8n-nodes-base.rssFeedRead), type versions 1 to 1.2: it fetches feeds in RSS and Atom and puts out their
// entries, as the library rss-parser lays them out.
func NewRSSRead() node.Node { return rssRead{node.PerItem(rssFeedReadDefinition(), readFeed)} }

type rssRead struct{ perItem node.ItemNode }

// Definition implements node.Node.
func (n rssRead) Definition() node.Definition { return n.perItem.Definition() }

// Execute implements node.Node. Version 1 reads one feed, whatever the number of items.
func (n rssRead) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	if c.Instance().TypeVersion > 1 || len(c.Items()) == 0 {
		return n.perItem.Execute(ctx, c)
	}
	out, err := readFeed(ctx, node.ItemCall{Call: c, Params: c.Params(ctx, 0)})
	if err != nil {
		if ctx.Err() != nil || !c.ContinueOnFail() {
			return node.Output{}, node.AtItem(err, 0)
		}
		out = []node.Item{node.FailedItem(err)}
	}
	links := make([]node.Paired, len(c.Items()))
	for i := range links {
		links[i].Item = i
	}
	for i := range out {
		out[i].Paired = links
	}
	return node.Output{Main: [][]node.Item{out}}, nil
}

// What a feed is asked for with.
const (
	acceptRSS = "application/rss+xml"
	acceptAll = "application/rss+xml, application/rdf+xml;q=0.8, application/atom+xml;q=0.6, application/xml;q=0.4, text/xml;q=0.4"
)

// readFeed makes an item of each entry of a feed.
func readFeed(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	feedURL, err := it.Params.Value("url")
	if err != nil {
		return nil, err
	}
	options, err := it.Params.Object("options")
	if err != nil {
		return nil, err
	}
	ignore, _ := options.Get("ignoreSSL")
	given, _ := options.Get("customFields")
	var custom []string
	if given != nil && fields.Truthy(given) {
		for name := range strings.SplitSeq(fields.Text(given), ",") {
			custom = append(custom, strings.TrimFunc(name, isSpace))
		}
	}
	accept := acceptRSS
	if it.Instance().TypeVersion >= 1.2 {
		accept = acceptAll
	}
	if !fields.Truthy(feedURL) {
		return nil, errNoURL
	}
	text, _ := feedURL.(string)
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Scheme == "" {
		return nil, node.NewOperationError(`The provided "URL" is not valid!`, "")
	}
	feed := feed{url: text, accept: accept, custom: custom, skipVerify: fields.Truthy(ignore)}
	list, err := feed.entries(ctx, it.Call)
	if err != nil {
		return nil, err
	}
	out := make([]node.Item, len(list))
	for i, entry := range list {
		out[i].JSON = entry
	}
	return out, nil
}

var errNoURL = node.NewOperationError(`The parameter "URL" has to be set!`, "")

// feed is a feed to fetch.
type feed struct {
	url, accept string
	custom      []string
	skipVerify  bool
}

const (
	feedTimeout   = 5 * time.Minute
	feedRedirects = 21
	maxFeed       = 64 << 20
)

// entries fetches the feed. Errors are operation errors with n8n's texts, as far as it has one.
func (f feed) entries(ctx context.Context, c *node.Call) ([]*node.Object, error) {
	text, err := f.fetch(ctx, c)
	if err != nil {
		return nil, err
	}
	list, err := parseFeed(text, f.custom)
	if err != nil {
		return nil, node.NewOperationError(err.Error(), "").Wrap(err)
	}
	return list, nil
}

func (f feed) fetch(ctx context.Context, c *node.Call) (string, error) {
	if scheme, _, ok := strings.Cut(strings.TrimSpace(f.url), ":"); ok && scheme != "http" && scheme != "https" {
		return "", node.NewOperationError("Unsupported protocol "+scheme+":", "")
	}
	u, err := address.Parse(f.url)
	if err != nil {
		return "", node.NewOperationError(err.Error(), "")
	}
	client, err := c.HTTPClientWith(node.TransportOptions{SkipVerify: f.skipVerify})
	if err != nil {
		return "", err
	}
	client.CheckRedirect = func(_ *http.Request, via []*http.Request) error {
		if len(via) > feedRedirects {
			return errors.New("Maximum number of redirects exceeded") //nolint:staticcheck // n8n's text
		}
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, feedTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return "", node.NewOperationError(`The provided "URL" is not valid!`, "")
	}
	req.Header.Set("Accept", f.accept)
	req.Header.Set("User-Agent", "nate")
	res, err := client.Do(req)
	if err != nil {
		return "", f.failed(err)
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		return "", node.NewOperationError(fmt.Sprintf("Request failed with status code %d", res.StatusCode), "")
	}
	content, err := io.ReadAll(io.LimitReader(res.Body, maxFeed+1))
	switch {
	case err != nil:
		return "", f.failed(err)
	case len(content) > maxFeed:
		return "", node.NewOperationError(fmt.Sprintf("The feed is larger than %d MB", maxFeed>>20), "")
	}
	return decoded(content, res.Header.Get("Content-Type")), nil
}

// failed is a request without an answer.
func (f feed) failed(err error) error {
	if errors.Is(err, syscall.ECONNREFUSED) {
		return node.NewOperationError(
			fmt.Sprintf("It was not possible to connect to the URL. Please make sure the URL %q it is valid!", withoutPassword(f.url)), "").Wrap(err)
	}
	return node.NewOperationError(node.NewNetworkError(err).CauseMessage, "").Wrap(err)
}

func withoutPassword(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.User == nil {
		return text
	}
	return u.Redacted()
}

var (
	charset   = regexp.MustCompile(`(?i)charset=["']?([^;,\s"']+)`)
	prologSet = regexp.MustCompile(`^[\s\x{FEFF}]*<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)["']`)
)

// decoded is a feed as text, in the character set that the answer or the XML names.
func decoded(content []byte, contentType string) string {
	m := charset.FindStringSubmatch(contentType)
	if m == nil {
		if prolog := prologSet.FindSubmatch(content[:min(len(content), 1000)]); prolog != nil {
			m = []string{"", string(prolog[1])}
		}
	}
	if m != nil {
		if set, err := htmlindex.Get(m[1]); err == nil {
			if name, _ := htmlindex.Name(set); name != "utf-8" {
				if text, err := set.NewDecoder().Bytes(content); err == nil {
					return string(text)
				}
			}
		}
	}
	return strings.TrimPrefix(strings.ToValidUTF8(string(content), "\uFFFD"), "\uFEFF")
}

// NewRSSFeedTrigger returns RSS Feed Trigger (n8n-nodes-base.rssFeedReadTrigger). When to look for what is new is the embedder's to know; a
// run that begins here without items puts out the first entry of the feed, as n8n does when it is run by hand.
func NewRSSFeedTrigger() node.Node { return rssFeedTrigger{} }

type rssFeedTrigger struct{}

// Definition implements node.Node.
func (rssFeedTrigger) Definition() node.Definition { return rssFeedReadTriggerDefinition() }

// Execute implements node.Node.
func (rssFeedTrigger) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	items, _ := c.Input(0)
	if len(items) > 1 || len(items) == 1 && (items[0].JSON.Len() > 0 || items[0].Binary.Len() > 0) {
		return node.Output{Main: [][]node.Item{items}}, nil
	}
	v, err := c.Params(ctx, 0).Value("feedUrl")
	if err != nil {
		return node.Output{}, err
	}
	text, _ := v.(string)
	if text == "" {
		return node.Output{}, errNoURL
	}
	list, err := feed{url: text, accept: acceptRSS}.entries(ctx, c)
	if err != nil {
		return node.Output{}, err
	}
	out := node.Item{JSON: &node.Object{}}
	if len(list) > 0 {
		out.JSON = list[0]
	}
	return node.Output{Main: [][]node.Item{{out}}}, nil
}
