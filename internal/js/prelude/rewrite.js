// Reads an expression as n8n reads it and turns it into what the engine evaluates. Called with the parser and the names of the
// extension methods; returns a function of the source, which gives { code, names, members } or { error } or { blocked }.
//
// - Only the first statement counts, and it must be an expression; "{" begins an object.
// - A call x.name(a) of an extension method becomes extend(x, "name", [a]); after an optional link of a chain, where n8n gives
//   undefined instead of complaining about it, extendOptional(x, "name", () => [a]), and what follows in the chain is optional.
// - A call $if(c, a, b) becomes c ? a : b, so that the branch not taken is not evaluated.
// - names are all identifiers used as variables: those that do not exist are undefined in n8n.
// - members says which members are read of a variable, when nothing else is done with it.
(function (esprima, extensionNames) {
	'use strict';

	// The names that n8n refuses. Its message is about the first one.
	const refused = new Set([
		'constructor', 'prototype', '__proto__', 'arguments', 'callee', 'caller', 'defineProperty', 'defineProperties',
		'getPrototypeOf', 'setPrototypeOf', 'getOwnPropertyDescriptor', 'getOwnPropertyDescriptors', '__defineGetter__',
		'__defineSetter__', '__lookupGetter__', '__lookupSetter__', 'prepareStackTrace', 'mainModule', 'binding', '_linkedBinding',
		'_load', 'dlopen', 'getBuiltinModule',
	]);

	class Blocked {
		constructor(name, message) {
			this.name = name;
			this.message = message;
		}
	}

	function refuse(name) {
		if (refused.has(name)) {
			throw new Blocked('ExpressionError', `Cannot access "${name}" due to security concerns`);
		}
	}

	class Rewriter {
		constructor(source, tokens, extensions) {
			this.source = source;
			this.tokens = tokens;
			this.extensions = extensions;
			this.edits = []; // [start, end, text]
			this.names = new Set();
			this.members = new Map(); // name -> Set of keys, or null for all
		}

		// token returns the index of the token that begins at or after a place.
		token(place) {
			let low = 0, high = this.tokens.length;
			while (low < high) {
				const middle = (low + high) >> 1;
				if (this.tokens[middle].range[0] < place) {
					low = middle + 1;
				} else {
					high = middle;
				}
			}
			return low;
		}

		// whole notes that a variable is used other than by reading a member.
		whole(name) {
			this.names.add(name);
			this.members.set(name, null);
		}

		member(name, key) {
			if (key in Object.prototype) {
				this.whole(name); // a method that looks at the other members
				return;
			}
			this.names.add(name);
			const keys = this.members.get(name);
			if (keys === undefined) {
				this.members.set(name, new Set([key]));
			} else if (keys !== null) {
				keys.add(key);
			}
		}

		visit(node) {
			if (Array.isArray(node)) {
				for (const x of node) {
					this.visit(x);
				}
				return;
			}
			if (node === null || typeof node !== 'object' || typeof node.type !== 'string') {
				return;
			}
			switch (node.type) {
				case 'Identifier':
					refuse(node.name);
					this.whole(node.name);
					return;
				case 'MetaProperty':
					throw new SyntaxError('new.target and import.meta are not for expressions');
				case 'ImportExpression':
					throw new Blocked('Error', 'Imports are not supported');
				case 'CallExpression':
					if (node.callee.type === 'Import') {
						throw new Blocked('Error', 'Imports are not supported');
					}
					this.call(node);
					return;
				case 'MemberExpression':
					this.memberExpression(node);
					return;
				case 'UnaryExpression':
					if (node.operator === 'delete') {
						this.changed(node.argument);
						return;
					}
					break;
				case 'AssignmentExpression':
					this.changed(node.left);
					this.visit(node.right);
					return;
				case 'UpdateExpression':
					this.changed(node.argument);
					return;
				case 'Property':
				case 'MethodDefinition':
				case 'PropertyDefinition':
					if (node.computed) {
						this.visit(node.key);
					}
					this.visit(node.value);
					return;
				case 'ObjectPattern':
					this.pattern(node);
					return;
				case 'LabeledStatement':
					this.visit(node.body);
					return;
				case 'BreakStatement':
				case 'ContinueStatement':
					return;
			}
			for (const key of Object.keys(node)) {
				if (key !== 'type' && key !== 'range') {
					this.visit(node[key]);
				}
			}
		}

		// changed visits what is assigned to or deleted: its variable is needed whole.
		changed(node) {
			let root = node;
			while (root.type === 'MemberExpression' || root.type === 'ChainExpression' || root.type === 'CallExpression') {
				root = root.object ?? root.expression ?? root.callee;
			}
			if (root.type === 'Identifier') {
				this.whole(root.name);
			}
			this.visit(node);
		}

		pattern(node) {
			for (const p of node.properties) {
				if (p.type === 'Property') {
					const name = p.key.type === 'Identifier' && !p.computed ? p.key.name : p.key.type === 'Literal' ? String(p.key.value) : '';
					if (refused.has(name)) {
						throw new Blocked('ExpressionDestructuringError', `Cannot destructure "${name}" due to security concerns`);
					}
				}
				this.visit(p);
			}
		}

		memberExpression(node) {
			const { object, property } = node;
			let key;
			if (!node.computed) {
				key = property.name;
			} else if (property.type === 'Literal') {
				key = String(property.value);
			} else if (property.type === 'TemplateLiteral' && property.expressions.length === 0) {
				key = property.quasis[0].value.cooked;
			}
			if (key !== undefined) {
				refuse(key);
			}
			if (object.type === 'Identifier' && key !== undefined) {
				refuse(object.name);
				this.member(object.name, key);
			} else {
				this.visit(object);
			}
			if (key === undefined) {
				this.visit(property);
			}
		}

		call(node) {
			const { callee } = node;
			if (callee.type === 'Identifier' && callee.name === '$if') {
				this.conditional(node);
				return;
			}
			if (callee.type !== 'MemberExpression' || callee.computed || !this.extensions.has(callee.property.name)) {
				this.visit(callee);
				this.visit(node.arguments);
				return;
			}
			const { name } = callee.property;
			const at = this.token(callee.property.range[0]);
			const dot = this.tokens[at - 1];
			let open = at + 1;
			const optional = node.optional || callee.optional || inOptionalChain(callee.object);
			if (this.tokens[open].value === '?.') {
				open++;
			}
			const begin = optional ? `, ${JSON.stringify(name)}, () => [` : `, ${JSON.stringify(name)}, [`;
			this.edits.push([node.range[0], node.range[0], optional ? 'extendOptional(' : 'extend(']);
			this.visit(callee.object);
			this.edits.push([dot.range[0], this.tokens[open].range[1], begin]);
			this.visit(node.arguments);
			this.edits.push([node.range[1] - 1, node.range[1], '])']);
			node.extended = optional;
		}

		conditional(node) {
			const args = node.arguments;
			if (args.length < 2 || args.some((x) => x.type === 'SpreadElement')) {
				throw new Blocked('ExpressionExtensionError', 'invalid syntax');
			}
			const end = node.range[1] - 1;
			this.edits.push([node.range[0], this.tokens[this.token(node.callee.range[1])].range[1], '((']);
			for (const [i, between] of [')?(', '):('].entries()) {
				this.visit(args[i]);
				const comma = this.comma(args[i], end);
				if (i + 1 < args.length) {
					this.edits.push([...comma, between]);
				} else { // there may be one at the end
					this.edits.push([...(comma ?? [end, end]), '):(false']);
				}
			}
			if (args.length > 2) {
				this.visit(args[2]);
				const rest = this.comma(args[2], end);
				if (rest !== undefined) {
					this.edits.push([rest[0], end, '']);
				}
			}
			this.edits.push([end, end + 1, '))']);
		}

		// comma finds the comma after an argument of a call whose arguments end at end.
		comma(argument, end) {
			for (let at = this.token(argument.range[1]); this.tokens[at].range[0] < end; at++) {
				if (this.tokens[at].value === ',') {
					return this.tokens[at].range;
				}
			}
			return undefined;
		}

		// optionalAfter makes the links optional that follow an optional extension call in the same chain.
		optionalAfter(node) {
			if (node === null || typeof node !== 'object') {
				return false;
			}
			if (node.type === 'CallExpression') {
				if (node.extended !== undefined) {
					this.optionalAfter(node.callee.object);
					return node.extended;
				}
				if (!this.optionalAfter(node.callee)) {
					return false;
				}
				if (!node.optional) {
					let open = this.token(node.callee.range[1]);
					while (this.tokens[open].value !== '(') {
						open++;
					}
					this.edits.push([this.tokens[open].range[0], this.tokens[open].range[0], '?.']);
				}
				return true;
			}
			if (node.type === 'MemberExpression') {
				if (!this.optionalAfter(node.object)) {
					return false;
				}
				if (!node.optional) {
					const at = this.token(node.property.range[0]) - 1;
					const t = this.tokens[at];
					this.edits.push(node.computed ? [t.range[0], t.range[0], '?.'] : [t.range[0], t.range[1], '?.']);
				}
				return true;
			}
			return false;
		}
	}

	// edited returns a part of a source with edits [start, end, text] applied, those at one place in their order.
	function edited(source, edits, from, to) {
		let out = '', place = from;
		const order = edits.map((e, i) => [e, i]).sort(([a, i], [b, j]) => a[0] - b[0] || i - j);
		for (const [[start, end, text]] of order) {
			out += source.slice(place, start) + text;
			place = end;
		}
		return out + source.slice(place, to);
	}

	// inOptionalChain reports whether a link ?. stands in the chain that node ends.
	function inOptionalChain(node) {
		for (;;) {
			if (node.type === 'MemberExpression') {
				if (node.optional) {
					return true;
				}
				node = node.object;
			} else if (node.type === 'CallExpression') {
				if (node.optional) {
					return true;
				}
				node = node.callee;
			} else {
				return false;
			}
		}
	}

	const extensions = new Set(extensionNames);

	function expression(source) {
		const wrapped = source.trimStart().startsWith('{') ? `(${source}\n)` : source;
		let tree;
		try {
			tree = esprima.parseScript(wrapped, { range: true, tokens: true });
		} catch (e) {
			return { error: e.description ?? e.message };
		}
		const statement = tree.body[0];
		if (statement === undefined || statement.type !== 'ExpressionStatement') {
			return { error: statement === undefined ? 'there is no expression' : 'this is not an expression' };
		}
		const r = new Rewriter(wrapped, tree.tokens, extensions);
		try {
			r.visit(statement.expression);
		} catch (e) {
			if (e instanceof Blocked) {
				return { blocked: { name: e.name, message: e.message } };
			}
			return { error: e.message };
		}
		r.chains = [];
		const chains = (node) => {
			if (Array.isArray(node)) {
				node.forEach(chains);
			} else if (node !== null && typeof node === 'object' && typeof node.type === 'string') {
				if (node.type === 'ChainExpression') {
					r.optionalAfter(node.expression);
				}
				for (const key of Object.keys(node)) {
					chains(node[key]);
				}
			}
		};
		if (r.edits.length > 0) {
			chains(statement.expression);
		}
		const members = {};
		for (const [name, keys] of r.members) {
			members[name] = keys === null ? null : [...keys];
		}
		let end = statement.range[1];
		if (wrapped[end - 1] === ';') {
			end--;
		}
		return { code: edited(wrapped, r.edits, statement.range[0], end), names: [...r.names], members };
	}

	return expression;
})
