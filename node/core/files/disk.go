package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewReadBinaryFile returns Read Binary File (n8n-nodes-base.readBinaryFile): it adds a file of the disk to each item. What it may
// reach is what runtime.WithFileRoots opens; so for all nodes here.
func NewReadBinaryFile() node.Node {
	return node.PerItem(readBinaryFileDefinition(), func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		name, err := textParameter(it.Params, "filePath", "")
		if err != nil {
			return nil, err
		}
		property, err := textParameter(it.Params, "dataPropertyName", "data")
		if err != nil {
			return nil, err
		}
		file, err := readDisk(ctx, it.Call, name)
		if err != nil {
			return nil, err
		}
		return []node.Item{{JSON: it.Item().JSON, Binary: it.Item().Binary.With(property, file)}}, nil
	})
}

// NewWriteBinaryFile returns Write Binary File (n8n-nodes-base.writeBinaryFile): it writes a file of each item.
func NewWriteBinaryFile() node.Node {
	return node.PerItem(writeBinaryFileDefinition(), func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		o, err := options(it.Call.Params(ctx, 0)) // n8n: the options of the first item are those of all
		if err != nil {
			return nil, err
		}
		return writeItem(ctx, it, o)
	})
}

// NewReadBinaryFiles returns Read Binary Files (n8n-nodes-base.readBinaryFiles): it makes an item of each file that a pattern matches.
func NewReadBinaryFiles() node.Node { return readBinaryFiles{} }

type readBinaryFiles struct{}

// Definition implements node.Node.
func (readBinaryFiles) Definition() node.Definition { return readBinaryFilesDefinition() }

// Execute implements node.Node.
func (readBinaryFiles) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	p := c.Params(ctx, 0)
	pattern, err := textParameter(p, "fileSelector", "")
	if err != nil {
		return node.Output{}, err
	}
	property, err := textParameter(p, "dataPropertyName", "data")
	if err != nil {
		return node.Output{}, err
	}
	if pattern, err = groups(pattern, true); err != nil {
		return node.Output{}, err
	}
	names, err := find(ctx, c, pattern)
	if err != nil {
		return node.Output{}, err
	}
	out := make([]node.Item, len(names))
	for i, name := range names {
		file, err := readDisk(ctx, c, name)
		if err != nil {
			return node.Output{}, err
		}
		var files *node.Binaries
		out[i] = node.Item{JSON: &node.Object{}, Binary: files.With(property, file), Paired: links(len(c.Items()))}
	}
	return node.Output{Main: [][]node.Item{out}}, nil
}

// readDisk makes a file of one on the disk.
func readDisk(ctx context.Context, c *node.Call, name string) (node.Binary, error) {
	root, inside, err := c.FileRoot(name)
	if err != nil {
		return node.Binary{}, err
	}
	defer func() { _ = root.Close() }()
	info, err := root.Stat(inside)
	switch {
	case err != nil:
		return node.Binary{}, diskError(root, inside, name, "stat", err)
	case info.IsDir():
		return node.Binary{}, &diskFault{"EISDIR", "illegal operation on a directory, read"}
	case !info.Mode().IsRegular(): // a pipe would never end
		return node.Binary{}, node.NewOperationError("The path is not a regular file.", "")
	}
	f, err := root.Open(inside)
	if err != nil {
		return node.Binary{}, diskError(root, inside, name, "open", err)
	}
	defer func() { _ = f.Close() }()
	return c.CreateBinary(ctx, f, node.NewBinary(filepath.ToSlash(name), ""))
}

// writeItem writes a file of an item, where its parameters say.
func writeItem(ctx context.Context, it node.ItemCall, o *node.Object) ([]node.Item, error) {
	property, err := it.Params.Value("dataPropertyName")
	if err != nil {
		return nil, err
	}
	value, err := it.Params.Value("fileName")
	if err != nil {
		return nil, err
	}
	file, err := it.Call.Binary(it.Index, property)
	if err != nil {
		return nil, err
	}
	if err := writeDisk(ctx, it.Call, fields.Text(value), file, optionOn(o, "append")); err != nil {
		return nil, err
	}
	json := fields.Copy(it.Item().JSON)
	json.Set("fileName", value)
	return []node.Item{{JSON: json, Binary: it.Item().Binary}}, nil
}

// writeDisk writes a file to the disk: in place of what is there, or behind it.
func writeDisk(ctx context.Context, c *node.Call, name string, file node.Binary, behind bool) (err error) {
	root, inside, err := c.FileRoot(name)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if info, err := root.Stat(inside); err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return node.NewOperationError("The path is not a regular file.", "")
	}
	r, err := c.OpenBinary(ctx, file) // before anything is lost
	if err != nil {
		return err
	}
	defer r.Close()
	flags := os.O_WRONLY | os.O_CREATE
	if behind {
		flags |= os.O_APPEND
	} else {
		flags |= os.O_TRUNC
	}
	f, err := root.OpenFile(inside, flags, 0o666)
	if err != nil {
		return diskError(root, inside, name, "open", err)
	}
	if _, err = io.Copy(f, r); err != nil && behind {
		err = node.Permanent(err) // the part that was written must not be written again
	}
	return errors.Join(err, f.Close())
}

// diskFault is a failure of the file system, with its code and text in Node.js.
type diskFault struct{ code, text string }

