package runtime

import "time"

// WithGrace shortens the time that a node gets to return after a cancellation.
func WithGrace(d time.Duration) Option { return func(c *config) { c.grace = d } }

// LocationOf is what a workflow's time zone means.
var LocationOf = locationOf

// WithOverwriting loses data that wait where n8n does.
func WithOverwriting() Option { return func(c *config) { c.overwrite = true } }
