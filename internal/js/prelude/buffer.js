// Buffer, as far as scripts of workflows use it. Called with Object, Go's functions and inspect.
(function (Object, native, inspect) {
	'use strict';

	const encodings = {
		utf8: 'utf8', 'utf-8': 'utf8', hex: 'hex', base64: 'base64', base64url: 'base64url', latin1: 'latin1', binary: 'latin1', ascii: 'ascii',
		utf16le: 'utf16le', 'utf-16le': 'utf16le', ucs2: 'utf16le', 'ucs-2': 'utf16le',
	};
	function encodingOf(name) {
		if (name === undefined || name === null) {
			return 'utf8';
		}
		const e = encodings[String(name).toLowerCase()];
		if (e === undefined) {
			const error = new TypeError(`Unknown encoding: ${name}`);
			error.code = 'ERR_UNKNOWN_ENCODING';
			throw error;
		}
		return e;
	}
	const wrap = (arrayBuffer, offset = 0, length = arrayBuffer.byteLength - offset) => Reflect.construct(Uint8Array, [arrayBuffer, offset, length], Buffer);
	const copy = (bytes) => {
		const b = Buffer.alloc(bytes.length);
		Uint8Array.prototype.set.call(b, bytes);
		return b;
	};
	const bytesOf = (x, encoding) => (typeof x === 'string' ? Buffer.from(x, encoding) : x);

	function Buffer(value, encoding, length) {
		return typeof value === 'number' ? Buffer.alloc(value) : Buffer.from(value, encoding, length);
	}
	Object.setPrototypeOf(Buffer, Uint8Array);
	Buffer.prototype = Object.create(Uint8Array.prototype, {
		constructor: { value: Buffer, writable: true, enumerable: false, configurable: true },
	});

	const statics = {
		from(value, encoding, length) {
			if (typeof value === 'string') {
				return wrap(native.encode(value, encodingOf(encoding)));
			}
			if (value instanceof ArrayBuffer) {
				return wrap(value, encoding, length);
			}
			if (typeof value === 'object' && value !== null) {
				if (value.type === 'Buffer' && Array.isArray(value.data)) {
					return copy(value.data);
				}
				const primitive = value.valueOf?.();
				if (primitive !== value && primitive !== undefined && primitive !== null) {
					return Buffer.from(primitive, encoding, length);
				}
				if (typeof value.length === 'number') {
					return copy(value);
				}
			}
			const got = value === null || value === undefined ? String(value) :
				typeof value === 'object' ? 'an instance of Object' : `type ${typeof value} (${String(value)})`;
			const error = new TypeError('The first argument must be of type string or an instance of Buffer, ArrayBuffer, ' +
				'or Array or an Array-like Object. Received ' + got);
			error.code = 'ERR_INVALID_ARG_TYPE';
			throw error;
		},
		alloc(size, fill, encoding) {
			const b = wrap(new ArrayBuffer(size));
			return fill === undefined ? b : b.fill(fill, 0, size, encoding);
		},
		allocUnsafe(size) { return Buffer.alloc(size); },
		allocUnsafeSlow(size) { return Buffer.alloc(size); },
		byteLength(value, encoding) {
			if (typeof value !== 'string') {
				return value.byteLength;
			}
			const e = encodingOf(encoding);
			return e === 'hex' ? value.length >>> 1 : native.encode(value, e).byteLength;
		},
		concat(list, total = list.reduce((n, b) => n + b.length, 0)) {
			const out = Buffer.alloc(total);
			let at = 0;
			for (const b of list) {
				const part = b.subarray(0, Math.max(0, total - at));
				Uint8Array.prototype.set.call(out, part, at);
				at += part.length;
			}
			return out;
		},
		isBuffer(x) { return x instanceof Buffer; },
		isEncoding(name) { return typeof name === 'string' && Object.hasOwn(encodings, name.toLowerCase()); },
		compare(a, b) {
			const n = Math.min(a.length, b.length);
			for (let i = 0; i < n; i++) {
				if (a[i] !== b[i]) {
					return a[i] < b[i] ? -1 : 1;
				}
			}
			return Math.sign(a.length - b.length);
		},
	};
	const methods = {
		toString(encoding, start = 0, end = this.length) { return native.decode(Uint8Array.prototype.subarray.call(this, start, end), encodingOf(encoding)); },
		toLocaleString(encoding, start, end) { return this.toString(encoding, start, end); },
		toJSON() { return { type: 'Buffer', data: Array.from(this) }; },
		equals(other) { return Buffer.compare(this, other) === 0; },
		compare(other, ...range) {
			const [a = 0, b = other.length, c = 0, d = this.length] = range;
			return Buffer.compare(this.subarray(c, d), other.subarray(a, b));
		},
		slice(start, end) { return this.subarray(start, end); },
		subarray(start, end) {
			const part = Uint8Array.prototype.subarray.call(new Uint8Array(this.buffer, this.byteOffset, this.length), start, end);
			return wrap(part.buffer, part.byteOffset, part.length);
		},
		write(text, offset, length, encoding) {
			if (typeof offset === 'string') {
				[encoding, offset, length] = [offset, 0, undefined];
			} else if (typeof length === 'string') {
				[encoding, length] = [length, undefined];
			}
			offset ??= 0;
			const bytes = Buffer.from(text, encoding).subarray(0, Math.min(length ?? Infinity, this.length - offset));
			Uint8Array.prototype.set.call(this, bytes, offset);
			return bytes.length;
		},
		fill(value, start = 0, end = this.length, encoding) {
			if (typeof start === 'string') {
				[encoding, start, end] = [start, 0, this.length];
			}
			if (typeof value === 'string') {
				value = Buffer.from(value, encoding);
			}
			if (typeof value !== 'object') {
				Uint8Array.prototype.fill.call(this, Number(value), start, end);
			} else {
				for (let i = start; i < end; i++) {
					this[i] = value.length === 0 ? 0 : value[(i - start) % value.length];
				}
			}
			return this;
		},
		copy(target, at = 0, start = 0, end = this.length) {
			const part = this.subarray(start, Math.min(end, start + target.length - at));
			Uint8Array.prototype.set.call(target, part, at);
			return part.length;
		},
		indexOf(value, from, encoding) {
			if (typeof from === 'string') {
				[encoding, from] = [from, 0];
			}
			if (typeof value === 'number') {
				return Uint8Array.prototype.indexOf.call(this, value & 255, from);
			}
			return native.indexOf(this, bytesOf(value, encoding), from ?? 0);
		},
		lastIndexOf(value, from, encoding) {
			if (typeof value === 'number') {
				return from === undefined ? Uint8Array.prototype.lastIndexOf.call(this, value & 255) : Uint8Array.prototype.lastIndexOf.call(this, value & 255, from);
			}
			const what = bytesOf(value, encoding);
			for (let i = Math.min(from ?? Infinity, this.length - what.length); i >= 0; i--) {
				if (Buffer.compare(this.subarray(i, i + what.length), what) === 0) {
					return i;
				}
			}
			return -1;
		},
		includes(value, from, encoding) { return this.indexOf(value, from, encoding) >= 0; },
		swap16() { return this.swap(2); },
		swap32() { return this.swap(4); },
		swap64() { return this.swap(8); },
		swap(size) {
			for (let i = 0; i + size <= this.length; i += size) {
				Uint8Array.prototype.reverse.call(this.subarray(i, i + size));
			}
			return this;
		},
		inspect() { return `<Buffer ${native.decode(this.subarray(0, 50), 'hex').replace(/..(?=.)/g, '$& ')}>`; },
	};
	// readUInt8 ... writeBigInt64LE, by DataView.
	for (const [name, view, size] of [
		['UInt8', 'Uint8', 1], ['Int8', 'Int8', 1], ['UInt16', 'Uint16', 2], ['Int16', 'Int16', 2], ['UInt32', 'Uint32', 4], ['Int32', 'Int32', 4],
		['Float', 'Float32', 4], ['Double', 'Float64', 8], ['BigUInt64', 'BigUint64', 8], ['BigInt64', 'BigInt64', 8],
	]) {
		for (const order of size === 1 ? [''] : ['LE', 'BE']) {
			const check = (b, offset) => {
				if (!(offset >= 0 && offset + size <= b.length)) {
					const error = new RangeError(b.length < size ? 'Attempt to access memory outside buffer bounds' :
						`The value of "offset" is out of range. It must be >= 0 and <= ${b.length - size}. Received ${offset}`);
					error.code = b.length < size ? 'ERR_BUFFER_OUT_OF_BOUNDS' : 'ERR_OUT_OF_RANGE';
					throw error;
				}
				return new DataView(b.buffer, b.byteOffset, b.length);
			};
			const read = function (offset = 0) { return check(this, offset)['get' + view](offset, order === 'LE'); };
			const write = function (value, offset = 0) { check(this, offset)['set' + view](offset, value, order === 'LE'); return offset + size; };
			for (const alias of new Set([name, name.replace('UInt', 'Uint')])) {
				methods['read' + alias + order] = read;
				methods['write' + alias + order] = write;
			}
		}
	}
	for (const [target, list] of [[Buffer, statics], [Buffer.prototype, methods]]) {
		for (const name of Object.keys(list)) {
			Object.defineProperty(target, name, { value: list[name], writable: true, enumerable: false, configurable: true });
		}
	}
	Object.defineProperty(Buffer, Symbol.species, { get: () => Buffer, configurable: true });
	return { Buffer };
})
