package js

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

type vars map[string]string

func (s vars) Call(string, []byte, *Writer) error { return nil }

func (s vars) Variable(name string, _ []string, w *Writer) error {
	text, ok := s[name]
	if !ok {
		return &Throw{Name: "ExpressionError", Message: "no " + name}
	}
	return w.JSON([]byte(text))
}

func TestBasic(t *testing.T) {
	e := New(Options{Expression: RealmOptions{Variables: []string{"$json", "$x"}}})
	defer e.Close()
	for _, s := range []string{"1+1", "$json", "$json.items.map(x => x.price * 2)", "'a'+1", "null", "undefined", "()=>1", "Symbol('q')", "10n", "NaN", "new Date(5)", "DateTime.fromMillis(5)", "$x", "$json.a.b.c", "nope", "1 +", "[].constructor", "({}).constructor", "({a:()=>1, b: 2})", "'é😀\\ud800'", "new Date()", "DateTime.now().zoneName", "({d: new Date(0)})", "eval", "process.env", "let", "new Map([[1,2]])", "Object.keys(globalThis)", "(function(){return this})() ", "this"} {
		p, err := e.Compile(Expression, s)
		if err != nil {
			fmt.Printf("%-40s compile %v\n", s, err)
			continue
		}
		r, err := e.Run(context.Background(), Run{Program: p, Scope: vars{"$json": `{"items":[{"price":1},{"price":2.5}],"a":{}}`}})
		fmt.Printf("%-40s %s %s %q %v %s| %v\n", s, r.Type, r.JSON, r.Text, r.Number, r.Zone, err)
	}
	require.NotNil(t, e)
}
