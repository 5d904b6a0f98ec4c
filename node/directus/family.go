package directus

import (
	"net/http"
	"slices"

	"github.com/nate-go/nate/schemas"
)

// family is a resource that has Directus's usual routes: one for all of them, one for each by its id.
type family struct {
	path      string
	one, many string // "a folder", "folders", for texts
	id        string // an example of an id
	data      string // an example of a body
	// before is what a form begins with, for a path that has parameters.
	before []schemas.Property
	// hides says that bodies hold secrets.
	hides bool
	// bulk says that input items can be joined in one request: see batch.go.
	bulk bool
}

func (f family) form(fields ...schemas.Property) []schemas.Property {
	return slices.Concat(f.before, fields)
}

func (f family) body(placeholder, about string) schemas.Property {
	p := dataField(placeholder, about)
	if f.hides {
		p = secret(p)
	}
	return p
}

// wholeData is a body that the parameter data is the whole of.
func wholeData() values { return values{json: "data", always: true} }

// readOne is what can be asked of a single one.
func readOne() schemas.Property {
	return additionalFields(
		jsonField("deep", "Deep (JSON)", "", "Query parameters for the items in relational fields"),
		textField("fields", "Fields", "", "The fields to return, separated by commas"),
	)
}

func (f family) create() operation {
	op := operation{
		name: "create", title: "Create", action: "Create " + f.one, about: "Create " + f.one + " from its data",
		method: http.MethodPost, path: f.path, body: wholeData(),
		form: f.form(f.body(f.data, "What it consists of, as a JSON object")),
	}
	return f.batched(op)
}

func (f family) createMultiple() operation {
	return operation{
		name: "createMultiple", title: "Create Multiple", action: "Create multiple " + f.many, about: "Create several " + f.many + " in one request",
		method: http.MethodPost, path: f.path, body: values{json: "data", always: true, list: true},
		form: f.form(f.body("["+f.data+"]", "A JSON array with an object for each")),
	}
}

func (f family) update() operation {
	op := operation{
		name: "update", title: "Update", action: "Update " + f.one, about: "Change " + f.one,
		method: http.MethodPatch, path: f.path + "/{id}", body: wholeData(),
		form: f.form(idField(f.id), f.body(f.data, "What changes, as a JSON object")),
	}
	return f.batched(op)
}

func (f family) updateMultiple() operation {
	return operation{
		name: "updateMultiple", title: "Update Multiple", action: "Update multiple " + f.many, about: "Change several " + f.many + " in one request",
		method: http.MethodPatch, path: f.path, body: values{json: "data", always: true, keys: true},
		form: f.form(f.body(`{"keys": ["`+f.id+`"], "data": `+f.data+`}`, "An object with keys and data, one with query and data, or an array of "+
			"objects that each have the primary key")),
	}
}

func (f family) delete() operation {
	op := operation{
		name: "delete", title: "Delete", action: "Delete " + f.one, about: "Delete " + f.one,
		method: http.MethodDelete, path: f.path + "/{id}", form: f.form(idField(f.id)),
	}
	return f.batched(op)
}

func (f family) deleteMultiple() operation {
	return operation{
		name: "deleteMultiple", title: "Delete Multiple", action: "Delete multiple " + f.many, about: "Delete several " + f.many + " in one request",
		method: http.MethodDelete, path: f.path, body: values{json: "keys", always: true, keys: true}, form: f.form(keysField(`["` + f.id + `"]`)),
	}
}

func (f family) get() operation {
	return operation{
		name: "get", title: "Get", action: "Get " + f.one, about: "Read " + f.one,
		method: http.MethodGet, path: f.path + "/{id}", query: values{fields: readFields}, form: f.form(idField(f.id), readOne()),
	}
}

func (f family) list() operation {
	return operation{
		name: "list", title: "List", action: "List " + f.many, about: "Read " + f.many + ", all or those that a filter finds",
		method: http.MethodGet, path: f.path, query: listQuery(), lists: true, form: listForm(f.before...),
	}
}

// all are the usual operations.
func (f family) all(more ...operation) []operation {
	return append([]operation{
		f.create(), f.createMultiple(), f.delete(), f.deleteMultiple(), f.get(), f.list(), f.update(), f.updateMultiple(),
	}, more...)
}

// resource makes a resource of the usual operations and some more.
func (f family) resource(name, title string, more ...operation) resource {
	return resource{name: name, title: title, first: "list", operations: f.all(more...)}
}

// since says of all operations that older versions of Directus do not have them.
func (r resource) since(what, version, instead string) resource {
	return r.refused(added(what, version, instead))
}

// refused gives all operations the same refusals.
func (r resource) refused(refusals []refusal) resource {
	for i := range r.operations {
		r.operations[i].refusals = refusals
	}
	return r
}
