package js

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// attacks are ways out of an expression, or to change what later ones see, by the classes of published advisories. want is the JSON
// text of what the expression gives; "" means an error, "undefined" nothing.
var attacks = []struct{ class, source, want string }{
	{"constructor by dot", "$json.constructor.constructor('return 1')()", ""},
	{"constructor by dot", "(() => 1).constructor('return 1')()", ""},
	{"constructor by dot", "(async () => 1).constructor('return 1')()", ""},
	{"constructor by dot", "(function* () {}).constructor('yield 1')()", ""},
	{"constructor by dot", "[].map.constructor('return 1')()", ""},
	{"constructor by optional chain", "(() => 1)?.constructor?.('return 1')?.()", ""},
	{"constructor by bracket", "(() => 1)['constructor']('return 1')()", ""},
	{"constructor by template literal", "(() => 1)[`constructor`]('return 1')()", ""},
	{"constructor by template literal", "(() => 1)[`con${'structor'}`]('return 1')()", ""},
	{"constructor by concatenation", "(() => 1)['constr' + 'uctor']('return 1')()", ""},
	{"constructor by concatenation", "[]['constr' + 'uctor']['constr' + 'uctor']('return 1')()", ""},
	{"constructor by concatenation", "/a/['constr' + 'uctor']", "undefined"},
	{"constructor by concatenation", "''['constr' + 'uctor']", ""},
	{"constructor by array key", "(() => 1)[['constructor']]('return 1')()", ""},
	{"constructor by an object's text", "(() => 1)[{ toString: () => 'constructor' }]('return 1')()", ""},
	{"constructor by an object's changing text", "(() => { let v = 'x'; const k = { toString: () => { const c = v; v = 'constructor'; return c } }; return (() => 1)[k] ?? (() => 1)[k]('return 1')() })()", ""},
	{"constructor by a key from data", "(() => 1)[$json.key]('return 1')()", ""},
	{"constructor by escape", "(() => 1).con\\u0073tructor('return 1')()", ""},
	{"constructor by Object functions", "Object.entries(Object.getOwnPropertyDescriptors?.((() => 1).__proto__) ?? {})", ""},
	{"constructor by the prototype of a function", "Object.getPrototypeOf", ""},
	{"constructor of async functions by await", "(async () => { return (async () => 1)['constr' + 'uctor'] })() && 1", "1"},
	{"destructuring", "(({ constructor }) => constructor('return 1')())(() => 1)", ""},
	{"destructuring", "(({ ['constr' + 'uctor']: c }) => c('return 1')())(() => 1)", ""},
	{"destructuring", "(() => { const { constructor: { constructor: F } } = () => 1; return F('return 1')() })()", ""},
	{"class extends", "new (class extends (() => 1)['constr' + 'uctor'] {})('return 1')()", ""},
	{"class extends", "new (class A extends Array { f = super['constr' + 'uctor'] })().f", ""},
	{"class extends", "(class A {}).f?.constructor", ""},
	{"class extends", "(class extends Function { constructor() { super('return 1') } })", ""},
	{"class extends", "new (class extends Array { get x() { return super['constr' + 'uctor'] } })().x", "undefined"},
	{"arrow body and this", "(() => this)()", `{"process":{},"require":{},"module":{},"Buffer":{}}`},
	{"arrow body and this", "(function () { return this.process.mainModule.require('child_process') })()", ""},
	{"arrow body and this", "(function () { return this.constructor })()", ""},
	{"arrow body and this", "(function () { return this })()", "{}"},
	{"arrow body and this", "(function () { return this.eval('1') })()", ""},
	{"arrow body and this", "(0, function () { return this.globalThis })()", "{}"},
	{"arguments", "(function () { return arguments.callee })()", ""},
	{"arguments", "(function f() { return f['call' + 'er'] })()", "undefined"},
	{"prepareStackTrace", "(() => { Error.prepareStackTrace = (e, s) => s; return new Error().stack })()", ""},
	{"prepareStackTrace", "(() => { Error['prepare' + 'StackTrace'] = (e, s) => s[0].getThis(); return typeof new Error().stack })()", `"string"`},
	{"prepareStackTrace", "Error['capture' + 'StackTrace']", "undefined"},
	{"with", "with ({}) { 1 }", ""},
	{"with", "(function () { with (this) { return typeof eval } })()", `"object"`},
	{"getters", "({ get a() { return this['constr' + 'uctor'] } }).a", ""},
	{"getters", "(() => { const o = { __proto__: { get x() { return this } } }; return o.x === o })()", "true"},
	{"getters", "({}).__lookupGetter__('__proto__').call([])", ""},
	{"getters", "({})['__lookup' + 'Getter__']", "undefined"},
	{"eval", "eval('1')", ""},
	{"eval", "(0, eval)('1')", ""},
	{"eval", "setTimeout('1')", ""},
	{"Function", "Function('return 1')()", ""},
	{"Function", "new Function('return 1')()", ""},
	{"host", "process.env.PATH", "undefined"},
	{"host", "process.mainModule", ""},
	{"host", "process['main' + 'Module']", "undefined"},
	{"host", "require('fs')", ""},
	{"host", "import('fs')", ""},
	{"host", "fetch('http://127.0.0.1')", ""},
	{"host", "new WebAssembly.Module(new Uint8Array(8))", ""},
	{"host", "globalThis.process", "undefined"},
	{"host", "Reflect.construct(Function, ['return 1'])", ""},
	{"host", "new Proxy({}, {})", ""},
	{"host", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)", ""},
	{"names of ours", "__words", "undefined"},
	{"names of ours", "native", "undefined"},
	{"breaking out of the wrapper", "1); evil = 1; (2", ""},
	{"breaking out of the wrapper", "1)}); (function(){ return (1", ""},
	{"breaking out of the wrapper", "1 //", "1"},
	{"breaking out of the wrapper", "1 /*", ""},
	{"breaking out of the wrapper", "`${1)}`", ""},
	{"second-order evaluation", "$json.code", `"={{ 1 + 1 }}"`},
	{"tampered built-ins", "JSON.stringify = () => 'evil'", `"undefined"`},
	{"tampered built-ins", "(() => { 'use strict'; JSON.parse = 1 })()", ""},
	{"tampered built-ins", "Array.prototype.map = 1", ""},
	{"tampered built-ins", "[]['__pro' + 'to__'].evil = 1", ""},
	{"tampered built-ins", "Math.max = () => 'evil'", `"undefined"`},
	{"tampered built-ins", "delete Math.max", "false"},
	{"tampered built-ins", "Object.assign(Math, { evil: 1 })", ""},
	{"tampered built-ins", "Object.assign(JSON.stringify, { evil: 1 })", ""},
	{"tampered built-ins", "Object.assign(globalThis, { evil: 1 })", ""},
	{"tampered built-ins", "evil = 1", "1"},
	{"tampered built-ins", "(function () { this.evil = 1; return this.evil })()", "undefined"},
	{"tampered built-ins", "(function () { evil2 = 1; return typeof evil2 })()", `"number"`},
	{"tampered built-ins", "undefined = 1", "1"},
	{"tampered built-ins", "Date = 1", "1"},
	{"tampered built-ins", "Date.now = () => 1", `"undefined"`},
	{"tampered built-ins", "DateTime.now = () => 1", `"undefined"`},
	{"tampered built-ins", "(DateTime.now()['__pro' + 'to__'].toISO = 1)", ""},
	{"tampered built-ins", "DateTime.DATE_FULL.month = 'x'", `"x"`},
	{"tampered built-ins", "DateTime.now().zone.valid = 'x'", `"x"`},
	{"tampered built-ins", "DateTime.fromMillis(0, { zone: 'Europe/Berlin' }).zone.valid = 'x'", `"x"`},
	{"tampered built-ins", "DateTime.now().loc['__pro' + 'to__'].evil = 1", ""},
	{"tampered built-ins", "Intl.NumberFormat = 1", "1"},
	{"tampered built-ins", "shared.state.x = 1", "1"},
	{"tampered built-ins", "(s => { const n = s.length; s.length = 5; return n })`a`", "1"},
	{"prototype pollution by key", "(o => { o['__proto__'].evil = 1; return ({}).evil })({})", ""},
	{"prototype pollution by key", "(o => { o['__pro' + 'to__'].evil = 1; return ({}).evil })({})", ""},
	{"prototype pollution by key", "(o => { o[$json.proto] = { evil: 1 }; return o.evil ?? null })({})", "null"},
	{"prototype pollution by key", "(o => { o[$json.key][$json.prototype].evil = 1; return ({}).evil })({})", ""},
	{"prototype pollution by key", "Object.assign({}, JSON.parse('{\"__proto__\": {\"evil\": 1}}')).evil ?? null", "null"},
	{"prototype pollution by key", "({ ...JSON.parse('{\"__proto__\": {\"evil\": 1}}') }).evil ?? null", "null"},
	{"prototype pollution by key", "Object.fromEntries([['__proto__', { evil: 1 }]]).evil ?? null", "null"},
	{"prototype pollution by literal", "({ __proto__: { evil: 1 } }) && (({}).evil ?? null)", "null"},
	{"keys are plain data", "JSON.parse('{\"__proto__\": 1, \"constructor\": 2, \"toString\": 3}')", `{"__proto__":1,"constructor":2,"toString":3}`},
	{"keys are plain data", "$json", `{"key":"constructor","proto":"__proto__","prototype":"prototype","code":"={{ 1 + 1 }}","__proto__":{"evil":1},"toString":"x"}`},
	{"keys are plain data", "Object.keys($json).length", "6"},
	{"keys are plain data", "({ toString: 1, valueOf: 2, hasOwnProperty: 3 })", `{"toString":1,"valueOf":2,"hasOwnProperty":3}`},
}

