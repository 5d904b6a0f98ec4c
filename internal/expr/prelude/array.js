function arrayMethods() {
	const numbers = (array, name) => {
		if (array.some((value) => typeof value !== 'number')) {
			throw new ExpressionExtensionError(`${name}(): all array elements must be numbers`);
		}
		return array;
	};
	const membership = (array) => {
		const signature = signatures();
		const members = new Set(Array.from(array, signature));
		return { signature, has: (value) => members.has(signature(value)) };
	};
	const list = (value, name) => {
		if (!Array.isArray(value)) {
			throw new ExpressionExtensionError(`${name}(): expected array arg, e.g. .${name}([1, 2, 3, 4])`);
		}
		return value;
	};
	const sum = (array) => array.reduce((total, value) => total + value, 0);
	return {
		append: (array, ...elements) => [...array, ...elements],
		average: (array) => average(array),
		chunk(array, size) {
			if (typeof size !== 'number' || size === 0) {
				throw new ExpressionExtensionError('chunk(): expected non-zero numeric arg, e.g. .chunk(5)');
			}
			if (size < 0) { // n8n fills its memory
				throw new ExpressionExtensionError('chunk(): expected a positive size');
			}
			const chunks = [];
			for (let i = 0; i < array.length; i += size) {
				chunks.push(array.slice(i, i + size));
			}
			return chunks;
		},
		compact: (array) => array.filter((value) => !isBlank(value)).map(compactValue),
		difference(array, others) {
			const { signature, has } = membership(list(others, 'difference'));
			return uniqueOf(array, signature).filter((value) => !has(value));
		},
		first: (array) => array[0],
		intersection(array, others) {
			const { signature, has } = membership(list(others, 'intersection'));
			return uniqueOf(array, signature).filter(has);
		},
		last: (array) => array[array.length - 1],
		max: (array) => extreme(numbers(array, 'max'), Math.max),
		merge,
		min: (array) => extreme(numbers(array, 'min'), Math.min),
		pluck,
		randomItem: (array) => array[Math.floor(Math.random() * array.length)],
		removeDuplicates: unique,
		renameKeys,
		reverse: (array) => array.slice().reverse(),
		smartJoin(array, key, value) {
			if (typeof key !== 'string' || typeof value !== 'string' || key === '' || value === '') {
				throw new ExpressionExtensionError('smartJoin(): expected two string args, e.g. .smartJoin("name", "value")');
			}
			return Object.fromEntries(array
				.filter((element) => isObject(element) && Object.hasOwn(element, key) && Object.hasOwn(element, value))
				.map((element) => [element[key], element[value]]));
		},
		sum: (array) => sum(numbers(array, 'sum')),
		toBoolean: nothing,
		toDateTime: nothing,
		toFloat: nothing,
		toInt: nothing,
		toJsonString: (array) => JSON.stringify(array),
		union(array, others) {
			return uniqueOf([...array, ...list(others, 'union')]);
		},
		unique,
	};
}

// extreme is Math.max or Math.min of any number of numbers.
function extreme(array, better) {
	let result = better();
	for (const value of array) {
		result = better(result, value);
	}
	return result;
}

const isObject = (value) => typeof value === 'object' && value !== null;

// own reads a property of the object itself.
const own = (object, key) => (Object.hasOwn(object, key) ? object[key] : undefined);

// average is the mean of numbers. It is 0 for none.
function average(array) {
	const total = array.reduce((sum, value) => {
		if (typeof value !== 'number') {
			throw new ExpressionExtensionError('average(): all array elements must be numbers');
		}
		return sum + value;
	}, 0);
	return array.length === 0 ? 0 : total / array.length;
}

