package node

import (
	"context"
	"sync"
)

// SeenKey names what a SeenStore remembers: the values of one node, or with an empty Node those that all nodes of the
// workflow share.
type SeenKey struct{ Workflow, Node string }

// Seen is what was remembered under a key.
type Seen struct {
	// Mode says how Values were gathered; it is "" when nothing was remembered yet.
	Mode string
	// Values are texts, the oldest first.
	Values []string
}

// SeenStore remembers over runs which values a workflow has seen before: n8n's processed data. Implementations must be
// safe for concurrent use.
type SeenStore interface {
	// Update calls change with what is remembered under key, and remembers what change leaves there, a zero Seen as
	// nothing. No other Update of the key happens meanwhile. When change returns an error nothing is changed, and
	// Update returns that error.
	Update(ctx context.Context, key SeenKey, change func(seen *Seen) error) error
}

// NewSeenStore returns a SeenStore that remembers for as long as it lives.
func NewSeenStore() SeenStore { return &seenStore{seen: map[SeenKey]Seen{}} }

type seenStore struct {
	mu   sync.Mutex
	seen map[SeenKey]Seen
}

func (s *seenStore) Update(_ context.Context, key SeenKey, change func(seen *Seen) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.seen[key]
	changed := Seen{Mode: old.Mode, Values: append([]string(nil), old.Values...)}
	if err := change(&changed); err != nil {
		return err
	}
	s.seen[key] = changed
	return nil
}
