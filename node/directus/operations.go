package directus

import (
	"slices"
	"strings"

	"github.com/nate-go/nate/node"
)

// operation is a row of the table: what the node does for one value of the parameters resource and operation.
type operation struct {
	resource, name string
	method         string
	// path is below the url of the credential. {name} in it is the value of that parameter, URL-encoded.
	path string
	// query becomes the query string, body the JSON body. A request without fields for a body has none.
	query, body values
	// splits says that there is the parameter splitIntoItems, which items finds in the request.
	splits bool
	// items makes the output of an answer with a 2xx status; nil: dataItems.
	items func(*request, *answer) ([]node.Item, nodeError)
	// redirects says that items takes redirects, too.
	redirects bool
	// public says that Directus needs no bearer for it. It looks at one all the same, before it does anything: so a bad bearer is told apart
	// from a bad request, and an expired one is left out.
	public bool
	// refusals are the errors that say more than n8n's text for the status.
	refusals []refusal
	// consumes is the token in the body that works once; nil: none. Requests with the same token are sent one after the other, one that
	// is under way may finish when the run is cancelled, and none is repeated that Directus may have performed.
	consumes *token
}

// refusal is what some of Directus's error codes mean to an operation. Where Directus answers a bad bearer with the same code, that is
// looked into first.
type refusal struct {
	codes   []string
	message string
	advice  string // follows Directus's own message
}

// token is a field of a body.
type token struct {
	field string
	name  string // in messages
	// after is what has happened beside, once the token is used up.
	after string
}

// operations is the table: the rows of each resource.
var operations = [][]operation{authOperations}

// legacyNames are operations of older workflow files under their present names.
var legacyNames = map[string]string{"del": "delete", "desactive": "deactive"}

// find returns the row for a resource and an operation.
func find(resource, name string) (*operation, *node.OperationError) {
	if present, ok := legacyNames[name]; ok {
		name = present
	}
	var supported []string
	for _, rows := range operations {
		for i := range rows {
			op := &rows[i]
			if op.resource == resource && op.name == name {
				return op, nil
			}
			supported = append(supported, op.resource+": "+op.name)
		}
	}
	wanted := resource
	if name != "" {
		wanted += ": " + name
	}
	return nil, node.NewOperationError(`The Directus operation "`+wanted+`" is not supported yet`, "Supported are "+strings.Join(supported, ", "))
}

// refusal returns what an error code means to the operation, nil for nothing in particular.
func (op *operation) refusal(code string) *refusal {
	for i := range op.refusals {
		if slices.Contains(op.refusals[i].codes, code) {
			return &op.refusals[i]
		}
	}
	return nil
}
