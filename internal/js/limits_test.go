package js

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	lib "modernc.org/libquickjs"
)

// endless are scripts that never end, or ask for more memory than there is. The kind is the limit that must end them; a script
// that the engine refuses by an exception of its own has none.
var endless = []struct {
	source string
	kinds  []LimitKind
}{
	{"(() => { for (;;); })()", []LimitKind{LimitTime}},
	{"(() => { while (true) { try { for (;;); } catch {} finally { continue } } })()", []LimitKind{LimitTime}},
	{"(function f() { try { f() } finally { f() } })()", []LimitKind{LimitTime, LimitStack}},
	{"/^(a+)+$/.test('a'.repeat(40) + 'b')", []LimitKind{LimitTime}},
	{"'a'.repeat(1e6).match(/(.*)*x/)", []LimitKind{LimitTime, LimitMemory}},
	{"'x'.repeat(1e5).replace(/(x+x+)+y/, '')", []LimitKind{LimitTime}},
	{"'a'.repeat(2 ** 30)", nil},
	{"'a'.repeat(2 ** 29)", []LimitKind{LimitMemory}},
	{"'a'.padEnd(2 ** 29)", []LimitKind{LimitMemory}},
	{"(() => { let s = 'x'; for (;;) s += s })()", []LimitKind{LimitMemory, LimitTime, 0}},
	{"(() => { let s = 'x'; for (;;) s = s + 'y' + s.length })()", []LimitKind{LimitMemory, LimitTime}},
	{"(function f() { return f() + 1 })()", []LimitKind{LimitStack}},
	{"(() => { const f = () => [1].map(f); f() })()", []LimitKind{LimitStack}},
	{"(() => { const o = {}; o.toString = () => o + ''; return o + '' })()", []LimitKind{LimitStack}},
	{"(() => { class A { get x() { return this.x } } return new A().x })()", []LimitKind{LimitStack}},
	{"JSON.parse('['.repeat(1e5))", nil},
	{"(() => { let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; return JSON.stringify(o) })()", []LimitKind{LimitStack, LimitMemory, LimitTime}},
	{"(() => { let o = []; for (let i = 0; i < 1e5; i++) o = [o]; return o })()", []LimitKind{LimitStack, LimitMemory, LimitTime}},
	{"new Array(2 ** 31).fill(1)", []LimitKind{LimitSize}},
	{"new Array(1e9).join('x')", []LimitKind{LimitSize}},
	{"new Array(1e9).map(x => x)", []LimitKind{LimitSize}},
	{"new Array(4294967295).sort()", []LimitKind{LimitSize}},
	{"new Array(4294967295).indexOf(1)", []LimitKind{LimitSize}},
	{"[].concat(new Array(4294967295))", []LimitKind{LimitSize}},
	{"[new Array(4294967295)].flat()", []LimitKind{LimitSize}},
	{"[1].flatMap(() => new Array(4294967295))", []LimitKind{LimitSize}},
	{"[].indexOf.call({ length: 2 ** 53 - 1 }, 1)", []LimitKind{LimitSize}},
	{"[].includes.call({ length: Infinity }, 1)", []LimitKind{LimitSize}},
	{"String.raw({ raw: { length: 2 ** 53 } })", []LimitKind{LimitSize}},
	{"new Set(new Array(4294967295))", []LimitKind{LimitSize}},
	{"new Set(new Array(4294967295).values())", []LimitKind{LimitTime}},
	{"new Set([1]).union({ size: 1, has: () => false, keys: () => new Array(4294967295).values() })", []LimitKind{LimitTime}},
	{"Object.fromEntries(new Array(4294967295))", []LimitKind{LimitSize}},
	{"[...new Array(4294967295)]", []LimitKind{LimitMemory, LimitTime}},
	{"Array.from({ length: 4294967295 })", []LimitKind{LimitSize}},
	{"Array.from(new Array(4294967295).keys())", []LimitKind{LimitMemory, LimitTime}},
	{"JSON.stringify(new Array(4294967295))", []LimitKind{LimitMemory, LimitTime}},
	{"JSON.stringify([], new Array(4294967295))", []LimitKind{LimitSize}},
	{"new Array(4294967295)", []LimitKind{LimitOutput, LimitTime}},
	{"('a'.repeat(1e7) + 'b').indexOf('a'.repeat(5e6) + 'c')", []LimitKind{LimitSize, LimitTime}},
	{"('a'.repeat(1e6) + 'b').split('a'.repeat(5e5) + 'c')", []LimitKind{LimitSize}},
	{"(() => { const a = []; for (;;) a.push(a.slice()) })()", []LimitKind{LimitMemory, LimitTime}},
	{"(() => { const m = new Map(); for (;;) m.set({}, 1) })()", []LimitKind{LimitMemory, LimitTime}},
	{"(() => { const a = []; for (;;) try { a.push('x'.repeat(1e6) + a.length) } catch {} })()", []LimitKind{LimitMemory, LimitTime}},
	{"'a'.repeat(5e6).split('').sort().join('').length", []LimitKind{LimitMemory, LimitTime}},
	{"new Uint8Array(2 ** 31)", []LimitKind{LimitMemory, 0}},
	{"(() => { for (;;) 'a'.repeat(1e7) })()", []LimitKind{LimitTime, LimitMemory}},
	{"'a'.repeat(1e7).replace(/a/g, 'bbbbbbbbbbbbbbbbbb')", []LimitKind{LimitMemory, LimitTime}},
	{"(function* () { for (;;) yield 1 })().next().value && [...(function* () { for (;;) yield 1 })()]", []LimitKind{LimitMemory, LimitTime}},
	{"(() => { const f = () => ({ get x() { return f().x } }); return f().x })()", []LimitKind{LimitStack}},
	{"({ toJSON() { for (;;); } })", []LimitKind{LimitTime}},
	{"({ get x() { for (;;); } })", []LimitKind{LimitTime}},
	{"(() => { const o = { toJSON() { return { o } } }; return o })()", []LimitKind{LimitStack, LimitTime}},
	{"(() => { throw { toString() { for (;;); } } })()", []LimitKind{LimitTime}},
	{"(() => { const e = new Error('x'); Object.assign(e, { get message() { for (;;); } }); throw e })()", []LimitKind{LimitTime, 0}},
	{"DateTime.now().plus({ days: 1 }) && (() => { for (;;); })()", []LimitKind{LimitTime}},
}

