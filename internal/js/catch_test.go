package js

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCatchPatterns: what a catch clause takes apart is worded as what it names. want is what Node.js gives.
func TestCatchPatterns(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{})
	for _, row := range []struct{ source, want string }{
		{"try { null.x } catch ({ message }) { return message }", `"Cannot read properties of null (reading 'x')"`},
		{"try { null.x } catch ({message:m, name, missing = 'd', ...rest}) { return [m, name, missing, Object.keys(rest)] }", `["Cannot read properties of null (reading 'x')","TypeError","d",[]]`},
		{"try { throw [1, , 3] } catch ([a, b = 2, c]) { return a + b + c }", `6`},
		{"try { throw { e: { code: 7 } } } catch ({ e: { code } }) { code++; return code }", `8`},
		{"try { null.x } catch ({ message }) { try { undefined.y } catch ({ message: inner }) { return [message, inner] } }", `["Cannot read properties of null (reading 'x')","Cannot read properties of undefined (reading 'y')"]`},
		{"try { null.x } catch ({ message: { length }, f = () => { try { null.z } catch ({ message }) { return message } } }) { return [length, f()] }", `[44,"Cannot read properties of null (reading 'z')"]`},
		{"try { null.x } catch ({ message: [first] }\n\n) { return first }", `"C"`},
		{"try { null.x } catch { return 1 }", `1`},
		{"const message = 'outer'; try { null.x } catch ({ message }) { message = 1 } return message", `"outer"`},
	} {
		r, err := eval(t, e, Code, row.source, Run{})
		require.NoError(t, err, row.source)
		require.Equal(t, row.want, string(r.JSON), row.source)
		r, err = eval(t, e, Expression, "(() => { "+row.source+" })()", Run{})
		require.NoError(t, err, row.source)
		require.Equal(t, row.want, string(r.JSON), row.source)
	}
	_, err := eval(t, e, Code, "try { null.x } catch ({\nmessage\n}\n)\n{\nthrow new Error(message)\n}", Run{})
	var failure *Error
	require.ErrorAs(t, err, &failure)
	require.Equal(t, 6, failure.Line, "lines stay")
	_, err = eval(t, e, Code, "try {} catch ({ a }) { let a }", Run{})
	require.ErrorContains(t, err, "SyntaxError")
	_, err = eval(t, e, Expression, "(() => { try { null.x } catch ({ constructor }) { return constructor } })()", Run{})
	require.EqualError(t, err, `Cannot destructure "constructor" due to security concerns`)
}
