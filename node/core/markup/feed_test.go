package markup

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// FuzzFeed holds for every text: parseFeed comes back with entries that are JSON, or an error; what is read once more is the same.
func FuzzFeed(f *testing.F) {
	f.Add(`<rss version="2.0" xmlns:itunes="x"><channel><item><title>t</title><itunes:image href="i"/><enclosure url="u"/><guid x="y">g</guid></item></channel></rss>`, "a, title")
	f.Add(`<feed><entry><title type="xhtml"><div>a <b>c</b></div></title><link rel="self" href="h"/><content type="xhtml"><p a="&lt;"/></content><updated>2003</updated></entry></feed>`, "")
	f.Add(`<rdf:RDF><channel/><item rdf:about="a"><dc:date>2023-02-09T13:40:00Z</dc:date><description><![CDATA[<p>x</p> &amp;]]></description></item></rdf:RDF>`, "rdf:about")
	f.Add("<rss version='0.91'\r><channel>\x01<item><link>\r\n<![CDATA[ \r]]></link><constructor/><_>x</_></item></channel></rss>", "_,$,constructor")
	f.Add(`<!DOCTYPE a [<!ENTITY b "c">]><rss version="2"><channel><item><title>&b;&#x10FFFF;&nbsp;</title></item></channel></rss>`, "")
	f.Add(strings.Repeat("<feed>", 2000), "")
	f.Fuzz(func(t *testing.T, text, custom string) {
		names := strings.Split(custom, ",")
		list, err := parseFeed(text, names)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		again, err := parseFeed(text, names)
		require.NoError(t, err)
		require.Len(t, again, len(list))
		for i, entry := range list {
			out := node.AppendJSON(nil, entry)
			require.Equal(t, string(out), string(node.AppendJSON(nil, again[i])))
			_, err := node.ParseJSON(out)
			require.NoError(t, err, "%s", out)
		}
	})
}

func TestDecodedFeeds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ content, contentType, want string }{
		"UTF-8":               {"ü", "", "ü"},
		"byte order mark":     {"\uFEFFü", "text/xml; charset=utf-8", "ü"},
		"type":                {"\xfc", "text/xml; charset=ISO-8859-1", "ü"},
		"quoted type":         {"\xfc", `text/xml; Charset="iso-8859-1"`, "ü"},
		"prolog":              {`<?xml version="1.0" encoding='windows-1252'?>` + "\x80", "text/xml", `<?xml version="1.0" encoding='windows-1252'?>€`},
		"type before prolog":  {`<?xml version="1.0" encoding="koi8-r"?>` + "\xfc", "text/xml; charset=latin1", `<?xml version="1.0" encoding="koi8-r"?>ü`},
		"unknown set":         {"ü", "text/xml; charset=nope", "ü"},
		"none of a character": {"\xfc", "text/xml", "\uFFFD"},
	} {
		require.Equal(t, c.want, decoded([]byte(c.content), c.contentType), name)
	}
}

func TestControlCharacters(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"a\rb", "a\x00b", "<a b='\r'\r c=\"\x01'\">\r<![CDATA[\r\x02]]><!-- \r\x03 -->\r</a>", "\r<", "<![CDATA[\r", "<!--\r", "<a b='\r",
	} {
		require.Equal(t, text, unmaskControls(maskControls(text)))
	}
	v, err := feedXML.parse("<a\r b='1\r\n2'>\r\n<c>\x08\r</c><d><![CDATA[\r\n]]></d></a>")
	require.NoError(t, err)
	require.Equal(t, `{"a":{"$":{"b":"1\r\n2"},"c":["\b\r"],"d":["\r\n"]}}`, string(node.AppendJSON(nil, v)))
}
