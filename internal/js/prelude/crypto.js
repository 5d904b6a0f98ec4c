// The parts of Node.js's crypto that scripts ask for. Called with Object, Go's functions and Buffer.
(function (Object, native, Buffer) {
	'use strict';

	const bytes = (data, encoding) => (typeof data === 'string' ? Buffer.from(data, encoding) : data);
	const out = (buffer, encoding) => (encoding === undefined || encoding === 'buffer' ? Buffer.from(buffer) : Buffer.from(buffer).toString(encoding));
	class Hash {
		#name; #key; #parts = []; #done = false;
		constructor(name, key) {
			if (!native.hashes().includes(String(name).toLowerCase())) {
				throw new Error('Digest method not supported');
			}
			this.#name = String(name).toLowerCase();
			this.#key = key;
		}
		update(data, encoding) {
			if (this.#done) {
				throw new Error('Digest already called');
			}
			if (typeof data !== 'string' && !ArrayBuffer.isView(data)) {
				throw new TypeError('The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView. ' +
					`Received ${typeof data}`);
			}
			this.#parts.push(Buffer.from(bytes(data, encoding)));
			return this;
		}
		digest(encoding) {
			if (this.#done) {
				throw new Error('Digest already called');
			}
			this.#done = true;
			return out(native.digest(this.#name, Buffer.concat(this.#parts), this.#key), encoding);
		}
	}
	native.harden(Hash);
	return {
		createHash: (name) => new Hash(name),
		createHmac: (name, key) => new Hash(name, Buffer.from(bytes(key))),
		getHashes: () => native.hashes(),
		randomBytes: (size) => Buffer.from(native.random(size)),
		randomUUID() {
			const b = Buffer.from(native.random(16));
			b[6] = (b[6] & 15) | 64;
			b[8] = (b[8] & 63) | 128;
			return b.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
		},
		randomInt(min, max) {
			if (max === undefined) {
				[min, max] = [0, min];
			}
			const n = new DataView(native.random(8)).getBigUint64(0) >> 11n;
			return min + Math.floor(Number(n) / 2 ** 53 * (max - min));
		},
		timingSafeEqual(a, b) {
			if (a.byteLength !== b.byteLength) {
				throw new RangeError('Input buffers must have the same byte length');
			}
			return Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
		},
	};
})
