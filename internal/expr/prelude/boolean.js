function booleanMethods() {
	const toNumber = (value) => (value ? 1 : 0);
	return {
		toBoolean: (value) => value,
		toDateTime: nothing,
		toFloat: toNumber,
		toInt: toNumber,
		toNumber,
	};
}
