// hashes are the algorithms of hash(): functions of a text that return hexadecimal digits.
const hashes = {
	md5(text) {
		encodeURIComponent(text); // throws where n8n does: at half of a surrogate pair
		return md5(utf8(text));
	},
	sha1: (text) => sha1(utf8(paired(text))),
	sha224: (text) => sha256(utf8(paired(text)), true),
	sha256: (text) => sha256(utf8(paired(text)), false),
	sha384: (text) => sha512(utf8(paired(text)), true),
	sha512: (text) => sha512(utf8(paired(text)), false),
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

const hex = (value, digits) => value.toString(16).padStart(digits, '0');

// padded appends what MD5 and SHA-1 and 2 want: a one bit, zeros, and the length in bits at the end of a block.
function padded(bytes, block, lengthBytes, littleEndian) {
	const size = Math.ceil((bytes.length + 1 + lengthBytes) / block) * block;
	const view = new DataView(new ArrayBuffer(size));
	bytes.forEach((byte, i) => view.setUint8(i, byte));
	view.setUint8(bytes.length, 0x80);
	const place = littleEndian ? size - lengthBytes : size - 8;
	view.setBigUint64(place, BigInt(bytes.length) * 8n, littleEndian);
	return view;
}

const rotateLeft = (x, n) => x << n | x >>> 32 - n;
const rotateRight = (x, n) => x >>> n | x << 32 - n;

// RFC 1321.
function md5(bytes) {
	const view = padded(bytes, 64, 8, true);
	const state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476];
	const shifts = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
	const constants = Array.from({ length: 64 }, (_, i) => Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))));
	for (let block = 0; block < view.byteLength; block += 64) {
		let [a, b, c, d] = state;
		for (let i = 0; i < 64; i++) {
			const round = i >> 4;
			const mixed = [b & c | ~b & d, b & d | c & ~d, b ^ c ^ d, c ^ (b | ~d)][round];
			const word = [i, 5 * i + 1, 3 * i + 5, 7 * i][round] % 16;
			const turned = rotateLeft(a + mixed + constants[i] + view.getUint32(block + 4 * word, true) | 0, shifts[round][i % 4]);
			[a, b, c, d] = [d, b + turned | 0, b, c];
		}
		[a, b, c, d].forEach((x, i) => { state[i] = state[i] + x | 0; });
	}
	const out = new DataView(new ArrayBuffer(16));
	state.forEach((x, i) => out.setUint32(4 * i, x, true));
	return [0, 4, 8, 12].map((i) => hex(out.getUint32(i), 8)).join('');
}

