package credentials

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Values returns a Resolver of the given credentials. It is safe for concurrent use.
func Values(all ...Data) Resolver {
	s := &store{hint: "give the run a resolver that has it"}
	for _, d := range all {
		s.place = "values in code"
		s.entries = append(s.entries, entry{data: d})
	}
	return s
}

// store is a list of credentials. What serves a node: the entry with the node's id; else the one of the node's type that
// has its name; else the one of its type that has neither id nor name.
type store struct {
	place   string // for errors; empty: nowhere
	hint    string // for who does not find a credential here
	entries []entry
}

type entry struct {
	data      Data
	encrypted bool // data has no values then
}

// Resolve implements Resolver.
func (s *store) Resolve(_ context.Context, ref Ref) (Data, error) {
	e, err := s.find(ref)
	switch {
	case err != nil:
		return Data{}, err
	case e.encrypted:
		return Data{}, e.data.unusable("", "is encrypted", `export it again with "n8n export:credentials --all --decrypted"`)
	}
	if err := errors.Join(checkExpressions(e.data)...); err != nil {
		return Data{}, err
	}
	return e.data, nil
}

func (s *store) find(ref Ref) (entry, error) {
	for _, serves := range []func(r Ref) bool{
		func(r Ref) bool { return ref.ID != "" && r.ID == ref.ID },
		func(r Ref) bool { return ref.Name != "" && r.Name == ref.Name && r.Type == ref.Type },
		func(r Ref) bool { return r.ID == "" && r.Name == "" && r.Type == ref.Type },
	} {
		found := s.all(serves)
		switch {
		case len(found) > 1:
			return entry{}, found[0].data.unusable("", fmt.Sprintf("is there %d times", len(found)), "keep one, or tell them apart by id")
		case len(found) == 1 && found[0].data.ref.Type != ref.Type:
			return entry{}, wrongType(found[0].data, ref)
		case len(found) == 1:
			return found[0], nil
		}
	}
	if others := s.all(func(r Ref) bool { return ref.Name != "" && r.Name == ref.Name }); len(others) > 0 {
		return entry{}, wrongType(others[0].data, ref)
	}
	missing := &NotFoundError{Ref: ref, Hint: s.hint}
	if s.place != "" {
		missing.Searched = []string{s.place}
	}
	for _, e := range s.entries {
		missing.Have = append(missing.Have, e.data.ref)
	}
	return entry{}, missing
}

func (s *store) all(serves func(r Ref) bool) []entry {
	var found []entry
	for _, e := range s.entries {
		if serves(e.data.ref) {
			found = append(found, e)
		}
	}
	return found
}

func wrongType(d Data, ref Ref) error {
	err := d.unusable("", "is not of type "+ref.Type+", which the node asks for", "let the node name one of that type")
	err.wrongType = true
	return err
}

// Chain returns a Resolver that asks the others in turn: the first that has the credential answers. One that has not
// (NotFoundError), or has one of that name but another type, passes the question on; any other error ends it. Those that
// are nil are left out. It is safe for concurrent use.
func Chain(resolvers ...Resolver) Resolver {
	return chain(slices.DeleteFunc(slices.Clone(resolvers), func(r Resolver) bool { return r == nil }))
}

type chain []Resolver

// Resolve implements Resolver. Its NotFoundError tells of every resolver.
func (c chain) Resolve(ctx context.Context, ref Ref) (Data, error) {
	all := &NotFoundError{Ref: ref}
	var hints []string
	var other error // of another type, in case that nobody has the right one
	for _, r := range c {
		if err := ctx.Err(); err != nil {
			return Data{}, err
		}
		d, err := r.Resolve(ctx, ref)
		var unusable *UnusableError
		if errors.As(err, &unusable) && unusable.wrongType {
			if other == nil {
				other = err
			}
			continue
		}
		var missing *NotFoundError
		if err == nil || !errors.As(err, &missing) {
			return d.storedIn(r), err
		}
		all.Searched = append(all.Searched, missing.Searched...)
		all.Have = append(all.Have, missing.Have...)
		if missing.Hint != "" && !slices.Contains(hints, missing.Hint) {
			hints = append(hints, missing.Hint)
		}
	}
	if other != nil {
		return Data{}, other
	}
	all.Hint = strings.Join(hints, ", or ")
	return Data{}, all
}
