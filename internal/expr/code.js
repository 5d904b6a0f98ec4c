// The globals of code beside those that script.js has for expressions too. Called once for each engine with the host, what
// script.js shares, and the kind of code; gives the globals.
(host, shared, kind) => {
	'use strict';

	const { call, asked, lazy, world, $item, $env, functions } = shared;
	const state = () => host.state();
	const index = () => host.call('index', null);

	// The items of the input exist once in an evaluation: what code changes in $json, it sees in $input too. items and item
	// are others, as in n8n.
	const inputs = () => (state().inputs ??= new Map());
	const input = (at) => {
		const known = inputs();
		if (!known.has(at)) {
			known.set(at, host.call('input', null, [at]));
		}
		return known.get(at);
	};
	const all = () => {
		if (state().all === undefined) {
			const list = host.call('input', null);
			for (const [at, item] of inputs()) {
				if (at < list.length) {
					list[at] = item;
				}
			}
			list.forEach((item, at) => inputs().set(at, item));
			state().all = list;
		}
		return state().all;
	};
	const fail = (name, message) => call('fail', null, name, message, '');
	const failHere = (message, description = '') => call('failHere', null, message, description); // n8n's error with its context
	const bare = (method, find) => (...args) => {
		if (args.length > 0) {
			failHere(`$input.${method}() takes no arguments. To get items from a specific upstream node, use ` +
				`$('NodeName').${method}() (or $('NodeName').all() for every item).`);
		}
		return find();
	};
	const $input = lazy([
		['item', () => input(index())],
		['first', () => bare('first', () => input(0))],
		['last', () => bare('last', () => input(Math.max(host.call('count', null) - 1, 0)))],
		['all', () => () => all()],
		...asked('$input', null, null, ['params', 'context'], []),
	], false);

	// ---- what code keeps and leaves behind

	const statics = () => (state().statics ??= {});
	const staticData = (type) => {
		const known = statics();
		type = String(type);
		return (Object.hasOwn(known, type) ? known : Object.assign(known, { [type]: call('static', null, type) }))[type];
	};
	host.onEnd(() => {
		for (const [type, data] of Object.entries(statics())) {
			call('setStatic', null, type, data);
		}
		if (state().files !== undefined) {
			call('setFiles', null, state().files.of ?? null);
		}
	});
	const customData = {
		set(key, value) {
			call('setCustomData', null, key, typeof value === 'bigint' ? String(value) : value);
		},
		setAll(values) {
			for (const [key, value] of Object.entries(values)) {
				customData.set(key, value);
			}
		},
		get: (key) => call('customData', null)[key],
		getAll: () => call('customData', null),
	};
	// What Go does not give fails when it is read: a text that leads nowhere would be sent out.
	const execution = () => {
		const known = { ...call('variable', null, '$execution'), customData };
		for (const name of ['resumeUrl', 'resumeFormUrl']) {
			if (!Object.hasOwn(known, name)) {
				Object.defineProperty(known, name, { get: () => failHere(
					`$execution.${name} has no value: nothing here resumes executions`), enumerable: false });
			}
		}
		return known;
	};

	// ---- helpers

	// Go gives what came back, or what went wrong as data.
	const request = (name) => ({
		async [name](...args) {
			const { failed, value, bytes } = await host.async(name, ...args);
			if (failed === undefined) {
				const content = bytes === undefined ? undefined : Buffer.from(bytes, 'base64');
				return content === undefined ? value : value === null ? content : Object.assign(value, { body: content });
			}
			const { name: type, message, ...more } = failed;
			const error = Object.assign(new Error(message), more);
			if (type !== 'Error') {
				error.name = type;
			}
			throw error;
		},
	}[name]);
	const code = kind === 'allItems' || kind === 'eachItem';
	const helpers = { httpRequest: request('httpRequest'), request: request('request') };
	// What is no content gets n8n's refusal, in words of ours: n8n's are lost on their way.
	const content = (name, x) => {
		if (!Buffer.isBuffer(x) && (typeof x !== 'string' || name === 'binaryToString')) {
			fail('TypeError', `helpers.${name} takes a Buffer${name === 'binaryToString' ? '' : ' or a text'} as content`);
		}
		return Buffer.from(x).toString('base64');
	};
	for (const [name, at] of [['assertBinaryData', -1], ['getBinaryDataBuffer', -1], ['prepareBinaryData', 0],
		['setBinaryDataBuffer', 1], ['binaryToString', 0]]) {
		const ask = request(name);
		helpers[name] = { async [name](...args) {
			if (at >= 0) {
				args[at] = content(name, args[at]);
			}
			return ask(...args);
		} }[name];
	}
	const elsewhere = {
		returnJsonArray: (data) => (Array.isArray(data) ? data : [data]).map((json) => (
			json && json.json ? { ...json, json: json.json } : { json })),
		copyInputItems: (items, properties) => items.map(({ json }) => Object.fromEntries(properties.map((name) => [
			name, json[name] === undefined ? null : JSON.parse(JSON.stringify(json[name])),
		]))),
		constructExecutionMetaData: (items, { itemData }) => items.map(({ json, ...rest }) => ({ json, pairedItem: itemData, ...rest })),
	};
	for (const name of ['httpRequestWithAuthentication', 'requestWithAuthenticationPaginated', 'copyBinaryFile', 'createReadStream',
		'getBinaryStream', 'binaryToBuffer', 'getBinaryMetadata', 'getStoragePath', 'getBinaryPath', 'writeContentToFile',
		'copyInputItems', 'returnJsonArray', 'normalizeItems', 'getSSHClient', 'createDeferredPromise', 'constructExecutionMetaData']) {
		helpers[name] = !code && Object.hasOwn(elsewhere, name) ? elsewhere[name]
			: () => fail('UnsupportedFunctionError', `The function "helpers.${name}" is not supported in the Code Node`);
	}

	// ---- the globals of each kind

	// The files of an item as the old nodes have them: what is not in memory is fetched.
	const fetched = async (files, at) => {
		for (const [name, file] of Object.entries(files ?? {})) {
			if (file.id !== undefined && at !== undefined && at !== null) {
				file.data = (await helpers.getBinaryDataBuffer(at, name)).toString('base64');
			}
		}
		return files;
	};
	const stored = async (files, given) => {
		if (!files) {
			fail('NodeOperationError', `No data was provided to setBinaryDataAsync (${given}data: IBinaryKeyData).`);
		}
		for (const [name, file] of Object.entries(files)) {
			files[name] = await helpers.setBinaryDataBuffer(file, Buffer.from(file.data, 'base64'));
		}
		return files;
	};
	const itemFiles = () => (state().files ??= { of: host.call('input', null, [index()]).binary });
	const older = {
		getNodeParameter: (name, at, otherwise) => {
			const found = call('nodeParameter', null, String(name), typeof at === 'number' ? at : 0);
			return found.length > 0 ? found[0] : otherwise;
		},
		getWorkflowStaticData: staticData,
	};
	const own = {
		allItems: { get items() { return (state().items ??= host.call('input', null)); }, $getWorkflowStaticData: staticData },
		eachItem: { get item() { return (state().item ??= host.call('input', null, [index()])); }, $getWorkflowStaticData: staticData },
		function: {
			...older,
			getBinaryDataAsync: async (item) => (item?.binary ? fetched(item.binary, item.index) : undefined),
			async setBinaryDataAsync(item, files) {
				if (!item) {
					fail('NodeOperationError', 'No item was provided to setBinaryDataAsync (item: INodeExecutionData, data: IBinaryKeyData).');
				}
				item.binary = await stored(files, 'item: INodeExecutionData, ');
			},
			get items() { return (state().items ??= host.call('input', null).map((item, at) => ({ ...item, index: at }))); },
		},
		functionItem: {
			...older,
			get item() { return (state().item ??= host.call('input', null, [index()]).json); },
			getBinaryData: () => itemFiles().of,
			async setBinaryData(files) { itemFiles().of = files; },
			getBinaryDataAsync: async () => fetched(itemFiles().of, index()),
			async setBinaryDataAsync(files) { itemFiles().of = await stored(files, ''); },
		},
	}[kind];

	const { $jmespath, $jmesPath } = functions;
	const $evaluateExpression = () => failHere("$evaluateExpression can't be used in the Code node while task runners " +
		'run in secure mode', 'Evaluate the expression in a parameter of a node, for example of an Edit Fields (Set) node before this one.');
	const $fromAI = () => failHere('No execution data available');
	const globals = {
		...world(null), $item, $env, $input, helpers, $jmespath, $jmesPath, $evaluateExpression, $fromAI, $fromAi: $fromAI, $fromai: $fromAI,
		$getPairedItem: (...args) => call('pairedItem', null, ...args),
		$evaluation: undefined, $secrets: undefined, $agentInfo: undefined,
	};
	return Object.defineProperties(Object.defineProperties(globals, Object.getOwnPropertyDescriptors(own)), {
		$json: { get: () => input(index())?.json, enumerable: true },
		$data: { get: () => input(index())?.json, enumerable: true },
		$thisItem: { get: () => input(index()), enumerable: true },
		$execution: { get: () => (state().execution ??= execution()), enumerable: true },
	});
}