const attackedItem = `{"key":"constructor","proto":"__proto__","prototype":"prototype","code":"={{ 1 + 1 }}","__proto__":{"evil":1},"toString":"x"}`

// canary looks whether anything is not as it was.
const canary = `[
	JSON.stringify({ a: [1] }), JSON.parse('{"a":1}').a, [1, 2].map(x => x * 2).join(), Math.max(1, 2), ({}).evil ?? null, [].evil ?? null, ''.evil ?? null,
	(() => 1).evil ?? null, Math.evil ?? null, JSON.stringify.evil ?? null, typeof evil, typeof evil2, Object.keys({}).length, undefined ?? null,
	new Date(0).toISOString(), DateTime.fromMillis(0, { zone: 'UTC' }).toISO(), DateTime.DATE_FULL.month, DateTime.now().isValid, DateTime.fromMillis(0, { zone: 'Europe/Berlin' }).isValid, (1234.5).toLocaleString('de'), String({}), [].concat([1]).length,
	({}).toString === undefined, shared.state.x ?? null, Object.entries({ a: 1 }).length, 'a-b'.replace('-', '+'), new Error('x').message, isNaN('x'),
]`

const canaryWant = `["{\"a\":[1]}",1,"2,4",2,null,null,null,null,null,null,"undefined","undefined",0,null,"1970-01-01T00:00:00.000Z",` +
	`"1970-01-01T00:00:00.000Z","long",true,true,"1.234,5","[object Object]",1,false,null,1,"a+b","x",true]`

