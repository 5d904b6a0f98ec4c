// hashes are the algorithms of hash(): functions of a text that return hexadecimal digits.
const hashes = {
	md5(text) {
		encodeURIComponent(text); // throws where n8n does: at half of a surrogate pair
		return md5(utf8(text));
	},
	sha1: (text) => sha1(utf8(paired(text))),
	sha224: (text) => sha256(utf8(paired(text)), oddHalves(nextSquareRoots), 7),
	sha256: (text) => sha256(utf8(paired(text)), evenHalves(squareRoots), 8),
	sha384: (text) => sha512(utf8(paired(text)), nextSquareRoots, 12),
	sha512: (text) => sha512(utf8(paired(text)), squareRoots, 16),
	sha3: (text) => sha3(utf8(paired(text))),
};

function hash(text, algorithm) {
	const name = algorithm.toLowerCase();
	if (name === 'base64') {
		return encodeBase64(utf8(text));
	}
	if (!Object.hasOwn(hashes, name)) {
		throw new ExpressionExtensionError(
			`Unknown algorithm ${name}. Available algorithms are: ${Object.keys(hashes).join()}, and Base64.`);
	}
	return hashes[name](text);
}

// paired joins half of a surrogate pair that stands alone with what follows it, as n8n does.
const paired = (text) => text.replace(/[\uD800-\uDFFF][^]?/g, (pair) =>
	surrogates(0x10000 + ((pair.charCodeAt(0) & 0x3FF) << 10) + (pair.charCodeAt(1) & 0x3FF)));

// padded appends what MD5 and SHA-1 and 2 want: a one bit, zeros, and the length in bits at the end of a block.
function padded(bytes, block, lengthBytes, littleEndian) {
	const size = Math.ceil((bytes.length + 1 + lengthBytes) / block) * block;
	const view = new DataView(new ArrayBuffer(size));
	for (let i = 0; i < bytes.length; i++) {
		view.setUint8(i, bytes[i]);
	}
	view.setUint8(bytes.length, 0x80);
	view.setBigUint64(size - 8, BigInt(bytes.length) * 8n, littleEndian);
	return view;
}

// hexadecimal writes 32-bit words.
function hexadecimal(words) {
	let text = '';
	for (const word of words) {
		text += (word >>> 0).toString(16).padStart(8, '0');
	}
	return text;
}

// The loops below do one thing after the other, without arrays that are made and taken apart: an engine without a compiler for
// machine code spends its time on those.

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

// RFC 1321.
function md5(bytes) {
	const view = padded(bytes, 64, 8, true);
	const constants = Array.from({ length: 64 }, (_, i) => Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))));
	let a0 = 0x67452301, b0 = 0xEFCDAB89, c0 = 0x98BADCFE, d0 = 0x10325476;
	for (let block = 0; block < view.byteLength; block += 64) {
		let a = a0, b = b0, c = c0, d = d0;
		for (let i = 0; i < 64; i++) {
			let mixed, word;
			if (i < 16) {
				mixed = b & c | ~b & d;
				word = i;
			} else if (i < 32) {
				mixed = b & d | c & ~d;
				word = 5 * i + 1;
			} else if (i < 48) {
				mixed = b ^ c ^ d;
				word = 3 * i + 5;
			} else {
				mixed = c ^ (b | ~d);
				word = 7 * i;
			}
			const sum = a + mixed + constants[i] + view.getInt32(block + (word & 15) * 4, true) | 0;
			const turn = shifts[i >> 4 << 2 | i & 3];
			a = d;
			d = c;
			c = b;
			b = b + (sum << turn | sum >>> 32 - turn) | 0;
		}
		a0 = a0 + a | 0;
		b0 = b0 + b | 0;
		c0 = c0 + c | 0;
		d0 = d0 + d | 0;
	}
	const out = new DataView(new ArrayBuffer(16));
	[a0, b0, c0, d0].forEach((word, i) => out.setInt32(4 * i, word, true));
	return hexadecimal([0, 4, 8, 12].map((place) => out.getInt32(place)));
}

// FIPS 180-4, 6.1.
function sha1(bytes) {
	const view = padded(bytes, 64, 8, false);
	const w = new Int32Array(80);
	const state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
	for (let block = 0; block < view.byteLength; block += 64) {
		let [a, b, c, d, e] = state;
		for (let i = 0; i < 80; i++) {
			if (i < 16) {
				w[i] = view.getInt32(block + 4 * i);
			} else {
				const x = w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16];
				w[i] = x << 1 | x >>> 31;
			}
			let sum = (a << 5 | a >>> 27) + e + w[i];
			if (i < 20) {
				sum += (b & c | ~b & d) + 0x5A827999;
			} else if (i < 40) {
				sum += (b ^ c ^ d) + 0x6ED9EBA1;
			} else if (i < 60) {
				sum += (b & c | b & d | c & d) + 0x8F1BBCDC;
			} else {
				sum += (b ^ c ^ d) + 0xCA62C1D6;
			}
			e = d;
			d = c;
			c = b << 30 | b >>> 2;
			b = a;
			a = sum | 0;
		}
		state[0] = state[0] + a | 0;
		state[1] = state[1] + b | 0;
		state[2] = state[2] + c | 0;
		state[3] = state[3] + d | 0;
		state[4] = state[4] + e | 0;
	}
	return hexadecimal(state);
}

