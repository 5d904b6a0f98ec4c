// Writes javascript.json beside itself: the key order of Node.js's objects. Run it with `go generate`.
'use strict';
const fs = require('fs');
const path = require('path');

let state = 2463534242;
function below(n) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % n;
}

const keys = ['0', '1', '2', '7', '9', '10', '99', '100', '2147483648', '4294967293', '4294967294', '4294967295', '4294967296',
  '9999999999', '00', '01', '-0', '-1', '1.0', '1e1', ' 1', '+1', '', 'a', 'b', 'c', 'json', 'length', 'größer', '١'];

const texts = ['{}', '{"b":1,"a":2}', '{"b":1,"a":2,"b":3}', '{"a":1,"a":{"a":2},"a":[3]}', '{"2":"a","1":"b","x":"c","0":"d"}',
  '{"1":1,"0":0,"1":2}', '{"x":1,"4294967295":2,"4294967294":3}', '{"__proto__":1,"constructor":2,"toString":3}',
  '{"\\u0061":1,"a":2}', '{"\\ud800":1,"\\udc00":2}', '[{"b":{"1":1,"0":0}},[],{},[[]],null,true,false,"",0,-0,1e400,1E2]',
  ' { "a" : [ 1 , { "b" : null } ] } '];
for (let i = 0; i < 60; i++) {
  const members = [];
  for (let n = below(40); n > 0; n--) members.push(JSON.stringify(keys[below(keys.length)]) + ':' + below(1000));
  texts.push('{' + members.join(',') + '}');
}

// each step is a key to set (to the step's number), or to delete
const steps = [];
for (let i = 0; i < 60; i++) {
  const object = {};
  const done = [];
  for (let n = 0, count = 1 + below(80); n < count; n++) {
    const key = keys[below(keys.length)];
    if (below(4) === 0) {
      delete object[key];
      done.push('-' + key);
    } else {
      object[key] = n;
      done.push('+' + key);
    }
  }
  steps.push([done, JSON.stringify(object)]);
}

const indented = [{}, [], { a: [], b: {}, c: [{}], d: { e: [1, 'two', null] } }, [1, [2, [3]]], 'text', false];

const lines = (rows) => '[\n' + rows.map((r) => '    ' + JSON.stringify(r)).join(',\n') + '\n  ]';
fs.writeFileSync(path.join(__dirname, 'javascript.json'), `{
  "texts": ${lines(texts.map((t) => [t, JSON.stringify(JSON.parse(t))]))},
  "steps": ${lines(steps)},
  "indented": ${lines(indented.map((v) => [JSON.stringify(v), JSON.stringify(v, null, 2)]))}
}
`);
