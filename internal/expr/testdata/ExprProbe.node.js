'use strict';

// A node for n8n (CUSTOM.exprProbe; name its folder in N8N_CUSTOM_EXTENSIONS) that puts out, for each item, what n8n makes of its parameters
// p0, p1, ... of which `count` counts: the type and the value as JSON, or the error.

const most = 400;

function typeName(value) {
	if (value === null) {
		return 'null';
	}
	if (typeof value !== 'object') {
		return typeof value;
	}
	return Array.isArray(value) ? 'array' : value.constructor?.name ?? 'object';
}

function asJson(value) {
	if (typeof value === 'bigint') {
		return `${value}n`;
	}
	if (typeof value === 'number' && !Number.isFinite(value)) {
		return String(value);
	}
	return JSON.parse(JSON.stringify(value) ?? 'null');
}

class ExprProbe {
	constructor() {
		const property = (name, type, value) => ({ displayName: name, name, type, default: value });
		this.description = {
			displayName: 'Expression Probe', name: 'exprProbe', group: ['transform'], version: 1, description: 'Evaluates its parameters',
			defaults: { name: 'Expression Probe' }, inputs: ['main'], outputs: ['main'],
			properties: [property('count', 'number', 0), ...Array.from({ length: most }, (_, i) => property(`p${i}`, 'string', ''))],
		};
	}

	async execute() {
		const count = this.getNodeParameter('count', 0);
		const probe = (name, item) => {
			try {
				const value = this.getNodeParameter(name, item);
				return { type: typeName(value), value: asJson(value) };
			} catch ({ name, message }) {
				return { error: { name, message } };
			}
		};
		return [this.getInputData().map((_, item) => ({
			json: { r: Array.from({ length: count }, (_, i) => probe(`p${i}`, item)) }, pairedItem: { item },
		}))];
	}
}

module.exports = { ExprProbe };
