// Sorts lists of many lengths by a function of a name, and gives for each length a hash of the order in which the function was asked and of
// what came out: for an array, and for a typed array. What is sorted are pairs [key, index], made from a seed.
(name, shape, seed) => {
	const compare = {
		number: (a, b) => a[0] - b[0],
		neverZero: (a, b) => (b[0] > a[0] ? 1 : -1),
		neverZeroUp: (a, b) => (a[0] < b[0] ? -1 : 1),
		boolean: (a, b) => a[0] > b[0],
		never: () => -1,
		always: () => 1,
		equal: () => 0,
		nan: (a, b) => (a[0] === b[0] ? 1 : NaN),
		circle: (a, b) => (a[0] - b[0] + 300) % 3 - 1,
		holes: (a, b) => (a[0] % 5 === 0 || b[0] % 5 === 0 ? NaN : a[0] - b[0]),
	}[name];
	const list = (length, seed) => {
		let state = Math.imul(seed, 2654435761) >>> 0;
		const next = (n) => {
			state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
			return (state >>> 8) % n;
		};
		return Array.from({ length }, (_, i) => [{
			random: () => next(1000),
			few: () => next(4),
			rising: () => (next(20) === 0 ? next(1000) : i),
			falling: () => (next(20) === 0 ? next(1000) : 1000 - i),
			blocks: () => (i >> 5) % 3 * 100 + next(8) + i % 32,
		}[shape](), i]);
	};
	const trace = (sort) => {
		let hash = 2166136261;
		const add = ([, index]) => { hash = Math.imul(hash ^ index, 16777619) >>> 0; };
		sort((a, b) => {
			add(a);
			add(b);
			return compare(a, b);
		}).forEach(add);
		return hash;
	};
	const hashes = [], typed = [];
	for (let length = 0; length <= 600; length += length < 70 ? 1 : 13) {
		const items = list(length, seed++);
		typed.push(trace((f) => [...Int16Array.from(items.keys()).sort((a, b) => f(items[a], items[b]))].map((i) => items[i])));
		hashes.push(trace((f) => items.sort(f)));
	}
	return { hashes, typed };
}
