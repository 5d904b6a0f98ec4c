package core

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func trainingDatastoreDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.n8nTrainingCustomerDatastore"},
		Versions:    []float64{1},
		Name:        "n8nTrainingCustomerDatastore",
		DisplayName: "Customer Datastore (n8n training)",
		Description: "Customers that do not exist, to learn with",
		Group:       []string{"transform"},
		Subtitle:    `={{$parameter["operation"]}}`,
		DefaultName: "Customer Datastore (n8n training)",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  trainingDatastoreProperties(),
	}
}

func trainingDatastoreProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "getOnePerson", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Get One Person", Value: "getOnePerson"},
				{Name: "Get All People", Value: "getAllPeople"},
			},
		},
		{
			DisplayName: "Return All", Name: "returnAll", Type: schemas.Boolean, Default: false,
			DisplayOptions: schemas.Show("operation", "getAllPeople"),
			Description:    "Whether all are returned, or as many as a limit says",
		},
		{
			DisplayName: "Limit", Name: "limit", Type: schemas.Number, Default: 5,
			TypeOptions:    map[string]any{"minValue": 1, "maxValue": 10},
			DisplayOptions: schemas.Show("operation", "getAllPeople").And("returnAll", false),
			Description:    "How many are returned at most",
		},
	}
}
