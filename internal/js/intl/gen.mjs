// Records what Node.js's Intl (ICU, with its CLDR data) gives for the locales of this package, and writes data/*.json.gz.
// Run it with the Node.js that n8n runs on: node gen.mjs. Nothing here knows a locale's rules: patterns are found by
// formatting samples and looking at the parts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LOCALES = ['en-US', 'en-GB', 'en-IN', 'de', 'fr', 'es'];

// ---- dates

// Twelve days, one in each month, on all days of the week, at hours all over the day.
const DAYS = Array.from({ length: 12 }, (_, m) => new Date(Date.UTC(2023, m, 1 + ((m * 5) % 9), (m * 7 + 1) % 24, 2 + m, 3 + m, 4 + m)));
const WIDTHS = ['narrow', 'short', 'long'];
let lists = []; // lists of texts that patterns name by index
let listIndex = new Map();
function list(texts) {
	const key = JSON.stringify(texts);
	if (!listIndex.has(key)) {
		listIndex.set(key, lists.length);
		lists.push(texts);
	}
	return listIndex.get(key);
}

// The texts of a month, weekday, hour by its number. The first sample wins: 12:00:00 has a name of its own where 12 has not.
const at = (length, samples) => {
	const texts = Array(length).fill(null);
	for (const [i, text] of samples) {
		texts[i] ??= text;
	}
	return texts;
};

// A token is {letter digits} for a number, {letter:list} for a text. Letters are those of CLDR's patterns.
const NUMBERS = { year: 'y', month: 'M', day: 'd', hour: 'h', minute: 'm', second: 's', fractionalSecond: 'S' };
const hourIn = { h11: (h) => h % 12, h12: (h) => h % 12 || 12, h23: (h) => h, h24: (h) => h || 24 };

function pattern(locale, options) {
	const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
	const { hourCycle } = format.resolvedOptions();
	const withHour = options.hour || options.timeStyle || options.dayPeriod;
	// A text of the hour is known for all hours only from hours of its own.
	const days = withHour ? [...DAYS, ...Array.from({ length: 24 }, (_, h) => new Date(Date.UTC(2023, 0, 1, h, 30)))] : DAYS;
	const all = days.map((d) => format.formatToParts(d));
	const shape = all[0].map((p) => p.type).join();
	if (all.some((parts) => parts.map((p) => p.type).join() !== shape)) {
		throw new Error(`the parts change: ${locale} ${JSON.stringify(options)}`);
	}
	let out = '';
	all[0].forEach((part, i) => {
		const values = all.map((parts) => parts[i].value);
		const sample = (length, number) => list(at(length, days.map((d, j) => [number(d), values[j]])));
		switch (part.type) {
			case 'literal':
				if (values.some((v) => v !== part.value)) {
					throw new Error(`a literal changes: ${locale} ${JSON.stringify(options)}`);
				}
				out += part.value;
				return;
			case 'weekday':
				out += `{E:${sample(7, (d) => d.getUTCDay())}}`;
				return;
			case 'era': {
				const before = format.formatToParts(new Date(-1e14)).find((p) => p.type === 'era').value;
				out += `{G:${list([before, part.value])}}`;
				return;
			}
			case 'dayPeriod':
				out += `{a:${sample(24, (d) => d.getUTCHours())}}`;
				return;
			case 'timeZoneName':
				out += `{z}`;
				return;
			case 'month':
				if (!/^\d+$/.test(part.value)) {
					out += `{M:${sample(12, (d) => d.getUTCMonth())}}`;
					return;
				}
		}
		const letter = part.type === 'hour' ? { h11: 'K', h12: 'h', h23: 'H', h24: 'k' }[hourCycle] : NUMBERS[part.type];
		if (!letter) {
			throw new Error(`unknown part ${part.type}`);
		}
		if (letter === 'y') {
			out += part.value.length === 2 ? '{y2}' : '{y}';
		} else if (letter === 'S') {
			out += `{S${part.value.length}}`;
		} else {
			out += values.some((v) => v.length === 1) ? `{${letter}}` : `{${letter}2}`;
		}
	});
	return out;
}