func TestLimits(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{MaxVMs: 2})
	for _, c := range endless {
		t.Run(c.source, func(t *testing.T) {
			t.Parallel()
			limits := Limits{Time: 150 * time.Millisecond, Memory: 48 << 20, Output: 1 << 20}
			if !slices.Contains(c.kinds, LimitTime) {
				limits.Time = time.Minute // another limit comes first, however slow the machine
			}
			start := time.Now()
			_, err := eval(t, e, Expression, c.source, Run{Limits: limits})
			require.Less(t, time.Since(start), 3*time.Minute, "it hangs")
			require.Error(t, err)
			var limit *LimitError
			if errors.As(err, &limit) {
				require.Contains(t, c.kinds, limit.Kind, err)
				require.Equal(t, limits, limit.Limits)
			} else {
				require.True(t, len(c.kinds) == 0 || c.kinds[len(c.kinds)-1] == 0, err)
			}
			require.Equal(t, "2", jsonOf(t, e, Expression, "1 + 1")) // the engine lives
		})
	}
}

// TestLimitsOfCode are those that only asynchronous code meets.
func TestLimitsOfCode(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{})
	for _, c := range []struct {
		source string
		kind   LimitKind
	}{
		{"const f = () => Promise.resolve().then(f); await f()", LimitTime},
		{"for (;;) await null", LimitTime},
		{"await new Promise(() => setInterval(() => {}, 1))", LimitTime},
		{"await new Promise(r => setTimeout(r, 60000))", LimitTime},
		{"async function* g() { for (;;) yield 1 } for await (const x of g());", LimitTime},
		{"const p = []; for (;;) p.push(new Promise(r => setTimeout(r, 1)))", LimitTime},
		{"return new Promise(r => r({ then(f) { for (;;); } }))", LimitTime},
		{"return Buffer.alloc(2 ** 30)", LimitMemory},
		{"return Buffer.alloc(1e6).toString('base64')", LimitOutput},
	} {
		t.Run(c.source, func(t *testing.T) {
			t.Parallel()
			limits := Limits{Time: 200 * time.Millisecond, Memory: 256 << 20, Output: 1 << 20}
			if c.kind != LimitTime {
				limits.Time = time.Minute
			}
			_, err := eval(t, e, Code, c.source, Run{Limits: limits})
			var limit *LimitError
			require.ErrorAs(t, err, &limit)
			require.Equal(t, c.kind, limit.Kind, err)
		})
	}
}

