package core

import (
	"context"
	"fmt"
	"math"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// trainingCustomers are the customers of n8n's training, as n8n puts them out: id, name, email, notes, country, created.
var trainingCustomers = [...][6]any{
	{"23423532", "Jay Gatsby", "gatsby@west-egg.com", "Keeps asking about a green light??", "US", "1925-04-10"},
	{"23423533", "José Arcadio Buendía", "jab@macondo.co", "Lots of people named after him. Very confusing", "CO", "1967-05-05"},
	{"23423534", "Max Sendak", "info@in-and-out-of-weeks.org", "Keeps rolling his terrible eyes", "US", "1963-04-09"},
	{"23423535", "Zaphod Beeblebrox", "captain@heartofgold.com", "Felt like I was talking to more than one person", nil, "1979-10-12"},
	{"23423536", "Edmund Pevensie", "edmund@narnia.gov", "Passionate sailor", "UK", "1950-10-16"},
}

func trainingCustomer(i int) node.Item {
	c := trainingCustomers[i]
	return node.ItemOf("id", c[0], "name", c[1], "email", c[2], "notes", c[3], "country", c[4], "created", c[5])
}

// NewTrainingCustomerDatastore returns Customer Datastore (n8n-nodes-base.n8nTrainingCustomerDatastore): for each item it puts out
// customers that do not exist, the same as n8n's.
func NewTrainingCustomerDatastore() node.Node {
	return node.PerItem(trainingDatastoreDefinition(), trainingCustomersItem)
}

func trainingCustomersItem(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	operation, err := it.Call.Params(ctx, 0).String("operation")
	if err != nil {
		return nil, err
	}
	count := 1
	switch operation {
	case "getOnePerson":
	case "getAllPeople":
		if count, err = trainingCount(it.Params); err != nil {
			return nil, err
		}
	default:
		return nil, node.NewOperationError(fmt.Sprintf("The operation %q is not known", operation), "")
	}
	out := make([]node.Item, count)
	for i := range out {
		out[i] = trainingCustomer(i)
	}
	return out, nil
}

// trainingCount is how many customers are asked for: a limit below 0 leaves out as many of the last.
func trainingCount(p *node.Params) (int, error) {
	all := len(trainingCustomers)
	returnAll, err := p.Bool("returnAll")
	if err != nil || returnAll {
		return all, err
	}
	v, err := p.Value("limit")
	if err != nil || v == node.Undefined {
		return all, err
	}
	limit := math.Trunc(fields.Number(v))
	switch {
	case math.IsNaN(limit):
		return 0, nil
	case limit < 0:
		limit += float64(all)
	}
	return int(max(0, min(float64(all), limit))), nil
}

// NewTrainingCustomerMessenger returns Customer Messenger (n8n-nodes-base.n8nTrainingCustomerMessenger): for each item it says
// that a message was sent; none is.
func NewTrainingCustomerMessenger() node.Node {
	return node.PerItem(trainingMessengerDefinition(), trainingMessageItem)
}

func trainingMessageItem(_ context.Context, it node.ItemCall) ([]node.Item, error) {
	customer, err := it.Params.Value("customerId")
	if err != nil {
		return nil, err
	}
	message, err := it.Params.Value("message")
	if err != nil {
		return nil, err
	}
	return []node.Item{node.ItemOf("output", "Sent message to customer "+fields.Text(customer)+":  "+fields.Text(message))}, nil
}
