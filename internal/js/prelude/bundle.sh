#!/bin/sh
# Bundles the libraries of package.json into this folder: one function in each file, which gets an Object with
# all its functions and returns the library's exports.
# Needs node and npm. go generate runs it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$work"
cd "$work"
npm ci --ignore-scripts --no-audit --no-fund --silent

bundle() { # name, entry, licence file, further parameter, further options
	license=$(basename "$3")
	{
		echo "// $1 $(node -p "require('./node_modules/$1/package.json').version"), bundled by bundle.sh; licence: $1.LICENSE"
		echo "(function (Object${4:+, $4}) {"
		echo "const module = { exports: {} }; let exports = module.exports;"
		npx esbuild "$2" --bundle --format=cjs --platform=neutral --main-fields=module,main --minify-whitespace --legal-comments=none \
			--charset=utf8 --log-level=warning ${5:-}
		echo "return module.exports;"
		echo "})"
	} >"$here/$1.js"
	cp "node_modules/$1/$license" "$here/$1.LICENSE"
}

bundle luxon node_modules/luxon/src/luxon.js LICENSE.md
bundle jmespath node_modules/jmespath/jmespath.js LICENSE
bundle esprima-next node_modules/esprima-next/dist/esm/esprima.js LICENSE.BSD
# The tables of tr46 for internationalised names are large; a function that Go gives does its work.
echo 'module.exports = { toASCII: (domain) => idna(domain) };' >tr46.js
bundle whatwg-url node_modules/whatwg-url/index.js LICENSE.txt idna --alias:tr46=./tr46.js
{ echo; echo "webidl-conversions, which is part of it:"; cat node_modules/webidl-conversions/LICENSE.md; } >>"$here/whatwg-url.LICENSE"
