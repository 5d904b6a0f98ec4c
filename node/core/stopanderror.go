package core

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// NewStopAndError returns the node that fails on purpose (n8n-nodes-base.stopAndError), with a message, or with what an object
// says of the error.
func NewStopAndError() node.Node { return stopAndError{} }

type stopAndError struct{}

// Definition implements node.Node.
func (stopAndError) Definition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.stopAndError"},
		Versions:    []float64{1},
		Name:        "stopAndError",
		DisplayName: "Stop and Error",
		Description: "Makes the run fail with an error",
		Group:       []string{"input"},
		DefaultName: "Stop and Error",
		Inputs:      []string{"main"},
		Properties: []schemas.Property{
			{
				DisplayName: "Error Type", Name: "errorType", Type: schemas.Options, Default: "errorMessage",
				Description: "What the error is made of",
				Options: []schemas.Option{
					{Name: "Error Message", Value: "errorMessage"},
					{Name: "Error Object", Value: "errorObject"},
				},
			},
			{
				DisplayName: "Error Message", Name: "errorMessage", Type: schemas.String, Default: "", Required: true,
				DisplayOptions: schemas.Show("errorType", "errorMessage"), Placeholder: "An error occurred!",
			},
			{
				DisplayName: "Error Object", Name: "errorObject", Type: schemas.JSON, Default: "", Required: true,
				TypeOptions: map[string]any{"alwaysOpenEditWindow": true}, DisplayOptions: schemas.Show("errorType", "errorObject"),
				Description: "The error as an object: message, description and what else belongs to it",
				Placeholder: "{\n\t\"code\": \"404\",\n\t\"description\": \"The resource could not be fetched\"\n}",
			},
		},
	}
}

// Execute implements node.Node.
func (stopAndError) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	params := c.Params(ctx, 0)
	typ, err := params.Value("errorType")
	if err != nil {
		return node.Output{}, err
	}
	if typ == "errorMessage" {
		message, err := params.String("errorMessage")
		if err != nil {
			return node.Output{}, err
		}
		return node.Output{}, node.NewOperationError(message, "")
	}
	v, err := params.Value("errorObject")
	if err != nil {
		return node.Output{}, err
	}
	parsed := v
	if _, isObject := v.(*node.Object); !isObject {
		if parsed, err = node.ParseJSON([]byte(fields.Text(v))); err != nil {
			return node.Output{}, fmt.Errorf("The error object is not valid JSON: %w", err) //nolint:staticcheck // a text for people
		}
	}
	return node.Output{}, errorOf(parsed)
}

// errorOf makes an error of what a value, an object usually, says of it.
func errorOf(v any) error {
	if v == nil {
		return errors.New("Cannot read properties of null (reading 'message')") //nolint:staticcheck // n8n's text
	}
	o, _ := v.(*node.Object)
	text := func(key string) string {
		s, _ := member(o, key).(string)
		return s
	}
	message, description := cmp.Or(text("message"), text("description"), text("error")), text("description")
	if message == "" {
		message = "Error: " + string(node.AppendJSON(nil, v))
	}
	if description == message {
		description = ""
	}
	err := node.NewOperationError(message, description)
	err.Context = node.NewObject("metadata", v)
	return err
}
