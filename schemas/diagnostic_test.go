package schemas_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/schemas"
)

func TestDiagnosticString(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]schemas.Diagnostic{
		"m":                           {Message: "m"},
		"/a: m":                       {Pointer: "/a", Message: "m"},
		"3:14: m":                     {Line: 3, Column: 14, Message: "m"},
		`node "N": m (h)`:             {Node: "N", Message: "m", Hint: "h"},
		`3:14: /a/0: node "N": m (h)`: {Line: 3, Column: 14, Pointer: "/a/0", Node: "N", Message: "m", Hint: "h"},
		`/a\nb: node "x\r\n\x00\x7f": “m” (ä)`: {Pointer: "/a\nb", Node: "x\r\n\x00\x7f", Message: "“m”", Hint: "ä"},
	} {
		require.Equal(t, want, d.String())
	}
}

func TestDiagnosticsAreAnError(t *testing.T) {
	t.Parallel()
	warning := schemas.Diagnostic{Severity: schemas.SeverityWarning, Message: "w"}
	wrong := schemas.Diagnostic{Severity: schemas.SeverityError, Message: "e"}
	for _, c := range []struct {
		ds        schemas.Diagnostics
		hasErrors bool
		text      string
	}{
		{nil, false, ""},
		{schemas.Diagnostics{warning}, false, "w"},
		{schemas.Diagnostics{warning, wrong}, true, "w\ne"},
	} {
		require.Equal(t, c.hasErrors, c.ds.HasErrors())
		require.Equal(t, c.hasErrors, c.ds.Err() != nil)
		require.Equal(t, c.text, c.ds.Error())
	}
	var found schemas.Diagnostics
	require.ErrorAs(t, fmt.Errorf("file: %w", schemas.Diagnostics{wrong}.Err()), &found)
	require.Equal(t, schemas.Diagnostics{wrong}, found)
	require.NotErrorIs(t, schemas.Diagnostics{wrong}, errors.ErrUnsupported)

	text, err := json.Marshal(schemas.Diagnostic{Severity: schemas.SeverityError, Message: "m"})
	require.NoError(t, err)
	require.Equal(t, `{"severity":"error","pointer":"","message":"m"}`, string(text))
}

func TestPointer(t *testing.T) {
	t.Parallel()
	require.Empty(t, schemas.Pointer())
	require.Equal(t, "/nodes/3/name", schemas.Pointer("nodes", 3, "name"))
	require.Equal(t, "/a~1b~0c~01//%25", schemas.Pointer("a/b~c~1", "", "%25"))
}

func TestLocate(t *testing.T) {
	t.Parallel()
	const text = "\ufeff{\"a\": [1,\n  {\"b\": \"ä\", \"c\": [ ]} ],\r\n" +
		" \"x/y~z\" : null,\n \"\": {\"\": true},\n\t\"a2\": {}, \"u\\u0041\": \"\\\"],{\" }\n"
	for pointer, want := range map[string]string{
		"": "1:4: m", "/a": "1:10: /a: m", "/a/0": "1:11: /a/0: m", "/a/1": "2:3: /a/1: m", "/a/1/b": "2:9: /a/1/b: m",
		"/a/1/c": "2:20: /a/1/c: m", "/x~1y~0z": "3:12: /x~1y~0z: m", "/": "4:6: /: m", "//": "4:11: //: m", "/a2": "5:8: /a2: m",
		"/uA": "5:23: /uA: m",
		// What is not there has the place of what should hold it.
		"/a/1/c/0": "2:20: /a/1/c/0: m", "/a/1/d/e/f": "2:3: /a/1/d/e/f: m", "/a/2": "1:10: /a/2: m", "/nope": "1:4: /nope: m", "/a/b": "1:10: /a/b: m",
	} {
		ds := schemas.Diagnostics{{Pointer: pointer, Message: "m"}}
		ds.Locate([]byte(text))
		require.Equal(t, want, ds[0].String())
	}

	sorted := schemas.Diagnostics{
		{Pointer: "/b", Message: "3"},
		{Pointer: "/a/1", Message: "2"},
		{Pointer: "/a/1", Message: "2b"},
		{Pointer: "/a", Message: "1"},
		{Message: "0", Line: 7, Column: 8},
	}
	sorted.Locate([]byte(`{"a": [0, 1], "b": 2}`))
	require.Equal(t, "7:8: 0\n1:7: /a: 1\n1:11: /a/1: 2\n1:11: /a/1: 2b\n1:20: /b: 3", sorted.Error())

	repeated := schemas.Diagnostics{{Pointer: "/a/b", Message: "m"}}
	repeated.Locate([]byte(`{"a": {"b": 1}, "a": {"b": 2}}`))
	require.Equal(t, 28, repeated[0].Column, "of a repeated key the last counts")

	for _, broken := range []string{"", "{", `{"a": }`, `{"a" 1}`, "\xff", `{"a": [1, }`} {
		ds := schemas.Diagnostics{{Pointer: "/b", Message: "1"}, {Pointer: "/a", Message: "2"}}
		ds.Locate([]byte(broken))
		require.Equal(t, "/b: 1\n/a: 2", ds.Error(), broken)
	}
	schemas.Diagnostics(nil).Locate([]byte("{}"))
}
