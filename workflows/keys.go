package workflows

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/nate-go/nate/schemas"
)

// repeatedKeys tells of keys that stand twice in an object, as after a merge: of their values only the last counts.
func (r *reader) repeatedKeys(data []byte, ws []*Workflow) {
	k := keyScan{dec: json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))}
	k.dec.UseNumber()
	_ = k.value(nil) // the text is JSON; what is too deep for the decoder is not looked at
	for _, path := range k.found {
		if path == nil {
			continue
		}
		pointer := schemas.Pointer(path...)
		at := ""
		if i, ok := path[0].(int); ok {
			at = schemas.Pointer(i)
		}
		name := ""
		for _, w := range ws {
			if w != nil && w.at == at {
				name = nodeOf(pointer[len(at):], list(w.raw, "nodes"))
			}
		}
		r.at = ""
		r.warn(pointer, name, fmt.Sprintf("the key %q stands more than once in its object: only the last counts", path[len(path)-1]),
			"put what is meant into one, and remove the others")
	}
}

// keyScan reads a text for keys that are repeated in their object.
type keyScan struct {
	dec *json.Decoder
	// found are their paths; nil for those in a value that does not count itself.
	found [][]any
}

// span is what was found inside of a key's value: found[begin:end].
type span struct {
	begin, end int
	told       bool // that the key is repeated
}

// value reads one value, which stands at path.
func (k *keyScan) value(path []any) error {
	token, err := k.dec.Token()
	if err != nil {
		return err
	}
	open, isDelim := token.(json.Delim)
	if !isDelim {
		return nil
	}
	keys := map[string]span{}
	path = append(path, nil)
	for i := 0; k.dec.More(); i++ {
		path[len(path)-1] = i
		key := ""
		if open == '{' {
			token, err := k.dec.Token()
			if err != nil {
				return err
			}
			key, _ = token.(string)
			path[len(path)-1] = key
		}
		s, repeated := keys[key]
		if repeated = repeated && open == '{'; repeated {
			clear(k.found[s.begin:s.end])
			if !s.told && len(k.found) < maxDiagnostics {
				k.found = append(k.found, append([]any(nil), path...))
			}
		}
		begin := len(k.found)
		if err := k.value(path); err != nil {
			return err
		}
		if open == '{' {
			keys[key] = span{begin, len(k.found), repeated}
		}
	}
	_, err = k.dec.Token()
	return err
}
