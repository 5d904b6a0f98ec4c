package runtime

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/nearest"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

// Registry holds the nodes that workflows may use, by type and type version, and the credential types that they bring.
// It does not change once made and is safe for concurrent use. The zero Registry is empty.
type Registry struct {
	entries     map[string][]func() *entry  // by type; a node that is lazy is made when its type is looked up
	credentials map[string]credentials.Type // beside those that nodes bring along
}

// entry is one node with its definition, read once.
type entry struct {
	node        node.Node
	def         node.Definition
	credentials map[string]credentials.Type
	// choosesCredentials says that parameters of the node name credential types.
	choosesCredentials bool
}

func entryOf(n node.Node) *entry {
	e := &entry{node: n, def: n.Definition(), credentials: map[string]credentials.Type{}}
	if c, ok := n.(node.CredentialTyper); ok {
		for _, t := range c.CredentialTypes() {
			e.credentials[t.Name] = t
		}
	}
	e.choosesCredentials = slices.ContainsFunc(e.def.Properties, func(p schemas.Property) bool { return p.Type == schemas.CredentialsSelect })
	return e
}

// NewRegistry returns a Registry of the given nodes. Where two have a type and version in common the later one counts. Nodes that are nil
// are left out.
func NewRegistry(nodes ...node.Node) *Registry { return (&Registry{}).With(nodes...) }

// With returns a Registry that has more nodes; the receiver stays as it is.
func (r *Registry) With(nodes ...node.Node) *Registry {
	out := r.Without()
	for _, n := range nodes {
		if n == nil {
			continue
		}
		var types []string
		var load func() *entry
		if lazy, ok := n.(*node.LazyNode); ok {
			types, load = lazy.Types(), sync.OnceValue(func() *entry { return entryOf(lazy.Node()) })
		} else {
			e := entryOf(n)
			types, load = e.def.Types, func() *entry { return e }
		}
		for _, t := range types {
			out.entries[t] = append([]func() *entry{load}, out.entries[t]...)
		}
	}
	return out
}

// WithCredentialTypes returns a Registry that has more credential types than those that its nodes bring along; the receiver stays as
// it is. A type takes the place of one of the same name.
func (r *Registry) WithCredentialTypes(types ...credentials.Type) *Registry {
	out := r.Without()
	if out.credentials == nil {
		out.credentials = map[string]credentials.Type{}
	}
	for _, t := range types {
		out.credentials[t.Name] = t
	}
	return out
}

// Without returns a Registry that lacks the given node types; the receiver stays as it is.
func (r *Registry) Without(types ...string) *Registry {
	out := &Registry{entries: maps.Clone(r.entries), credentials: maps.Clone(r.credentials)}
	if out.entries == nil {
		out.entries = map[string][]func() *entry{}
	}
	for _, t := range types {
		delete(out.entries, t)
	}
	return out
}

// Types returns the node types, sorted.
func (r *Registry) Types() []string { return slices.Sorted(maps.Keys(r.entries)) }

// Definitions returns the definitions of a node type, the newest versions first; nil when the type is unknown.
func (r *Registry) Definitions(nodeType string) []node.Definition {
	var defs []node.Definition
	for _, load := range r.entries[nodeType] {
		defs = append(defs, load().def)
	}
	slices.SortStableFunc(defs, func(a, b node.Definition) int { return -compareVersions(a.Versions, b.Versions) })
	return defs
}

func compareVersions(a, b []float64) int { return slices.Compare(newestFirst(a), newestFirst(b)) }

func newestFirst(versions []float64) []float64 {
	v := slices.Clone(versions)
	slices.Sort(v)
	slices.Reverse(v)
	return v
}

// Supports reports whether a node can be executed: its type and version are in the Registry, as are credential types that
// its parameters choose, and the node has nothing against its parameters (an operation that it does not have, say).
func (r *Registry) Supports(n *workflows.Node) bool {
	e, err := r.lookup(n.Type, n.TypeVersion)
	if err != nil {
		return false
	}
	for _, chosen := range e.chosenCredentials(n) {
		if t, ok := r.credentialTypeFor(e, chosen.credentialType); !ok || t.Unsupported != "" {
			return false
		}
	}
	checker, ok := e.node.(node.Checker)
	return !ok || len(checker.Check(e.def.Parameters(n.Parameters, n.TypeVersion))) == 0
}