var attackedOptions = Options{
	MaxVMs: 1, // so that the canary runs where the attack ran
	Expression: RealmOptions{
		Variables: []string{"$json"},
		Script:    `(host) => ({ shared: { get state() { return host.state() } } })`,
	},
}

func TestAttacks(t *testing.T) {
	t.Parallel()
	for _, a := range attacks {
		t.Run(a.class+"/"+a.source, func(t *testing.T) {
			t.Parallel()
			e := newEngine(t, attackedOptions)
			require.Equal(t, canaryWant, jsonOf(t, e, Expression, canary))
			for range 2 {
				r, err := eval(t, e, Expression, a.source, Run{Scope: vars{"$json": attackedItem}})
				switch {
				case a.want == "":
					require.Error(t, err, "%s %s", r.Type, r.JSON)
					var p *PanicError
					require.NotErrorAs(t, err, &p)
				case a.want == "undefined":
					require.NoError(t, err)
					require.Equal(t, Undefined, r.Type, "%s", r.JSON)
				default:
					require.NoError(t, err)
					if r.Type == Function {
						r.JSON = []byte(`"undefined"`)
					}
					require.Equal(t, a.want, string(r.JSON))
				}
				require.Equal(t, canaryWant, jsonOf(t, e, Expression, canary))
			}
		})
	}
}

