package node

import (
	"context"
	"sync"
)

// LazyNode stands for a Node that is made when it is needed first, so that a program with many nodes starts without the
// definitions of those that its workflows do not use. A runtime's registry asks it for nothing but its types until then. It is
// safe for concurrent use.
type LazyNode struct {
	types []string
	node  func() Node
}

// Lazy returns a LazyNode. load makes the node, once; types are the types of its Definition.
func Lazy(load func() Node, types ...string) *LazyNode {
	return &LazyNode{types: types, node: sync.OnceValue(load)}
}

// Types returns the types of the node's Definition without making the node. They must not be changed.
func (l *LazyNode) Types() []string { return l.types }

// Node returns the node itself, with all that it implements.
func (l *LazyNode) Node() Node { return l.node() }

// Definition implements Node.
func (l *LazyNode) Definition() Definition { return l.node().Definition() }

// Execute implements Node.
func (l *LazyNode) Execute(ctx context.Context, c *Call) (Output, error) {
	return l.node().Execute(ctx, c)
}

// Loaded returns what a LazyNode stands for, and any other Node as it is.
func Loaded(n Node) Node {
	if l, ok := n.(*LazyNode); ok {
		return l.Node()
	}
	return n
}