// credentialTypeFor returns a credential type as the node itself brings it along, else as any other does.
func (r *Registry) credentialTypeFor(e *entry, name string) (credentials.Type, bool) {
	if e != nil {
		if t, ok := e.credentials[name]; ok {
			return t, true
		}
	}
	return r.CredentialType(name)
}

// CredentialType returns the credential type of that name: one of WithCredentialTypes, else one that a node brings along.
func (r *Registry) CredentialType(name string) (credentials.Type, bool) {
	if t, ok := r.credentials[name]; ok {
		return t, true
	}
	for _, nodeType := range r.Types() {
		for _, load := range r.entries[nodeType] {
			if t, ok := load().credentials[name]; ok {
				return t, true
			}
		}
	}
	return credentials.Type{}, false
}

// advice says what to do about a node that lookup does not find.
func (r *Registry) advice(n *workflows.Node) string {
	if r.entries[n.Type] != nil {
		if !n.Raw().Has("typeVersion") {
			return "it has no typeVersion, which counts as 1: set it to one of them"
		}
		return "set typeVersion to one of them"
	}
	const otherwise = "pin what it puts out, or remove it"
	if strings.HasSuffix(n.Type, "Tool") { // n8n makes them of nodes that have no tool of their own
		return "tools of AI agents are not supported: " + otherwise
	}
	dot := strings.LastIndexByte(n.Type, '.')
	pkg, name := n.Type[:max(dot, 0)], n.Type[dot+1:]
	packages := map[string][]string{}
	for _, t := range r.Types() {
		dot := strings.LastIndexByte(t, '.')
		packages[t[:max(dot, 0)]] = append(packages[t[:max(dot, 0)]], t[dot+1:])
	}
	near := slices.Sorted(maps.Keys(packages)) // for a type without a package: any
	if dot >= 0 {
		best, _ := nearest.To(pkg, near)
		near = []string{best}
	}
	for _, pkg := range near {
		if best, ok := nearestType(name, packages[pkg]); ok {
			return fmt.Sprintf("did you mean %q? Otherwise %s", pkg+"."+best, otherwise)
		}
	}
	return "no such node is installed here: " + otherwise
}

// nearestType is nearest.To for the names of nodes: triggers are near to triggers alone, by what stands before that word.
func nearestType(name string, known []string) (string, bool) {
	const trigger = "Trigger"
	begin, isTrigger := strings.CutSuffix(name, trigger)
	var begins []string
	for _, k := range known {
		if b, ok := strings.CutSuffix(k, trigger); ok == isTrigger {
			begins = append(begins, b)
		}
	}
	best, ok := nearest.To(begin, begins)
	if ok && isTrigger {
		best += trigger
	}
	return best, ok
}

// lookup returns the node for a type and version, or an error in n8n's words.
func (r *Registry) lookup(nodeType string, version float64) (*entry, error) {
	all := r.entries[nodeType]
	if len(all) == 0 {
		return nil, fmt.Errorf("Unrecognized node type: %s", nodeType) //nolint:staticcheck // n8n's text, which users search for
	}
	var have []float64
	for _, load := range all {
		e := load()
		if slices.Contains(e.def.Versions, version) {
			return e, nil
		}
		have = append(have, e.def.Versions...)
	}
	if len(have) == 0 {
		return nil, fmt.Errorf("the Definition of node type %s names no Versions", nodeType)
	}
	slices.Sort(have)
	texts := make([]string, 0, len(have))
	for _, v := range slices.Compact(have) {
		texts = append(texts, node.FormatNumber(v))
	}
	return nil, fmt.Errorf("Node type %q is not available in version %s. Available versions: %s", //nolint:staticcheck // n8n's text
		all[0]().def.Name, node.FormatNumber(version), strings.Join(texts, ", "))
}