func TestLimitErrors(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{Expression: RealmOptions{Limits: Limits{Time: time.Minute}}})
	_, err := eval(t, e, Expression, "(() => { for (;;); })()", Run{Limits: Limits{Time: 50 * time.Millisecond}})
	require.EqualError(t, err, "the script ran longer than 50ms")
	_, err = eval(t, e, Expression, "'a'.repeat(5e8)", Run{})
	require.EqualError(t, err, "the script used more than 64 MiB of memory")
	_, err = eval(t, e, Expression, "'a'.repeat(2000)", Run{Limits: Limits{Output: 1000}})
	require.EqualError(t, err, "the script's result is larger than 1000 bytes")
	_, err = eval(t, e, Expression, "'a'.repeat(2000)", Run{Limits: Limits{Output: 1000}, Text: true})
	require.EqualError(t, err, "the script's result is larger than 1000 bytes")
	_, err = eval(t, e, Expression, "(function f() { f() })()", Run{})
	require.EqualError(t, err, "the script's functions call each other too deeply")
	_, err = eval(t, e, Expression, "new Array(2 ** 32 - 1).fill()", Run{})
	require.EqualError(t, err, "the script makes one built-in function work on too many elements")
}

// TestLimitCannotBeCaught: a script that goes on after it hit a limit does not get through.
func TestLimitCannotBeCaught(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{})
	_, err := eval(t, e, Expression, "(() => { try { return 'a'.repeat(2 ** 29) } catch { return 'caught' } })()", Run{})
	var limit *LimitError
	require.ErrorAs(t, err, &limit)
	require.Equal(t, LimitMemory, limit.Kind)
}

func TestCancel(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{MaxVMs: 1})
	for kind, source := range map[Kind]string{Expression: "(() => { for (;;); })()", Code: "await new Promise(r => setTimeout(r, 60000))"} {
		p, err := e.Compile(kind, source)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		_, err = e.Run(ctx, Run{Program: p, Limits: Limits{Time: time.Minute}})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		cancel()
		_, err = e.Run(ctx, Run{Program: p})
		require.ErrorIs(t, err, context.DeadlineExceeded) // before it begins
	}
}

// TestWaitsForVM: more evaluations than engines wait, and give up with their context.
func TestWaitsForVM(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{MaxVMs: 1})
	slow, err := e.Compile(Expression, "(() => { for (;;); })()")
	require.NoError(t, err)
	quick, err := e.Compile(Expression, "1")
	require.NoError(t, err)
	endless, end := context.WithCancel(context.Background())
	defer end()
	var wait sync.WaitGroup
	wait.Go(func() {
		_, err := e.Run(endless, Run{Program: slow, Limits: Limits{Time: time.Hour}})
		require.ErrorIs(t, err, context.Canceled)
	})
	for len(e.pools[Expression].slots) == 0 {
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err = e.Run(ctx, Run{Program: quick})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	end()
	_, err = e.Run(context.Background(), Run{Program: quick})
	require.NoError(t, err)
	wait.Wait()
}

