// Makes a realm out of the engine's plain globals: takes away what a script must not have, adds what n8n's has, and freezes
// the rest. Called once for each engine, before any script, with the realm's kind and Go's functions; returns what Go keeps.
(function (kind, native) {
	'use strict';

	const {
		Object, Array, Function, String, Number, Boolean, Symbol, BigInt, Error, Reflect, Map, Set, WeakSet, TypeError, Date,
		RegExp, ArrayBuffer, RangeError, EvalError, Proxy, globalThis: global,
	} = globalThis;
	const { apply, construct, ownKeys } = Reflect;
	const { isArray } = Array;
	const { defineProperty, freeze, getOwnPropertyDescriptor, getPrototypeOf } = Object;
	const expression = kind === 'expression';

	const hide = (object, name, value) =>
		defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });

	// ---- what goes

	// A static list, so that a newer engine cannot add a global unseen.
	const kept = new Set(`
		Object Array Number Boolean String Symbol BigInt Date RegExp Error EvalError RangeError ReferenceError SyntaxError
		TypeError URIError Map Set WeakMap WeakSet ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array
		Uint16Array Int32Array Uint32Array BigInt64Array BigUint64Array Float32Array Float64Array JSON Math Intl
		parseInt parseFloat isNaN isFinite encodeURI encodeURIComponent decodeURI decodeURIComponent NaN Infinity undefined
	`.match(/\S+/g));
	if (!expression) {
		for (const name of `globalThis Function AggregateError Promise Proxy Reflect WeakRef Iterator escape unescape`.split(' ')) {
			kept.add(name);
		}
	}
	const intrinsics = [];
	const { Iterator } = global;
	for (const name of ownKeys(global)) {
		const value = global[name];
		if (typeof value === 'function' || typeof value === 'object') {
			intrinsics.push(value);
		}
		if (!kept.has(name)) {
			delete global[name];
		}
	}
	intrinsics.push(
		getPrototypeOf(function* () {}), getPrototypeOf(async function () {}), getPrototypeOf(async function* () {}),
		getPrototypeOf([][Symbol.iterator]()), getPrototypeOf(new Map()[Symbol.iterator]()),
		getPrototypeOf(new Set()[Symbol.iterator]()), getPrototypeOf(''[Symbol.iterator]()),
		getPrototypeOf('a'.matchAll(/a/g)), getPrototypeOf(Int8Array),
		getPrototypeOf([].values().map((x) => x)), getPrototypeOf(Iterator.from({ next() {} })), Iterator,
	);

	// The engine has no compiler, so a function cannot be made of text. These say so in Node.js's words.
	const noCode = () => new EvalError('Code generation from strings disallowed for this context');
	for (const f of [function () {}, function* () {}, async function () {}, async function* () {}]) {
		const proto = getPrototypeOf(f);
		const { name } = proto.constructor;
		const constructor = { [name]: function () { throw noCode(); } }[name];
		constructor.prototype = proto;
		hide(proto, 'constructor', constructor);
		if (name === 'Function' && !expression) {
			hide(global, name, constructor);
		}
		intrinsics.push(constructor);
	}
	if (!expression) {
		hide(global, 'eval', {
			eval(source) {
				if (typeof source === 'string') {
					throw noCode();
				}
				return source;
			},
		}.eval);
	}
	delete Object.prototype.__proto__;
	delete Error.captureStackTrace;
	delete Error.prepareStackTrace;
	delete Error.stackTraceLimit;

	// Libraries need what scripts do not get.
	const LibraryObject = function (x) { return Object(x); };
	for (const key of ownKeys(Object)) {
		if (key !== 'length' && key !== 'name') {
			defineProperty(LibraryObject, key, getOwnPropertyDescriptor(Object, key));
		}
	}
	if (expression) {
		for (const name of ['defineProperty', 'defineProperties', 'getPrototypeOf', 'setPrototypeOf',
			'getOwnPropertyDescriptor', 'getOwnPropertyDescriptors']) {
			delete Object[name];
		}
		for (const name of ['__defineGetter__', '__defineSetter__', '__lookupGetter__', '__lookupSetter__']) {
			delete Object.prototype[name];
		}
		// What n8n replaces by an empty object.
		const empty = freeze({});
		for (const name of `globalThis global self document alert prompt confirm require module Buffer __dirname __filename
			eval Function fetch XMLHttpRequest setTimeout setInterval setImmediate clearImmediate queueMicrotask Promise Reflect
			Proxy WebAssembly Atomics Generator GeneratorFunction AsyncFunction AsyncGenerator AsyncGeneratorFunction
			escape unescape`.match(/\S+/g)) {
			hide(global, name, empty);
		}
		hide(global, 'process', freeze({ env: empty }));
	}

	// ---- the clock

	const RealDate = Date;
	const date = function Date(year, month, day, hours, minutes, seconds, ms) {
		if (new.target === undefined) {
			return new RealDate(native.now()).toString();
		}
		switch (arguments.length) {
			case 0:
				return construct(RealDate, [native.now()], new.target);
			case 1:
				return construct(RealDate, [typeof year === 'string' ? native.parseDate(year) : year], new.target);
		}
		return construct(RealDate, arguments, new.target);
	};
	defineProperty(date, 'prototype', { value: RealDate.prototype, writable: false });
	hide(date, 'now', { now() { return native.now(); } }.now);
	hide(date, 'parse', { parse(string) { return native.parseDate(String(string)); } }.parse);
	hide(date, 'UTC', RealDate.UTC);
	hide(RealDate.prototype, 'constructor', date);
	hide(global, 'Date', date);
	intrinsics.push(date);

	// ---- built-ins that work in one go on as many elements as they are told

	const byText = (a, b) => {
		a = String(a);
		b = String(b);
		return a < b ? -1 : a > b ? 1 : 0;
	};
	const byNumber = (a, b) => (a < b ? -1 : a > b ? 1 : a === b ? 0 : a !== a ? (b !== b ? 0 : 1) : -1);
	const typed = getPrototypeOf(Int8Array).prototype;
	const guarded = [
		[Array.prototype, 'elements', `concat copyWithin fill includes indexOf join lastIndexOf reverse shift slice splice
			toReversed toSpliced toString unshift with`],
		[Array.prototype, 'callback', `every filter find findIndex findLast findLastIndex forEach map reduce reduceRight some`],
		[Array.prototype, 'nested', 'flat'],
		[Array.prototype, 'order', 'sort toSorted'],
		[typed, 'elements', 'join toString'],
		[typed, 'typedOrder', 'sort toSorted'],
		[String.prototype, 'search', 'includes indexOf lastIndexOf split replace replaceAll'],
		[String.prototype, 'pattern', 'match matchAll search'],
		[String, 'raw', 'raw'],
		[Array, 'list', 'from'],
		[Object, 'list', 'fromEntries groupBy'],
		[Map, 'list', 'groupBy'],
		[Math, 'list', 'sumPrecise'],
		[getPrototypeOf(getPrototypeOf([][Symbol.iterator]())), 'count', 'drop take'],
	];
	for (const [object, sort, names] of guarded) {
		for (const name of names.match(/\S+/g)) {
			const original = object[name];
			if (original !== undefined) {
				hide(object, name, native.guard(original, sort, name, original.length, object === typed ? byNumber : byText));
			}
		}
	}
	hide(JSON, 'parse', native.parse(JSON.parse));
	hide(JSON, 'stringify', native.stringify(JSON.stringify));
	const { map, flat } = Array.prototype;
	hide(Array.prototype, 'flatMap', {
		flatMap(callback, self) {
			return apply(flat, apply(map, this, [callback, self]), []);
		},
	}.flatMap);
	// The other set may be anything that has keys(), an endless list for one. This way each key is a step of a script.
	for (const name of ['difference', 'intersection', 'isDisjointFrom', 'isSubsetOf', 'isSupersetOf', 'symmetricDifference', 'union']) {
		const original = Set.prototype[name];
		hide(Set.prototype, name, {
			[name](other) {
				return apply(original, this, [typeof other !== 'object' || other === null ? other : {
					size: other.size,
					has: (x) => other.has(x),
					*keys() { yield* { [Symbol.iterator]: () => other.keys() }; },
				}]);
			},
		}[name]);
	}
	// The engine gives a negative number where the bits are a multiple of 64 and the highest is set.
	const { asUintN } = BigInt;
	hide(BigInt, 'asUintN', {
		asUintN(bits, x) {
			const y = asUintN(bits, x);
			return y < 0n ? y + (1n << BigInt(bits)) : y;
		},
	}.asUintN);
	for (const name of ['Set', 'WeakSet', 'Map', 'WeakMap', 'AggregateError']) {
		// A constructor that takes a list: a sparse one may be of any length.
		const Original = global[name];
		if (Original === undefined) {
			continue;
		}
		const wrapped = {
			[name]: function (list) {
				if (new.target === undefined && name !== 'AggregateError') {
					throw new TypeError(`Constructor ${name} requires 'new'`);
				}
				if (isArray(list)) {
					native.list(list);
				} else if (typeof list === 'object' && list !== null) {
					arguments[0] = { *[Symbol.iterator]() { yield* list; } }; // each element is a step of a script
				}
				return construct(Original, arguments, new.target ?? wrapped);
			},
		}[name];
		defineProperty(wrapped, 'length', { value: 0 });
		for (const key of ownKeys(Original)) {
			if (key !== 'length' && key !== 'name') {
				defineProperty(wrapped, key, getOwnPropertyDescriptor(Original, key));
			}
		}
		hide(Original.prototype, 'constructor', wrapped);
		hide(global, name, wrapped);
		intrinsics.push(wrapped);
	}

	// A regular expression of any length would not be stopped in time.
	delete RegExp.prototype.compile;
	{
		const checked = native.guard(RegExp, 'pattern', 'RegExp', 2, byText);
		const regExp = { RegExp: function (pattern, flags) {
			return new.target === undefined || typeof pattern === 'string' && pattern.length > 1 << 14
				? checked(pattern, flags) : construct(RegExp, arguments, new.target);
		} }.RegExp;
		for (const key of ownKeys(RegExp)) {
			if (key !== 'length' && key !== 'name') {
				defineProperty(regExp, key, getOwnPropertyDescriptor(RegExp, key));
			}
		}
		hide(RegExp.prototype, 'constructor', regExp);
		hide(global, 'RegExp', regExp);
		intrinsics.push(regExp);
	}

	// ---- libraries, loaded when they are asked for first

	const libraries = new Map();
	function hardenExports(exports) {
		harden(exports);
		if (typeof exports === 'object') {
			for (const key of ownKeys(exports)) {
				harden(exports[key]); // what a getter gives
			}
		}
	}
	function library(name, ...args) {
		if (name === 'luxon') {
			return luxon();
		}
		return libraries.get(name) ?? native.untimed(() => {
			const exports = native.load(name, LibraryObject, ...args);
			hardenExports(exports);
			libraries.set(name, exports);
			return exports;
		});
	}
	// What Luxon keeps between calls: the presets, the zones, and the classes that only show behind an instance.
	function hardenLuxon(exports) {
		const { DateTime, FixedOffsetZone, IANAZone, SystemZone } = exports;
		for (const key of ownKeys(DateTime)) {
			if (/^[A-Z_]+$/.test(String(key))) {
				harden(DateTime[key]);
			}
		}
		const { create } = IANAZone;
		hide(IANAZone, 'create', {
			create(name) {
				return freeze(apply(create, IANAZone, [name]));
			},
		}.create);
		const sample = DateTime.fromMillis(0, { zone: 'UTC' });
		const { loc } = sample;
		const hidden = [loc, loc.numberFormatter({}), loc.dtFormatter(sample, {}), loc.relFormatter({}), loc.listFormatter({})];
		for (const x of hidden) {
			harden(getPrototypeOf(x));
		}
		harden(FixedOffsetZone.utcInstance);
		harden(SystemZone.instance);
		hardenExports(exports);
	}
	let setZone = () => {};
	function luxon() {
		return libraries.get('luxon') ?? native.untimed(() => {
			const exports = native.load('luxon', LibraryObject);
			const { DateTime, Duration, Interval, Settings } = exports;
			Settings.now = native.now;
			setZone = (zone) => { Settings.defaultZone = zone; };
			setZone(native.zone());
			for (const { prototype } of [DateTime, Duration, Interval]) {
				overridable(prototype, ['constructor', 'toString', 'toJSON', 'valueOf']);
			}
			native.luxon(DateTime.prototype, Duration.prototype, Interval.prototype);
			libraries.set('luxon', exports);
			hardenLuxon(exports);
			return exports;
		});
	}
	for (const name of ['DateTime', 'Duration', 'Interval']) {
		defineProperty(global, name, { get: () => luxon()[name], set() {}, enumerable: false, configurable: true });
	}

	let ended; // what an evaluation that succeeded calls in the end
	const host = {
		call: native.call, async: native.async, state: native.state, luxon, jmespath: () => library('jmespath'), Proxy,
		onEnd(callback) { ended = callback; },
	};
	function install(script) {
		const globals = script(host);
		for (const name of ownKeys(globals)) {
			const { get, value } = getOwnPropertyDescriptor(globals, name);
			if (get === undefined) {
				hide(global, name, value);
				continue;
			}
			// A script may assign to it; that is its own affair.
			const own = Symbol(name);
			defineProperty(global, name, {
				get() {
					const state = native.state();
					return own in state ? state[own] : get();
				},
				set(x) { native.state()[own] = x; },
				enumerable: false,
				configurable: true,
			});
		}
	}

	// ---- freezing

	// An inherited property that is frozen cannot be assigned on an heir either. Where scripts do that, the frozen property is a
	// pair of functions that lets them.
	function overridable(object, names) {
		for (const name of names) {
			const old = getOwnPropertyDescriptor(object, name);
			if (old === undefined || !('value' in old)) {
				continue;
			}
			const value = old.value;
			let get = () => value;
			if (expression && name === 'constructor') {
				// Nobody needs it, and it is the first step of every way out. The built-ins that look for it take none for the default.
				get = object === Array.prototype || object === RegExp.prototype || object === ArrayBuffer.prototype ||
					object === typed || getPrototypeOf(object) === typed ? () => undefined : native.blockConstructor;
			}
			defineProperty(object, name, {
				get,
				set(x) {
					if (this === object || (typeof this !== 'object' && typeof this !== 'function')) {
						throw new TypeError(`Cannot assign to read only property '${name}' of object`);
					}
					defineProperty(this, name, { value: x, writable: true, enumerable: true, configurable: true });
				},
				enumerable: false,
				configurable: false,
			});
		}
	}
	const { harden } = native;
	const errors = {};
	const errorNames = ['Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'];
	for (const name of errorNames) {
		errors[name] = global[name];
	}

	// finish freezes all that scripts share. An open realm, which only one script gets, stays as it is.
	function finish(open) {
		if (open) {
			return;
		}
		for (const x of intrinsics) {
			const proto = typeof x === 'function' && x.prototype;
			if (proto) {
				overridable(proto, ['constructor', 'toString']);
			}
			overridable(x, ['constructor']);
		}
		overridable(Object.prototype, ownKeys(Object.prototype));
		for (const name of errorNames) {
			overridable(global[name].prototype, ['name', 'message', 'toString', 'constructor']);
		}
		overridable(Function.prototype, ['toString', 'call', 'apply', 'bind']);
		overridable(RealDate.prototype, ['toJSON', 'toLocaleString', 'valueOf']);
		intrinsics.forEach(harden);
		for (const key of ownKeys(global)) {
			const d = getOwnPropertyDescriptor(global, key);
			if ('value' in d) {
				harden(d.value);
				defineProperty(global, key, { writable: false, configurable: false });
			} else {
				harden(d.get);
				harden(d.set);
				defineProperty(global, key, { configurable: false });
			}
		}
		if (expression) {
			freeze(global);
		}
	}

	const { getTime } = RealDate.prototype;
	const boxes = [Number.prototype.valueOf, String.prototype.valueOf, Boolean.prototype.valueOf, BigInt.prototype.valueOf];
	return {
		errors,
		finish,
		install,
		end: () => ended?.(),
		library,
		setZone: (zone) => setZone(zone),
		dateTime: (ms, zone) => luxon().DateTime.fromMillis(ms, { zone }),
		time: (x) => (x instanceof RealDate ? apply(getTime, x, []) : luxon().DateTime.prototype.toMillis.call(x)),
		functionToString: Function.prototype.toString,
		unbox(x) {
			for (const valueOf of boxes) {
				try {
					return apply(valueOf, x, []);
				} catch {
					// another box
				}
			}
			return undefined;
		},
		// n8n's this in an expression.
		receiver: expression ? freeze({ process: freeze({}), require: freeze({}), module: freeze({}), Buffer: freeze({}) }) : undefined,
	};
})
