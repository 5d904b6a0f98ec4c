// utf8 returns the bytes of a text. Half of a surrogate pair that stands alone is written as if it were a character.
function utf8(text) {
	const bytes = new Uint8Array(text.length * 3);
	let size = 0;
	for (let i = 0; i < text.length; i++) {
		const code = text.codePointAt(i);
		if (code < 0x80) {
			bytes[size++] = code;
		} else if (code < 0x800) {
			bytes[size++] = 0xC0 | code >> 6;
			bytes[size++] = 0x80 | code & 63;
		} else if (code < 0x10000) {
			bytes[size++] = 0xE0 | code >> 12;
			bytes[size++] = 0x80 | code >> 6 & 63;
			bytes[size++] = 0x80 | code & 63;
		} else {
			i++;
			bytes[size++] = 0xF0 | code >> 18;
			bytes[size++] = 0x80 | code >> 12 & 63;
			bytes[size++] = 0x80 | code >> 6 & 63;
			bytes[size++] = 0x80 | code & 63;
		}
	}
	return bytes.subarray(0, size);
}

const base64Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function encodeBase64(bytes) {
	let text = '';
	for (let i = 0; i < bytes.length; i += 3) {
		const left = bytes.length - i;
		const bits = bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
		text += base64Digits[bits >> 18];
		text += base64Digits[bits >> 12 & 63];
		text += left > 1 ? base64Digits[bits >> 6 & 63] : '=';
		text += left > 2 ? base64Digits[bits & 63] : '=';
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
	let bits = 0;
	for (let i = 0; i < digits.length; i++) {
		bits = bits << 6 | base64Digits.indexOf(digits[i]);
		if (i % 4 !== 0) {
			latin1 += String.fromCharCode(bits >> 4 - 2 * (i % 4 - 1) & 255);
		}
	}
	return latin1.replace(/[\xC0-\xDF][\x80-\xBF]|[\xE0-\xEF][\x80-\xBF]{2}|[\xF0-\xF7][\x80-\xBF]{3}/g, (bytes) => {
		let code = bytes.charCodeAt(0) & 0x7F >> bytes.length;
		for (let i = 1; i < bytes.length; i++) {
			code = code << 6 | bytes.charCodeAt(i) & 63;
		}
		return code > 0xFFFF ? surrogates(code) : String.fromCharCode(code);
	});
}

function surrogates(code) {
	return String.fromCharCode(0xD800 + (code - 0x10000 >> 10), 0xDC00 + (code - 0x10000 & 0x3FF));
}
