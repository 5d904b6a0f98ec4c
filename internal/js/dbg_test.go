package js

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
)

func TestDbg(t *testing.T) {
	e := New(Options{})
	defer e.Close()
	k := Expression
	if os.Getenv("CODE") != "" {
		k = Code
	}
	p, err := e.Compile(k, os.Getenv("JS"))
	if err != nil {
		fmt.Println("compile", err)
		return
	}
	r, err := e.Run(context.Background(), Run{Program: p, Zone: os.Getenv("ZONE")})
	fmt.Printf("%s %s %q %v %s| %v\n", r.Type, r.JSON, r.Text, r.Number, r.Zone, err)
	var x *Error
	if errors.As(err, &x) {
		fmt.Println(x.Stack, x.Line, x.Column, string(x.Thrown))
	}
}
