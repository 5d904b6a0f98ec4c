#!/bin/sh
# Bundles the libraries of package.json into showdown.js and node-html-markdown.js: scripts whose variable library has their functions.
# Needs node and npm. go generate runs it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$work"
cd "$work"
npm ci --ignore-scripts --no-audit --no-fund --silent
node "$here/strip.js"
# Nothing here looks for elements by selectors.
echo 'module.exports = {};' >css-select.js

version() { node -p "'$1 ' + require('./node_modules/$1/package.json').version"; }

bundle() { # name, the other packages in it
	{
		echo "// $(for p in "$@"; do version "$p"; done | paste -sd , | sed "s/,/, /g"), bundled by bundle.sh; licences: LICENSES"
		npx esbuild "./node_modules/$1" --bundle --format=iife --global-name=library --platform=neutral --main-fields=main --minify-whitespace \
			--legal-comments=none --charset=utf8 --log-level=warning --alias:css-select=./css-select.js --define:process.env.LOG_PERF=undefined
	} >"$here/$1.js"
}

bundle showdown
bundle node-html-markdown node-html-parser he
for p in showdown node-html-markdown node-html-parser he; do
	echo "$(version "$p"), $(node -p "require('./node_modules/$p/package.json').license"), $(node -p "require('./node_modules/$p/package.json').homepage")"
	cat "node_modules/$p"/LICENSE* 2>/dev/null || echo "The package holds no text of the licence."
	echo
done >"$here/LICENSES"
