// What a Code node finds beside the language: timers, console, Buffer, text encodings, URL, require. Called once for each engine
// of that realm with the global object, Go's functions and the loader of libraries; returns what the event loop calls.
(function (global, native, library) {
	'use strict';

	const { defineProperty } = Object;
	const hide = (object, name, value) => defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
	const lazy = (name, make) => {
		let value;
		defineProperty(global, name, { get: () => (value ??= make()), set() {}, enumerable: false, configurable: true });
	};

	hide(global, 'global', global);
	const moduleOf = Symbol('module');
	defineProperty(global, 'module', { get: () => (native.state()[moduleOf] ??= { exports: {} }), set() {}, configurable: true });

	// What a promise is rejected with is worded like what a catch clause gets.
	const { then } = Promise.prototype;
	hide(Promise.prototype, 'then', {
		then(fulfilled, rejected) {
			return Reflect.apply(then, this, [fulfilled, typeof rejected === 'function' ? (e) => rejected(native.words(e)) : rejected]);
		},
	}.then);

	// ---- timers

	const timers = new Map(); // id -> { callback, args, every }
	let last = 0;
	class Timeout {
		#id;
		constructor(id) { this.#id = id; }
		ref() { return this; }
		unref() { return this; }
		hasRef() { return true; }
		refresh() { return this; }
		close() { clear(this); return this; }
		[Symbol.toPrimitive]() { return this.#id; }
	}
	function start(callback, ms, args, repeat) {
		if (typeof callback !== 'function') {
			const e = new TypeError('The "callback" argument must be of type function. Received ' + (callback === undefined ? 'undefined' : typeof callback));
			e.code = 'ERR_INVALID_ARG_TYPE';
			throw e;
		}
		ms = Math.trunc(Number(ms)) || 0;
		ms = ms >= 1 && ms <= 2147483647 ? ms : 1;
		const id = ++last;
		timers.set(id, { callback, args, every: repeat ? ms : 0 });
		native.timer(id, ms);
		return new Timeout(id);
	}
	function clear(timer) {
		if (timer !== undefined && timer !== null) {
			timers.delete(Number(timer));
			native.cancel(Number(timer) || 0);
		}
	}
	const characters = (message) => Object.assign(new Error(message), { name: 'InvalidCharacterError', code: 5 });
	const functions = {
		setTimeout(callback, after, ...args) { return start(callback, after, args, false); },
		setInterval(callback, repeat, ...args) { return start(callback, repeat, args, true); },
		setImmediate(callback, ...args) { return start(callback, 0, args, false); },
		clearTimeout(timer) { clear(timer); },
		clearInterval(timer) { clear(timer); },
		clearImmediate(timer) { clear(timer); },
		btoa(data) {
			data = String(data);
			for (let i = 0; i < data.length; i++) {
				if (data.charCodeAt(i) > 255) {
					throw characters('Invalid character');
				}
			}
			return decode(encode(data, 'latin1'), 'base64');
		},
		atob(data) {
			data = String(data).replace(/[\t\n\f\r ]/g, '');
			if (data.length % 4 === 0) {
				data = data.replace(/==?$/, '');
			}
			if (/[^A-Za-z0-9+/]/.test(data)) {
				throw characters('Invalid character');
			}
			if (data.length % 4 === 1) {
				throw characters('The string to be decoded is not correctly encoded.');
			}
			return decode(encode(data, 'base64'), 'latin1');
		},
		require(name) { return load(String(name)); },
	};
	for (const name in functions) {
		hide(global, name, functions[name]);
	}
	function fire(id) {
		const timer = timers.get(id);
		if (timer === undefined) {
			return;
		}
		if (timer.every > 0) {
			native.timer(id, timer.every);
		} else {
			timers.delete(id);
		}
		timer.callback(...timer.args);
	}

	// ---- console

	const console = {};
	const show = (x) => (typeof x === 'string' ? x : inspect(x));
	for (const level of ['log', 'warn', 'error', 'info', 'debug', 'trace', 'dir', 'assert', 'table', 'dirxml', 'group', 'groupCollapsed', 'count']) {
		console[level] = { [level](...args) { native.console(level, args.map(show).join(' ')); } }[level];
	}
	for (const name of ['time', 'timeEnd', 'timeLog', 'clear', 'countReset', 'groupEnd', 'profile', 'profileEnd', 'timeStamp']) {
		console[name] = { [name]() {} }[name];
	}
	hide(global, 'console', console);

	// inspect shows a value about as Node.js does, on one line.
	function inspect(x, depth = 2, seen = []) {
		switch (typeof x) {
			case 'string': return `'${x}'`;
			case 'bigint': return `${x}n`;
			case 'symbol': return x.toString();
			case 'function': return `[Function${x.name ? ': ' + x.name : ' (anonymous)'}]`;
			case 'object': break;
			default: return Object.is(x, -0) ? '-0' : String(x);
		}
		if (x === null) {
			return 'null';
		}
		if (seen.includes(x)) {
			return '[Circular]';
		}
		if (x instanceof Error) {
			return native.words(x).stack || String(x);
		}
		if (x instanceof Date || x instanceof RegExp) {
			return x instanceof Date && !isNaN(x) ? x.toISOString() : String(x);
		}
		if (seen.length > depth) {
			return Array.isArray(x) ? '[Array]' : '[Object]';
		}
		const inner = (v) => inspect(v, depth, [...seen, x]);
		if (Array.isArray(x) || ArrayBuffer.isView(x)) {
			const list = Array.from(x).slice(0, 100).map(inner);
			if (x.length > 100) {
				list.push(`... ${x.length - 100} more items`);
			}
			return list.length === 0 ? '[]' : `[ ${list.join(', ')} ]`;
		}
		if (x instanceof Map) {
			return `Map(${x.size}) { ${[...x].map(([k, v]) => `${inner(k)} => ${inner(v)}`).join(', ')} }`;
		}
		if (x instanceof Set) {
			return `Set(${x.size}) { ${[...x].map(inner).join(', ')} }`;
		}
		if (x instanceof Promise) {
			return 'Promise { ... }';
		}
		const members = Object.keys(x).map((k) => `${/^[A-Za-z_$][\w$]*$/.test(k) ? k : `'${k}'`}: ${inner(x[k])}`);
		return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
	}

	// ---- bytes and texts

	const encode = native.encode; // (text, encoding) -> ArrayBuffer
	const decode = (bytes, encoding) => native.decode(bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes, encoding);
	lazy('Buffer', () => buffer().Buffer);
	const buffer = () => library('buffer', native, inspect);

	class TextEncoder {
		get encoding() { return 'utf-8'; }
		encode(text = '') { return new Uint8Array(encode(String(text), 'utf8')); }
		encodeInto(text, into) {
			let read = 0, written = 0;
			for (const c of String(text)) {
				const bytes = new Uint8Array(encode(c, 'utf8'));
				if (written + bytes.length > into.length) {
					break;
				}
				into.set(bytes, written);
				written += bytes.length;
				read += c.length;
			}
			return { read, written };
		}
	}
	const labels = {
		'utf-8': 'utf8', utf8: 'utf8', 'unicode-1-1-utf-8': 'utf8', 'utf-16le': 'utf16le', 'utf-16': 'utf16le',
		latin1: 'windows-1252', 'iso-8859-1': 'windows-1252', ascii: 'windows-1252', 'us-ascii': 'windows-1252', 'windows-1252': 'windows-1252',
	};
	class TextDecoder {
		#encoding; #fatal; #keepMark; #rest = new Uint8Array(0);
		constructor(label = 'utf-8', options = {}) {
			this.#encoding = labels[String(label).trim().toLowerCase()];
			if (this.#encoding === undefined) {
				throw new RangeError(`The "${label}" encoding is not supported`);
			}
			this.#fatal = Boolean(options?.fatal);
			this.#keepMark = Boolean(options?.ignoreBOM);
		}
		get encoding() { return { utf8: 'utf-8', utf16le: 'utf-16le' }[this.#encoding] ?? this.#encoding; }
		get fatal() { return this.#fatal; }
		get ignoreBOM() { return this.#keepMark; }
		decode(input = new Uint8Array(0), options = {}) {
			let bytes = ArrayBuffer.isView(input) ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength) : new Uint8Array(input);
			if (this.#rest.length > 0) {
				const joined = new Uint8Array(this.#rest.length + bytes.length);
				joined.set(this.#rest);
				joined.set(bytes, this.#rest.length);
				bytes = joined;
			}
			let end = bytes.length;
			if (options?.stream) {
				end = native.complete(bytes, this.#encoding); // up to where characters are whole
			}
			this.#rest = bytes.slice(end);
			bytes = bytes.subarray(0, end);
			if (this.#fatal && !native.valid(bytes, this.#encoding)) {
				throw new TypeError('The encoded data was not valid for encoding ' + this.encoding);
			}
			const text = decode(bytes, this.#encoding);
			return !this.#keepMark && text.charCodeAt(0) === 0xFEFF ? text.slice(1) : text;
		}
	}
	hide(global, 'TextEncoder', TextEncoder);
	hide(global, 'TextDecoder', TextDecoder);
	let urls;
	const url = () => {
		if (urls === undefined) {
			const { URL: Parsed, URLSearchParams } = library('whatwg-url', native.idna);
			native.harden(Object.getPrototypeOf(new URLSearchParams().keys()));
			// The library's words are not Node.js's.
			class URL extends Parsed {
				constructor(input, base) {
					try {
						super(input, base);
					} catch (e) {
						throw Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input: String(input) });
					}
				}
			}
			native.harden(URL);
			urls = { URL, URLSearchParams };
		}
		return urls;
	};
	lazy('URL', () => url().URL);
	lazy('URLSearchParams', () => url().URLSearchParams);

	// ---- require

	const builtin = {
		buffer: () => ({ Buffer: buffer().Buffer }),
		url: () => ({ URL: url().URL, URLSearchParams: url().URLSearchParams }),
		timers: () => ({ setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate }),
		luxon: () => library('luxon'),
		jmespath: () => library('jmespath'),
		util: () => library('util', inspect),
		crypto: () => library('crypto', native, buffer().Buffer),
	};
	const loaded = new Map();
	function load(request) {
		const name = request.startsWith('node:') ? request.slice(5) : request;
		if (!native.allowed(name)) {
			throw new Error(`Module '${request}' is disallowed`);
		}
		if (!loaded.has(name)) {
			const make = Object.hasOwn(builtin, name) ? builtin[name] : undefined;
			if (make === undefined) {
				throw new Error(`Cannot find module '${request}'`);
			}
			const exports = make();
			native.harden(exports);
			loaded.set(name, exports);
		}
		return loaded.get(name);
	}

	return { fire, hidden: Timeout, forget() { timers.clear(); } };
})
