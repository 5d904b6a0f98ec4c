package all_test

import (
	"math/rand/v2"
	"strings"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// maker makes values: first as the bytes of a fuzzer say, so that it can change a choice at a time, then at random.
type maker struct {
	choices []byte
	*rand.Rand
}

func newMaker(choices []byte, seed uint64) *maker {
	return &maker{choices, rand.New(rand.NewPCG(seed, uint64(len(choices))))}
}

// IntN returns a number below n, which is at most 256 where it matters that all can come.
func (m *maker) IntN(n int) int {
	if len(m.choices) == 0 || n <= 1 {
		return m.Rand.IntN(max(n, 1))
	}
	c := m.choices[0]
	m.choices = m.choices[1:]
	return int(c) % n
}

func (m *maker) of(texts []string) string { return texts[m.IntN(len(texts))] }

// once in n times.
func (m *maker) once(n int) bool { return m.IntN(n) == n-1 }

var someTexts = []string{
	"", "a", "b", "a.b", "list[0].x", "$binary", "$json.a", "data", "0", "-1", "1e9", "true", "{", `{"a":1}`, `[1,{"b":null}]`, "ü😀", "\x00", "(",
	"^(a+)+$", "[a-z", "../../etc/passwd", "/etc/passwd", "constructor", "__proto__", "<a><b>1</b></a>", "<table><tr><td>1</td></tr></table>",
	"a,b\n1,\"2", "2024-01-02T03:04:05Z", "aGVsbG8=", "a.b.c", "a, b", "GET", "10", "UTC", "id", "articles", "\r\nX-Injected: 1",
}

var someExpressions = []string{
	"={{ $json.a }}", "={{ $json }}", "={{ undefined }}", "={{ [1,2] }}", "=a{{ $json.list }}", "={{ null }}", "={{ $json.a.b.c }}", "={{ {a: 1} }}",
	"={{ $input.all() }}", "={{ $('N').first() }}", "={{ $response.body }}", "={{ $pageCount }}", "={{ $now }}", "={{ (", "={{ NaN }}", "={{ $itemIndex }}",
	"={{ 'x'.repeat(5000) }}", "={{ $json[{}] }}", "={{ $binary.data }}", "={{ $fromAI('x') }}",
}

// somePaths begin with the folder that is open, see folders, and lead out of it in many ways.
var somePaths = []string{
	"open/a.txt", "open/**", "open/*", "open/../secret.txt", "open/../*", "open/**/../../*", "open/link/secret.txt", "open/link/*", "open/out", "open/new",
	"open/{a.txt,../secret.txt}", "open/sub/../a.txt", "open/\x00", "secret.txt", "open/link/new", "open/absolute", "open/@(a|b)*", "open/.git/config",
	"open/sub.json", "open/link/sub.json", "outside/sub.json", "open/sub", "open", "open/../open/a.txt", ".", "/", "~", "open/new/deeper/file",
}

// someURLs lead to the two hosts that may be asked, and elsewhere in many ways.
var someURLs = []string{
	"http://allowed.example/a?b=c#d", "https://allowed.example", "http://allowed.example/redirect", "http://other.example/", "//other.example",
	"http://allowed.example@other.example/", "http://other.example#@allowed.example/", "http://other.example\\@allowed.example", "http://169.254.169.254/latest",
	"http://[::ffff:169.254.169.254]/", "http://2852039166/", "http://0xa9fea9fe/", "file:///etc/passwd", "http://", "ftp://allowed.example", "http://directus.example/items/a",
	"http://ALLOWED.example.:80/", "http://allowed.example:99999", "http://user:pass@allowed.example/", "http://allowed.example.other.example", "http://[::1]/",
	"/relative", "http://localhost:1", "http://ällowed.example", "http://allowed.example/\r\nHost: other.example", "=http://allowed.example/?a={{ $json.a }}",
	"={{ $response.body.next }}", "={{ $json.a }}", "http://allowed.example/ü ?ä=ö&ä", "http://allowed.example/%zz",
}

var someJSON = []string{
	"", "{}", "[]", "null", `{"a":1,"b":[{"c":null}]}`, `{"a":{"_eq":1}}`, `[{"id":1},{"id":"x"}]`, `{"url":"http://other.example"}`, "1", `"text"`, "{", `{"a":}`,
	`{"Host":"other.example","Authorization":"x","a b":"\n"}`, `={{ $json }}`, `={"a":{{ $json.a }}}`, `{"__proto__":{"x":1}}`, `{"a":1e400}`,
	// Workflows: one that calls itself, one that reads files.
	`{"nodes":[{"name":"S","type":"n8n-nodes-base.executeWorkflowTrigger","typeVersion":1.1,"position":[0,0],"parameters":{"inputSource":"passthrough"}},` +
		`{"name":"E","type":"n8n-nodes-base.executeWorkflow","typeVersion":1,"position":[0,0],"parameters":{"source":"localFile","workflowPath":"open/sub.json"}}],` +
		`"connections":{"S":{"main":[[{"node":"E","type":"main","index":0}]]}}}`,
	`{"nodes":[{"name":"S","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}},` +
		`{"name":"R","type":"n8n-nodes-base.readBinaryFile","typeVersion":1,"position":[0,0],"parameters":{"filePath":"secret.txt"}}],` +
		`"connections":{"S":{"main":[[{"node":"R","type":"main","index":0}]]}}}`,
}

var someCode = []string{
	"return items;", "return $input.all();", "return [{json:{a:1}}]", "while(true){}", "throw 1", "throw new Error('x')", "return null", "return",
	"require('fs').readFileSync('secret.txt')", "process.exit()", "const a=[];while(true)a.push(new Array(1e6).fill(1))", "return {json:{a:this}}", "(", "return item",
	"await new Promise(()=>{})", "items[0].json.a = 1; return items", "function f(){f()} f()", "return [{json:{a:1},binary:{data:{data:'aGk=',mimeType:'text/plain'}}}]",
	"return [{json:{},pairedItem:99}]", "return fetch('http://other.example')", "return $('In').all()", "return a.json.a - b.json.a", "$getWorkflowStaticData('global').x = 1; return []",
	"const a = {}; a.a = a; return [{json:a}]", "return items[0].getBinaryData", "return Array.from({length:1e5},()=>({json:{}}))",
}

// text is one of any kind.
func (m *maker) text() string {
	switch n := m.IntN(12); {
	case n < 6:
		return m.of(someTexts)
	case n == 6:
		return m.of(someExpressions)
	case n == 7:
		return m.of(someURLs)
	case n == 8:
		return m.of(someJSON)
	case n == 9:
		return m.of(someCode)
	}
	return m.of(somePaths)
}

// value is any JSON.
func (m *maker) value(depth int) any {
	switch n := m.IntN(10); {
	case n == 0:
		return nil
	case n == 1:
		return m.once(2)
	case n == 2:
		return []float64{0, 1, -1, 0.5, 1e21, 1e-9, 3}[m.IntN(7)]
	case n < 6 || depth > 3:
		return m.text()
	case n < 8:
		list := make([]any, m.IntN(4))
		for i := range list {
			list[i] = m.value(depth + 1)
		}
		return list
	}
	return m.object(depth + 1)
}

func (m *maker) object(depth int) *node.Object {
	o := &node.Object{}
	for range m.IntN(4) {
		o.Set(m.of([]string{"a", "b", "list", "data", "0", "a.b", "error", m.of(someTexts)}), m.value(depth+1))
	}
	return o
}

// parameter is a value for a property: mostly one of its kind.
func (m *maker) parameter(p *schemas.Property) any {
	switch m.IntN(24) {
	case 0:
		return m.value(0)
	case 1:
		return m.of(someExpressions)
	}
	switch p.Type {
	case schemas.Options:
		if len(p.Options) > 0 {
			return p.Options[m.IntN(len(p.Options))].Value
		}
	case schemas.MultiOptions:
		chosen := []any{}
		for _, o := range p.Options {
			if m.once(3) {
				chosen = append(chosen, o.Value)
			}
		}
		return chosen
	case schemas.Boolean:
		return m.once(2)
	case schemas.Number:
		return []any{0, 1, -1, 2.5, 1000, 1e300, 20}[m.IntN(7)]
	case schemas.JSON:
		return m.of(someJSON)
	case schemas.DateTime:
		return m.of([]string{"2024-01-02T03:04:05Z", "", "yesterday", "={{ $now }}", "0000-00-00", "1e99"})
	case schemas.Collection:
		return m.parameters(p.Fields)
	case schemas.FixedCollection:
		return m.groups(p)
	case schemas.ResourceLocator:
		mode := "id"
		if len(p.Modes) > 0 {
			mode = p.Modes[m.IntN(len(p.Modes))].Name
		}
		return node.NewObject("__rl", true, "mode", mode, "value", m.value(3))
	case schemas.ResourceMapper:
		return node.NewObject("mappingMode", m.of([]string{"defineBelow", "autoMapInputData"}), "value", m.object(2), "schema", []any{})
	case schemas.Filter:
		return m.filter()
	case schemas.AssignmentCollection:
		rows := make([]any, m.IntN(4))
		for i := range rows {
			rows[i] = node.NewObject("name", m.text(), "value", m.value(2), "type", m.of([]string{"string", "number", "boolean", "array", "object", "x"}))
		}
		return node.NewObject("assignments", rows)
	}
	return m.textFor(strings.ToLower(p.Name))
}

// textFor is a text that suits the name of a parameter.
func (m *maker) textFor(name string) string {
	for _, suits := range []struct {
		part  string
		texts []string
	}{{"url", someURLs}, {"code", someCode}, {"path", somePaths}, {"file", somePaths}, {"json", someJSON}} {
		if strings.Contains(name, suits.part) && !m.once(4) {
			return m.of(suits.texts)
		}
	}
	return m.text()
}

func (m *maker) groups(p *schemas.Property) *node.Object {
	o := &node.Object{}
	for _, g := range p.Groups {
		if multiple, _ := p.TypeOptions["multipleValues"].(bool); !multiple {
			o.Set(g.Name, m.parameters(g.Values))
			continue
		}
		rows := make([]any, m.IntN(3))
		for i := range rows {
			rows[i] = m.parameters(g.Values)
		}
		o.Set(g.Name, rows)
	}
	return o
}

func (m *maker) filter() *node.Object {
	rows := make([]any, m.IntN(4))
	for i := range rows {
		kind := m.of([]string{"string", "number", "boolean", "array", "object", "dateTime", "any"})
		operation := m.of([]string{"equals", "notEquals", "exists", "empty", "contains", "regex", "gt", "after", "lengthGt", "true", "startsWith", "x"})
		rows[i] = node.NewObject("leftValue", m.value(2), "rightValue", m.value(2), "operator", node.NewObject("type", kind, "operation", operation, "singleValue", m.once(3)))
	}
	return node.NewObject("options", node.NewObject("typeValidation", m.of([]string{"strict", "loose"}), "caseSensitive", m.once(2), "version", 2), "conditions", rows,
		"combinator", m.of([]string{"and", "or", "x"}))
}

// parameters are values for some of the properties.
func (m *maker) parameters(properties []schemas.Property) *node.Object {
	o := &node.Object{}
	for i := range properties {
		if !m.once(4) {
			o.Set(properties[i].Name, m.parameter(&properties[i]))
		}
	}
	return o
}

// ofNode are values for a node in a version: first the choices that others depend on, one after the other, then some of the rest, and now
// and then one that is not displayed.
func (m *maker) ofNode(def *node.Definition, version float64) *node.Object {
	o := &node.Object{}
	for range 3 {
		for _, p := range def.Shown(o, version) {
			if p.NoDataExpression && len(p.Options) > 1 && !o.Has(p.Name) {
				o.Set(p.Name, m.parameter(p))
				break
			}
		}
	}
	for _, p := range def.Shown(o, version) {
		if !o.Has(p.Name) && !m.once(4) {
			o.Set(p.Name, m.parameter(p))
		}
	}
	if n := len(def.Properties); n > 0 && m.once(8) {
		p := &def.Properties[m.IntN(n)]
		o.Set(p.Name, m.parameter(p))
	}
	return o
}

func (m *maker) items() []node.Item {
	items := make([]node.Item, m.IntN(5))
	for i := range items {
		items[i].JSON = m.object(0)
		if m.once(2) {
			name := m.of([]string{"a.csv", "a.json", "a.html", "a.xlsx", "a.xml", "", "a.ics", "a.pdf", "a.png", "../a"})
			items[i].Binary = items[i].Binary.With("data", node.NewBinary(name, "").WithData([]byte(m.text())))
		}
	}
	return items
}