// codeAttacks change what they can; the next run must not see it.
var codeAttacks = []string{
	"evil = 1", "globalThis.evil = 1", "this.evil = 1", "global.evil = 1", "Object.defineProperty(globalThis, 'evil', { value: 1 })",
	"Object.defineProperty(globalThis, 'evil', { get() { return 1 }, configurable: true })", "globalThis[Symbol.for('evil')] = 1",
	"Object.setPrototypeOf(globalThis, { evil: 1 })", "Object.preventExtensions(globalThis)", "delete globalThis.Array",
	"Object.prototype.evil = 1", "Array.prototype.evil = 1", "Array.prototype.map = () => 'evil'", "Object.prototype['evil'] = 1",
	"Reflect.set(Object.prototype, 'evil', 1)", "Object.getPrototypeOf([]).evil = 1", "Object.getPrototypeOf(Object.getPrototypeOf([].values())).next = 1",
	"Object.defineProperty(Object.prototype, 'evil', { value: 1 })", "Object.defineProperty(Array.prototype, 'evil', { value: 1 })",
	"JSON.stringify = () => 'evil'", "Promise.prototype.then = () => 'evil'", "Promise.resolve = () => 'evil'", "Math.max = () => 'evil'",
	"(async () => {}).constructor.prototype.evil = 1", "Object.getPrototypeOf(async () => {}).evil = 1", "Object.getPrototypeOf(function* () {}).evil = 1",
	"Buffer.from = () => 'evil'", "Buffer.prototype.toString = () => 'evil'", "Buffer.evil = 1", "URL.prototype.evil = 1", "URL.evil = 1",
	"TextEncoder.prototype.encode = 1", "setTimeout.evil = 1", "console.log = () => 1", "console.evil = 1", "DateTime.prototype.toISO = 1", "DateTime.now = 1",
	"DateTime.now().zone.valid = false", "Object.getPrototypeOf(DateTime.now().loc).evil = 1", "DateTime.now().loc.constructor.create = 1",
	"setTimeout(() => { globalThis.evil = 1 }, 1)", "Promise.resolve().then(() => { evil = 1 })", "new Promise(() => {}).then(() => { evil = 1 })",
	"(async () => { await null; await null; await null; globalThis.evil = 1 })()", "queue = []; queue.push(1)", "arguments.callee.evil = 1",
	"module.exports = { evil: 1 }", "module.evil = 1", "$json.evil = 1", "items = 'evil'", "require.evil = 1", "require('util').format = 1", "require('util').evil = 1",
	"Error.prepareStackTrace = () => 'evil'", "Error.stackTraceLimit = 0", "Symbol.prototype.evil = 1", "RegExp.prototype.exec = () => null",
	"String.prototype.split = () => 'evil'", "Date.prototype.toISOString = 1", "Date = class extends Date { toISOString() { return 'evil' } }",
	"Function.prototype.call = () => 'evil'", "Function.prototype.evil = 1", "Intl.NumberFormat.prototype.evil = 1", "escape = 1", "parseInt = () => 'evil'",
	"class Array {}; globalThis.Array = Array", "var Object = {}; globalThis.Object = Object", "Proxy = 1", "new Proxy(globalThis, {}).evil = 1",
	"structuredClone = 1", "undefined = 1", "NaN = 1", "with (globalThis) { evil = 1 }", "function evil() {}; globalThis.evil = evil",
}

const codeCanary = `return [
	typeof evil, ({}).evil ?? null, [].evil ?? null, (() => 1).evil ?? null, globalThis[Symbol.for('evil')] ?? null, JSON.stringify([1].map(x => x)),
	Math.max(1, 2), Buffer.from('a').toString('hex'), Buffer.evil ?? null, new URL('http://a/b').pathname, URL.evil ?? null, typeof queue,
	new TextEncoder().encode('a').length, DateTime.fromMillis(0, { zone: 'UTC' }).toISO(), await Promise.resolve(1).then(x => x + 1), setTimeout.evil ?? null,
	typeof module.exports, module.evil ?? null, $json, items, arguments.callee.evil ?? null, require('util').format('%s', 1), require('util').evil ?? null,
	/a/.exec('a')[0], 'a,b'.split(',').length, new Date(0).toISOString(), typeof console.log, console.evil ?? null, (async () => 1).evil ?? null, (function* () {}).evil ?? null,
	new Intl.NumberFormat('de').format(1.5), parseInt('7'), typeof Array, typeof Object.keys, [...[1]].length, typeof Proxy, new Error('x').stack.length > 0,
	Object.isExtensible(globalThis), Object.getPrototypeOf(globalThis) === Object.prototype, Object.keys(globalThis).length,
]`

