#!/bin/sh
# Writes transliterations.js and transliteration.LICENSE: what the npm package transliteration makes of each character, asked
# character by character. Needs node and npm. go generate runs it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --ignore-scripts --no-audit --no-fund --silent transliteration@2.3.5
node - >"$here/transliterations.js" <<'EOF'
const { transliterate } = require('transliteration');
console.log(`// What the package transliteration 2.3.5 makes of characters (its licence: transliteration.LICENSE), 256 in a row, by the
// first digits of their codes; separated by tabs, empty where there is nothing. Written by transliterations.sh.
// ASCII is missing, and Hangul, which follows a rule.
const transliterations = {`);
for (let first = 0; first <= 0xff; first++) {
	const row = Array.from({ length: 256 }, (_, last) => {
		const code = first * 256 + last;
		const known = code >= 0x80 && !(code >= 0xac00 && code <= 0xd7a3) && !(code >= 0xd800 && code <= 0xdfff);
		return known ? transliterate(String.fromCharCode(code), { unknown: '' }) : '';
	});
	const text = row.join('\t').replace(/\t+$/, '');
	if (text !== '') {
		console.log(`\t0x${first.toString(16).padStart(2, '0')}: ${JSON.stringify(text).replaceAll('\\t', '\t')},`);
	}
}
console.log('};');
EOF
cp node_modules/transliteration/LICENSE.txt "$here/transliteration.LICENSE"
