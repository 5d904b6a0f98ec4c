// The globals of an expression that are not plain data. Called once for each engine with the host, which answers for n8n's
// things (see script.go and calls.go), and with makeExtensions, which makes n8n's extension methods and functions; gives the
// globals. Every evaluation uses the same ones, so nothing here may keep a value of one.
//
// Code has the same world. It keeps what it was given for as long as it runs, so that it sees its own changes.
(host, makeExtensions, makeCode) => {
	'use strict';

	const { Proxy } = host;

	// call asks Go. Each argument of the expression's goes into a list of its own: an empty one is undefined, which JSON has not,
	// nor has it a BigInt.
	const boxed = (args) => args.map((x) => {
		if (typeof x === 'bigint') {
			throw new TypeError('a BigInt is no argument here');
		}
		return x === undefined ? [] : [x];
	});
	const ask = (name, at, ...args) => host.call(name, at, ...boxed(args));
	const kept = new Set(['get', 'call', 'items', 'node', 'parameters', 'parameter', 'variable', 'variables']);
	const call = makeCode === undefined ? ask : (name, at, ...args) => {
		if (!kept.has(name)) {
			return ask(name, at, ...args);
		}
		const answers = (host.state().answers ??= new Map());
		const key = JSON.stringify([name, at, boxed(args)]);
		if (!answers.has(key)) {
			answers.set(key, ask(name, at, ...args));
		}
		return answers.get(key);
	};

	// lazy gives an object whose members are found when they are read: find says how, by name. Like those of n8n's own objects
	// they do not show when the object is listed, unless they are to.
	function lazy(find, enumerable) {
		const descriptors = {};
		for (const [name, get] of find) {
			descriptors[name] = { get, enumerable, configurable: true };
		}
		return Object.create(Object.prototype, descriptors);
	}

	// asked gives the members and methods of a thing: $input, or $ or $node and the name of a node.
	const asked = (thing, at, name, members, methods) => [
		...members.map((member) => [member, () => call('get', at, thing, name, member)]),
		...methods.map((method) => [method, () => (...args) => call('call', at, thing, name, method, ...args)]),
	];

	// lookup gives an object that has any member: find(name) is its value.
	const lookup = (find) => new Proxy({}, {
		get: (_, name) => (typeof name === 'symbol' || name === 'toJSON' ? undefined : find(name)),
		has: (_, name) => find(name) !== undefined,
		set: () => false,
		defineProperty: () => false,
		deleteProperty: () => false,
	});

	// output is $node['Node'].
	const output = (at, name) => lazy([
		...asked('$node', at, name, ['json', 'data', 'binary', 'runIndex', 'context'], []),
		['parameter', () => lazy(call('parameters', at, name).map((key) => [key, () => call('parameter', at, name, key)]), true)],
	], false);

	const outputs = ['first', 'last', 'all'];

	// world gives what depends on the current item; at is its index, null for the one that is being evaluated.
	const world = (at) => ({
		$input: lazy(asked('$input', at, null, ['item', 'params', 'context'], outputs), false),
		$: (name) => lazy(asked('$', at, String(name), ['item', 'params', 'context', 'isExecuted'],
			[...outputs, 'itemMatching', 'pairedItem']), false),
		$node: lookup((name) => {
			call('node', at, name);
			return output(at, name);
		}),
		$items: (...args) => call('items', at, ...args),
	});

	// $item(index) has what the item at index would see.
	const $item = (index) => lazy([
		...Object.entries(world(index)).map(([name, value]) => [name, () => value]),
		...call('variables', null).map((name) => [name, () => call('variable', index, name)]),
	], true);

	// ---- n8n's functions and extension methods

	const { extend, extendOptional, globals } = makeExtensions({
		get DateTime() { return host.luxon().DateTime; },
		get Duration() { return host.luxon().Duration; },
		get Interval() { return host.luxon().Interval; },
		get jmespath() { return host.jmespath().search; },
	});

	const $fromAI = (...args) => call('fromAI', null, ...args);

	// told passes an error of n8n's functions on to Go, with its description, which would be lost otherwise. An error that came from
	// Go has none.
	const told = (name, fn) => ({
		[name](...args) {
			try {
				return fn(...args);
			} catch (e) {
				if (e instanceof Error && Object.hasOwn(e, 'description')) {
					call('fail', null, e.name, e.message, e.description);
				}
				throw e;
			}
		},
	}[name]);
	const functions = {};
	for (const [name, fn] of Object.entries({ ...globals, extend, extendOptional })) {
		functions[name] = told(name, fn);
	}
	const $env = lookup((name) => call('env', null, name));
	if (makeCode !== undefined) {
		return makeCode(host, { call, asked, lazy, world, $item, $env, functions });
	}
	delete functions.$if; // calls are rewritten, and nothing else of it exists in n8n

	return {
		...world(null),
		...functions,
		$item,
		$env,
		process: lazy([['env', () => call('environment', null)]], true),
		$evaluateExpression: (text, at) => {
			if (typeof text !== 'string' || (at !== undefined && typeof at !== 'number')) {
				throw new TypeError('$evaluateExpression takes a text and the index of an item');
			}
			return call('evaluate', at || null, text);
		},
		$fromAI,
		$fromAi: $fromAI,
		$fromai: $fromAI,
		$getPairedItem: (...args) => call('pairedItem', null, ...args),
	};
}
