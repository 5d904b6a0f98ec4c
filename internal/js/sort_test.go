package js

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestSortAsV8 has both realms sort what V8 sorted: the same questions in the same order, and the same result.
func TestSortAsV8(t *testing.T) {
	t.Parallel()
	limits := Limits{Time: 5 * time.Minute}
	e := newEngine(t, Options{Expression: RealmOptions{Limits: limits}, Code: RealmOptions{Limits: limits}})
	source, err := os.ReadFile("../v8sort/testdata/sorts.js")
	require.NoError(t, err)
	f, err := os.Open("../v8sort/testdata/sorts.jsonl")
	require.NoError(t, err)
	defer f.Close()
	lines := 0
	for s := bufio.NewScanner(f); s.Scan(); lines++ {
		if lines%4 != 0 {
			continue // package v8sort's own test has all of them
		}
		var want struct {
			Compare, Shape string
			Seed           int
			Hashes, Typed  json.RawMessage
		}
		require.NoError(t, json.Unmarshal(s.Bytes(), &want))
		kind, head := Expression, ""
		if lines%8 == 0 {
			kind, head = Code, "return "
		}
		call := fmt.Sprintf("%s(%s)(%q, %q, %d)", head, source, want.Compare, want.Shape, want.Seed)
		require.JSONEq(t, fmt.Sprintf(`{"hashes": %s, "typed": %s}`, want.Hashes, want.Typed), jsonOf(t, e, kind, call))
	}
	require.Equal(t, 50, lines)
}

// TestSort is about all of sort and toSorted but the order. The results are Node.js's.
func TestSort(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{})
	caught := func(source string) string {
		return "(() => { try { return " + source + " } catch (e) { return `${e.name}: ${e.message}` } })()"
	}
	for source, want := range map[string]string{
		"[3, , undefined, 1, , 2].sort((a, b) => a - b)":                                                        `[1,2,3,null,null,null]`,
		"(a => [a.length, Object.keys(a)])([3, , undefined, 1, , 2].sort((a, b) => a - b))":                     `[6,["0","1","2","3"]]`,
		"(a => [a.length, Object.keys(a)])([3, , undefined, 1].toSorted((a, b) => b - a))":                      `[4,["0","1","2","3"]]`,
		"(a => [a.toSorted((x, y) => x - y), a])([2, 1])":                                                       `[[1,2],[2,1]]`,
		"(a => a.sort((x, y) => x - y) === a)([2, 1])":                                                          `true`,
		"(a => a.toSorted((x, y) => x - y) === a)([1, 2])":                                                      `false`,
		"[1, 2, 3].sort((a, b) => ({ valueOf: () => b - a }))":                                                  `[3,2,1]`,
		"[1, 2, 3].sort((a, b) => String(b - a))":                                                               `[3,2,1]`,
		"[1, 2, 3].sort(() => 'x')":                                                                             `[1,2,3]`,
		"[].sort.call({ length: 3, 0: 'c', 1: 'b', 2: 'a' }, (a, b) => a < b ? -1 : 1)":                         `{"0":"a","1":"b","2":"c","length":3}`,
		"[].sort.call({ length: 3, 2: 'a' }, () => 0)":                                                          `{"0":"a","length":3}`,
		"[].toSorted.call({ length: 2, 0: 2, 1: 1 }, (a, b) => a - b)":                                          `[1,2]`,
		"[].sort.call({}, () => 0)":                                                                             `{}`,
		"(a => { a.sort((x, y) => { a.length = 0; return x - y }); return a })([3, 1, 2])":                      `[1,2,3]`,
		"(a => { a.sort((x, y) => { a.push(9); return x - y }); return a })([2, 1])":                            `[1,2,9]`,
		"[2, 1].sort((a, b) => [b, a].sort((x, y) => x - y)[0] === a ? -1 : 1)":                                 `[1,2]`,
		"[...new Uint8Array([3, 1, 2]).sort((a, b) => b - a)]":                                                  `[3,2,1]`,
		"[...new Float64Array([3, NaN, 1]).toSorted((a, b) => b - a)].map(String)":                              `["3","NaN","1"]`,
		"(a => [a.toSorted((x, y) => y - x) === a, [...a]])(new Int8Array([1, 2]))":                             `[false,[1,2]]`,
		"[...new BigInt64Array([1n, 3n, 2n]).sort((a, b) => Number(b - a))].map(String)":                        `["3","2","1"]`,
		"Array.from({ length: 5000 }, (_, i) => i * 7919 % 5003).sort((a, b) => a - b)[4999]":                   `5002`,
		"[].sort.length + [].sort.name + [].toSorted.length":                                                    `"1sort1"`,
		caught("[2, 1].sort(null)"):                                                                             `"TypeError: The comparison function must be either a function or undefined: null"`,
		caught("[2, 1].sort(() => { throw new RangeError('no') })"):                                             `"RangeError: no"`,
		"(a => { try { a.sort((x, y) => { if (y === 1) throw 1; return -1 }) } catch {} return a })([1, 2, 3])": `[1,2,3]`,
		caught("new Uint8Array([2, 1]).sort(() => { throw new RangeError('no') })"):                             `"RangeError: no"`,
	} {
		require.Equal(t, want, jsonOf(t, e, Expression, source), source)
		require.Equal(t, want, jsonOf(t, e, Code, "return "+source), source)
	}
	for source, want := range map[string]string{
		"Object.freeze([2, 1]).sort((a, b) => a - b)": "Cannot assign to read only property '0' of object '[object Array]'",
		"[2, 1].sort(() => 1n)":                       "Cannot convert a BigInt value to a number",
		"[].sort.call(null, () => 0)":                 "Cannot convert undefined or null to object",
		"Object.seal([3, , 1]).sort(() => 0)":         "Cannot add property, object is not extensible",
	} {
		_, err := eval(t, e, Code, "return "+source, Run{})
		var wrong *Error
		require.ErrorAs(t, err, &wrong, source)
		require.Equal(t, "TypeError: "+want, wrong.Error(), source)
	}
}
