package core

import (
	"context"
	crand "crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewDebugHelper returns DebugHelper (n8n-nodes-base.debugHelper): it fails on purpose or makes up data: users, addresses, numbers and
// the like. Where a seed is set the data are always the same. Out of memory it does not run: it fails with an error that says so.
func NewDebugHelper() node.Node { return node.PerItem(debugHelperDefinition(), debugHelperItem) }

func debugHelperItem(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	params := it.Call.Params(ctx, 0) // n8n reads them of the first item alone
	category, err := params.Value("category")
	if err != nil {
		return nil, err
	}
	switch category {
	case "doNothing":
		return nil, nil
	case "throwError":
		return nil, thrownError(params)
	case "oom":
		return nil, node.NewOperationError("DebugHelper does not use up memory here", "It would take the whole program down, with all other runs "+
			"in it. To see a run fail, choose the category Throw Error.")
	case "randomData":
		return randomItems(ctx, params)
	}
	return nil, nil
}

// thrownError is the error that the parameters ask for.
func thrownError(p *node.Params) error {
	class, err := p.Value("throwErrorType")
	if err != nil {
		return err
	}
	v, err := p.Value("throwErrorMessage")
	if err != nil {
		return err
	}
	message := fields.Text(v)
	switch class {
	case "NodeApiError":
		if message == "" {
			message = "There was an unknown issue while executing the node"
		}
		return &node.APIError{ErrorInfo: node.ErrorInfo{Name: node.APIErrorName, Message: message, Messages: []string{message}}}
	case "NodeOperationError":
		return node.NewOperationError(message, "")
	case "Error":
		return errors.New(message)
	}
	return node.NewOperationError(fmt.Sprintf("The error type %q is not known", fields.Text(class)), "")
}

// Bounds of random data: how many are made for an item, and how many characters their ids have in all.
const (
	maxRandomItems      = 100_000
	maxRandomCharacters = 64 << 20
)

func randomItems(ctx context.Context, p *node.Params) ([]node.Item, error) {
	typ, err := p.String("randomDataType")
	if err != nil {
		return nil, err
	}
	count, err := p.Value("randomDataCount")
	if err != nil {
		return nil, err
	}
	n := math.Ceil(fields.Number(count))
	if n > maxRandomItems {
		return nil, node.NewOperationError(fmt.Sprintf("The number of items to generate is %s, and %d at most", fields.Text(count), maxRandomItems), "")
	}
	single, err := p.Bool("randomDataSingleArray")
	if err != nil {
		return nil, err
	}
	draw, err := randomKind(p, typ, n)
	if err != nil {
		return nil, err
	}
	r, err := newRandom(p)
	if err != nil {
		return nil, err
	}
	var out []node.Item
	list := []any{}
	for range int(max(0, n)) { // NaN is 0
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if single {
			list = append(list, draw(r))
		} else {
			out = append(out, node.Item{JSON: draw(r)})
		}
	}
	if single {
		out = []node.Item{node.ItemOf("generatedItems", list)}
	}
	return out, nil
}

// random makes things up.
type random struct{ *rand.Rand }

// newRandom returns a random that draws by the seed in the parameters, else by chance.
func newRandom(p *node.Params) (random, error) {
	var seed [32]byte
	v, err := p.Value("randomDataSeed")
	if err != nil {
		return random{}, err
	}
	if v == "" {
		_, _ = crand.Read(seed[:]) // never fails
	} else {
		seed = sha256.Sum256([]byte(fields.Text(v)))
	}
	return random{rand.New(rand.NewChaCha8(seed))}, nil //nolint:gosec // data to try things out with
}

// randomKinds make one of each type.
var randomKinds = map[string]func(random) *node.Object{
	"user": func(r random) *node.Object {
		return node.NewObject("uid", r.uuid(), "email", r.email(), "firstname", r.of(firstNames), "lastname", r.of(lastNames), "password", r.password())
	},
	"email": func(r random) *node.Object { return node.NewObject("email", r.email(), "confirmed", r.IntN(2) == 0) },
	"address": func(r random) *node.Object {
		street := strconv.Itoa(r.between(100, 99_999)) + " " + r.of(lastNames) + " " + r.of(streets)
		return node.NewObject("firstname", r.of(firstNames), "lastname", r.of(lastNames), "street", street, "city", r.of(cities),
			"zip", r.digits(5), "state", r.of(states), "country", r.of(countries))
	},
	"creditCard": func(r random) *node.Object {
		brand, number := "MasterCard", "5"+strconv.Itoa(r.between(1, 5))
		if r.IntN(2) == 0 {
			brand, number = "Visa", "4"+r.digits(1)
		}
		number += r.digits(13)
		return node.NewObject("type", brand, "number", number+luhn(number), "ccv", r.digits(3),
			"exp", fmt.Sprintf("%02d/%02d", r.between(1, 12), r.between(1, 40)), "holder_name", r.of(firstNames)+" "+r.of(lastNames))
	},
	"uuid":       func(r random) *node.Object { return node.NewObject("uuid", r.uuid()) },
	"macAddress": func(r random) *node.Object { return node.NewObject("mac", r.join(6, "-", "%02x", 1<<8)) },
	"ipv4":       func(r random) *node.Object { return node.NewObject("ip", r.join(4, ".", "%d", 1<<8)) },
	"ipv6":       func(r random) *node.Object { return node.NewObject("ipv6", r.join(8, ":", "%x", 1<<16)) },
	"latLong": func(r random) *node.Object {
		return node.NewObject("location", fmt.Sprintf("%.6f, %.6f", r.Float64()*180-90, r.Float64()*360-180))
	},
	"semver": func(r random) *node.Object {
		return node.NewObject("version", fmt.Sprintf("%d.%d.%d", r.between(0, 9), r.between(0, 20), r.between(0, 99)))
	},
	"url": func(r random) *node.Object {
		return node.NewObject("url", "https://"+strings.ToLower(r.of(lastNames))+"."+r.of(hosts))
	},
}

// randomKind returns what makes one of a type, of which count are asked for.
func randomKind(p *node.Params, typ string, count float64) (func(random) *node.Object, error) {
	if typ != "nanoid" {
		kind := randomKinds[typ]
		if kind == nil {
			return nil, node.NewOperationError(fmt.Sprintf("The data type %q is not known", typ), "")
		}
		return kind, nil
	}
	text, err := p.String("nanoidAlphabet")
	if err != nil {
		return nil, err
	}
	v, err := p.String("nanoidLength")
	if err != nil {
		return nil, err
	}
	alphabet := []rune(text)
	length, err := strconv.Atoi(v[:len(v)-len(strings.TrimLeft(v, "0123456789"))])
	switch {
	case len(alphabet) == 0:
		return nil, node.NewOperationError("The alphabet of the NanoIds is empty", "")
	case err != nil:
		return nil, node.NewOperationError(fmt.Sprintf("The length of the NanoIds is %q, not a whole number from 0", v), "")
	case float64(length)*max(1, count) > maxRandomCharacters:
		return nil, node.NewOperationError(fmt.Sprintf("The NanoIds are longer than %d characters in all", maxRandomCharacters), "")
	}
	return func(r random) *node.Object {
		id := make([]rune, length)
		for i := range id {
			id[i] = alphabet[r.IntN(len(alphabet))]
		}
		return node.NewObject("nanoId", string(id))
	}, nil
}

func (r random) of(list []string) string { return list[r.IntN(len(list))] }

func (r random) between(from, to int) int { return from + r.IntN(to-from+1) }

func (r random) digits(n int) string {
	digits := make([]byte, n)
	for i := range digits {
		digits[i] = byte('0' + r.IntN(10))
	}
	return string(digits)
}

// join writes n numbers below a limit.
func (r random) join(n int, separator, format string, below int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf(format, r.IntN(below))
	}
	return strings.Join(parts, separator)
}