// merge puts the objects of an array together; what comes first wins. Given another array, it puts each pair of elements with
// the same index together in that way, and then the pairs, where what comes last wins.
function merge(array, others) {
	if (others === undefined) {
		const objects = array.filter((element) => isObject(element) && !Array.isArray(element));
		return Object.fromEntries(objects.reduce(addMissing, new Map()));
	}
	if (!Array.isArray(others)) {
		throw new ExpressionExtensionError('merge(): expected array arg, e.g. .merge([{ id: 1, otherValue: 3 }])');
	}
	const result = new Map();
	for (let i = 0; i < array.length && i < others.length; i++) {
		const [first, second] = [array[i], others[i]];
		if (typeof first === 'object' && typeof second === 'object') {
			// null adds nothing to an object; two of them are a TypeError
			[first ?? second, second ?? first].reduce(addMissing, new Map()).forEach((value, key) => result.set(key, value));
		}
	}
	return Object.fromEntries(result);
}

// addMissing adds the fields of an object that a Map does not have.
function addMissing(fields, object) {
	for (const [key, value] of Object.entries(object)) {
		if (!fields.has(key)) {
			fields.set(key, value);
		}
	}
	return fields;
}

// pluck takes fields out of an array's objects: one value of each object that has one of the fields, an array of an object
// that has several.
function pluck(array, ...fields) {
	if (fields.length === 0) {
		return array;
	}
	const result = [];
	for (const element of array) {
		if (!isObject(element)) {
			continue;
		}
		const values = Object.entries(element)
			.flatMap(([key, value]) => fields.filter((field) => field === key).map(() => value));
		if (values.length > 0) {
			result.push(values.length === 1 ? values[0] : values);
		}
	}
	return result;
}

function renameKeys(array, ...names) {
	if (names.length === 0 || names.length % 2 !== 0) {
		throw new ExpressionExtensionError('renameKeys(): expected an even amount of args: ' +
			'from1, to1 [, from2, to2, ...]. e.g. .renameKeys("name", "title")');
	}
	return array.map((element) => {
		if (!isObject(element)) {
			return element;
		}
		const fields = new Map(Object.entries(element));
		for (let i = 0; i < names.length; i += 2) {
			const [from, to] = [String(names[i]), String(names[i + 1])];
			if (fields.has(from)) {
				fields.set(to, fields.get(from));
				fields.delete(from);
			}
		}
		return Object.fromEntries(fields);
	});
}

// unique leaves out what is equal to an element before it. Given keys, objects are equal when these fields are.
function unique(array, ...keys) {
	if (keys.length === 0) {
		return uniqueOf(array);
	}
	const signature = signatures();
	return uniqueOf(array, (value) =>
		(isObject(value) ? 'K' + keys.map((key) => signature(own(value, key))).join() : signature(value)));
}

function uniqueOf(array, signature = signatures()) {
	const seen = new Set();
	return Array.from(array).filter((value) => {
		const s = signature(value);
		return !seen.has(s) && seen.add(s);
	});
}

// signatures returns a function that writes a value as a text: two values have the same one when they, and all that is in
// them, are equal. NaN is equal to NaN, 0 to -0, a function to itself only. The order of keys does not matter.
function signatures() {
	const numbers = new Map(); // of functions and symbols
	return function signature(value) {
		switch (typeof value) {
			case 'string':
				return JSON.stringify(value);
			case 'function':
			case 'symbol':
				if (!numbers.has(value)) {
					numbers.set(value, numbers.size);
				}
				return 'F' + numbers.get(value);
			case 'bigint':
				return value + 'n';
			case 'object':
				break;
			default:
				return String(value);
		}
		if (value === null) {
			return 'null';
		}
		if (Array.isArray(value)) {
			return `[${Array.from(value, signature).join()}]`;
		}
		if (value instanceof Date) {
			return 'D' + value.getTime();
		}
		if (isDateTime(value)) {
			return `T${value.toMillis()} ${value.zoneName} ${value.locale}`;
		}
		if (value instanceof RegExp) {
			return 'R' + value;
		}
		if (value instanceof Error) {
			return 'E' + signature([value.name, value.message]);
		}
		if (value instanceof Set || value instanceof Map) {
			return `S{${Array.from(value, signature).sort().join()}}`;
		}
		return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${signature(value[key])}`).join()}}`;
	};
}