// hostile calls every built-in function with receivers and arguments that would keep it busy for ever, beginning at START. It
// says which one comes next, so that the test goes on after one that a limit ended. All of it takes minutes: NATE_HOSTILE=1 asks
// for that, without it a part is done.
const hostile = `
	const functions = [], seen = new Set();
	const walk = (x, path) => {
		if ((typeof x !== 'object' && typeof x !== 'function') || x === null || seen.has(x)) return;
		seen.add(x);
		if (typeof x === 'function' && !/setTimeout|setInterval|setImmediate|console/.test(path)) functions.push([path, x]);
		for (const key of Reflect.ownKeys(x)) {
			const d = Reflect.getOwnPropertyDescriptor(x, key), p = path + '.' + String(key);
			if ('value' in d) walk(d.value, p); else { walk(d.get, p + '(get)'); walk(d.set, p + '(set)'); }
		}
		walk(Reflect.getPrototypeOf(x), path + '.[proto]');
	};
	walk(globalThis, '');
	for (const x of [function*(){}, async function(){}, async function*(){}, [].values(), new Map().keys(), new Set().keys(),
		''.matchAll(/a/g), ''[Symbol.iterator](), Int8Array.prototype]) walk(x, 'hidden');
	const sparse = () => { const a = []; a.length = 4294967295; return a; };
	const like = () => ({ length: 2 ** 53 - 1 });
	const text = () => 'a'.repeat(1e6);
	const needle = () => 'a'.repeat(5e5) + 'b';
	const iterator = () => sparse().values();
	const setlike = () => ({ size: 1, has: () => false, keys: () => sparse().values() });
	const calls = [
		[sparse, () => []], [like, () => []], [sparse, () => [1]], [() => [], () => [sparse()]], [() => [], () => [like()]],
		[text, () => [needle()]], [text, () => [needle(), 'x']], [() => undefined, () => [sparse()]], [() => undefined, () => [text(), needle()]],
		[iterator, () => []], [iterator, () => [2 ** 53 - 1]], [() => new Set([1]), () => [setlike()]], [() => undefined, () => [2 ** 53 - 1]],
		[() => 'a', () => [2 ** 29]], [() => undefined, () => [undefined, sparse()]], [() => undefined, () => [x => x, undefined, sparse()]],
		[() => [sparse()], () => []], [() => undefined, () => [iterator()]], [() => /(a*)*b/, () => [text()]],
	];
	for (let i = START; i < functions.length * calls.length; i += STRIDE) {
		const [path, f] = functions[Math.floor(i / calls.length)], [receiver, args] = calls[i % calls.length];
		console.log(i + ' ' + path);
		try { Reflect.apply(f, receiver(), args()) } catch {}
		try { Reflect.construct(f, args()) } catch {}
	}
	console.log('end');
`

func TestBuiltinsEnd(t *testing.T) {
	t.Parallel()
	stride := 37
	if os.Getenv("NATE_HOSTILE") != "" {
		stride = 1
	}
	e := newEngine(t, Options{})
	next, last, since := 0, "", time.Now()
	for last != "end" {
		p, err := e.Compile(Code, fmt.Sprintf("const START = %d, STRIDE = %d;", next, stride)+hostile)
		require.NoError(t, err)
		done := make(chan struct{})
		go func() {
			select {
			case <-done:
			case <-time.After(5 * time.Minute):
				fmt.Println("this never ends:", last)
				os.Exit(1)
			}
		}()
		since = time.Now()
		_, err = e.Run(context.Background(), Run{
			Program: p, Limits: Limits{Time: 2 * time.Second, Memory: 128 << 20},
			Console: func(_, text string) {
				require.Less(t, time.Since(since), 3*time.Minute, last)
				last, since = text, time.Now()
			},
		})
		close(done)
		var limit *LimitError
		if err != nil {
			require.ErrorAs(t, err, &limit, last)
		}
		if last != "end" {
			n, _, _ := strings.Cut(last, " ")
			at, err := strconv.Atoi(n)
			require.NoError(t, err, last)
			next = at + stride
		}
	}
}

