// Records how V8 sorts, for the tests of this package and of internal/js: node record.mjs > sorts.jsonl
import { readFileSync } from 'node:fs';

const sorts = (0, eval)(readFileSync(new URL('sorts.js', import.meta.url), 'utf8'));
let seed = 1;
for (const compare of 'number neverZero neverZeroUp boolean never always equal nan circle holes'.split(' ')) {
	for (const shape of 'random few rising falling blocks'.split(' ')) {
		const recorded = sorts(compare, shape, seed);
		console.log(JSON.stringify({ compare, shape, seed, ...recorded }));
		seed += recorded.hashes.length;
	}
}