const opt = (o) => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== ''));
const product = (...sets) => sets.reduce((acc, set) => acc.flatMap((a) => set.map((b) => [...a, b])), [[]]);
const TEXT = ['', ...WIDTHS];
const NUM = ['', 'numeric', '2-digit'];
const MONTH = ['', 'numeric', '2-digit', ...WIDTHS];
const CYCLES = ['', 'h11', 'h12', 'h23', 'h24'];

function dates(locale) {
	const cached = new Map();
	const p = (o) => {
		const key = JSON.stringify(o);
		if (!cached.has(key)) {
			cached.set(key, pattern(locale, o));
		}
		return cached.get(key);
	};
	const result = { hourCycle: new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions().hourCycle, date: {}, time: {}, join: {}, style: {} };
	for (const [weekday, era, year, month, day] of product(TEXT, TEXT, NUM, MONTH, NUM)) {
		const o = opt({ weekday, era, year, month, day });
		if (Object.keys(o).length > 0 && !(Object.keys(o).length === 1 && o.era)) {
			result.date[[weekday, era, year, month, day].join()] = p(o);
		}
	}
	for (const [hour, minute, second, digits, dayPeriod, cycle, zone] of
		product(NUM, NUM, NUM, ['', 1, 2, 3], TEXT, CYCLES, ['', 'short'])) {
		if (cycle && !hour || dayPeriod && hour && (cycle || result.hourCycle) > 'h12') {
			continue; // without an hour, or on a 24-hour clock, they change nothing
		}
		const o = opt({ hour, minute, second, fractionalSecondDigits: digits, dayPeriod, hourCycle: cycle, timeZoneName: zone });
		if (hour || minute || second || digits || dayPeriod) {
			result.time[[hour, minute, second, digits, dayPeriod, cycle, zone].join()] = p(o);
		}
	}
	// What stands between a date and a time, or between a date and a zone: found by taking both away. It depends on which fields
	// the time has. Where the date itself looks another way before a time, all that stands before the time is kept.
	const times = { timeZone: { hour: 'numeric', minute: 'numeric', timeZoneName: 'short' }, zone: { timeZoneName: 'short' }, second: { minute: 'numeric', second: 'numeric' } };
	for (const [hour, minute, second, cycle] of product(['numeric', '2-digit'], ['', 'minute'], ['', 'second'], ['h12', 'h23'])) {
		times[[hour, minute, second, cycle].join()] = { hour, ...(minute && { minute: 'numeric' }), ...(second && { second: 'numeric' }), hourCycle: cycle };
	}
	for (const era of WIDTHS) {
		result.date[`,${era},,,`] = '\0'; // alone it gets a date; before a time it stands for itself
	}
	for (const key of Object.keys(result.date)) {
		const [weekday, era, year, month, day] = key.split(',');
		for (const [name, fields] of Object.entries(times)) {
			const time = name === 'zone' ? '{z}' : p(fields); // the joint of timeZone is that of any time with a zone
			const whole = p({ ...opt({ weekday, era, year, month, day }), ...fields });
			if (!whole.endsWith(time)) {
				throw new Error(`no joint: ${locale} ${key} ${name}: ${whole} ${time}`);
			}
			const before = whole.slice(0, whole.length - time.length);
			const joint = before.startsWith(result.date[key]) ? before.slice(result.date[key].length) : '=' + before;
			result.join[''] ??= {};
			result.join[''][key] ??= joint;
			if (joint !== result.join[''][key]) {
				result.join[name] ??= {};
				result.join[name][key] = joint;
			}
		}
	}
	const offsetIn = (zone, style) => zoneName(locale, zone, style, JANUARY);
	result.gmt = offsetIn('Asia/Kolkata', 'shortOffset').replace('+5:30', '');
	result.minus = offsetIn('America/New_York', 'shortOffset').replace(result.gmt, '').replace('5', '');
	result.zero = [offsetIn('Europe/London', 'shortOffset'), offsetIn('Europe/London', 'longOffset')];
	const STYLE = ['', 'full', 'long', 'medium', 'short'];
	for (const [dateStyle, timeStyle, cycle] of product(STYLE, STYLE, CYCLES)) {
		if ((dateStyle || timeStyle) && (timeStyle || !cycle)) {
			result.style[[dateStyle, timeStyle, cycle].join()] = p(opt({ dateStyle, timeStyle, hourCycle: cycle }));
		}
	}
	return result;
}

