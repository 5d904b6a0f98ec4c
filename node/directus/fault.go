package directus

import (
	"errors"
	"strings"

	"github.com/nate-go/nate/node"
)

// Fault is one of the errors in the body of an answer that Directus refused a request with.
type Fault struct {
	// Message is Directus's own text, Code its word for the kind of error: https://directus.io/docs/guides/connect/errors
	Message, Code string
	// Field and Collection are what it is about, as far as Directus says.
	Field, Collection string

	service string // which one is not available
}

// Faults returns what Directus said of a request that it refused: the errors in its body, of which there may be several when the
// values of several fields are bad. It returns nil for any other error.
func Faults(err error) []Fault {
	e, ok := errors.AsType[*node.APIError](err)
	if !ok {
		return nil
	}
	body, _ := e.Context.Get("data")
	return faultsIn(body)
}

func faultsIn(body any) []Fault {
	o, _ := body.(*node.Object)
	list, _ := o.Get("errors")
	entries, _ := list.([]any)
	var faults []Fault
	for _, e := range entries {
		entry, _ := e.(*node.Object)
		extensions, _ := entry.Get("extensions")
		about, _ := extensions.(*node.Object)
		message, ok := textIn(entry, "message")
		if !ok {
			continue
		}
		f := Fault{Message: message}
		f.Code, _ = textIn(about, "code")
		f.Field, _ = textIn(about, "field")
		f.Collection, _ = textIn(about, "collection")
		f.service, _ = textIn(about, "service")
		faults = append(faults, f)
	}
	return faults
}

func textIn(o *node.Object, key string) (string, bool) {
	v, _ := o.Get(key)
	text, ok := v.(string)
	return text, ok
}

// told is the text of an error's description: what Directus says, with the code.
func told(faults []Fault) string {
	texts := make([]string, len(faults))
	for i, f := range faults {
		texts[i] = f.Message
		if f.Code != "" {
			texts[i] += " (" + f.Code + ")"
		}
	}
	return strings.Join(texts, " ")
}

// advice says what to do about Directus's error codes, where its message does not.
var advice = map[string]string{
	"FORBIDDEN": "Directus says the same for what does not exist. Check the collection, the id and the names of fields, " +
		"and the policies of the user whose token the credential has.",
	"INVALID_CREDENTIALS":    "Directus does not know the access token of the credential: make a new one in the user's settings, and put it there.",
	"INVALID_TOKEN":          "The access token of the credential is none of this Directus: put a valid one there.",
	"TOKEN_EXPIRED":          "The access token of the credential has expired. Use a static token there, or refresh it.",
	"USER_SUSPENDED":         "The user whose token the credential has must be made active again.",
	"INVALID_IP":             "The user's role does not allow the address that the request comes from.",
	"FAILED_VALIDATION":      "Give the field a value that its validation allows.",
	"RECORD_NOT_UNIQUE":      "Another item has that value. Update that one (Create or Update does), or choose another value.",
	"INVALID_FOREIGN_KEY":    "No item has that primary key in the collection that the field refers to: create it first.",
	"NOT_NULL_VIOLATION":     "The field needs a value.",
	"CONTAINS_NULL_VALUES":   "The field has items without a value: give them one first.",
	"VALUE_OUT_OF_RANGE":     "The number does not fit into the field.",
	"VALUE_TOO_LONG":         "The text does not fit into the field.",
	"INVALID_QUERY":          "Check filter, fields, sort, limit and the other parts of the query.",
	"ROUTE_NOT_FOUND":        "This version of Directus does not have it, or the url of the credential is not that of Directus itself.",
	"CONTENT_TOO_LARGE":      "Send less at once, or raise MAX_PAYLOAD_SIZE or FILES_MAX_UPLOAD_SIZE of the server.",
	"RESOURCE_RESTRICTED":    "The license of this Directus does not include it.",
	"LIMIT_EXCEEDED":         "The license of this Directus allows no more of them.",
	"COLLECTION_INACTIVE":    "The license of this Directus has made the collection inactive.",
	"REQUESTS_EXCEEDED":      "Send fewer requests: a larger page, Batch Size, or a Wait node between them.",
	"EMAIL_LIMIT_EXCEEDED":   "Directus sends no more mails for now.",
	"OUT_OF_DATE":            "Directus itself must be updated.",
	"VERSION_HASH_MISMATCH":  "The item was changed since the version was compared: compare again, and promote with the main hash that comes then.",
	"UNSUPPORTED_MEDIA_TYPE": "Directus takes CSV and JSON files here: see the type of the file.",
	"GRAPHQL_VALIDATION":     "The query does not fit the schema of this Directus: its types depend on the collections that the user may read.",
}

// added is what a row says of a route that older versions of Directus do not have.
func added(what, since, instead string) []refusal {
	return []refusal{{
		codes: []string{"ROUTE_NOT_FOUND"}, message: what + " are not there yet in this version of Directus",
		advice: sentences("They came with version "+since+".", instead),
	}}
}

// removed is what a row says of a route that Directus has no more.
func removed(what, since, instead string) []refusal {
	return []refusal{{
		codes: []string{"ROUTE_NOT_FOUND"}, message: what + " are not there any more in Directus",
		advice: "They were removed in version " + since + ". " + instead,
	}}
}
