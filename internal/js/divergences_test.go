package js

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDivergences holds what docs/divergences.md says about the engine. want is the JSON of the result, or the text of the error.
func TestDivergences(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{})
	for _, row := range []struct {
		kind         Kind
		source, want string
	}{
		{Code, "try { eval('1') } catch (e) { return `${e}` }", `"EvalError: Code generation from strings disallowed for this context"`},
		{Code, "try { new Function('return 1')() } catch (e) { return `${e}` }", `"EvalError: Code generation from strings disallowed for this context"`},
		{Code, "try { return (() => 1)['constr' + 'uctor']('return 1')() } catch (e) { return e.name }", `"EvalError"`},
		{Expression, "[(() => 1)['constr' + 'uctor']?.name, typeof ({})['constr' + 'uctor']]", `Cannot access "constructor" due to security concerns`},
		{Code, "Math.max = 1; return typeof Math.max", `"function"`},
		{Code, "'use strict'; try { Math.max = 1 } catch (e) { return `${e}` }", `"TypeError: Cannot assign to read only property 'max' of object '#<Object>'"`},
		{Code, "Array.prototype.sum = () => 6; return [].sum()", `6`},
		{Code, "return typeof [].sum", `"undefined"`},
		{Expression, "process", `{"env":{}}`},
		{Code, "return typeof process", `"undefined"`},
		{Code, "return [typeof WebAssembly, typeof SharedArrayBuffer, typeof Atomics, typeof FinalizationRegistry].join()", `"undefined,undefined,undefined,undefined"`},
		{Expression, "[typeof SharedArrayBuffer, typeof FinalizationRegistry, Object.keys(WebAssembly).length, Object.keys(Atomics).length]", `["undefined","undefined",0,0]`},
		{Code, "return new Array(4294967295).indexOf(1)", "the script makes one built-in function work on too many elements"},
		{Code, "return new RegExp('('.repeat(1e5) + ')'.repeat(1e5)).test('')", "the script makes one built-in function work on too many elements"},
		{Code, "await new Promise(() => {}); return 1", "Error: the code waits for a promise that nothing can settle"},
		{Expression, "(1).toLocaleString('it')", `the locale "it" is not supported; en-US, en-GB, en-IN, de, fr, es are`},
		{Code, "return new Intl.DateTimeFormat('ja').format(0)", `the locale "ja" is not supported; en-US, en-GB, en-IN, de, fr, es are`},
		{Expression, "10n ** 20n", `"100000000000000000000"`},
		{Code, "return typeof RegExp.$1", `"undefined"`},
	} {
		r, err := eval(t, e, row.kind, row.source, Run{})
		if err != nil {
			require.EqualError(t, err, row.want, row.source)
			continue
		}
		require.Equal(t, row.want, string(r.JSON), row.source)
	}
}
