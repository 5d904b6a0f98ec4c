package js_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nate-go/nate/internal/js"
)

// item is a Scope with one variable, and one function.
type item string

func (i item) Variable(name string, members []string, w *js.Writer) error {
	fmt.Println("asked for", name, members)
	return w.JSON([]byte(i))
}

func (i item) Call(name string, args []byte, w *js.Writer) error {
	if name != "node" {
		return &js.Throw{Name: "Error", Message: "there is no " + name}
	}
	w.String("output of " + string(args))
	return nil
}

func Example() {
	engine := js.New(js.Options{Expression: js.RealmOptions{
		Variables: []string{"$json"},
		Script:    `host => ({ $: name => ({ first: () => host.call('node', name) }) })`,
	}})
	defer engine.Close()
	for _, source := range []string{"$json.items.map(x => x * 2)", "$('Webhook').first()", "new Date(0)", "$json.no.way"} {
		program, err := engine.Compile(js.Expression, source)
		if err != nil {
			fmt.Println(err)
			continue
		}
		result, err := engine.Run(context.Background(), js.Run{Program: program, Scope: item(`{"items":[1,2],"other":3}`)})
		fmt.Println(result.Type, string(result.JSON), err)
	}
	// Output:
	// asked for $json [items]
	// array [2,4] <nil>
	// string "output of [\"Webhook\"]" <nil>
	// Date "1970-01-01T00:00:00.000Z" <nil>
	// asked for $json [no]
	//   TypeError: Cannot read properties of undefined (reading 'way')
}

func ExampleEngine_Run_limits() {
	engine := js.New(js.Options{})
	defer engine.Close()
	program, _ := engine.Compile(js.Expression, "(() => { for (;;); })()")
	_, err := engine.Run(context.Background(), js.Run{Program: program, Limits: js.Limits{Time: 20 * time.Millisecond}})
	var limit *js.LimitError
	fmt.Println(errors.As(err, &limit) && limit.Kind == js.LimitTime, err)
	// Output: true the script ran longer than 20ms
}

// fetcher answers host.async.
type fetcher struct{ item }

func (fetcher) CallAsync(_ context.Context, name string, args []byte) (func(w *js.Writer) error, error) {
	return func(w *js.Writer) error { return w.JSON(args) }, nil // after whatever takes long
}

func ExampleAsyncScope() {
	engine := js.New(js.Options{Code: js.RealmOptions{Script: `host => ({ fetchText: (...args) => host.async('fetch', ...args) })`}})
	defer engine.Close()
	program, _ := engine.Compile(js.Code, "const all = await Promise.all([fetchText('a'), fetchText('b')]);\nreturn all.flat()")
	result, err := engine.Run(context.Background(), js.Run{Program: program, Scope: fetcher{}})
	fmt.Println(string(result.JSON), err)
	// Output: ["a","b"] <nil>
}
