package credentials

import (
	"fmt"
	"slices"
	"strings"
)

// NotFoundError says that no credential serves what a node names. It never holds a value of a credential.
type NotFoundError struct {
	Ref Ref
	// Searched are the places that were searched, in that order; empty when no credentials were given at all.
	Searched []string
	// Have are the credentials that there are in those places, of every type.
	Have []Ref
	// Hint says what to do about it. Whoever knows more, such as a command with its flags, may add to it.
	Hint string
}

// Error names type, id and name, says where it was looked for, and lists types and names of what there is.
func (e *NotFoundError) Error() string {
	var b strings.Builder
	switch r := e.Ref; {
	case r.ID != "" && r.Name != "":
		fmt.Fprintf(&b, "there is no %s credential with id %q or name %q", r.Type, r.ID, r.Name)
	case r.ID != "":
		fmt.Fprintf(&b, "there is no %s credential with id %q", r.Type, r.ID)
	case r.Name != "":
		fmt.Fprintf(&b, "there is no %s credential with name %q", r.Type, r.Name)
	default:
		fmt.Fprintf(&b, "there is no %s credential", r.Type)
	}
	if len(e.Searched) == 0 {
		b.WriteString(": no credentials were given")
	} else {
		b.WriteString(": looked in " + strings.Join(e.Searched, ", then in ") + ", which " + e.list())
	}
	return b.String() + inBrackets(e.Hint)
}

const maxListed = 20

// list says what there is: the credentials of the wanted type first, since a wrong name is the likeliest mistake.
func (e *NotFoundError) list() string {
	var wanted, others []string
	for _, r := range e.Have {
		text := fmt.Sprintf("%q (%s)", r.Name, r.Type)
		if r.Name == "" {
			text = "one without a name (" + r.Type + ")"
		}
		if r.Type == e.Ref.Type {
			wanted = append(wanted, text)
		} else {
			others = append(others, text)
		}
	}
	all := slices.Concat(wanted, others)
	if len(all) == 0 {
		return "has none at all"
	}
	more := ""
	if n := len(all) - maxListed; n > 0 {
		all, more = all[:maxListed], fmt.Sprintf(" and %d more", n)
	}
	return "has " + strings.Join(all, ", ") + more
}

// UnusableError says that a credential is there, but can't be used: it is of another type, ambiguous, encrypted, or a
// field of it is bad. It never holds a value of the credential.
type UnusableError struct {
	Ref Ref
	// Source is where the credential is: a file, an environment variable; empty when not known.
	Source string
	// Field is the field that is bad; empty when it is the whole.
	Field string
	// Problem says what is wrong, after the name of credential or field: "is encrypted".
	Problem string
	// Hint says what to do about it. Whoever knows more, such as a command with its flags, may add to it.
	Hint string

	wrongType bool // another resolver of a chain may have the right one
}

// Error names the credential, its type, where it is and the field, and says what is wrong.
func (e *UnusableError) Error() string {
	text := "credential " + e.Ref.String()
	if e.Source != "" {
		text += " in " + e.Source
	}
	if e.Field != "" {
		text += ": field " + e.Field
	}
	return text + " " + e.Problem + inBrackets(e.Hint)
}

func inBrackets(hint string) string {
	if hint == "" {
		return ""
	}
	return " (" + hint + ")"
}
