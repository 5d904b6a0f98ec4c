// makeExtensions makes n8n's data transformation functions and the functions that stand alone in an expression. libraries
// gives DateTime, Duration and Interval of Luxon and JMESPath's search as jmespath; each is read only when an expression needs
// it. It returns frozen:
//
//   extend(value, name, args)          the call value.name(...args) of an extension method. The extension of the value's type
//                                      comes first, then a method that the value has itself.
//   extendOptional(value, name, args)  the call value?.name(...args()): undefined for a value that is null or undefined, and
//                                      args is not called then
//   names                              the names of the extension methods, sorted: calls of these are to be rewritten
//   globals                            functions by the name that they have in an expression
//
// A call fails with an ExpressionExtensionError (see there) or an ExpressionError, which n8n reports; any other error is one
// that n8n takes for undefined.
function makeExtensions(libraries) {
	const methods = new Map(); // name -> Map of type -> function
	const types = {
		Array: arrayMethods(libraries),
		Date: dateMethods(libraries),
		Number: numberMethods(libraries),
		Object: objectMethods(libraries),
		String: stringMethods(libraries),
		Boolean: booleanMethods(libraries),
	};
	for (const [type, table] of Object.entries(types)) {
		for (const [name, method] of Object.entries(table)) {
			if (!methods.has(name)) {
				methods.set(name, new Map());
			}
			methods.get(name).set(type, method);
		}
	}
	for (const name of Object.keys(anyMethods)) {
		methods.set(name, new Map());
	}

	// typeOf names the type whose extensions a value has; undefined for one that has none.
	function typeOf(value) {
		switch (typeof value) {
			case 'string':
				return 'String';
			case 'number':
				return 'Number';
			case 'boolean':
				return 'Boolean';
			case 'object':
				return value === null ? undefined : Array.isArray(value) ? 'Array' : isDate(value) ? 'Date' : 'Object';
		}
		return undefined;
	}

	// receiverType is typeOf, but a text that is a date as JSON has it counts as a Date for all but these.
	function receiverType(value, name) {
		return name !== 'toDate' && name !== 'toDateTime' && isDateText(value) ? 'Date' : typeOf(value);
	}

	function extend(value, name, args) {
		const byType = methods.get(name);
		if (byType === undefined) {
			throw new TypeError(`${name} is no extension method`);
		}
		const any = anyMethods[name];
		if (any !== undefined) {
			return any(value);
		}
		const method = byType.get(receiverType(value, name));
		if (method !== undefined) {
			return method(value, ...args);
		}
		if (value === undefined || value === null) {
			throw new ExpressionExtensionError(`${name} can't be used on ${value} value`,
				`To ignore this error, add a ? to the variable before this function, e.g. my_var?.${name}`);
		}
		if (typeof value[name] === 'function') {
			return value[name](...args);
		}
		throw new ExpressionExtensionError(`${name}() is only callable on ${listOfTypes([...byType.keys()])}`);
	}

	function extendOptional(value, name, args) {
		return value === undefined || value === null ? undefined : extend(value, name, args());
	}

	return Object.freeze({
		extend,
		extendOptional,
		names: Object.freeze([...methods.keys()].sort()),
		globals: Object.freeze(globalFunctions(libraries)),
	});
}

function listOfTypes(names) {
	const quoted = names.map((name) => `"${name}"`);
	if (quoted.length === 1) {
		return `type ${quoted[0]}`;
	}
	return `types ${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`;
}

// ExpressionExtensionError is an error of an extension method, with n8n's text. description may be undefined.
class ExpressionExtensionError extends Error {
	constructor(message, description) {
		super(message);
		this.name = 'ExpressionExtensionError';
		this.description = description;
	}
}

// ExpressionError is an error of a function that stands alone.
class ExpressionError extends Error {
	constructor(message, description) {
		super(message);
		this.name = 'ExpressionError';
		this.description = description;
	}
}

// anyMethods exist on every value, null and undefined included.
const anyMethods = {
	isEmpty,
	isNotEmpty: (value) => !isEmpty(value),
};

// isEmpty is true for what is falsy, for an array without elements and for an object without keys of its own, such as a
// RegExp. Dates are never empty.
function isEmpty(value) {
	if (typeof value !== 'object' || value === null) {
		return !value;
	}
	if (value instanceof Date) {
		return false;
	}
	return Object.keys(value).length === 0;
}

const nothing = () => undefined;