// ---- time zones

const JANUARY = Date.UTC(2024, 0, 15, 12);
const ZONE_STYLES = ['short', 'long', 'shortGeneric', 'longGeneric'];

function zoneName(locale, zone, style, ms) {
	const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: style }).formatToParts(ms);
	return parts.find((p) => p.type === 'timeZoneName').value;
}
function offset(zone, ms) {
	const [y, mo, d, h, mi, s] = new Intl.DateTimeFormat('en-US', {
		timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
	}).formatToParts(ms).filter((p) => p.type !== 'literal').reduce((a, p) => {
		a[['year', 'month', 'day', 'hour', 'minute', 'second'].indexOf(p.type)] = +p.value;
		return a;
	}, []);
	return (Date.UTC(y, mo - 1, d, h, mi, s) - ms) / 60000;
}

// A name that only says the offset is left empty.
const OFFSET = { short: 'shortOffset', shortGeneric: 'shortOffset', long: 'longOffset', longGeneric: 'longOffset' };
function ownName(locale, zone, style, ms) {
	const name = zoneName(locale, zone, style, ms);
	return name === zoneName(locale, zone, OFFSET[style], ms) ? '' : name;
}

// For each zone and locale eight names: the four styles in winter time, then in summer time.
function zones() {
	const sets = [], index = new Map(), byZone = {};
	const names = [...Intl.supportedValuesOf('timeZone'), 'UTC', 'Etc/UTC', 'GMT', 'Etc/GMT', 'EST', 'MST', 'HST', 'EST5EDT', 'CST6CDT', 'MST7MDT', 'PST8PDT',
		'CET', 'MET', 'EET', 'WET', 'Asia/Kolkata', 'Europe/Kyiv', 'America/Buenos_Aires', 'US/Eastern', 'US/Central', 'US/Mountain', 'US/Pacific'];
	for (const zone of new Set(names)) {
		// The last year in which the zone had a summer time.
		let winter = JANUARY, summer = JANUARY;
		for (let year = 2024; year >= 1980 && winter === summer; year--) {
			const january = Date.UTC(year, 0, 15, 12), july = Date.UTC(year, 6, 15, 12);
			const ahead = offset(zone, july) - offset(zone, january);
			if (ahead !== 0 && Math.abs(ahead) <= 120) {
				[winter, summer] = ahead > 0 ? [january, july] : [july, january];
			}
		}
		const set = LOCALES.map((l) => [winter, summer].flatMap((ms) => ZONE_STYLES.map((style) => ownName(l, zone, style, ms))));
		const key = JSON.stringify(set);
		if (!index.has(key)) {
			index.set(key, sets.length);
			sets.push(set);
		}
		byZone[zone] = index.get(key);
	}
	return { sets, byZone };
}

// ---- numbers

const part = (parts, type) => parts.find((p) => p.type === type)?.value ?? '';
const NUMBER = { integer: 1, group: 1, decimal: 1, fraction: 1, nan: 1, infinity: 1, compact: 0 };