func (r random) uuid() string {
	var id uuid.UUID
	for i := range id {
		id[i] = byte(r.IntN(1 << 8))
	}
	id[6], id[8] = id[6]&0x0F|0x40, id[8]&0x3F|0x80 // version 4
	return id.String()
}

func (r random) email() string {
	name := r.of(firstNames)
	if r.IntN(2) == 0 {
		name += "." + r.of(lastNames)
	} else {
		name += r.digits(2)
	}
	return name + "@" + r.of(hosts)
}

func (r random) password() string {
	const characters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789+-_~!?.,%$="
	text := make([]byte, r.between(6, 10))
	for i := range text {
		text[i] = characters[r.IntN(len(characters))]
	}
	return string(text)
}

// luhn is the check digit of a card number.
func luhn(number string) string {
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return strconv.Itoa((10 - sum%10) % 10)
}

// What random data are drawn from. The hosts are those that are kept for examples: no mail reaches anyone.
var (
	firstNames = []string{"Ada", "Alan", "Barbara", "Brian", "Claude", "Dennis", "Donald", "Edsger", "Frances", "Grace", "Hedy", "Ivan", "Jean", "Katherine", "Ken", "Leslie", "Margaret", "Niklaus", "Radia", "Tim"}
	lastNames  = []string{"Allen", "Babbage", "Church", "Dijkstra", "Engelbart", "Floyd", "Goldberg", "Hopper", "Iverson", "Johnson", "Knuth", "Lamport", "Liskov", "McCarthy", "Naur", "Perlis", "Ritchie", "Shannon", "Turing", "Wirth"}
	streets    = []string{"Avenue", "Court", "Drive", "Hill", "Lane", "Park", "Road", "Square", "Street", "Way"}
	cities     = []string{"Albany", "Boise", "Concord", "Denver", "Eugene", "Fresno", "Helena", "Lincoln", "Madison", "Olympia", "Portland", "Richmond", "Salem", "Topeka", "Tucson"}
	states     = []string{"Alaska", "California", "Colorado", "Florida", "Georgia", "Idaho", "Kansas", "Maine", "Montana", "Nevada", "Ohio", "Oregon", "Texas", "Utah", "Vermont"}
	countries  = []string{"Austria", "Brazil", "Canada", "Denmark", "Egypt", "France", "Germany", "Iceland", "India", "Japan", "Kenya", "Mexico", "New Zealand", "Peru", "Switzerland"}
	hosts      = []string{"example.com", "example.net", "example.org"}
)
