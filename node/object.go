package node

import (
	"cmp"
	"iter"
	"slices"
	"sync/atomic"

	"github.com/nate-go/nate/internal/json"
)

// Object is a JSON object that keeps its keys in JavaScript's order: keys that are array indexes ("0", "7") first and
// ascending, then the others as they were first set. Its values are nil, bool, float64, string, []any and *Object;
// a []any inside an Object belongs to it and must not be written to.
//
// Objects are handed from node to node without being copied. The runtime freezes what a node puts out, and a frozen
// Object can't be changed: Set and Delete panic on it. Use Edit, which copies a frozen Object and returns any other as
// it is. A frozen Object is safe for concurrent reading; an Object that is being written to is not.
//
// The zero Object is empty and ready to use. A nil *Object can be read and is empty.
type Object struct {
	members []member
	ints    int            // how many leading members have array-index keys; they are in ascending order
	index   map[string]int // only above indexAbove members: the places of the others, counted from ints
	frozen  uint32         // 1 once frozen; read and written with sync/atomic
}

type member struct {
	key   string
	value any
}

// indexAbove is how many members are looked through one by one: making an index of fewer costs a copy more than it saves those who read it.
const indexAbove = 32

// NewObject returns an Object of the given keys and values in turn: NewObject("id", 1, "name", "Ada"). Values are
// taken as Set takes them. It panics on an odd number of arguments or a key that is not a string.
func NewObject(keysAndValues ...any) *Object {
	if len(keysAndValues)%2 != 0 {
		panic("node.NewObject: a key without a value") //nolint:forbidigo // a mistake in the program
	}
	o := &Object{}
	if n := len(keysAndValues) / 2; n > 0 {
		o.members = make([]member, 0, n)
	}
	for i := 0; i < len(keysAndValues); i += 2 {
		o.Set(keysAndValues[i].(string), keysAndValues[i+1])
	}
	return o
}

// Len returns the number of keys.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.members)
}

// Get returns the value of key, and whether there is one. A key whose value is JSON null gives nil, true.
func (o *Object) Get(key string) (any, bool) {
	if i := o.find(key); i >= 0 {
		return o.members[i].value, true
	}
	return nil, false
}

// Has reports whether key is present.
func (o *Object) Has(key string) bool { return o.find(key) >= 0 }

func (o *Object) find(key string) int {
	if o == nil {
		return -1
	}
	if o.index == nil {
		for i := range o.members {
			if o.members[i].key == key {
				return i
			}
		}
		return -1
	}
	if i, ok := o.index[key]; ok {
		return o.ints + i
	}
	if o.ints > 0 {
		if n, ok := arrayIndex(key); ok {
			if i, found := o.findInt(n); found {
				return i
			}
		}
	}
	return -1
}

// findInt returns the place of an array-index key among the leading members, and whether it is there.
func (o *Object) findInt(n uint32) (int, bool) {
	return slices.BinarySearchFunc(o.members[:o.ints], n, func(m member, n uint32) int {
		k, _ := arrayIndex(m.key)
		return cmp.Compare(k, n)
	})
}

// Set sets key to value: a present key keeps its place, a new one goes where JavaScript would put it. Besides JSON's own
// types it takes what ValueOf takes, inside arrays too. It panics on a frozen Object and on a value that can't be JSON.
func (o *Object) Set(key string, value any) {
	if !isValue(value, 0) {
		v, err := ValueOf(value)
		if err != nil {
			panic("node.Object.Set: " + key + ": " + err.Error()) //nolint:forbidigo // a mistake in the program
		}
		value = v
	}
	o.set(key, value)
}

func (o *Object) set(key string, value any) {
	o.mustBeOpen()
	if i := o.find(key); i >= 0 {
		o.members[i].value = value
		return
	}
	if n, ok := arrayIndex(key); ok {
		at, _ := o.findInt(n)
		o.members = slices.Insert(o.members, at, member{key, value})
		o.ints++
		if o.index == nil {
			o.reindex()
		}
		return
	}
	o.append(key, value)
}

func (o *Object) append(key string, value any) {
	o.members = append(o.members, member{key, value})
	switch {
	case o.index != nil:
		o.index[key] = len(o.members) - 1 - o.ints
	case len(o.members) > indexAbove:
		o.reindex()
	}
}

// settle brings members that were appended as they came into JavaScript's order: one sort instead of an insertion each.
func (o *Object) settle() {
	ints := 0
	for i := range o.members {
		if _, ok := arrayIndex(o.members[i].key); ok {
			ints++
		}
	}
	if ints == 0 {
		return
	}
	o.ints = ints
	slices.SortStableFunc(o.members, func(a, b member) int {
		x, xInt := arrayIndex(a.key)
		y, yInt := arrayIndex(b.key)
		switch {
		case xInt && yInt:
			return cmp.Compare(x, y)
		case xInt:
			return -1
		case yInt:
			return 1
		}
		return 0
	})
	o.reindex()
}

