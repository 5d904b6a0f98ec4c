package directustest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/google/uuid"
)

// Collection is a collection of items with the primary key "id".
type Collection struct {
	Name string // required, unique; not that of a system collection ("directus_...")
	// UUID says that primary keys are UUIDs. Otherwise they are numbers, counted from 1.
	UUID   bool
	Fields []Field
}

// Field is a field of a collection beside the primary key. It takes any JSON value but an object or a list, as Directus on SQLite does.
type Field struct {
	Name   string
	Type   string // as GET /fields tells it; empty: "string"
	Unique bool   // a value that another item has is refused with RECORD_NOT_UNIQUE
}

// Articles is the collection that exists when [WithCollection] names none: slug (unique), title and status.
func Articles() Collection {
	return Collection{Name: "articles", Fields: []Field{{Name: "slug", Unique: true}, {Name: "title"}, {Name: "status"}}}
}

// AddCollection adds a collection without items while the server runs.
func (h *Handler) AddCollection(c Collection) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.store.addCollection(c); err != nil {
		return fmt.Errorf("directustest: collection %q: %w", c.Name, err)
	}
	return nil
}

// table is what can be listed, read and changed by primary keys. Its rows are in the order of these.
type table interface {
	name() string
	uuid() bool
	fields() []string
	rows() []object
	// insert makes a row and returns its primary key. update and remove leave alone what is not there.
	insert(values map[string]any) (key any, problem *apiError)
	update(key string, values map[string]any) *apiError
	remove(key string)
	// snapshot returns what brings the present state back.
	snapshot() (restore func())
}

// collection is a table whose rows are kept as they are written. A row is never changed, but replaced.
type collection struct {
	about    Collection
	names    []string
	types    map[string]string
	contents []map[string]any // in the order of primary keys
	last     int64            // the last number that was a primary key
}

func newCollection(c Collection) (*collection, error) {
	made := &collection{about: c, names: []string{"id"}, types: map[string]string{"id": "integer"}}
	if c.UUID {
		made.types["id"] = "uuid"
	}
	for _, f := range c.Fields {
		switch {
		case f.Name == "":
			return nil, errors.New("a field has no name")
		case made.types[f.Name] != "":
			return nil, fmt.Errorf("the field %q is there twice", f.Name)
		}
		made.names = append(made.names, f.Name)
		made.types[f.Name] = f.Type
		if f.Type == "" {
			made.types[f.Name] = "string"
		}
	}
	return made, nil
}

func (c *collection) name() string     { return c.about.Name }
func (c *collection) uuid() bool       { return c.about.UUID }
func (c *collection) fields() []string { return c.names }

func (c *collection) rows() []object {
	rows := make([]object, len(c.contents))
	for i, values := range c.contents {
		for _, name := range c.names {
			rows[i] = append(rows[i], pair{name, values[name]})
		}
	}
	return rows
}

func (c *collection) find(key string) int {
	return slices.IndexFunc(c.contents, func(row map[string]any) bool { return valueText(row["id"]) == key })
}

// check returns what is wrong with the values of a row; at is its place, -1 for a new one.
func (c *collection) check(values map[string]any, at int) *apiError {
	unique := []string{"id"}
	for _, f := range c.about.Fields {
		if f.Unique {
			unique = append(unique, f.Name)
		}
	}
	for _, name := range c.names {
		switch values[name].(type) {
		case map[string]any, []any:
			return notHere(fmt.Sprintf("A value of %q that is an object or a list", name))
		}
		if !slices.Contains(unique, name) || values[name] == nil {
			continue
		}
		for i, row := range c.contents {
			if i != at && valueText(row[name]) == valueText(values[name]) {
				return notUnique(c.about.Name, name, values[name])
			}
		}
	}
	return nil
}

func (c *collection) insert(values map[string]any) (any, *apiError) {
	row := map[string]any{}
	for _, name := range c.names {
		row[name] = plain(values[name])
	}
	number, isNumber := int64(0), false
	switch {
	case c.about.UUID && row["id"] == nil:
		row["id"] = uuid.NewString()
	case !c.about.UUID && row["id"] == nil:
		number, isNumber = c.last+1, true
		row["id"] = number
	case !c.about.UUID:
		var err error
		if number, err = strconv.ParseInt(valueText(row["id"]), 10, 64); err != nil {
			return nil, notHere("A primary key that is no whole number")
		}
		isNumber = true
		row["id"] = number
	}
	if problem := c.check(row, -1); problem != nil {
		return nil, problem
	}
	if isNumber {
		c.last = max(c.last, number)
	}
	at, _ := slices.BinarySearchFunc(c.contents, row["id"], func(other map[string]any, key any) int { return compareValues(other["id"], key) })
	c.contents = slices.Insert(slices.Clone(c.contents), at, row)
	return row["id"], nil
}

func (c *collection) update(key string, values map[string]any) *apiError {
	at := c.find(key)
	if at < 0 {
		return nil
	}
	if given, there := values["id"]; there && valueText(given) != key {
		return notHere("Changing a primary key")
	}
	row := map[string]any{}
	for _, name := range c.names {
		row[name] = c.contents[at][name]
		if v, given := values[name]; given && name != "id" {
			row[name] = plain(v)
		}
	}
	if problem := c.check(row, at); problem != nil {
		return problem
	}
	c.contents = slices.Clone(c.contents)
	c.contents[at] = row
	return nil
}

