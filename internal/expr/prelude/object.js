function objectMethods() {
	const text = (value, message) => {
		if (typeof value !== 'string' || value === '') {
			throw new ExpressionExtensionError(message);
		}
		return value;
	};
	const filter = (object, keep) => Object.fromEntries(Object.entries(object).filter(([, value]) => keep(value)));
	return {
		compact: compactFields,
		hasField: (object, name) => Object.hasOwn(object, name),
		keepFieldsContaining(object, match) {
			text(match, 'argument of keepFieldsContaining must be a non-empty string');
			return filter(object, (value) => typeof value === 'string' && value.includes(match));
		},
		keys: (object) => Object.keys(object),
		removeField(object, name) {
			if (!Object.hasOwn(object, name)) {
				return object;
			}
			const { [name]: removed, ...rest } = object;
			return rest;
		},
		removeFieldsContaining(object, match) {
			text(match, 'removeFieldsContaining(): expected non-empty string arg');
			return filter(object, (value) => !(typeof value === 'string' && value.includes(match)));
		},
		toBoolean: nothing,
		toDateTime: nothing,
		toFloat: nothing,
		toInt: nothing,
		toJsonString: (object) => JSON.stringify(object),
		urlEncode: formEncode,
		values: (object) => Object.values(object),
	};
}

// isBlank is true for what compact removes: null, undefined, an empty text, "nil", and what has no keys.
function isBlank(value) {
	return value === null || value === undefined || value === '' || value === 'nil' ||
		(typeof value === 'object' && Object.keys(value).length === 0);
}

// compactFields returns a copy of an object without what is blank, inside of objects and arrays too. Arrays become objects.
function compactFields(object) {
	return Object.fromEntries(Object.entries(object)
		.filter(([, value]) => !isBlank(value))
		.map(([key, value]) => [key, compactValue(value)]));
}

const compactValue = (value) => (isObject(value) ? compactFields(value) : value);

// formEncode writes an object as application/x-www-form-urlencoded.
function formEncode(object) {
	return Object.entries(object).map((pair) => pair.map(formEncodeText).join('=')).join('&');
}

function formEncodeText(value) {
	return encodeURIComponent(value)
		.replace(/[!'()~]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase())
		.replace(/%20/g, '+');
}