func TestCodeLeavesNothing(t *testing.T) {
	t.Parallel()
	options := Options{MaxVMs: 1, Code: RealmOptions{Variables: []string{"$json", "items"}, Modules: []string{"util"}}}
	run := Run{Scope: vars{"$json": `{"a":1}`, "items": `[1]`}}
	want, err := eval(t, newEngine(t, options), Code, codeCanary, run)
	require.NoError(t, err)
	for _, source := range codeAttacks {
		t.Run(source, func(t *testing.T) {
			t.Parallel()
			e := newEngine(t, options)
			canary, err := e.Compile(Code, codeCanary)
			require.NoError(t, err)
			run := run
			run.Program = canary
			for range 2 {
				_, _ = eval(t, e, Code, source+"\n;return 1", Run{Scope: run.Scope}) // an error is fine
				got, err := e.Run(context.Background(), run)
				require.NoError(t, err)
				require.Equal(t, string(want.JSON), string(got.JSON))
			}
		})
	}
}

// TestOwnProperties: frozen built-ins do not keep scripts from giving their own objects properties of the same names.
func TestOwnProperties(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{})
	for source, want := range map[string]string{
		"const o = {}; o.toString = () => 'mine'; return String(o)":                                                `"mine"`,
		"const o = {}; o.valueOf = () => 5; return o + 1":                                                          `6`,
		"const o = {}; o.constructor = 'c'; o.hasOwnProperty = 1; return o":                                        `{"constructor":"c","hasOwnProperty":1}`,
		"const o = Object.create({}); o.toString = 1; return Object.keys(o)":                                       `["toString"]`,
		"const e = new Error('a'); e.message = 'b'; e.name = 'C'; return String(e)":                                `"C: b"`,
		"class E extends Error { constructor(m) { super(m); this.name = 'E' } } return String(new E('m'))":         `"E: m"`,
		"class E extends TypeError {} const e = new E('m'); e.name = 'N'; return [e.name, e instanceof TypeError]": `["N",true]`,
		"function F() {} F.toString = () => 'f'; return `${F}`":                                                    `"f"`,
		"const f = () => 1; f.call = 5; return f.call":                                                             `5`,
		"class A { toString() { return 'A' } } return `${new A()}`":                                                `"A"`,
		"class A extends Array { map() { return 'mine' } } return new A().map()":                                   `"mine"`,
		"function F() {} F.prototype.x = 1; F.prototype.toString = () => 'F'; return [new F().x, String(new F())]": `[1,"F"]`,
		"const a = []; a.toString = () => 'mine'; return String(a)":                                                `"mine"`,
		"const d = new Date(0); d.toJSON = () => 'mine'; return d":                                                 `"mine"`,
		"const o = {}; o['__proto__'] = 1; return [Object.keys(o), o.__proto__]":                                   `[["__proto__"],1]`,
		"'use strict'; const o = {}; o.toString = 1; delete o.toString; return typeof o.toString":                  `"function"`,
	} {
		require.Equal(t, want, jsonOf(t, e, Code, source), source)
	}
	for source, want := range map[string]string{
		"(o => { o.toString = () => 'mine'; return `${o}` })({})": `"mine"`,
		"(o => { o.valueOf = () => 5; return o + 1 })({})":        `6`,
		"(o => { o['constr' + 'uctor'] = 1; return o })({})":      `{"constructor":1}`,
	} {
		require.Equal(t, want, jsonOf(t, e, Expression, source), source)
	}
}

