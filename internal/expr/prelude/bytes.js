// utf8 returns the bytes of a text. Half of a surrogate pair that stands alone is written as if it were a character.
function utf8(text) {
	const bytes = [];
	for (const c of text) {
		const code = c.codePointAt(0);
		if (code < 0x80) {
			bytes.push(code);
		} else if (code < 0x800) {
			bytes.push(0xC0 | code >> 6, 0x80 | code & 63);
		} else if (code < 0x10000) {
			bytes.push(0xE0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63);
		} else {
			bytes.push(0xF0 | code >> 18, 0x80 | code >> 12 & 63, 0x80 | code >> 6 & 63, 0x80 | code & 63);
		}
	}
	return bytes;
}

const base64Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function encodeBase64(bytes) {
	let text = '';
	for (let i = 0; i < bytes.length; i += 3) {
		const left = bytes.length - i;
		const bits = bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
		text += base64Digits[bits >> 18] + base64Digits[bits >> 12 & 63] +
			(left > 1 ? base64Digits[bits >> 6 & 63] : '=') + (left > 2 ? base64Digits[bits & 63] : '=');
	}
	return text;
}

// decodeBase64 reads also base64url, and passes over all that is no digit. Bytes that are no UTF-8 are read as Latin-1.
function decodeBase64(text) {
	const digits = text.replace(/-/g, '+').replace(/_/g, '/').replace(/[^A-Za-z0-9+/]/g, '');
	if (digits.length % 4 === 1) {
		throw new TypeError('malformed base64.');
	}
	let latin1 = '';
	for (let i = 0; i < digits.length; i += 4) {
		const [a, b, c, d] = Array.from(digits.slice(i, i + 4), (digit) => base64Digits.indexOf(digit));
		const bits = a << 18 | b << 12 | c << 6 | d;
		latin1 += String.fromCharCode(bits >> 16 & 255);
		if (c !== undefined) {
			latin1 += String.fromCharCode(bits >> 8 & 255);
		}
		if (d !== undefined) {
			latin1 += String.fromCharCode(bits & 255);
		}
	}
	return latin1.replace(/[\xC0-\xDF][\x80-\xBF]|[\xE0-\xEF][\x80-\xBF]{2}|[\xF0-\xF7][\x80-\xBF]{3}/g, (bytes) => {
		const [first, ...rest] = Array.from(bytes, (byte) => byte.charCodeAt(0));
		const code = rest.reduce((bits, byte) => bits << 6 | byte & 63, first & 0x7F >> bytes.length);
		return code > 0xFFFF ? surrogates(code) : String.fromCharCode(code);
	});
}

function surrogates(code) {
	return String.fromCharCode(0xD800 + (code - 0x10000 >> 10), 0xDC00 + (code - 0x10000 & 0x3FF));
}