// Error implements error.
func (e *diskFault) Error() string { return e.code + ": " + e.text }

// faultTexts are n8n's texts for the codes of diskFault.
var faultTexts = map[string]string{
	"ENOENT":  "The file or directory does not exist",
	"EISDIR":  "The file path was expected but the given path is a directory",
	"ENOTDIR": "The directory path was expected but the given path is a file",
	"EACCES":  "Forbidden by access permissions, make sure you have the right permissions",
}

// diskError is what Node.js says of a failure to reach a file, in the words of n8n's order of steps: the folder first, then the file.
func diskError(root *os.Root, inside, name, step string, err error) error {
	clean := filepath.ToSlash(filepath.Clean(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := root.Stat(filepath.Dir(inside)); err != nil {
			step, clean = "realpath", path.Dir(clean)
		}
		return &diskFault{"ENOENT", fmt.Sprintf("no such file or directory, %s '%s'", step, clean)}
	case errors.Is(err, syscall.ENOTDIR):
		return &diskFault{"ENOTDIR", fmt.Sprintf("not a directory, realpath '%s'", clean)}
	case errors.Is(err, syscall.EISDIR):
		return &diskFault{"EISDIR", fmt.Sprintf("illegal operation on a directory, %s '%s'", step, clean)}
	case errors.Is(err, fs.ErrPermission):
		return &diskFault{"EACCES", fmt.Sprintf("permission denied, %s '%s'", step, clean)}
	case strings.Contains(err.Error(), "escapes from parent"): // of os.Root, which does not export it
		return node.FileNotAllowed(fmt.Sprintf("'%s' leads out of the folder that is open to workflows", clean))
	}
	return err
}

// maxFound is how many files a pattern may match.
const maxFound = 100_000

// find returns the paths of the files that a pattern matches, by name. ** does not follow links. Pipes, devices, and links to folders
// or to nothing are not among them.
func find(ctx context.Context, c *node.Call, pattern string) ([]string, error) {
	if !doublestar.ValidatePattern(pattern) {
		return nil, node.NewOperationError("The pattern can't be read", fmt.Sprintf("It is %q", pattern))
	}
	base, rest := doublestar.SplitPattern(pattern)
	root, inside, err := c.FileRoot(base)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	folder, err := root.OpenRoot(inside)
	if err != nil {
		var fault *diskFault
		if err = diskError(root, inside, base, "stat", err); errors.As(err, &fault) {
			return nil, nil // there is no such folder
		}
		return nil, err
	}
	defer func() { _ = folder.Close() }()
	var names []string
	err = doublestar.GlobWalk(folder.FS(), rest, func(name string, entry fs.DirEntry) error {
		if !entry.Type().IsRegular() && !leadsToFile(folder, base, name) {
			return ctx.Err()
		}
		if len(names) == maxFound {
			return node.NewOperationError(fmt.Sprintf("The pattern matches more than %d files", maxFound), "")
		}
		if base != "." {
			name = strings.TrimSuffix(base, "/") + "/" + name
		}
		names = append(names, name)
		return ctx.Err()
	}, doublestar.WithFilesOnly(), doublestar.WithNoHidden(), doublestar.WithNoFollow())
	slices.Sort(names)
	return slices.Compact(names), err
}

// leadsToFile reports whether what is no regular file itself is a link to one; also to one outside of the folder, which is refused
// when it is read.
func leadsToFile(folder *os.Root, base, name string) bool {
	info, err := folder.Stat(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // it leads out: what is there is no more than looked at
		info, err = os.Stat(filepath.Join(base, name))
	}
	return err == nil && info.Mode().IsRegular()
}

var bracket = regexp.MustCompile(`\\?([()[\]])`)

// literalBrackets makes brackets and parentheses of a pattern stand for themselves.
func literalBrackets(pattern string) string {
	return bracket.ReplaceAllStringFunc(pattern, func(s string) string {
		if s = strings.TrimPrefix(s, `\`); s == "(" || s == ")" {
			return s // they are never more
		}
		return `\` + s
	})
}

// groups makes (a|b) of a pattern {a,b}, which means the same; with extended also @(a|b). The other extended groups have no like.
func groups(pattern string, extended bool) (string, error) {
	var b strings.Builder
	depth := 0
	for i := 0; i < len(pattern); i++ {
		switch ch := pattern[i]; {
		case ch == '\\' && i+1 < len(pattern):
			i++
			if pattern[i] != '(' && pattern[i] != ')' {
				b.WriteByte(ch)
			}
			b.WriteByte(pattern[i])
		case ch == '[' && strings.IndexByte(pattern[i:], ']') > 0:
			end := i + strings.IndexByte(pattern[i:], ']')
			b.WriteString(pattern[i : end+1])
			i = end
		case extended && ch == '@' && strings.HasPrefix(pattern[i+1:], "("):
		case extended && strings.IndexByte("+*?!", ch) >= 0 && strings.HasPrefix(pattern[i+1:], "("):
			return "", node.NewOperationError(fmt.Sprintf("Groups like %c(...) in patterns are not supported", ch), "Use {a,b} for either of both")
		case ch == '(':
			b.WriteByte('{')
			depth++
		case ch == '|' && depth > 0:
			b.WriteByte(',')
		case ch == ')' && depth > 0:
			b.WriteByte('}')
			depth--
		default:
			b.WriteByte(ch)
		}
	}
	return b.String(), nil
}
