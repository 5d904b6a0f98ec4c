function numberMethods(libraries) {
	const whole = (value, name) => {
		if (!Number.isInteger(value)) {
			throw new ExpressionExtensionError(`${name}() is only callable on integers`);
		}
		return value;
	};
	const round = (value, decimals = 0) => Number(value.toFixed(decimals));
	return {
		abs: (value) => Math.abs(value),
		ceil: (value) => Math.ceil(value),
		floor: (value) => Math.floor(value),
		format(value, locales = 'en-US', options) {
			try {
				return new Intl.NumberFormat(locales, options).format(value);
			} catch {
				return String(value);
			}
		},
		isEven: (value) => whole(value, 'isEven') % 2 === 0,
		isInteger: (value) => Number.isInteger(value),
		isOdd: (value) => Math.abs(whole(value, 'isOdd') % 2) === 1,
		round,
		toBoolean: (value) => value !== 0,
		toDateTime: (value, format = 'ms') => timestamp(libraries, value, format),
		toFloat: (value) => value,
		toInt: (value) => round(value),
	};
}