// What SHA-2 is made of, 64 bits each in two halves: the first bits of the fractions of the cube roots of the first 80 primes,
// and of the square roots of the first 8 (SHA-512) and of the next 8 (SHA-384). SHA-256 uses the first halves, and SHA-224
// starts with the second halves of SHA-384's.
const cubeRoots = [
	0x428A2F98, 0xD728AE22, 0x71374491, 0x23EF65CD, 0xB5C0FBCF, 0xEC4D3B2F, 0xE9B5DBA5, 0x8189DBBC, 0x3956C25B, 0xF348B538,
	0x59F111F1, 0xB605D019, 0x923F82A4, 0xAF194F9B, 0xAB1C5ED5, 0xDA6D8118, 0xD807AA98, 0xA3030242, 0x12835B01, 0x45706FBE,
	0x243185BE, 0x4EE4B28C, 0x550C7DC3, 0xD5FFB4E2, 0x72BE5D74, 0xF27B896F, 0x80DEB1FE, 0x3B1696B1, 0x9BDC06A7, 0x25C71235,
	0xC19BF174, 0xCF692694, 0xE49B69C1, 0x9EF14AD2, 0xEFBE4786, 0x384F25E3, 0x0FC19DC6, 0x8B8CD5B5, 0x240CA1CC, 0x77AC9C65,
	0x2DE92C6F, 0x592B0275, 0x4A7484AA, 0x6EA6E483, 0x5CB0A9DC, 0xBD41FBD4, 0x76F988DA, 0x831153B5, 0x983E5152, 0xEE66DFAB,
	0xA831C66D, 0x2DB43210, 0xB00327C8, 0x98FB213F, 0xBF597FC7, 0xBEEF0EE4, 0xC6E00BF3, 0x3DA88FC2, 0xD5A79147, 0x930AA725,
	0x06CA6351, 0xE003826F, 0x14292967, 0x0A0E6E70, 0x27B70A85, 0x46D22FFC, 0x2E1B2138, 0x5C26C926, 0x4D2C6DFC, 0x5AC42AED,
	0x53380D13, 0x9D95B3DF, 0x650A7354, 0x8BAF63DE, 0x766A0ABB, 0x3C77B2A8, 0x81C2C92E, 0x47EDAEE6, 0x92722C85, 0x1482353B,
	0xA2BFE8A1, 0x4CF10364, 0xA81A664B, 0xBC423001, 0xC24B8B70, 0xD0F89791, 0xC76C51A3, 0x0654BE30, 0xD192E819, 0xD6EF5218,
	0xD6990624, 0x5565A910, 0xF40E3585, 0x5771202A, 0x106AA070, 0x32BBD1B8, 0x19A4C116, 0xB8D2D0C8, 0x1E376C08, 0x5141AB53,
	0x2748774C, 0xDF8EEB99, 0x34B0BCB5, 0xE19B48A8, 0x391C0CB3, 0xC5C95A63, 0x4ED8AA4A, 0xE3418ACB, 0x5B9CCA4F, 0x7763E373,
	0x682E6FF3, 0xD6B2B8A3, 0x748F82EE, 0x5DEFB2FC, 0x78A5636F, 0x43172F60, 0x84C87814, 0xA1F0AB72, 0x8CC70208, 0x1A6439EC,
	0x90BEFFFA, 0x23631E28, 0xA4506CEB, 0xDE82BDE9, 0xBEF9A3F7, 0xB2C67915, 0xC67178F2, 0xE372532B, 0xCA273ECE, 0xEA26619C,
	0xD186B8C7, 0x21C0C207, 0xEADA7DD6, 0xCDE0EB1E, 0xF57D4F7F, 0xEE6ED178, 0x06F067AA, 0x72176FBA, 0x0A637DC5, 0xA2C898A6,
	0x113F9804, 0xBEF90DAE, 0x1B710B35, 0x131C471B, 0x28DB77F5, 0x23047D84, 0x32CAAB7B, 0x40C72493, 0x3C9EBE0A, 0x15C9BEBC,
	0x431D67C4, 0x9C100D4C, 0x4CC5D4BE, 0xCB3E42B6, 0x597F299C, 0xFC657E2A, 0x5FCB6FAB, 0x3AD6FAEC, 0x6C44198C, 0x4A475817,
];
const squareRoots = [
	0x6A09E667, 0xF3BCC908, 0xBB67AE85, 0x84CAA73B, 0x3C6EF372, 0xFE94F82B, 0xA54FF53A, 0x5F1D36F1,
	0x510E527F, 0xADE682D1, 0x9B05688C, 0x2B3E6C1F, 0x1F83D9AB, 0xFB41BD6B, 0x5BE0CD19, 0x137E2179,
];
const nextSquareRoots = [
	0xCBBB9D5D, 0xC1059ED8, 0x629A292A, 0x367CD507, 0x9159015A, 0x3070DD17, 0x152FECD8, 0xF70E5939,
	0x67332667, 0xFFC00B31, 0x8EB44A87, 0x68581511, 0xDB0C2E0D, 0x64F98FA7, 0x47B5481D, 0xBEFA4FA4,
];

