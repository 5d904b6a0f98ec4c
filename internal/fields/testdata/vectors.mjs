// Writes lodash.json and jsonrepair.json: what the two libraries that n8n uses make of paths, and of the broken JSON that
// jsonrepair.json holds.
//
//	npm install --no-save lodash jsonrepair@3.13.2 && node vectors.mjs
import fs from "node:fs";
import lodash from "lodash";
import { jsonrepair } from "jsonrepair";

const objects = [
  {}, { a: 1 }, { a: null }, { a: "text" }, { a: { b: { c: 1, d: [1, { e: 2 }] } } }, { a: [1, [2, 3], { b: 4 }] },
  { "a.b": 1, a: { b: 2 } }, { "a[0]": 1, a: [5] }, { "": 1, a: { "": { b: 2 } } }, { 7: "seven", a: { 0: "zero", b: true } },
];
const paths = [
  "a", "a.b", "a.b.c", "a.b.d[1].e", "a[0]", "a[1][0]", "a.1.0", "a[2].b", "a['b']", 'a["b"].c', "['a.b']", '["a.b"]', "['a'].b", "a['x.y'].z",
  "a['it\\'s']", 'a["q\\"q"]', "a['\\\\']", "a[b]", "a[b.c]", "a..b", ".a", "a.", ".", "..", "", "a[]", "a[].b", "[]", "[].", "[0]", "[a]", "a[", "a[0",
  "a]", "]a[", "a[-1]", "a[1.5]", "a[01]", "a.01", "a[ 0 ]", "a['']", "a.length", "a[0].length", "a.0", "7", "[7]", "x[2].y[1]", "x.y.z", "ü.ö", "a b.c d",
  "a['b", "a['b'", "a['b'c]", "[['a']]", "a[[0]]", "a['\n']", "a['\\\n']", "$x.$y", "a-b.c-d", "a[1e3]", "a.b[2].c",
];
const copy = (v) => structuredClone(v);
const text = (v) => JSON.stringify(v); // undefined is left out

const rows = [];
for (const o of objects) {
  for (const path of paths) {
    const row = { object: o, path, get: text(lodash.get(copy(o), path)) };
    try {
      row.set = text(lodash.set(copy(o), path, "V"));
    } catch (e) {
      row.setError = e.message;
    }
    const rest = copy(o);
    lodash.unset(rest, path);
    row.unset = text(rest);
    rows.push(row);
  }
}
fs.writeFileSync("lodash.json", "[\n" + rows.map(text).join(",\n") + "\n]\n");

const repaired = JSON.parse(fs.readFileSync("jsonrepair.json", "utf8")).map((row) => {
  try {
    return { in: row.in, out: text(JSON.parse(jsonrepair(row.in))) };
  } catch {
    return { in: row.in };
  }
});
fs.writeFileSync("jsonrepair.json", "[\n" + repaired.map(text).join(",\n") + "\n]\n");
