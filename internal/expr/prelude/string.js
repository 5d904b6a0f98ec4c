function stringMethods(libraries) {
	const toInt = (text, radix) => {
		const number = parseInt(withoutCurrency(text), radix);
		if (Number.isNaN(number)) {
			throw new ExpressionExtensionError('cannot convert to integer');
		}
		return number;
	};
	const toFloat = (text) => {
		if (text.includes(',')) {
			throw new ExpressionExtensionError('cannot convert to float, expected . as decimal separator');
		}
		const number = parseFloat(withoutCurrency(text));
		if (Number.isNaN(number)) {
			throw new ExpressionExtensionError('cannot convert to float');
		}
		return number;
	};
	return {
		base64Decode: (text) => decodeBase64(text),
		base64Encode: (text) => encodeBase64(utf8(text)),
		extractDomain(text) {
			const email = findEmail(text);
			return email !== undefined ? email.slice(email.lastIndexOf('@') + 1) : patterns.anyDomain.exec(text)?.[1];
		},
		extractEmail: (text) => patterns.email.exec(text)?.[0],
		extractUrl: (text) => patterns.url.exec(text)?.[0],
		extractUrlPath(text) {
			const match = patterns.path.exec(text);
			return match === null ? undefined : match[1] || '/';
		},
		hash: (text, algorithm) => hash(text, algorithm ?? 'md5'),
		isDomain: (text) => patterns.domain.test(text),
		isEmail: (text) => findEmail(text) !== undefined,
		isNumeric: (text) => !text.includes(' ') && !Number.isNaN(Number(text)) && !Number.isNaN(parseFloat(text)),
		isUrl: (text) => patterns.wholeUrl.test(text),
		length: (text) => text.length,
		parseJson(text) {
			try {
				return JSON.parse(text);
			} catch {
				throw new ExpressionExtensionError(
					text.includes("'") ? "Parsing failed. Check you're using double quotes" : 'Parsing failed');
			}
		},
		quote(text, mark = '"') {
			return mark + text.replace(/\\/g, '\\\\').replace(new RegExp('\\' + mark, 'g'), '\\' + mark) + mark;
		},
		removeMarkdown,
		removeTags: (text) => text.replace(/<[^>]*>?/g, ''),
		replaceSpecialChars: transliterate,
		toBoolean: (text) => !['', 'false', '0', 'no'].includes(text.toLowerCase()),
		toDate(text) {
			const date = new Date(text);
			if (Number.isNaN(date.getTime())) {
				throw new ExpressionExtensionError('cannot convert to date');
			}
			return date;
		},
		toDateTime(text, format) {
			if (!format) {
				return textToDateTime(libraries, text);
			}
			if (timestamps.has(format)) {
				return timestamp(libraries, Number(text), format);
			}
			try {
				return libraries.DateTime.fromFormat(text, format);
			} catch {
				throw new ExpressionExtensionError('cannot convert to Luxon DateTime');
			}
		},
		toDecimalNumber: toFloat,
		toFloat,
		toInt,
		toJsonString: (text) => JSON.stringify(text),
		toNumber(text) {
			const number = Number(withoutCurrency(text));
			if (Number.isNaN(number)) {
				throw new ExpressionExtensionError('cannot convert to number');
			}
			return number;
		},
		toSentenceCase,
		toSnakeCase: (text) => text.toLowerCase()
			.replace(/[ -]/g, '_')
			.replace(/[!-,./:-@[-^`{-~\u2000-\u206F\u2E00-\u2E7F]/g, ''),
		toTitleCase,
		toWholeNumber: toInt,
		urlDecode: (text, entire) => (entire ? decodeURI(text) : decodeURIComponent(text)),
		urlEncode: (text, entire) => (entire ? encodeURI(text) : encodeURIComponent(text)),
	};
}

// withoutCurrency takes currency signs away, anywhere in the text.
const withoutCurrency = (text) => text.replace(currencies, '');

const currencies = new RegExp('B/.,BZ$,Br,Bs,CHF,C$,Ft,Gs,J$,KM,Kč,Lek,MT,NT$,RD$,RM,Rb,Rp,S/.,TT$,Z$,kn,kr,lei,zł,Дин.,ден,лв'
	.replace(/[$/.]/g, '\\$&').replaceAll(',', '|') + '|[$LPQRS¢£¥ƒ؋฿៛₡₦₨-₮₱₴₹₺₼₽﷼]', 'g');

const host = /(?:www\.)?(?:localhost|(?:[-\w]+\.)+(?:xn--[a-z\d]+|[a-z]{2,})|(?:\d{1,3}\.){3}\d{1,3})/.source;

// atom is what the part of an address in front of the @ is made of, with dots between.
const atom = /[^<>()[\].,;:\s@"\\]/.source;

const patterns = {
	anyDomain: new RegExp(String.raw`^(?:https?://|ftp://)?(?:mailto:)?(?://)?(${host})(?::\d+)?(?:[/?#]\S*)?$`, 'i'),
	domain: new RegExp(String.raw`^${host}(?::\d+)?(?:[/?#]\S*)?$`, 'i'),
	email: new RegExp(String.raw`(?:(?<!${atom}\.?)${atom}+(?:\.${atom}+)*|".+")@(?:\[(?:\d{1,3}\.){3}\d{1,3}\]|(?:[a-z\d-]+\.)+[a-z]{2,})`, 'i'),
	path: /^[a-z][a-z\d+.-]*:\/\/(?=[^])[^/?#]*([^?#]*)/i,
	url: new RegExp(String.raw`(?:https?|ftp)://${host}\S*`, 'i'),
	wholeUrl: new RegExp(String.raw`^(?:https?|ftp)://${host}\S*$`, 'i'),
};

// findEmail returns the first email address in a text without spaces.
function findEmail(text) {
	return text.includes(' ') ? undefined : patterns.email.exec(text)?.[0];
}

// removeMarkdown takes the marks of Markdown away, line by line where they are of lines.
function removeMarkdown(markdown) {
	return markdown
		.replace(/^(\s*)(?:[*+-]|\d\.)\s+/gm, '$1') // lists
		.replace(/\n={2,}/g, '\n') // underlined headings
		.replace(/~~/g, '')
		.replace(/`{3}.*\n/g, '') // fences of code
		.replace(/<[\w\s|='":(),;/.-]+[>|\\]/g, '') // HTML tags
		.replace(/^[=-]{2,}\s*$/g, '')
		.replace(/\[\^.+?\](?:: .*?$)?/g, '') // footnotes
		.replace(/\s{0,2}\[.*?\]: .*?$/g, '') // where links lead
		.replace(/!\[.*?\][[(].*?[\])]/g, '') // images
		.replace(/\[(.*?)\][[(].*?[\])]/g, '$1') // links
		.replace(/>/g, '')
		.replace(/^#{1,6}\s*([^#]*)\s*(?:#{1,6})?/gm, '$1') // headings
		.replace(/([*_]{1,3})(\S.*?\S)\1/g, '$2') // emphasis
		.replace(/(`{3,})(.*?)\1/gm, '$2') // code
		.replace(/^-{3,}\s*$/g, '') // a line across
		.replace(/`(.+?)`/g, '$1')
		.replace(/\n{2,}/g, '\n\n');
}

// toSentenceCase makes the first letter of the text, and of what follows ".", "!" or "?", a capital, and all others small. As in
// n8n, letters beyond U+FFFF do not become capitals, and what is made a capital twice, as in "..ﬁ", begins with one only.
function toSentenceCase(text) {
	const first = text.search(/\p{L}/u);
	if (first < 0) {
		return text;
	}
	const marks = (part) => part.match(/[.!?]/g)?.length ?? 0;
	const capital = (letter, times) => {
		const upper = letter.toUpperCase();
		return times > 1 ? upper[0] + upper.slice(1).toLowerCase() : upper;
	};
	const before = text.slice(0, first);
	const rest = text.slice(first + 1).toLowerCase()
		.replace(/[.!?]\P{L}*\p{L}/gu, (start) => start.slice(0, -1) + capital(start.at(-1), marks(start)));
	return before + capital(text[first], 1 + marks(before)) + rest;
}

// smallWords stay small inside of a title.
const smallWords = new RegExp(String.raw`\b(?:a|an|and|ad|as|at|because|but|by|en|for|if|in|neither|nor|of|on|only|or|over|per|so|` +
	String.raw`some|than|that|the|to|up|upon|v|vs|versus|via|when|with|without|yet)\b`);

// toTitleCase makes the first letter of each word a capital. It leaves small words inside of the text, words that have a
// capital or a dot inside, and words in front of a colon that has no space behind it. Line breaks are lost.
function toTitleCase(text) {
	let title = '';
	for (const { 0: word, index } of text.matchAll(/[^\s:–—-]+|./g)) {
		const end = index + word.length;
		const inside = index > 0 && end < text.length;
		const keep = /.(?:[A-Z]|\..)/.test(word) || (inside && smallWords.test(word)) ||
			(text[end] === ':' && !/\s/.test(text.charAt(end + 1)));
		title += keep ? word : word.replace(/[A-Za-z0-9\u00C0-\u00FF]/, (c) => c.toUpperCase());
	}
	return title;
}