const evenHalves = (table) => table.filter((_, i) => i % 2 === 0);
const oddHalves = (table) => table.filter((_, i) => i % 2 === 1);

// FIPS 180-4, 6.2 and 6.3. The result is size words of the state.
function sha256(bytes, start, size) {
	const view = padded(bytes, 64, 8, false);
	const constants = evenHalves(cubeRoots);
	const w = new Int32Array(64);
	const state = Int32Array.from(start);
	for (let block = 0; block < view.byteLength; block += 64) {
		let [a, b, c, d, e, f, g, h] = state;
		for (let i = 0; i < 64; i++) {
			if (i < 16) {
				w[i] = view.getInt32(block + 4 * i);
			} else {
				const x = w[i - 15], y = w[i - 2];
				w[i] = w[i - 16] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) +
					w[i - 7] + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
			}
			const t1 = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + constants[i] + w[i];
			const t2 = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c);
			h = g;
			g = f;
			f = e;
			e = d + t1 | 0;
			d = c;
			c = b;
			b = a;
			a = t1 + t2 | 0;
		}
		state[0] += a;
		state[1] += b;
		state[2] += c;
		state[3] += d;
		state[4] += e;
		state[5] += f;
		state[6] += g;
		state[7] += h;
	}
	return hexadecimal(state.subarray(0, size));
}

// FIPS 180-4, 6.4 and 6.5, on halves of 32 bits: xH is the upper half of x, xL the lower one. The result is size words of the
// state.
function sha512(bytes, start, size) {
	const view = padded(bytes, 128, 16, false);
	const w = new Int32Array(160);
	const state = Int32Array.from(start);
	for (let block = 0; block < view.byteLength; block += 128) {
		let [aH, aL, bH, bL, cH, cL, dH, dL, eH, eL, fH, fL, gH, gL, hH, hL] = state;
		for (let i = 0; i < 160; i += 2) {
			if (i < 32) {
				w[i] = view.getInt32(block + 4 * i);
				w[i + 1] = view.getInt32(block + 4 * i + 4);
			} else {
				const xH = w[i - 30], xL = w[i - 29], yH = w[i - 4], yL = w[i - 3];
				const sumL = (w[i - 31] >>> 0) + (w[i - 13] >>> 0) +
					(((xL >>> 1 | xH << 31) ^ (xL >>> 8 | xH << 24) ^ (xL >>> 7 | xH << 25)) >>> 0) +
					(((yL >>> 19 | yH << 13) ^ (yH >>> 29 | yL << 3) ^ (yL >>> 6 | yH << 26)) >>> 0);
				w[i] = w[i - 32] + w[i - 14] + ((xH >>> 1 | xL << 31) ^ (xH >>> 8 | xL << 24) ^ xH >>> 7) +
					((yH >>> 19 | yL << 13) ^ (yL >>> 29 | yH << 3) ^ yH >>> 6) + Math.floor(sumL / 0x100000000);
				w[i + 1] = sumL;
			}
			const t1L = (hL >>> 0) + (((eL >>> 14 | eH << 18) ^ (eL >>> 18 | eH << 14) ^ (eH >>> 9 | eL << 23)) >>> 0) +
				((eL & fL ^ ~eL & gL) >>> 0) + cubeRoots[i + 1] + (w[i + 1] >>> 0);
			const t1H = hH + ((eH >>> 14 | eL << 18) ^ (eH >>> 18 | eL << 14) ^ (eL >>> 9 | eH << 23)) +
				(eH & fH ^ ~eH & gH) + cubeRoots[i] + w[i] + Math.floor(t1L / 0x100000000) | 0;
			const t2L = (((aL >>> 28 | aH << 4) ^ (aH >>> 2 | aL << 30) ^ (aH >>> 7 | aL << 25)) >>> 0) +
				((aL & bL ^ aL & cL ^ bL & cL) >>> 0);
			const t2H = ((aH >>> 28 | aL << 4) ^ (aL >>> 2 | aH << 30) ^ (aL >>> 7 | aH << 25)) +
				(aH & bH ^ aH & cH ^ bH & cH) + Math.floor(t2L / 0x100000000) | 0;
			hH = gH;
			hL = gL;
			gH = fH;
			gL = fL;
			fH = eH;
			fL = eL;
			const newL = (dL >>> 0) + (t1L >>> 0);
			eH = dH + t1H + Math.floor(newL / 0x100000000) | 0;
			eL = newL | 0;
			dH = cH;
			dL = cL;
			cH = bH;
			cL = bL;
			bH = aH;
			bL = aL;
			const sumL = (t1L >>> 0) + (t2L >>> 0);
			aH = t1H + t2H + Math.floor(sumL / 0x100000000) | 0;
			aL = sumL | 0;
		}
		const last = [aH, aL, bH, bL, cH, cL, dH, dL, eH, eL, fH, fL, gH, gL, hH, hL];
		for (let i = 0; i < 16; i += 2) {
			const sum = (state[i + 1] >>> 0) + (last[i + 1] >>> 0);
			state[i] += last[i] + Math.floor(sum / 0x100000000);
			state[i + 1] = sum;
		}
	}
	return hexadecimal(state.subarray(0, size));
}

