package node

import (
	"context"

	"github.com/nate-go/nate/schemas"
)

// OptionsLoader is implemented by a Node whose forms have choices that only the service knows: those of a property with loadOptionsMethod
// in its TypeOptions, which is the method, or in a declarative node with loadOptions, where the method is the path of the property. An
// editor asks for them by runtime.Executor.LoadOptions.
type OptionsLoader interface {
	// LoadOptions returns the choices of a method, for item 0 of a Call whose parameters are those that the form has so far. An unknown
	// method is an error; nothing to choose from is an empty list.
	LoadOptions(ctx context.Context, c *Call, method string) ([]schemas.Option, error)
}
