function dateMethods(libraries) {
	const toDateTime = (date) => (isDateTime(date) ? date : libraries.DateTime.fromJSDate(date));

	// in the type of the receiver: what a method makes of a Date is a Date
	const like = (date, result) => (isDateTime(date) ? result : result.toJSDate());

	const duration = (amount, unit) => (unit === undefined ? amount : { [unit]: amount });

	const diff = (date, other, units) => {
		const wanted = [units].flat().map(diffUnit);
		const result = date.diff(moment(other), wanted.length === 0 ? 'days' : wanted);
		return wanted.length > 1 ? result.toObject() : result.as(wanted[0] ?? 'days');
	};

	const moment = (value) => {
		if (typeof value === 'string') {
			return textToDateTime(libraries, value);
		}
		if (value instanceof Date) {
			return libraries.DateTime.fromJSDate(value);
		}
		return isDateTime(value) ? value : libraries.DateTime.invalid('not a date');
	};

	return {
		beginningOf: (date, unit = 'week') => like(date, toDateTime(date).startOf(unit)),
		diffTo: (date, other, units = 'days') => diff(date, other, units),
		diffToNow: (date, units = 'days') => diff(date, libraries.DateTime.now(), units),
		endOfMonth: (date) => like(date, toDateTime(date).endOf('month')),
		extract(date, part = 'week') {
			const dateTime = toDateTime(date);
			if (part === 'constructor') {
				return undefined;
			}
			if (part === 'yearDayNumber') { // in the zone of JavaScript's Date
				return dateTime.setZone('system').ordinal;
			}
			return dateTime[dateParts[part] ?? part];
		},
		format: (date, format, options) => toDateTime(date).toFormat(format, options),
		isBetween(date, ...limits) {
			if (limits.length !== 2) {
				throw new ExpressionExtensionError('isBetween(): expected exactly two args');
			}
			const [first, second] = limits.map((limit) => {
				if (typeof limit !== 'string') {
					return isDate(limit) ? limit : undefined;
				}
				const parsed = new Date(limit);
				return Number.isNaN(parsed.getTime()) ? undefined : parsed;
			});
			if (first === undefined || second === undefined) {
				return undefined;
			}
			return (first < date && date < second) || (second < date && date < first);
		},
		isDst: (date) => toDateTime(date).isInDST,
		isInLast(date, amount = 0, unit = 'minutes') {
			const now = libraries.DateTime.now();
			return now.minus({ [unit]: amount }) <= date && date <= now;
		},
		isWeekend: (date) => [6, 7].includes(toDateTime(date).weekday),
		minus: (date, amount = 0, unit) => like(date, toDateTime(date).minus(duration(amount, unit))),
		plus: (date, amount = 0, unit) => like(date, toDateTime(date).plus(duration(amount, unit))),
		toBoolean: nothing,
		toDateTime,
		toFloat: (date) => date.getTime?.() ?? date.toMillis(),
		toInt: (date) => date.getTime?.() ?? date.toMillis(),
	};
}

// isDateTime is true for Luxon's DateTime. It does not need Luxon to be there, so that Luxon is loaded when it is used only.
function isDateTime(value) {
	return isObject(value) && value.isLuxonDateTime === true && typeof value.toMillis === 'function';
}

// isDateText is true for what JSON.stringify makes of a Date.
function isDateText(value) {
	if (typeof value !== 'string' || !value.endsWith('Z') || !/^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) {
		return false;
	}
	const date = new Date(value);
	return !Number.isNaN(date.getTime()) && date.toISOString() === value;
}

const isDate = (value) => value instanceof Date || isDateTime(value);

// dateParts are the names of extract that are not Luxon's own. There are no others in the plural.
const dateParts = {
	__proto__: null,
	days: 'day',
	hours: 'hour',
	milliseconds: 'millisecond',
	minutes: 'minute',
	months: 'month',
	seconds: 'second',
	week: 'weekNumber',
	years: 'year',
};

const diffUnits = ['milliseconds', 'seconds', 'minutes', 'hours', 'days', 'weeks', 'months', 'quarters', 'years'];

// diffUnit returns the plural of a unit. "quarter" is none to n8n; to what is no name at all Luxon objects.
function diffUnit(unit) {
	const plural = String(unit).endsWith('s') ? unit : unit + 's';
	if (unit && (unit === 'quarter' || !diffUnits.includes(plural))) {
		throw new ExpressionExtensionError(
			`Unsupported unit '${unit}'. Supported: ${diffUnits.map((name) => `'${name}'`).join(', ')}.`);
	}
	return unit && plural;
}

// textToDateTime reads ISO 8601, HTTP's, RFC 2822's and SQL's format, and last what JavaScript's Date reads. A zone or offset
// in the text is kept.
function textToDateTime(libraries, text) {
	const { DateTime } = libraries;
	const trimmed = text.trim();
	for (const parse of ['fromISO', 'fromRFC2822', 'fromHTTP', 'fromSQL']) {
		const dateTime = DateTime[parse](trimmed, { setZone: true });
		if (dateTime.isValid) {
			return dateTime;
		}
	}
	const date = DateTime.fromJSDate(new Date(trimmed));
	if (!date.isValid) {
		throw new ExpressionExtensionError('cannot convert to Luxon DateTime');
	}
	return date;
}

const timestamps = new Map([
	['ms', (value) => value],
	['s', (value) => value * 1000],
	['us', (value) => value / 1000],
	['excel', (value) => (value - 25569) * 86400 * 1000], // days since 30 December 1899
]);

// timestamp makes a DateTime of a number.
function timestamp({ DateTime }, value, format) {
	if (!timestamps.has(format)) {
		throw new ExpressionExtensionError(
			`Unsupported format '${format}'. toDateTime() supports 'ms', 's', 'us' and 'excel'.`);
	}
	return DateTime.fromMillis(timestamps.get(format)(value));
}
