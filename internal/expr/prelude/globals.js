// numberListLimit is the longest list that numberList makes. n8n has no limit, and falls over.
const numberListLimit = 1e6;

function globalFunctions(libraries) {
	const averageOf = (...numbers) => average(numbers);
	const max = (...numbers) => Math.max(...numbers);
	const min = (...numbers) => Math.min(...numbers);
	const not = (value) => !value;
	const jmespath = (data, query) => {
		if (typeof data !== 'object' || data === undefined || typeof query !== 'string') {
			throw new ExpressionError('expected two arguments (Object, string) for this function');
		}
		return libraries.jmespath(data, query);
	};
	return {
		$average: averageOf,
		// The branch that is not taken must not be evaluated: $if(c, a, b) is to be rewritten as c ? a : b.
		$if(...args) {
			if (args.length < 2) {
				throw new ExpressionExtensionError('invalid syntax');
			}
			const [condition, yes, no = false] = args;
			return condition ? yes : no;
		},
		$ifEmpty(...args) {
			if (args.length !== 2) {
				throw new ExpressionExtensionError('expected two arguments (value, defaultValue) for this function');
			}
			const [value, ifEmpty] = args;
			const empty = value === undefined || value === null || value === '' ||
				(typeof value === 'object' && Object.keys(value).length === 0);
			return empty ? ifEmpty : value;
		},
		$jmesPath: jmespath,
		$jmespath: jmespath,
		$max: max,
		$min: min,
		$not: not,
		average: averageOf,
		max,
		min,
		not,
		numberList(first, last) {
			const [from, to] = [+first, +last];
			const length = Math.abs(to - from) + 1;
			if (!Number.isInteger(length)) {
				throw new RangeError('Invalid array length');
			}
			if (length > numberListLimit) {
				throw new ExpressionExtensionError(`numberList(): more than ${numberListLimit} numbers`);
			}
			return Array.from({ length }, (_, i) => (i === 0 ? from : from < to ? from + i : from - i));
		},
		toPathSegment(value) {
			if (value === null || value === undefined) {
				throw new ExpressionExtensionError('Invalid identifier: a value is required');
			}
			const text = String(value);
			if (text === '' || text === '.' || text === '..') {
				throw new ExpressionExtensionError(`Invalid identifier: "${text}" is not allowed`);
			}
			return encodeURIComponent(text);
		},
		zip(keys, values) {
			if (!Array.isArray(keys) || !Array.isArray(values)) {
				throw new ExpressionExtensionError('keys and values must be arrays');
			}
			if (keys.length !== values.length) {
				throw new ExpressionExtensionError('keys and values not of equal length');
			}
			return Object.fromEntries(keys.map((key, i) => [key, values[i]]));
		},
	};
}
