// Writes javascript.json beside itself: what Node.js makes of numbers, strings and bytes. Run it with `go generate`.
'use strict';
const fs = require('fs');
const path = require('path');

// xorshift64*, so that every run writes the same file
let state = 88172645463325252n;
const mask = (1n << 64n) - 1n;
function random64() {
  state ^= state >> 12n;
  state = (state ^ (state << 25n)) & mask;
  state ^= state >> 27n;
  return (state * 2685821657736338717n) & mask;
}
const below = (n) => Number(random64() % BigInt(n));

const view = new DataView(new ArrayBuffer(8));
const bitsOf = (f) => (view.setFloat64(0, f), view.getBigUint64(0).toString(16).padStart(16, '0'));
const ofBits = (b) => (view.setBigUint64(0, b), view.getFloat64(0));

const numbers = [
  0, -0, 1, -1, 9, 10, 123456789, 0.1, 0.2, 0.1 + 0.2, 1 / 3, 2 / 3, -1.5, 1e5, 1.5e300, 100, 1e15, 1e16, 1e17,
  1e20, 123456789012345680000, 999999999999999900000, 1e21, -1e21, 1.2e21, 1e22, 1e23, 1e-5, 1e-6, 9.99e-7, 1e-7, -1e-7,
  1.5e-7, 1.25e-9, 1e-10, 1e-100, 5e-324, -5e-324, 2.2250738585072014e-308, 2.225073858507201e-308,
  Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, Number.EPSILON, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER,
  2 ** 53, 2 ** 53 + 2, -(2 ** 53), 2 ** 63, -(2 ** 63), 2 ** 64, 2 ** 31, 2 ** 32, 4294967295, 4294967294,
  4.35, 0.000001, 0.0000012345, 1234.5678, 8.41e21, 1.7976931348623155e308, 36028797018963964, NaN, Infinity, -Infinity,
];
for (let i = 0; i < 600; i++) numbers.push(ofBits(random64())); // any double
for (let i = 0; i < 200; i++) numbers.push(below(2 ** 52) / 10 ** below(20)); // such as people write
for (let i = 0; i < 200; i++) numbers.push((below(2 ** 52) - 2 ** 51) * 2 ** below(40)); // integers about 2^53 and above

const texts = [
  '0', '-0', '0.0', '-0.0', '0e5', '1', '1.0', '10', '1e2', '1E2', '1e+2', '1E-2', '1e400', '-1e400', '1e-400', '-1e-400',
  '9007199254740993', '9007199254740992', '-9007199254740993', '123456789012345', '1234567890123456', '12345678901234567890',
  '0.1', '1e23', '5e-324', '2.4703282292062327e-324', '2.4703282292062328e-324', '1.7976931348623157e308',
  '1.7976931348623158e308', '1.7976931348623159e308', '1' + '0'.repeat(308), '1' + '0'.repeat(309), '0.' + '0'.repeat(400) + '1',
  '0.' + '3'.repeat(800), '9'.repeat(800), '1e00000000000000000002', '1e99999999999999999999', '1e-99999999999999999999',
  '01', '-01', '00', '1.', '-1.', '.5', '-.5', '+1', '-', '--1', '1e', '1e+', '1E-', '1.e5', '0x10', '1_000', '1n', 'NaN',
  'Infinity', '-Infinity', '1 2', '1,', '1.2.3', '1e5.0', '\uff11',
];
for (let i = 0; i < 200; i++) {
  texts.push((i % 2 ? '-' : '') + below(10 ** (1 + below(15))) + '.' + random64() + 'e' + (below(640) - 320));
}
for (let i = 0; i < 60; i++) texts.push(String(random64()).slice(0, 15 + below(4))); // integers about 2^53
function parsed(text) {
  try {
    return bitsOf(JSON.parse(text));
  } catch {
    return null;
  }
}

const strings = ['', 'plain', '"', '\\', '/', '</script>&<>', '\u2028\u2029', '\u007f\u0080\u009f', '\ufeff', '\ufffd', '\uffff', 'größer', '日本語',
  '😀', '\ud83d', '\ude00', '\ud83da', '\ude00\ud83d', '\ud83d\ud83d\ude00', '\ud83d\ude00\ude00', '\ud800\udbff', '\udc00\udfff',
  '\udbff\udfff', '\ud800\udc00', 'a\ud800', '\udfffz', '\u0000', 'e\u0301'];
for (let c = 0; c < 0x20; c++) strings.push('x' + String.fromCharCode(c) + 'y');
for (let i = 0; i < 200; i++) {
  let s = '';
  for (let n = below(12); n > 0; n--) {
    s += String.fromCharCode([below(0x80), below(0x20), 0xd800 + below(0x400), 0xdc00 + below(0x400), below(0x10000)][below(5)]);
  }
  strings.push(s);
}
const unitsOf = (s) => [...Array(s.length).keys()].map((i) => s.charCodeAt(i).toString(16).padStart(4, '0')).join('');

const bytes = ['ff', 'c0', 'c080', 'c1bf', 'c2', 'c241', 'df', 'e0', 'e080', 'e0a0', 'e0a041', 'e282', 'e28241', 'e282e282ac', 'e2', 'e228a1',
  'ed', 'ed80', 'eda080', 'eda0bdedb880', 'edbfbf', 'ed9f', 'ee80', 'efbf', 'efbfbe', 'f0', 'f08080', 'f0808080', 'f090', 'f09080',
  'f09f98', 'f09f9841', 'f09f41', 'f09f9880', 'f1808080', 'f18080', 'f480', 'f48f', 'f48fbf', 'f48fbfbf', 'f4908080', 'f5808080',
  'f8888080', '80', 'bf', '8080', '41e28242e2', 'f09f98e282ac', 'efbbbf', '7f'];
for (let i = 0; i < 300; i++) {
  const edge = [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc2, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xff];
  bytes.push(Buffer.from([...Array(1 + below(6))].map(() => edge[below(edge.length)])).toString('hex'));
}

const lines = (rows) => '[\n' + rows.map((r) => '    ' + JSON.stringify(r)).join(',\n') + '\n  ]';
fs.writeFileSync(path.join(__dirname, 'javascript.json'), `{
  "numbers": ${lines(numbers.map((f) => [bitsOf(f), JSON.stringify(f), String(f)]))},
  "texts": ${lines(texts.map((t) => [t, parsed(t)]))},
  "strings": ${lines(strings.map((s) => [unitsOf(s), JSON.stringify(s)]))},
  "bytes": ${lines(bytes.map((b) => [b, JSON.stringify(Buffer.from(b, 'hex').toString('utf8'))]))}
}
`);
