package nate_test

import (
	"testing"

	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
)

// BenchmarkRegistry is what every start of the command does first.
func BenchmarkRegistry(b *testing.B) {
	for b.Loop() {
		runtime.NewRegistry(all.All()...)
	}
}