// FIPS 202: SHA3-512. Lane i of the state is two halves: the lower one at 2 * i, the upper one behind it.
function sha3(bytes) {
	const rate = 72;
	const view = new DataView(new ArrayBuffer(Math.ceil((bytes.length + 1) / rate) * rate));
	for (let i = 0; i < bytes.length; i++) {
		view.setUint8(i, bytes[i]);
	}
	view.setUint8(bytes.length, 6);
	view.setUint8(view.byteLength - 1, view.getUint8(view.byteLength - 1) | 0x80);
	const state = new Int32Array(50);
	for (let block = 0; block < view.byteLength; block += rate) {
		for (let i = 0; i < rate / 4; i++) {
			state[i] ^= view.getInt32(block + 4 * i, true);
		}
		keccak(state);
	}
	const out = new DataView(new ArrayBuffer(64));
	for (let i = 0; i < 16; i++) {
		out.setInt32(4 * i, state[i], true);
	}
	return hexadecimal(Array.from({ length: 16 }, (_, i) => out.getInt32(4 * i)));
}

function keccak(state) {
	const columns = new Int32Array(10);
	const row = new Int32Array(10);
	let register = 1; // gives the bits of the round constants
	for (let round = 0; round < 24; round++) {
		for (let i = 0; i < 10; i++) {
			columns[i] = state[i] ^ state[i + 10] ^ state[i + 20] ^ state[i + 30] ^ state[i + 40];
		}
		for (let x = 0; x < 5; x++) {
			const before = (x + 4) % 5 * 2, after = (x + 1) % 5 * 2;
			const low = columns[before] ^ (columns[after] << 1 | columns[after + 1] >>> 31);
			const high = columns[before + 1] ^ (columns[after + 1] << 1 | columns[after] >>> 31);
			for (let i = 2 * x; i < 50; i += 10) {
				state[i] ^= low;
				state[i + 1] ^= high;
			}
		}
		let low = state[2], high = state[3];
		for (let t = 0, x = 1, y = 0; t < 24; t++) {
			const nextY = (2 * x + 3 * y) % 5;
			x = y;
			y = nextY;
			const place = 2 * (x + 5 * y);
			const nextLow = state[place], nextHigh = state[place + 1];
			const turn = (t + 1) * (t + 2) / 2 % 64;
			if (turn >= 32) {
				const swap = low;
				low = high;
				high = swap;
			}
			const n = turn % 32;
			state[place] = n === 0 ? low : low << n | high >>> 32 - n;
			state[place + 1] = n === 0 ? high : high << n | low >>> 32 - n;
			low = nextLow;
			high = nextHigh;
		}
		for (let y = 0; y < 50; y += 10) {
			for (let i = 0; i < 10; i++) {
				row[i] = state[y + i];
			}
			for (let i = 0; i < 10; i++) {
				state[y + i] = row[i] ^ ~row[(i + 2) % 10] & row[(i + 4) % 10];
			}
		}
		for (let i = 0; i < 7; i++) {
			if (register & 1) {
				const bit = (1 << i) - 1;
				state[bit >> 5] ^= 1 << (bit & 31);
			}
			register = register << 1 ^ (register >> 7) * 0x171;
		}
	}
}
