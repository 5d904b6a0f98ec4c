// The parts of Node.js's util that scripts ask for. Called with Object and inspect.
(function (Object, inspect) {
	'use strict';

	function format(first, ...args) {
		if (typeof first !== 'string') {
			return [first, ...args].map((x) => (typeof x === 'string' ? x : inspect(x))).join(' ');
		}
		const text = first.replace(/%([sdifjoOc%])/g, (m, c) => {
			if (c === '%') {
				return '%';
			}
			if (args.length === 0) {
				return m;
			}
			const x = args.shift();
			switch (c) {
				case 's': return typeof x === 'object' && x !== null ? inspect(x) : String(x);
				case 'd': return String(Number(x));
				case 'i': return String(parseInt(x, 10));
				case 'f': return String(parseFloat(x));
				case 'j': return JSON.stringify(x);
				case 'c': return '';
			}
			return inspect(x);
		});
		return [text, ...args.map((x) => (typeof x === 'string' ? x : inspect(x)))].join(' ');
	}
	function isDeepStrictEqual(a, b) {
		if (Object.is(a, b)) {
			return true;
		}
		if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) {
			return false;
		}
		if (a instanceof Date) {
			return a.getTime() === b.getTime();
		}
		if (a instanceof RegExp) {
			return String(a) === String(b);
		}
		if (a instanceof Map || a instanceof Set) {
			return a.size === b.size && isDeepStrictEqual([...a], [...b]);
		}
		const keys = Object.keys(a);
		return keys.length === Object.keys(b).length && keys.every((k) => Object.hasOwn(b, k) && isDeepStrictEqual(a[k], b[k]));
	}
	const is = (c) => (x) => x instanceof c;
	return {
		format, isDeepStrictEqual, TextEncoder, TextDecoder,
		inspect: (x, options) => inspect(x, options?.depth === null ? Infinity : options?.depth ?? 2),
		promisify: (f) => (...args) => new Promise((ok, no) => f(...args, (error, value) => (error ? no(error) : ok(value)))),
		callbackify: (f) => (...args) => { const done = args.pop(); f(...args).then((v) => done(null, v), (e) => done(e)); },
		inherits(child, parent) { Object.setPrototypeOf(child.prototype, parent.prototype); },
		deprecate: (f) => f,
		isArray: Array.isArray,
		types: {
			isDate: is(Date), isRegExp: is(RegExp), isPromise: is(Promise), isMap: is(Map), isSet: is(Set), isNativeError: is(Error),
			isTypedArray: (x) => ArrayBuffer.isView(x) && !(x instanceof DataView), isUint8Array: is(Uint8Array), isArrayBuffer: is(ArrayBuffer),
		},
	};
})
