package core

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func trainingMessengerDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.n8nTrainingCustomerMessenger"},
		Versions:    []float64{1},
		Name:        "n8nTrainingCustomerMessenger",
		DisplayName: "Customer Messenger (n8n training)",
		Description: "Sends messages to nobody, to learn with",
		Group:       []string{"transform"},
		DefaultName: "Customer Messenger (n8n training)",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  trainingMessengerProperties(),
	}
}

func trainingMessengerProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Customer ID", Name: "customerId", Type: schemas.String, Default: "", Required: true,
		},
		{
			DisplayName: "Message", Name: "message", Type: schemas.String, Default: "", Required: true,
			TypeOptions: map[string]any{"rows": 4},
		},
	}
}