// TestOpenCode: code that changes built-ins on purpose works as in n8n, and nobody else sees it.
func TestOpenCode(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{MaxVMs: 1})
	for source, want := range map[string]string{
		"String.prototype.shout = function () { return this + '!' }; return 'a'.shout()":                     `"a!"`,
		"Array.prototype['last'] = function () { return this[this.length - 1] }; return [1, 2].last()":       `2`,
		"Object.defineProperty(Array.prototype, 'sum', { value() { return 6 } }); return [].sum()":           `6`,
		"Object.assign(Number.prototype, { double() { return this * 2 } }); return (4).double()":             `8`,
		"Date.prototype.addDays = function (n) { return this.getTime() + n }; return new Date(1).addDays(2)": `3`,
	} {
		require.Equal(t, want, jsonOf(t, e, Code, source), source)
		require.Equal(t, `["undefined","undefined","undefined","undefined","undefined"]`,
			jsonOf(t, e, Code, "return [typeof ''.shout, typeof [].last, typeof [].sum, typeof (4).double, typeof new Date().addDays]"))
	}
}

// TestSharedObjectsAreFrozen: what stands behind an instance, and is not its own, cannot be changed.
func TestSharedObjectsAreFrozen(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{Code: RealmOptions{Modules: []string{"buffer", "crypto", "jmespath", "luxon", "timers", "url", "util"}}})
	require.Equal(t, "[]", jsonOf(t, e, Code, `
		const samples = {
			object: {}, array: [], function: () => 1, async: async () => 1, generator: function* () {}, iterator: [].values(), mapIterator: new Map().keys(), setIterator: new Set().keys(),
			stringIterator: ''[Symbol.iterator](), regExpIterator: 'a'.matchAll(/a/g), helper: [].values().map(x => x), wrapped: Iterator.from({ next() {} }),
			date: new Date(), error: new TypeError(''), aggregate: new AggregateError([]), regExp: /a/, match: /a/.exec('a'), map: new Map(), set: new Set(),
			weakMap: new WeakMap(), weakRef: new WeakRef({}), promise: Promise.resolve(), bytes: new Uint8Array(1), view: new DataView(new ArrayBuffer(1)),
			buffer: Buffer.from('a'), url: new URL('http://a'), search: new URLSearchParams('a=1'), searchIterator: new URLSearchParams('a=1').entries(),
			encoder: new TextEncoder(), decoder: new TextDecoder(), timeout: setTimeout(() => 1, 0), console, number: Object(1), string: Object('a'), symbol: Object(Symbol()),
			dateTime: DateTime.now(), zone: DateTime.now().zone, berlin: DateTime.fromMillis(0, { zone: 'Europe/Berlin' }).zone, fixed: DateTime.fromMillis(0, { zone: 'UTC+3' }).zone,
			locale: DateTime.now().loc, format: DateTime.DATE_FULL, duration: Duration.fromMillis(1), interval: Interval.fromISO('2024-01-01/2024-01-02'),
			numberFormat: new Intl.NumberFormat(), dateFormat: new Intl.DateTimeFormat(), collator: new Intl.Collator(), plural: new Intl.PluralRules(),
			list: new Intl.ListFormat(), relative: new Intl.RelativeTimeFormat(), hash: require('crypto').createHash('md5'), util: require('util').types,
			modules: ['buffer', 'crypto', 'jmespath', 'luxon', 'timers', 'url', 'util'].map(require), arguments: (function () { return arguments })(),
			proxy: Proxy.revocable({}, {}), asyncIterator: Object.getPrototypeOf(Object.getPrototypeOf((async function* () {})())),
		};
		const bad = [];
		const check = (x, name) => {
			for (let p = x; p; p = Object.getPrototypeOf(p)) {
				if (!Object.isFrozen(p)) bad.push(name);
				if (typeof p.constructor === 'function' && !Object.isFrozen(p.constructor)) bad.push(name + '.constructor');
			}
		};
		for (const [name, x] of Object.entries(samples)) check(Object.getPrototypeOf(x), name);
		for (const m of samples.modules) for (const k of Object.keys(m)) { check(m, k); if (typeof m[k] === 'function') { check(m[k], k); check(m[k].prototype, k) } }
		for (const k of ['zone', 'berlin', 'format', 'console', 'util']) if (!Object.isFrozen(samples[k])) bad.push(k);
		return [...new Set(bad)]`))
}