// FIPS 180-4, 6.1.
function sha1(bytes) {
	const view = padded(bytes, 64, 8, false);
	const state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
	for (let block = 0; block < view.byteLength; block += 64) {
		const words = Array.from({ length: 16 }, (_, i) => view.getUint32(block + 4 * i));
		let [a, b, c, d, e] = state;
		for (let i = 0; i < 80; i++) {
			if (i >= 16) {
				words[i] = rotateLeft(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
			}
			const round = Math.floor(i / 20);
			const mixed = round === 0 ? b & c | ~b & d : round === 2 ? b & c | b & d | c & d : b ^ c ^ d;
			const constant = [0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6][round];
			[a, b, c, d, e] = [rotateLeft(a, 5) + mixed + e + constant + words[i] | 0, a, rotateLeft(b, 30), c, d];
		}
		[a, b, c, d, e].forEach((x, i) => { state[i] = state[i] + x | 0; });
	}
	return state.map((x) => hex(x >>> 0, 8)).join('');
}

// What SHA-2 is made of, 64 bits each: the first bits of the fractions of the cube roots of the first 80 primes, and of the
// square roots of the first 8 (SHA-512) and of the next 8 (SHA-384). SHA-256 uses the first halves, SHA-224 the second halves
// of SHA-384's.
const cubeRoots = `
	428a2f98d728ae22 7137449123ef65cd b5c0fbcfec4d3b2f e9b5dba58189dbbc 3956c25bf348b538 59f111f1b605d019 923f82a4af194f9b
	ab1c5ed5da6d8118 d807aa98a3030242 12835b0145706fbe 243185be4ee4b28c 550c7dc3d5ffb4e2 72be5d74f27b896f 80deb1fe3b1696b1
	9bdc06a725c71235 c19bf174cf692694 e49b69c19ef14ad2 efbe4786384f25e3 0fc19dc68b8cd5b5 240ca1cc77ac9c65 2de92c6f592b0275
	4a7484aa6ea6e483 5cb0a9dcbd41fbd4 76f988da831153b5 983e5152ee66dfab a831c66d2db43210 b00327c898fb213f bf597fc7beef0ee4
	c6e00bf33da88fc2 d5a79147930aa725 06ca6351e003826f 142929670a0e6e70 27b70a8546d22ffc 2e1b21385c26c926 4d2c6dfc5ac42aed
	53380d139d95b3df 650a73548baf63de 766a0abb3c77b2a8 81c2c92e47edaee6 92722c851482353b a2bfe8a14cf10364 a81a664bbc423001
	c24b8b70d0f89791 c76c51a30654be30 d192e819d6ef5218 d69906245565a910 f40e35855771202a 106aa07032bbd1b8 19a4c116b8d2d0c8
	1e376c085141ab53 2748774cdf8eeb99 34b0bcb5e19b48a8 391c0cb3c5c95a63 4ed8aa4ae3418acb 5b9cca4f7763e373 682e6ff3d6b2b8a3
	748f82ee5defb2fc 78a5636f43172f60 84c87814a1f0ab72 8cc702081a6439ec 90befffa23631e28 a4506cebde82bde9 bef9a3f7b2c67915
	c67178f2e372532b ca273eceea26619c d186b8c721c0c207 eada7dd6cde0eb1e f57d4f7fee6ed178 06f067aa72176fba 0a637dc5a2c898a6
	113f9804bef90dae 1b710b35131c471b 28db77f523047d84 32caab7b40c72493 3c9ebe0a15c9bebc 431d67c49c100d4c 4cc5d4becb3e42b6
	597f299cfc657e2a 5fcb6fab3ad6faec 6c44198c4a475817
`;
const squareRoots = `
	6a09e667f3bcc908 bb67ae8584caa73b 3c6ef372fe94f82b a54ff53a5f1d36f1
	510e527fade682d1 9b05688c2b3e6c1f 1f83d9abfb41bd6b 5be0cd19137e2179
`;
const nextSquareRoots = `
	cbbb9d5dc1059ed8 629a292a367cd507 9159015a3070dd17 152fecd8f70e5939
	67332667ffc00b31 8eb44a8768581511 db0c2e0d64f98fa7 47b5481dbefa4fa4
`;

const words64 = (table) => table.match(/\w+/g).map((digits) => BigInt('0x' + digits));
const words32 = (table, from) => table.match(/\w+/g).map((digits) => parseInt(digits.slice(from, from + 8), 16));

// FIPS 180-4, 6.2 and 6.3.
function sha256(bytes, short) {
	const view = padded(bytes, 64, 8, false);
	const constants = words32(cubeRoots, 0);
	const state = short ? words32(nextSquareRoots, 8) : words32(squareRoots, 0);
	for (let block = 0; block < view.byteLength; block += 64) {
		const w = Array.from({ length: 16 }, (_, i) => view.getUint32(block + 4 * i));
		let [a, b, c, d, e, f, g, h] = state;
		for (let i = 0; i < 64; i++) {
			if (i >= 16) {
				const [x, y] = [w[i - 15], w[i - 2]];
				const s0 = rotateRight(x, 7) ^ rotateRight(x, 18) ^ x >>> 3;
				const s1 = rotateRight(y, 17) ^ rotateRight(y, 19) ^ y >>> 10;
				w[i] = w[i - 16] + s0 + w[i - 7] + s1 | 0;
			}
			const t1 = h + (rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25)) + (e & f ^ ~e & g) + constants[i] + w[i];
			const t2 = (rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22)) + (a & b ^ a & c ^ b & c);
			[a, b, c, d, e, f, g, h] = [t1 + t2 | 0, a, b, c, d + t1 | 0, e, f, g];
		}
		[a, b, c, d, e, f, g, h].forEach((x, i) => { state[i] = state[i] + x | 0; });
	}
	return state.slice(0, short ? 7 : 8).map((x) => hex(x >>> 0, 8)).join('');
}