// plain writes a number as JavaScript does: 1.0 is 1.
func plain(v any) any {
	n, isNumber := v.(json.Number)
	if !isNumber {
		return v
	}
	f, err := n.Float64()
	if err != nil {
		return v
	}
	return json.Number(marshal(f))
}

func (c *collection) remove(key string) {
	if at := c.find(key); at >= 0 {
		c.contents = slices.Delete(slices.Clone(c.contents), at, at+1)
	}
}

func (c *collection) snapshot() func() {
	contents, last := c.contents, c.last
	return func() { c.contents, c.last = contents, last }
}

// userTable are the users. What the server itself does not go by is kept beside them.
type userTable struct{ h *Handler }

func (t userTable) name() string     { return "directus_users" }
func (t userTable) uuid() bool       { return true }
func (t userTable) fields() []string { return t.h.userObject(&user{}).keys() }

func (t userTable) rows() []object {
	rows := make([]object, len(t.h.store.users))
	for i, u := range t.h.store.users {
		rows[i] = t.h.userObject(u)
	}
	slices.SortFunc(rows, func(x, y object) int { return compareValues(x.get("id"), y.get("id")) })
	return rows
}

func (t userTable) insert(values map[string]any) (any, *apiError) {
	u := &user{User: User{ID: uuid.NewString(), Status: Active}, passwordHash: newPasswordHash()}
	if problem := t.set(u, values, true); problem != nil {
		return nil, problem
	}
	t.h.store.users = append(t.h.store.users, u)
	return u.ID, nil
}

func (t userTable) update(key string, values map[string]any) *apiError {
	if u := t.h.store.byID(key); u != nil {
		return t.set(u, values, false)
	}
	return nil
}

// set changes a user as Directus does: what concerns the login ends all sessions.
func (t userTable) set(u *user, values map[string]any, isNew bool) *apiError {
	s := t.h.store
	for name, v := range values {
		text, isText := v.(string)
		if !isText && v != nil && slices.Contains([]string{"id", "email", "password", "token", "status", "role", "first_name", "last_name"}, name) {
			return notHere(fmt.Sprintf("A %s that is no text", name))
		}
		switch name {
		case "id":
			if text != u.ID && (!isNew || uuid.Validate(text) != nil || s.byID(text) != nil) {
				return notHere("This id of a user")
			}
			u.ID = text
		case "email":
			if !validEmail(text) {
				return notHere("An email address that is none")
			}
			if other := s.byEmail(text); other != nil && other != u {
				return notUnique(t.name(), name, "["+text+"]") // so it comes from Directus, which checks several at once
			}
			u.Email = text
		case "token":
			if other := s.byStaticToken(text); text != "" && other != nil && other != u {
				return notUnique(t.name(), name, text)
			}
			u.StaticToken = text
		case "password":
			s.setPassword(u, text)
		case "status":
			if !statuses[Status(text)] {
				return notHere(fmt.Sprintf("The status %q", text))
			}
			if u.Status = Status(text); u.Status != Active {
				s.dropSessions(u)
			}
		case "role":
			if text != "" && text != t.h.adminRole {
				return notHere("A role other than the administrator's")
			}
			u.Admin = text != ""
		case "first_name":
			u.FirstName = text
		case "last_name":
			u.LastName = text
		case "tfa_secret", "last_access", "provider", "external_identifier", "auth_data", "policies", "avatar":
			if v != nil {
				return notHere("Setting the field " + name)
			}
		default:
			if slices.Contains(t.fields(), name) {
				if u.beside == nil {
					u.beside = map[string]any{}
				}
				u.beside[name] = v
			}
		}
	}
	return nil
}

func (t userTable) remove(key string) {
	s := t.h.store
	if u := s.byID(key); u != nil {
		s.dropSessions(u)
		s.users = slices.DeleteFunc(slices.Clone(s.users), func(other *user) bool { return other == u })
	}
}

func (t userTable) snapshot() func() {
	users := t.h.store.users
	copies := make([]user, len(users))
	for i, u := range users {
		copies[i] = *u
		copies[i].beside = map[string]any{}
		for name, v := range u.beside {
			copies[i].beside[name] = v
		}
	}
	return func() {
		for i, u := range users {
			*u = copies[i]
		}
		t.h.store.users = users
	}
}

// file is the content of one of the rows of directus_files.
type file struct {
	contentType, name string
	content           []byte
}

func filesCollection() Collection {
	c := Collection{Name: "directus_files", UUID: true}
	for _, name := range []string{
		"storage", "filename_disk", "filename_download", "title", "type", "folder", "uploaded_by", "created_on", "modified_by", "modified_on", "charset",
		"filesize", "width", "height", "duration", "embed", "description", "location", "tags", "metadata", "focal_point_x", "focal_point_y", "tus_id",
		"tus_data", "uploaded_on",
	} {
		c.Fields = append(c.Fields, Field{Name: name})
	}
	return c
}