// The parts around a number: a pattern with {0} for the digits and {type} for signs and symbols.
function around(parts) {
	let out = '', inside = false;
	for (const p of parts) {
		if (NUMBER[p.type]) {
			if (!inside) {
				out += '{0}';
			}
			inside = true;
			continue;
		}
		out += p.type === 'literal' ? p.value : p.type === 'unit' ? '{percentSign}' : ['minusSign', 'plusSign', 'percentSign', 'currency', 'exponentSeparator', 'compact'].includes(p.type) ? `{${p.type}}` : p.value;
	}
	return out;
}

const CATEGORIES = ['one', 'many', 'other'];
function sampleOf(locale, category) {
	const rules = new Intl.PluralRules(locale);
	return [1, 2, 5, 1000000].find((n) => rules.select(n) === category);
}

function numbers(locale) {
	const f = (o, n) => new Intl.NumberFormat(locale, o).formatToParts(n);
	const signed = (o) => [around(f(o, -1)), around(f(o, 1)), around(f({ ...o, signDisplay: 'always' }, 1))];
	const secondary = (o) => (f(o, 12345678).filter((p) => p.type === 'integer').map((p) => p.value.length).join() === '1,2,2,3' ? 2 : 3);
	const result = {
		decimal: part(f({}, 1.5), 'decimal'), group: part(f({}, 1234567), 'group'), minus: part(f({}, -1), 'minusSign'),
		plus: part(f({ signDisplay: 'always' }, 1), 'plusSign'), percentSign: part(f({ style: 'percent' }, 1), 'percentSign'),
		nan: part(f({}, NaN), 'nan'), infinity: part(f({}, Infinity), 'infinity'),
		exponent: part(f({ notation: 'scientific' }, 1e5), 'exponentSeparator'),
		minimumGrouping: part(f({}, 1234), 'group') ? 1 : 2,
		secondary: secondary({}), secondaryAccounting: secondary({ style: 'currency', currency: 'EUR', currencySign: 'accounting' }),
		percent: { standard: signed({ style: 'percent' }), compact: signed({ style: 'percent', notation: 'compact' }) },
		currencies: {}, compact: {}, units: {},
	};
	// Patterns of a currency, with a sign for symbol and with letters (a space may come between): negative, positive, with plus.
	result.currency = {};
	for (const display of ['symbol', 'code']) {
		result.currency[display] = {};
		for (const currencySign of ['standard', 'accounting']) {
			result.currency[display][currencySign] = signed({ style: 'currency', currency: 'EUR', currencyDisplay: display, currencySign });
		}
	}
	for (const code of [...Intl.supportedValuesOf('currency'), 'XXX']) {
		const o = { style: 'currency', currency: code };
		const name = (n) => part(f({ ...o, currencyDisplay: 'name', maximumFractionDigits: 0 }, n), 'currency');
		const names = CATEGORIES.map((c) => (sampleOf(locale, c) === undefined ? '' : name(sampleOf(locale, c))));
		result.currencies[code] = [part(f(o, 1), 'currency'), part(f({ ...o, currencyDisplay: 'narrowSymbol' }, 1), 'currency'), ...names];
	}
	result.currencyName = CATEGORIES.map((c) => (sampleOf(locale, c) === undefined ? '' : around(f({ style: 'currency', currency: 'EUR', currencyDisplay: 'name', maximumFractionDigits: 0 }, sampleOf(locale, c)))));
	for (const display of ['short', 'long']) {
		for (const currency of ['', 'EUR']) {
			const rows = [];
			for (let e = 0; e < 16; e++) {
				const row = {};
				for (const digits of [1, 2, 5]) {
					const o = { notation: 'compact', compactDisplay: display, maximumFractionDigits: 0, ...(currency && { style: 'currency', currency }) };
					const parts = f(o, digits * 10 ** e);
					const shown = parts.filter((p) => p.type === 'integer').map((p) => p.value).join('');
					const category = new Intl.PluralRules(locale, { notation: 'compact', compactDisplay: display }).select(digits * 10 ** e);
					const text = around(parts).replace('{compact}', part(parts, 'compact'));
					row[category] = [shown.length - 1, text, part(parts, 'compact')];
					row.other ??= row[category];
				}
				rows.push(row);
			}
			result.compact[display + currency] = rows;
		}
	}
	const units = [...Intl.supportedValuesOf('unit'), 'kilometer-per-hour', 'mile-per-hour', 'meter-per-second', 'foot-per-second', 'liter-per-kilometer', 'mile-per-gallon',
		'megabit-per-second', 'kilobit-per-second', 'gigabit-per-second', 'megabyte-per-second', 'kilobyte-per-second', 'gigabyte-per-second',
		'byte-per-second', 'bit-per-second', 'gram-per-liter', 'kilogram-per-liter', 'meter-per-minute', 'kilometer-per-liter', 'kilometer-per-second', 'liter-per-minute', 'liter-per-hour'];
	for (const unit of units) {
		for (const unitDisplay of WIDTHS) {
			result.units[unit + ',' + unitDisplay] = CATEGORIES.map((c) => {
				const n = sampleOf(locale, c);
				return n === undefined ? '' : unitPattern(f({ style: 'unit', unit, unitDisplay }, n));
			});
		}
	}
	return result;
}

