package js

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWords: only catch clauses change, wherever they stand.
func TestWords(t *testing.T) {
	t.Parallel()
	const clause, worded = "try{}catch(e){}", "try{}catch(e){e=__words(e);}"
	for _, row := range [][2]string{
		{"try { a() } catch (e) { b(e) }", "try { a() } catch (e) {e=__words(e); b(e) }"},
		{"try {}\n/* } */ catch // (\n( /* a */ ä$1 /* b */ )\n{ }", "try {}\n/* } */ catch // (\n( /* a */ ä$1 /* b */ )\n{ä$1=__words(ä$1); }"},
		{"try {} catch ({ a, b = [1] }\n) {}", "try {} catch (__caught){let { a, b = [1] }=__words(__caught);\n}"},
		{"try {} catch ([a = () => { " + clause + " }]) { " + clause + " }", "try {} catch (__caught){let [a = () => { " + worded + " }]=__words(__caught); " + worded + " }"},
		{"try { " + clause + " } catch {} finally { " + clause + " }", "try { " + worded + " } catch {} finally { " + worded + " }"},
		// What is no clause.
		{"p.catch((e) => { f(e) }).catch(function (e) {})", ""},
		{"class A { try() {} catch(e) { } static catch(e) { } #catch(e) {} }", ""},
		{"({ a() {}, catch(e) { }, try: { b() {} } }).catch({}, catch_, $catch)", ""},
		{"const x = { ...o, catch(e) {} }; x.try\n{} x.catch(e)\n{}", ""},
		{"'" + clause + "'; \"\\\"" + clause + "\"; `" + clause + "`; // " + clause, ""},
		{"/" + clause + "[/]" + clause + "/g.test(x); /* " + clause + " */", ""},
		{"<!-- " + clause + "\n /* */ --> " + clause, ""},
		// Slashes and brackets that are in the way.
		{"a = b / c; " + clause + " / 2", "a = b / c; " + worded + " / 2"},
		{"a = (b) / c[0] / `'` / 1e3 / d++ / e; " + clause, "a = (b) / c[0] / `'` / 1e3 / d++ / e; " + worded},
		{"if (a) /'/.test(b); while (a) /\"/g; " + clause, "if (a) /'/.test(b); while (a) /\"/g; " + worded},
		{"for await (const x of /'/) /`/; x.if (a) / 2; " + clause, "for await (const x of /'/) /`/; x.if (a) / 2; " + worded},
		{"return /[/'\\]]/.test(a) ? /'/ : b.return / 2; " + clause, "return /[/'\\]]/.test(a) ? /'/ : b.return / 2; " + worded},
		{"{ }\n/'/.exec(a); `}'${ { a: `'}${b}\\`` } }'`; " + clause, "{ }\n/'/.exec(a); `}'${ { a: `'}${b}\\`` } }'`; " + worded},
		{"x = {} / 2\n; " + clause, "x = {} / 2\n; " + worded},
		{"n-- > 0; n --> 0; a\u2028--> '\n" + clause, "n-- > 0; n --> 0; a\u2028--> '\n" + worded},
		// What is wrong.
		{"try {} catch (", ""},
		{"try {} catch () {}", ""},
		{"catch (e) {}", ""},
		{"} catch (e) {}", ""},
		{"try {} catch (e) /* {}", ""},
		{"'catch", ""},
		{"`${catch", ""},
	} {
		source, want := row[0], row[1]
		if want == "" {
			want = source
		}
		require.Equal(t, want, words(source))
	}
}

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
