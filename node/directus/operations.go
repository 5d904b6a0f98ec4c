package directus

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// resource is what the parameter of that name can be, with the rows of its operations.
type resource struct {
	name, title string
	// first is the operation that a form begins with.
	first      string
	operations []operation
}

// operation is a row of the table: what the node does for one value of the parameters resource and operation.
type operation struct {
	name string
	// title, action and about are the texts of its choice in the form.
	title, action, about string
	method               string
	// path is below the url of the credential. {name} in it is the value of that parameter, URL-encoded.
	path string
	// before is the path of the same thing in versions that do not have path yet; empty: none. It is asked when path is not found.
	before string
	// form are its parameters: shown for this operation only. See unlessJSON and onlyJSON.
	form []schemas.Property
	// query becomes the query string, body the JSON body. A request without fields for a body has none.
	query, body values
	// splits says that there is the parameter splitIntoItems, which items finds in the request.
	splits bool
	// lists says that the answer is a list that the parameter returnAll may ask for as a whole: see listAll.
	lists bool
	// readList completes the query of a list; nil: (*list).read.
	readList func(*list, *node.Params) error
	// file says that a good answer is a file, which goes into the output item under the name that binaryPropertyName says.
	file bool
	// exports says that the additional field export makes a file of the answer, too.
	exports bool
	// batches says that input items can be joined: see executeBatched.
	batches bool
	// simple are the fields that the parameter simplify leaves of an object; nil: there is no such parameter.
	simple []string
	// wants is a parameter whose value items finds in the request.
	wants string
	// items makes the output of an answer with a 2xx status; nil: dataItems.
	items func(*request, *answer) ([]node.Item, nodeError)
	// do takes the place of all that: an operation that is more than a request and its answer.
	do func(ctx context.Context, s *server, op *operation, it node.ItemCall) ([]node.Item, error)
	// text says that an answer need not be JSON.
	text bool
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

// table is all that the node can do. It is made when a workflow uses the node.
var table = sync.OnceValue(func() []resource { //nolint:gochecknoglobals // a constant
	return []resource{
		activityResource(), assetsResource(), authResource(), collectionsResource(), extensionsResource(), fieldsResource(), filesResource(), foldersResource(),
		itemsResource(), permissionsResource(), presetsResource(), relationsResource(), revisionsResource(), rolesResource(), serverResource(),
		settingsResource(), usersResource(), utilsResource(), webhooksResource(),
		accessResource(), commentsResource(), dashboardsResource(), flowsResource(), graphqlResource(), notificationsResource(), operationsResource(), panelsResource(),
		policiesResource(), schemaResource(), sharesResource(), translationsResource(), versionsResource(),
	}
})

// legacyNames are operations of older workflow files under their present names.
var legacyNames = map[string]string{"del": "delete", "desactive": "deactive"}

// find returns the row of a table for a resource and an operation.
func find(table []resource, resourceName, name string) (*operation, *node.OperationError) {
	if present, ok := legacyNames[name]; ok {
		name = present
	}
	at := slices.IndexFunc(table, func(r resource) bool { return r.name == resourceName })
	if at < 0 {
		names := make([]string, len(table))
		for i := range table {
			names[i] = table[i].name
		}
		return nil, node.NewOperationError(`The Directus node has no resource "`+resourceName+`"`, "It has "+strings.Join(names, ", "))
	}
	rows := table[at].operations
	if i := slices.IndexFunc(rows, func(op operation) bool { return op.name == name }); i >= 0 {
		return &rows[i], nil
	}
	names := make([]string, len(rows))
	for i := range rows {
		names[i] = rows[i].name
	}
	return nil, node.NewOperationError(`The Directus operation "`+resourceName+": "+name+`" does not exist`,
		"The operations of "+resourceName+" are "+strings.Join(names, ", "))
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
