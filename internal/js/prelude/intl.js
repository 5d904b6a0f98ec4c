// Puts Intl and the methods that ECMA-402 changes in front of Go's formatters. Called with the global object and Go's functions.
//
// native.intl.make(kind, locales, options) finds or makes a formatter and returns its number; format, parts and resolved use it.
(function (global, native) {
	'use strict';

	const { make, format, parts, resolved, supported, canonical } = native;
	const { apply } = Reflect;
	const { defineProperty, freeze } = Object;
	const handles = new WeakMap(); // object -> { kind, handle, bound }

	const method = (object, name, f) => defineProperty(object, name, { value: f, writable: true, enumerable: false, configurable: true });

	function localeList(locales) {
		if (locales === undefined) {
			return [];
		}
		if (typeof locales === 'string') {
			return [locales];
		}
		if (locales === null) {
			throw new TypeError('Cannot convert undefined or null to object');
		}
		const list = [];
		for (let i = 0; i < (locales.length >>> 0); i++) {
			const l = locales[i];
			if (typeof l !== 'string' && (typeof l !== 'object' || l === null)) {
				throw new TypeError('Language ID should be string or object.');
			}
			list.push(String(l));
		}
		return list;
	}

	// The options of each constructor, by how they are read.
	const text = String, number = Number, yes = Boolean;
	const same = (x) => (typeof x === 'boolean' ? x : String(x));
	const digits = {
		minimumIntegerDigits: number, minimumFractionDigits: number, maximumFractionDigits: number, minimumSignificantDigits: number,
		maximumSignificantDigits: number, roundingIncrement: text, roundingMode: text, roundingPriority: text, trailingZeroDisplay: text,
	};
	const known = {
		DateTimeFormat: {
			calendar: text, numberingSystem: text, hour12: yes, hourCycle: text, timeZone: text, weekday: text, era: text, year: text,
			month: text, day: text, dayPeriod: text, hour: text, minute: text, second: text, fractionalSecondDigits: number,
			timeZoneName: text, dateStyle: text, timeStyle: text,
		},
		NumberFormat: {
			numberingSystem: text, style: text, currency: text, currencyDisplay: text, currencySign: text, unit: text, unitDisplay: text,
			notation: text, compactDisplay: text, signDisplay: text, useGrouping: same, ...digits,
		},
		PluralRules: { type: text, notation: text, ...digits },
		RelativeTimeFormat: { style: text, numeric: text, numberingSystem: text },
		ListFormat: { type: text, style: text },
		Collator: { usage: text, sensitivity: text, ignorePunctuation: yes, numeric: yes, caseFirst: text, collation: text },
	};

	function handleOf(kind, locales, options, fields = '') {
		if (options === null) {
			throw new TypeError('Cannot convert undefined or null to object');
		}
		const list = localeList(locales);
		const chosen = {};
		if (options !== undefined) {
			options = Object(options);
			const names = known[kind];
			for (const name in names) {
				const value = options[name];
				if (value !== undefined) {
					chosen[name] = names[name](value);
				}
			}
		}
		return make(kind + fields, list, chosen);
	}

	// toLocaleString and its like are called for each row of a table: those without options find their formatter at once.
	const plain = new Map();
	function handleFor(kind, locales, options, fields = '') {
		if (options !== undefined || (locales !== undefined && typeof locales !== 'string')) {
			return handleOf(kind, locales, options, fields);
		}
		const key = kind + fields + ' ' + locales;
		let handle = plain.get(key);
		if (handle === undefined) {
			handle = handleOf(kind, locales, options, fields);
			if (plain.size < 100) {
				plain.set(key, handle);
			}
		}
		return handle;
	}

	const Intl = {};
	defineProperty(Intl, Symbol.toStringTag, { value: 'Intl', configurable: true });

	function define(kind, methods, callable) {
		const constructor = {
			[kind]: function (locales, options) {
				if (new.target === undefined) {
					if (!callable) {
						throw new TypeError(`Constructor Intl.${kind} requires 'new'`);
					}
					return new constructor(locales, options);
				}
				handles.set(this, { kind, handle: handleOf(kind, locales, options), bound: undefined });
			},
		}[kind];
		defineProperty(constructor, 'length', { value: 0 });
		const { prototype } = constructor;
		defineProperty(prototype, Symbol.toStringTag, { value: 'Intl.' + kind, configurable: true });
		const self = (x, name) => {
			const s = handles.get(x);
			if (s === undefined || s.kind !== kind) {
				throw new TypeError(`Method Intl.${kind}.prototype.${name} called on incompatible receiver ${String(x)}`);
			}
			return s;
		};
		for (const name in methods) {
			const f = methods[name];
			if (name === 'format' && callable || name === 'compare') {
				// These are bound: list.map(formatter.format) is how they are used.
				defineProperty(prototype, name, {
					get() {
						const s = self(this, name);
						return (s.bound ??= (...args) => f(s.handle, ...args));
					},
					configurable: true,
				});
			} else {
				method(prototype, name, { [name](...args) { return f(self(this, name).handle, ...args); } }[name]);
			}
		}
		method(prototype, 'resolvedOptions', { resolvedOptions() { return resolved(self(this, 'resolvedOptions').handle); } }.resolvedOptions);
		method(constructor, 'supportedLocalesOf', { supportedLocalesOf(locales) { return supported(localeList(locales)); } }.supportedLocalesOf);
		method(Intl, kind, constructor);
	}

	const time = (date) => (date === undefined ? native.now() : Number(date));
	const amount = (x) => (typeof x === 'bigint' ? String(x) : Number(x));
	define('DateTimeFormat', {
		format: (h, date) => format(h, time(date)),
		formatToParts: (h, date) => parts(h, time(date)),
		formatRange: () => native.missing('Intl.DateTimeFormat.prototype.formatRange'),
		formatRangeToParts: () => native.missing('Intl.DateTimeFormat.prototype.formatRangeToParts'),
	}, true);
	define('NumberFormat', {
		format: (h, x) => format(h, amount(x)),
		formatToParts: (h, x) => parts(h, amount(x)),
	}, true);
	define('PluralRules', { select: (h, x) => format(h, Number(x)) });
	define('RelativeTimeFormat', {
		format: (h, n, unit) => format(h, Number(n), String(unit)),
		formatToParts: (h, n, unit) => parts(h, Number(n), String(unit)),
	});
	const strings = (list) => {
		const out = [];
		if (list !== undefined) {
			for (const s of list) {
				if (typeof s !== 'string') {
					throw new TypeError('Iterable yielded ' + String(s) + ' which is not a string');
				}
				out.push(s);
			}
		}
		return out;
	};
	define('ListFormat', {
		format: (h, list) => format(h, strings(list)),
		formatToParts: (h, list) => parts(h, strings(list)),
	});
	define('Collator', { compare: (h, a, b) => format(h, String(a), String(b)) }, true);
	for (const name of ['DisplayNames', 'DurationFormat', 'Locale', 'Segmenter']) {
		method(Intl, name, { [name]: function () { native.missing('Intl.' + name); } }[name]);
	}
	method(Intl, 'getCanonicalLocales', { getCanonicalLocales(locales) { return canonical(localeList(locales)); } }.getCanonicalLocales);
	method(global, 'Intl', Intl);

	// ---- the methods that take locales

	const { getTime } = Date.prototype;
	for (const [name, fields] of [['toLocaleString', 'all'], ['toLocaleDateString', 'date'], ['toLocaleTimeString', 'time']]) {
		method(Date.prototype, name, {
			[name](locales, options) {
				const t = apply(getTime, this, []);
				return t !== t ? 'Invalid Date' : format(handleFor('DateTimeFormat', locales, options, ':' + fields), t);
			},
		}[name]);
	}
	for (const { prototype } of [Number, BigInt]) {
		const { valueOf } = prototype;
		method(prototype, 'toLocaleString', {
			toLocaleString(locales, options) {
				return format(handleFor('NumberFormat', locales, options), amount(apply(valueOf, this, [])));
			},
		}.toLocaleString);
	}
	method(String.prototype, 'localeCompare', {
		localeCompare(that, locales, options) {
			if (this === undefined || this === null) {
				throw new TypeError('String.prototype.localeCompare called on null or undefined');
			}
			return format(handleFor('Collator', locales, options), String(this), String(that));
		},
	}.localeCompare);
	for (const name of ['toLocaleLowerCase', 'toLocaleUpperCase']) {
		const original = String.prototype[name];
		method(String.prototype, name, {
			[name](locales) {
				if (locales !== undefined) {
					handleFor('Collator', locales); // known locales have no rules of their own
				}
				return apply(original, this, []);
			},
		}[name]);
	}
	for (const { prototype } of [Array, Object.getPrototypeOf(Int8Array)]) {
		method(prototype, 'toLocaleString', {
			toLocaleString(locales, options) {
				let out = '';
				for (let i = 0; i < this.length; i++) {
					const x = this[i];
					out += (i > 0 ? ',' : '') + (x === undefined || x === null ? '' : x.toLocaleString(locales, options));
				}
				return out;
			},
		}.toLocaleString);
	}

	// Node.js ends these with the name of the zone.
	const { toString } = Date.prototype;
	let zoneName;
	const withZone = (s, t) => {
		zoneName ??= handleOf('DateTimeFormat', 'en-US', { timeZoneName: 'long' });
		const plus = s.indexOf('GMT');
		return plus < 0 ? s : s.slice(0, plus + 8) + ' (' + parts(zoneName, t).find((p) => p.type === 'timeZoneName').value + ')';
	};
	method(Date.prototype, 'toString', { toString() { return withZone(apply(toString, this, []), apply(getTime, this, [])); } }.toString);
	const { toTimeString } = Date.prototype;
	method(Date.prototype, 'toTimeString', {
		toTimeString() { return withZone(apply(toTimeString, this, []), apply(getTime, this, [])); },
	}.toTimeString);
	freeze(known);
})
