// Records what Node.js says to code that is not JavaScript: node record_syntax.mjs > syntax.jsonl
import vm from 'node:vm';

const sources = [
	'let x = ', 'let y y', 'foo(1', 'return {a:}', "'abc", 'const a', 'if (', 'let a; let a', 'x = = 2', 'return 1 +',
	'for (let i of) {}', 'return `a${', 'function (){}', '1abc', 'return a?.b = 1', '5 = x', 'await = 1', 'var class = 1',
	"return 'a' 'b'", 'return 1 2', '}', '{', 'return [1,2', 'return [1 2]', 'return (1', 'items.map(x => x.json',
	'const o = {a: 1 b: 2}', 'else {}', 'case 1:', '/[/', 'return @', 'break', 'continue', 'yield 1; return yield',
	"import x from 'y'", 'export const a = 1', 'super.x', 'a => { return', 'async () => await', 'return 1;;}', 'enum',
	'return $json.}', 'return items\n}\n', 'const a = 1\nconst a = 2', "'use strict'; delete x",
	"function f(a,a){'use strict'}", '/* abc', 'a++b', 'return {...}', 'if (a) { return 1 ', 'return x => => 1',
	'for (const item of items {\n}', 'const é = 1;\nreturn é é', 'return "a\nb"', 'return a ? b', 'return a ?? b || c',
	'try { a() }', 'switch (a) { b }', 'new.target = 1', 'const [a, b = 1', 'return `x` `y`; z w', 'let a = 1\n\n\nvar a = 2',
];
for (const source of sources) {
	try {
		new vm.Script(`(async function(){${source}\n})`);
		throw new Error(`it has no fault: ${source}`);
	} catch (e) {
		if (!(e instanceof SyntaxError)) throw e;
		console.log(JSON.stringify({ source, message: e.message, line: Number(/:(\d+)$/.exec(e.stack.split('\n')[0])[1]) }));
	}
}
