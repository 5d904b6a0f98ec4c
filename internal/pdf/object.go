package pdf

// The values of PDF: nil, bool, float64, Bytes (a string), Name, Ref, []any, *Dict and *Stream; keyword is an operator or a delimiter.
type (
	// Bytes is a string of the file, without its delimiters and escapes.
	Bytes string
	// Name is a name without its slash.
	Name string
	// Ref leads to an object of the file.
	Ref struct{ Number, Generation int }

	keyword string
)

// Dict is a dictionary; its keys keep their order.
type Dict struct {
	keys   []Name
	values map[Name]any
}

func (d *Dict) set(key Name, v any) {
	if d.values == nil {
		d.values = map[Name]any{}
	}
	if _, ok := d.values[key]; !ok {
		d.keys = append(d.keys, key)
	}
	d.values[key] = v
}

// raw is the value of a key, which may be a reference. d may be nil.
func (d *Dict) raw(key Name) any {
	if d == nil {
		return nil
	}
	return d.values[key]
}

// Stream is a dictionary with data behind it, as they stand in the file.
type Stream struct {
	dict *Dict
	data []byte
	// number and generation are those of the object: the data of locked files are locked with them.
	number, generation int
}

// integer is a number that is whole and can be an index.
func integer(v any) (int, bool) {
	n, ok := v.(float64)
	if !ok || n != float64(int32(n)) {
		return 0, false
	}
	return int(n), true
}

// String is the name as text: its bytes are characters.
func (n Name) String() string {
	out := make([]rune, len(n))
	for i := range len(n) {
		out[i] = rune(n[i])
	}
	return string(out)
}