// Like around, but the unit's text is marked so that it can be told from the space.
function unitPattern(parts) {
	let out = '', inside = false;
	for (const p of parts) {
		if (NUMBER[p.type]) {
			out += inside ? '' : '{0}';
			inside = true;
		} else {
			out += p.type === 'literal' ? p.value : `{${p.value}}`;
		}
	}
	return out;
}

function digits() {
	const out = {};
	for (const currency of Intl.supportedValuesOf('currency')) {
		const n = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
		if (n !== 2) {
			out[currency] = n;
		}
	}
	return out;
}

// ---- relative times and lists

function relative(locale) {
	const out = {};
	for (const unit of ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second']) {
		for (const style of WIDTHS) {
			const always = new Intl.RelativeTimeFormat(locale, { style, numeric: 'always' });
			const auto = new Intl.RelativeTimeFormat(locale, { style, numeric: 'auto' });
			const pat = (n) => always.formatToParts(n, unit).map((p) => (p.type === 'literal' ? p.value : '{0}')).join('').replace(/(\{0\})+/, '{0}');
			const per = (sign) => CATEGORIES.map((c) => (sampleOf(locale, c) === undefined ? '' : pat(sign * sampleOf(locale, c))));
			const words = {};
			for (const n of [-3, -2, -1, 0, 1, 2, 3]) {
				const text = auto.format(n, unit);
				if (text !== always.format(n, unit)) {
					words[n] = text;
				}
			}
			words['-0'] = auto.format(-0, unit);
			out[unit + ',' + style] = { past: per(-1), future: per(1), words };
		}
	}
	return out;
}

function listPatterns(locale) {
	const out = {};
	for (const type of ['conjunction', 'disjunction', 'unit']) {
		for (const style of WIDTHS) {
			const f = new Intl.ListFormat(locale, { type, style });
			const literals = (n) => f.formatToParts(Array(n).fill('x')).filter((p) => p.type === 'literal').map((p) => p.value);
			out[type + ',' + style] = { two: literals(2)[0], last: literals(4)[2], start: literals(4)[0], middle: literals(4)[1] };
		}
	}
	return out;
}

function write(name, data) {
	const text = JSON.stringify(data);
	const packed = gzipSync(text, { level: 9 });
	writeFileSync(new URL(`data/${name}.json.gz`, import.meta.url), packed);
	console.error(`${name}: ${text.length} bytes, packed ${packed.length}`);
}

mkdirSync(new URL('data', import.meta.url), { recursive: true });
for (const locale of LOCALES) {
	lists = [];
	listIndex = new Map();
	write(locale, { dates: dates(locale), numbers: numbers(locale), relative: relative(locale), lists: listPatterns(locale), texts: lists });
}
write('common', { icu: process.versions.icu, cldr: process.versions.cldr, locales: LOCALES, digits: digits(), zones: zones() });
