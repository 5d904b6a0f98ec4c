package js

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
)

func syncCode(e *Engine, source string) *Program {
	v, _ := e.compilers.get(context.Background(), false)
	defer e.compilers.put(v)
	b, err := v.compile("(function(){"+source+"\n})", sourceName)
	if err != nil {
		panic(err)
	}
	return &Program{id: programs.Add(1), kind: Code, bytecode: b}
}

func TestNames(t *testing.T) {
	if os.Getenv("NAMES") == "" {
		t.Skip()
	}
	e := New(Options{})
	defer e.Close()
	for _, i := range strings.Split(os.Getenv("NAMES"), ",") {
		r, err := e.Run(context.Background(), Run{Program: syncCode(e, "const INDEX="+i+", COMBO=0, NEW=false;"+strings.Replace(hostile, "const [path, f] = functions[INDEX];", "return functions[INDEX][0]+' of '+functions.length; const path='',f=0;", 1))})
		fmt.Println(i, r.Text, err)
	}
}