// TestCompileLimits: sources that are too long, or whose reading takes too long, are refused, and the compiler is whole afterwards.
func TestCompileLimits(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{MaxVMs: 1})
	var limit *LimitError
	for _, kind := range []Kind{Expression, Code} {
		_, err := e.Compile(kind, "1"+strings.Repeat(" ", maxSource))
		require.ErrorAs(t, err, &limit)
		require.Equal(t, LimitSource, limit.Kind)
		require.EqualError(t, err, "the script is too long: it may have 4 MiB, and take 30s to compile")
	}
	long := "[x => x" + strings.Repeat(", 1", 1000) + "]"
	for _, source := range []string{long, "try {} catch {}\nreturn " + long} {
		kind := Expression
		if strings.HasPrefix(source, "try") {
			kind = Code
		}
		_, err := e.compileBefore(time.Now(), kind, source)
		require.ErrorAs(t, err, &limit)
		require.Equal(t, LimitSource, limit.Kind)
		_, err = e.Compile(kind, source)
		require.NoError(t, err)
	}
}

// TestFullStack is about code that catches what V8 throws when functions call each other too deeply. The texts are Node.js's.
func TestFullStack(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{})
	const full = "(() => { const f = () => f(); try { f() } catch (e) { return "
	require.Equal(t, `["RangeError: Maximum call stack size exceeded",true]`, jsonOf(t, e, Expression, full+"[`${e}`, e instanceof RangeError] } })()"))
	require.Equal(t, `["RangeError: Maximum call stack size exceeded","RangeError",true]`,
		jsonOf(t, e, Code, "return "+full+"[`${e}`, e.constructor.name, e instanceof RangeError] } })()"))
	_, err := eval(t, e, Code, "const f = () => f(); try { f() } catch (e) { throw e }", Run{})
	require.EqualError(t, err, "RangeError: Maximum call stack size exceeded")
	_, err = eval(t, e, Code, "const f = () => f(); f()", Run{})
	require.EqualError(t, err, "the script's functions call each other too deeply")
}

// TestLoadingIsNotTheScriptsTime: what a library takes to load is added to the deadline, up to loadingTime in an evaluation.
func TestLoadingIsNotTheScriptsTime(t *testing.T) {
	t.Parallel()
	v, err := newEngine(t, Options{}).newRealmVM(Expression, false)
	require.NoError(t, err)
	defer v.close()
	v.run = &run{}
	until := time.Now().Add(time.Hour)
	load := func() {
		v.guard.deadline = until
		require.NoError(t, v.protect(func() error {
			fn := v.newFunction("load", 0, func(v *vm, _ value, _ []value) value {
				require.False(t, v.guard.deadline.Before(until))
				time.Sleep(time.Millisecond)
				return undefined
			})
			defer v.free(fn)
			require.Equal(t, undefined, nativeUntimed(v, undefined, []value{fn}))
			return nil
		}))
	}
	load()
	require.GreaterOrEqual(t, v.guard.deadline.Sub(until), time.Millisecond)
	require.Equal(t, v.guard.deadline.Sub(until), v.run.loading)
	v.run.loading = loadingTime
	load()
	require.Equal(t, until, v.guard.deadline, "no more than loadingTime")
	v.run.loading = 0
	require.NoError(t, v.protect(func() error {
		global := lib.XJS_GetGlobalObject(v.tls, v.ctx)
		defer v.free(global)
		v.free(v.get(global, "DateTime"))
		return nil
	}))
	require.Positive(t, v.run.loading, "the first DateTime loads Luxon")
}