// Splice takes the first drop elements off the array of a key and puts values behind the rest; what is there and is no array counts as
// an empty one. It takes what Set takes, panics as Set does, and looks at the new values only: its time does not grow with the array.
// The array goes on in place, so of several Clones that share it only one may be spliced from then on.
func (o *Object) Splice(key string, drop int, values ...any) {
	v, _ := o.Get(key)
	list, ok := v.([]any)
	if !ok {
		list = []any{}
	}
	list = list[min(max(drop, 0), len(list)):]
	for _, v := range values {
		if !isValue(v, 0) {
			converted, err := ValueOf(v)
			if err != nil {
				panic("node.Object.Splice: " + key + ": " + err.Error()) //nolint:forbidigo // a mistake in the program
			}
			v = converted
		}
		list = append(list, v)
	}
	o.set(key, list)
}

// Delete removes key if it is there. It panics on a frozen Object.
func (o *Object) Delete(key string) {
	o.mustBeOpen()
	i := o.find(key)
	if i < 0 {
		return
	}
	o.members = slices.Delete(o.members, i, i+1)
	switch {
	case i < o.ints:
		o.ints--
	case o.index != nil:
		delete(o.index, key)
		for j := i; j < len(o.members); j++ {
			o.index[o.members[j].key]--
		}
	}
}

func (o *Object) reindex() {
	if len(o.members) <= indexAbove {
		o.index = nil
		return
	}
	others := o.members[o.ints:]
	o.index = make(map[string]int, len(others)+len(others)/2)
	for i := range others {
		o.index[others[i].key] = i
	}
}

func (o *Object) mustBeOpen() {
	if o.Frozen() {
		panic("node.Object: change of a frozen Object (use the one that Edit returns)") //nolint:forbidigo // a mistake in the program
	}
}

// All iterates over keys and values in order. The Object must not be changed meanwhile.
func (o *Object) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		if o == nil {
			return
		}
		for i := range o.members {
			if !yield(o.members[i].key, o.members[i].value) {
				return
			}
		}
	}
}

// Keys returns the keys in order.
func (o *Object) Keys() []string {
	keys := make([]string, 0, o.Len())
	for k := range o.All() {
		keys = append(keys, k)
	}
	return keys
}

// Freeze makes the Object, and every Object inside it, unchangeable, and returns it. Freezing a frozen Object costs
// nothing, and several goroutines may freeze the same one. It panics on an Object that holds itself, which no JSON can
// express.
func (o *Object) Freeze() *Object {
	o.freeze(0)
	return o
}

func (o *Object) freeze(depth int) {
	if o == nil || o.Frozen() {
		return
	}
	if depth > json.MaxDepth {
		panic("node.Object: an Object inside itself") //nolint:forbidigo // a mistake in the program
	}
	for i := range o.members {
		freezeValue(o.members[i].value, depth+1)
	}
	atomic.StoreUint32(&o.frozen, 1)
}

func freezeValue(v any, depth int) {
	switch v := v.(type) {
	case *Object:
		v.freeze(depth)
	case []any:
		for _, e := range v {
			freezeValue(e, depth+1)
		}
	}
}

// Frozen reports whether the Object can't be changed any more.
func (o *Object) Frozen() bool { return o != nil && atomic.LoadUint32(&o.frozen) == 1 }

// Edit returns an Object that may be changed: o itself unless it is frozen or nil, else a copy of it. The copy is of one
// level: Objects inside it are still the frozen ones and need an Edit of their own.
func (o *Object) Edit() *Object {
	if o == nil || o.Frozen() {
		return o.clone()
	}
	return o
}

// Clone returns a copy of one level that may be changed: Objects inside it are the same.
func (o *Object) Clone() *Object { return o.clone() }

// clone copies one level, with room for a few members more: who edits an Object often adds to it.
func (o *Object) clone() *Object {
	if o == nil {
		return &Object{}
	}
	const more = 2
	c := &Object{members: append(make([]member, 0, len(o.members)+more), o.members...), ints: o.ints}
	c.reindex()
	return c
}

// arrayIndex reports whether key is one that JavaScript puts before all others: the decimal form of 0 to 2^32-2.
func arrayIndex(key string) (uint32, bool) {
	if len(key) == 0 || len(key) > 10 || (key[0] == '0' && len(key) > 1) {
		return 0, false
	}
	var n uint64
	for i := range len(key) {
		c := key[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return uint32(n), n <= 1<<32-2
}
