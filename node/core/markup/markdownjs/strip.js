// Makes the large tables of the libraries texts, which are read faster than literals, and leaves out what is not used.
const fs = require('fs');
const edit = (file, change) => fs.writeFileSync(file, change(fs.readFileSync(file, 'utf8')));
const table = (text) => 'JSON.parse(' + JSON.stringify(JSON.stringify(Function('return ' + text)())) + ')';
edit('node_modules/showdown/dist/showdown.js', (s) => s
	// The engine has no RegExp.$1.
	.replace(/while \((.*)\.test\((repText|grafsOutIt)\)\)/g, 'var match; while ((match = $1.exec($2)))')
	.replace(/RegExp\.\$([12])/g, 'match[$1]')
	.replace(/(showdown\.helper\.emojis = )(\{[^]*?\n\});?/, (_, name, text) => name + table(text) + ';'));
edit('node_modules/he/he.js', (s) => s
	.replace(/(var encodeMap = )(\{.*\})/, '$1{}')
	.replace(/(var (?:decodeMap|decodeMapLegacy|decodeMapNumeric) = )(\{.*\})/g, (_, name, text) => name + table(text)));
