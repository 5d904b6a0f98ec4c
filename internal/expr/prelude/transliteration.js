// transliterate writes a text in ASCII. What has no transcription becomes "?".
function transliterate(text) {
	const rows = new Map();
	let ascii = '';
	let chinese = false; // the character before is; a space then parts it from a word
	for (const c of text) {
		const code = c.codePointAt(0);
		const out = code < 0x80 ? c : transliterateOne(code, rows) || '?';
		ascii += (chinese && !/[\p{P}\s]/u.test(out) ? ' ' : '') + out;
		chinese = hanCharacter.test(c);
	}
	return ascii;
}

function transliterateOne(code, rows) {
	if (code >= 0xAC00 && code <= 0xD7A3) {
		const syllable = code - 0xAC00;
		return hangul.first[Math.floor(syllable / 588)] + hangul.middle[Math.floor(syllable % 588 / 28)] + hangul.last[syllable % 28];
	}
	const row = code >> 8;
	if (!rows.has(row)) {
		rows.set(row, transliterations[row]?.split('\t') ?? []);
	}
	return rows.get(row)[code & 0xFF];
}

const hangul = {
	first: 'g,gg,n,d,dd,r,m,b,bb,s,ss,,j,jj,c,k,t,p,h'.split(','),
	middle: 'a,ae,ya,yae,eo,e,yeo,ye,o,wa,wae,oe,yo,u,weo,we,wi,yu,eu,yi,i'.split(','),
	last: ',g,gg,gs,n,nj,nh,d,l,lg,lm,lb,ls,lt,lp,lh,m,b,bs,s,ss,ng,j,c,k,t,p,h'.split(','),
};

const hanCharacter = new RegExp('[\u2E80-\u2E99\u2E9B-\u2EF3\u2F00-\u2FD5\u3005\u3007\u3021-\u3029\u3038-\u303B\u3400-\u4DBF\u4E00-\u9FFC' +
	'\uF900-\uFA6D\uFA70-\uFAD9\u{16FF0}\u{16FF1}\u{20000}-\u{2A6DD}\u{2A700}-\u{2B734}\u{2B740}-\u{2B81D}\u{2B820}-\u{2CEA1}' +
	'\u{2CEB0}-\u{2EBE0}\u{2F800}-\u{2FA1D}\u{30000}-\u{3134A}]', 'u');
