package declarative

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
)

// Load reads every file *.json below the root of fsys: each holds a definition of a node (n8n's INodeTypeDescription), of a credential
// type (ICredentialType, see credentials.ParseType; it has no inputs), or an array of such. The full type of a node is its name where that
// has a dot in it; else the name in a package.json beside the file or above it goes before ("n8n-nodes-shop.order"), or "CUSTOM".
//
// The nodes know all the credential types. The error joins what is wrong, with the file; nothing is returned beside it.
// n8n's own generic types (credentials.HTTP) stay as they are, and what types extend is filled in (credentials.Inherit).
func Load(fsys fs.FS, opts ...Option) ([]node.Node, []credentials.Type, error) {
	if fsys == nil {
		return nil, nil, errors.New("declarative.Load needs a file system: os.DirFS of a folder, say")
	}
	c := newConfig(opts)
	l := loader{fsys: fsys, packages: map[string]string{}}
	err := fs.WalkDir(fsys, ".", func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Ext(file) != ".json" || path.Base(file) == packageFile {
			return err
		}
		return l.file(file)
	})
	if err != nil {
		return nil, nil, err
	}
	types := c.functions.typesOf(credentials.Inherit(l.types, slices.Concat(credentials.HTTP(), credentials.Predefined(), c.types)...))
	nodes := make([]node.Node, 0, len(l.definitions))
	for _, d := range l.definitions {
		n, err := Node(d.Definition, append(slices.Clone(opts), WithCredentialTypes(types...))...)
		if err != nil {
			l.faults = append(l.faults, fmt.Errorf("%s: %w", d.file, err))
			continue
		}
		nodes = append(nodes, n)
	}
	if err := errors.Join(l.faults...); err != nil {
		return nil, nil, err
	}
	return nodes, types, nil
}

const packageFile = "package.json"

type loader struct {
	fsys        fs.FS
	definitions []definition
	types       []credentials.Type
	typeTexts   []string          // of the types
	packages    map[string]string // by folder
	faults      []error
}

type definition struct {
	node.Definition
	file, text string
}

// file reads one file; what is wrong with its content is noted, and only a file that can't be read is an error.
func (l *loader) file(file string) error {
	if info, err := fs.Stat(l.fsys, file); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no regular file", file) // a pipe would be waited for, a device has no end
	}
	text, err := fs.ReadFile(l.fsys, file)
	if err != nil {
		return err
	}
	texts := []json.RawMessage{text}
	if strings.HasPrefix(strings.TrimSpace(string(text)), "[") {
		if err := json.Unmarshal(text, &texts); err != nil {
			l.faults = append(l.faults, fmt.Errorf("%s: %w", file, err))
			return nil
		}
	}
	for i, text := range texts {
		at := file
		if len(texts) > 1 {
			at = fmt.Sprintf("%s[%d]", file, i)
		}
		if err := l.one(at, file, text); err != nil {
			l.faults = append(l.faults, fmt.Errorf("%s: %w", at, inJSONWords(err)))
		}
	}
	return nil
}

// inJSONWords says what is wrong with a value of the wrong type in JSON's words: encoding/json names types of Go.
func inJSONWords(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	kinds := map[reflect.Kind]string{
		reflect.String: "a string", reflect.Float64: "a number", reflect.Int: "a number", reflect.Bool: "true or false", reflect.Slice: "an array",
	}
	kind, ok := kinds[wrong.Type.Kind()]
	if !ok {
		kind = "an object"
	}
	return errors.New(strings.Replace(err.Error(), wrong.Error(), fmt.Sprintf("it is of the JSON type %s, not %s", wrong.Value, kind), 1))
}

func (l *loader) one(at, file string, text []byte) error {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(text, &keys); err != nil {
		return fmt.Errorf("a definition is expected: %w", err)
	}
	if _, isNode := keys["inputs"]; !isNode {
		if _, ok := keys["properties"]; !ok {
			return errors.New("it is no definition: a node has inputs and properties, a credential type properties")
		}
		t, err := credentials.ParseType(text)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(credentials.HTTP(), func(own credentials.Type) bool { return own.Name == t.Name }) {
			return nil
		}
		if i := slices.IndexFunc(l.types, func(other credentials.Type) bool { return other.Name == t.Name }); i >= 0 {
			if l.typeTexts[i] == string(text) {
				return nil // n8n's packages list some twice
			}
			return fmt.Errorf("there is another credential type %s", t.Name)
		}
		l.types, l.typeTexts = append(l.types, t), append(l.typeTexts, string(text))
		return nil
	}
	var def node.Definition
	if err := json.Unmarshal(text, &def); err != nil {
		return err
	}
	full := def.Name
	if i := strings.LastIndexByte(full, '.'); i >= 0 {
		def.Name = full[i+1:]
	} else {
		full = l.packageOf(path.Dir(file)) + "." + full
	}
	def.Types = []string{full}
	for _, d := range l.definitions {
		for _, v := range def.Versions {
			if d.Types[0] == full && slices.Contains(d.Versions, v) {
				if d.text == string(text) {
					return nil
				}
				return fmt.Errorf("%s in version %s is defined in %s too", full, node.FormatNumber(v), d.file)
			}
		}
	}
	l.definitions = append(l.definitions, definition{def, at, string(text)})
	return nil
}

// packageOf is the name of the npm package that a folder is in.
func (l *loader) packageOf(dir string) string {
	if name, ok := l.packages[dir]; ok {
		return name
	}
	var about struct {
		Name string `json:"name"`
	}
	text, err := fs.ReadFile(l.fsys, path.Join(dir, packageFile))
	if err == nil {
		err = json.Unmarshal(text, &about)
	}
	name := about.Name
	switch {
	case err == nil && name != "":
	case dir == ".":
		name = "CUSTOM"
	default:
		name = l.packageOf(path.Dir(dir))
	}
	l.packages[dir] = name
	return name
}