const uint64 = (x) => BigInt.asUintN(64, x);
const rotateRight64 = (x, n) => uint64(x >> n | x << 64n - n);

// FIPS 180-4, 6.4 and 6.5.
function sha512(bytes, short) {
	const view = padded(bytes, 128, 16, false);
	const constants = words64(cubeRoots);
	const state = words64(short ? nextSquareRoots : squareRoots);
	for (let block = 0; block < view.byteLength; block += 128) {
		const w = Array.from({ length: 16 }, (_, i) => view.getBigUint64(block + 8 * i));
		let [a, b, c, d, e, f, g, h] = state;
		for (let i = 0; i < 80; i++) {
			if (i >= 16) {
				const [x, y] = [w[i - 15], w[i - 2]];
				const s0 = rotateRight64(x, 1n) ^ rotateRight64(x, 8n) ^ x >> 7n;
				const s1 = rotateRight64(y, 19n) ^ rotateRight64(y, 61n) ^ y >> 6n;
				w[i] = uint64(w[i - 16] + s0 + w[i - 7] + s1);
			}
			const t1 = h + (rotateRight64(e, 14n) ^ rotateRight64(e, 18n) ^ rotateRight64(e, 41n)) + (e & f ^ uint64(~e) & g) +
				constants[i] + w[i];
			const t2 = (rotateRight64(a, 28n) ^ rotateRight64(a, 34n) ^ rotateRight64(a, 39n)) + (a & b ^ a & c ^ b & c);
			[a, b, c, d, e, f, g, h] = [uint64(t1 + t2), a, b, c, uint64(d + t1), e, f, g];
		}
		[a, b, c, d, e, f, g, h].forEach((x, i) => { state[i] = uint64(state[i] + x); });
	}
	return state.slice(0, short ? 6 : 8).map((x) => hex(x, 16)).join('');
}

// FIPS 202: SHA3-512.
function sha3(bytes) {
	const rate = 72;
	const input = [...bytes, 6];
	while (input.length % rate !== 0) {
		input.push(0);
	}
	input[input.length - 1] |= 0x80;
	const state = Array(25).fill(0n);
	for (let block = 0; block < input.length; block += rate) {
		for (let i = 0; i < rate; i++) {
			state[i >> 3] ^= BigInt(input[block + i]) << BigInt(8 * (i % 8));
		}
		keccak(state);
	}
	return state.slice(0, 8).flatMap((lane) =>
		Array.from({ length: 8 }, (_, i) => hex(Number(lane >> BigInt(8 * i) & 255n), 2))).join('');
}

function keccak(state) {
	let register = 1; // gives the bits of the round constants
	for (let round = 0; round < 24; round++) {
		const columns = [0, 1, 2, 3, 4].map((x) => state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20]);
		state.forEach((_, i) => {
			state[i] ^= columns[(i + 4) % 5] ^ rotateRight64(columns[(i + 1) % 5], 63n);
		});
		let [x, y] = [1, 0];
		let current = state[1];
		for (let t = 0; t < 24; t++) {
			[x, y] = [y, (2 * x + 3 * y) % 5];
			const turn = BigInt((t + 1) * (t + 2) / 2 % 64);
			[current, state[x + 5 * y]] = [state[x + 5 * y], turn === 0n ? current : rotateRight64(current, 64n - turn)];
		}
		for (let row = 0; row < 25; row += 5) {
			const lanes = state.slice(row, row + 5);
			lanes.forEach((lane, i) => {
				state[row + i] = lane ^ uint64(~lanes[(i + 1) % 5]) & lanes[(i + 2) % 5];
			});
		}
		for (let i = 0; i < 7; i++) {
			if (register & 1) {
				state[0] ^= 1n << (1n << BigInt(i)) - 1n;
			}
			register = register << 1 ^ (register >> 7) * 0x171;
		}
	}
}
