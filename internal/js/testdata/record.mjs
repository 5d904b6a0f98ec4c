// Records what Node.js makes of the expressions of expressions.txt: node record.mjs LUXON_DIR > expressions.jsonl
// The clock stands still, the process is in UTC, Luxon's default zone is America/New_York. LUXON_DIR holds node_modules/luxon.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

if (new Date(2024, 5, 1).getTimezoneOffset() !== 0) {
	throw new Error('run with TZ=UTC');
}
const NOW = Date.UTC(2025, 2, 15, 10, 20, 30, 456);
const RealDate = Date;
globalThis.Date = class Date extends RealDate {
	constructor(...args) {
		super(...(args.length ? args : [NOW]));
	}
	static now() {
		return NOW;
	}
};
const require = createRequire(resolve(process.argv[2], 'x.js'));
const { DateTime, Duration, Interval, Settings } = require('luxon');
Settings.defaultZone = 'America/New_York';
Object.assign(globalThis, { DateTime, Duration, Interval });
const typeOf = (v) => {
	if (v === null) return 'null';
	if (typeof v !== 'object') return typeof v;
	if (Array.isArray(v)) return 'array';
	for (const [name, c] of Object.entries({ Date: RealDate, RegExp, Map, Set, Error, Promise, DateTime, Duration, Interval })) {
		if (v instanceof c) return name;
	}
	return 'object';
};
for (const line of readFileSync(new URL('expressions.txt', import.meta.url), 'utf8').split('\n')) {
	if (line === '' || line.startsWith('#')) continue;
	const out = { expression: line };
	try {
		const v = (0, eval)(`(${line}\n)`);
		out.type = typeOf(v);
		if (typeof v === 'number' && !Number.isFinite(v) || Object.is(v, -0)) out.number = Object.is(v, -0) ? '-0' : String(v);
		const json = JSON.stringify(v, (k, x) => (typeof x === 'bigint' ? String(x) : x));
		if (json !== undefined) out.json = JSON.parse(json);
		try {
			if (v !== undefined && typeof v !== 'symbol' && typeof v !== 'function') out.text = String(v);
		} catch {
			// it has no text
		}
	} catch (e) {
		out.error = e instanceof Error ? { name: e.name, message: e.message } : { thrown: e };
	}
	console.log(JSON.stringify(out));
}
