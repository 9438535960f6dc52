import { parse } from "acorn";

/** @import { AnyNode, AssignmentExpression, BinaryExpression, Expression, Literal, SourceLocation, Super } from "acorn" */

/**
 * The context of a node.
 *
 * @typedef {object} Place
 * @property {AnyNode | undefined} parent
 * @property {string} key The parent's name for it.
 * @property {boolean} constant Whether it is at the module's top level, not in a function.
 * @property {boolean} message Whether it is part of an error's wording.
 * @property {boolean} [pattern] Whether it is assigned to, deleted, declared or named.
 */

/**
 * One way to change a node: `text` replaces it, the statement is left out, or the body returns first.
 *
 * @typedef {object} Change
 * @property {string} what
 * @property {string} [text]
 * @property {boolean} [statement]
 * @property {boolean} [first]
 */

/** The function that tells a mutation whether it is the active one. The worker defines it as a global. */
const ASK = "$mutated";

/** @type {Readonly<Record<string, string>>} */
const RELATIONS = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };
/** @type {Readonly<Record<string, string>>} */
const OPPOSITES = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" };
/** @type {Readonly<Record<string, string>>} */
const OPERATORS = {
	"===": "!==",
	"!==": "===",
	"==": "!=",
	"!=": "==",
	"+": "-",
	"-": "+",
	"*": "/",
	"/": "*",
	"%": "*",
	"<<": ">>",
	">>": "<<",
	">>>": "<<",
	"&": "|",
	"|": "&",
	"^": "&",
};
/** @type {Readonly<Record<string, string>>} */
const ASSIGNMENTS = {
	"+=": "-=",
	"-=": "+=",
	"*=": "/=",
	"|=": "&=",
	"&=": "|=",
	"^=": "&=",
	"<<=": ">>=",
	">>=": "<<=",
	">>>=": "<<=",
	"??=": "=",
	"||=": "=",
	"&&=": "=",
};
/** @type {Readonly<Record<string, string>>} */
const FUNCTIONS_OF_MATH = { min: "max", max: "min", floor: "ceil", ceil: "floor" };

/**
 * Finds everything that can be changed in a module, and builds in all changes: each is active if `$mutated(its number)`
 * is true. So the tests are loaded once, and not once for each mutation.
 *
 * @param {string} source
 * @param {number} first The number of the first mutation.
 * @returns The code, and for each mutation its place in `source` (a line from 1, a column from 0) and what it does.
 */
export function instrument(source, first) {
	const tree = parse(source, { ecmaVersion: 2022, sourceType: "module", locations: true });
	/** @type {{ line: number, column: number, what: string }[]} */
	const mutations = [];
	const code = emit(tree, { parent: undefined, key: "", constant: true, message: false });
	return { code, mutations };

	/**
	 * Returns the text of a node with all of its changes built in.
	 *
	 * @param {AnyNode} node
	 * @param {Place} place
	 * @returns {string}
	 */
	function emit(node, place) {
		// Numbered before its children, so that a list of mutations reads from left to right.
		const changes = changesOf(node, place).map((change) => ({
			...change,
			ask: `${ASK}(${add(node, change.what)})`,
		}));
		let code = inside(node, place);
		for (const { ask, text, statement, first: entry } of changes) {
			if (entry) code = `{ if (${ask}) return; ${code.slice(1)}`;
			else if (statement) code = `{ if (!${ask}) { ${code} } }`;
			else code = `(${ask} ? ${text} : ${code})`;
		}
		return code;
	}

	/**
	 * @param {AnyNode} node
	 * @param {Place} place
	 */
	function inside(node, place) {
		let code = "",
			at = node.start;
		for (const [key, child] of children(node)) {
			code += source.slice(at, child.start) + emit(child, below(node, key, place));
			at = child.end;
		}
		return code + source.slice(at, node.end);
	}

	/**
	 * @param {AnyNode} node
	 * @param {string} what
	 */
	function add(node, what) {
		const { start } = /** @type {SourceLocation} */ (node.loc);
		mutations.push({ line: start.line, column: start.column, what });
		return first + mutations.length - 1;
	}

	/**
	 * @param {AnyNode} node
	 * @param {Place} place
	 * @returns {Change[]}
	 */
	function changesOf(node, { parent, key, constant, message, pattern }) {
		if (pattern) return [];
		/** @param {AnyNode} part */
		const text = (part) => source.slice(part.start, part.end);
		/**
		 * @param {AnyNode} part
		 * @param {string} by
		 */
		const replaced = (part, by) => source.slice(node.start, part.start) + by + source.slice(part.end, node.end);
		/**
		 * Replaces only the operator, which is somewhere between its operands.
		 *
		 * @param {AssignmentExpression | BinaryExpression} operation
		 * @param {string} by
		 */
		const operator = ({ left, right }, by) => `${text(left)} ${by} ${text(right)}`;
		/**
		 * @param {string} by
		 * @param {string} [what]
		 */
		const instead = (by, what = by) => ({ text: `(${by})`, what: `${short(text(node))} → ${short(what)}` });
		const condition = key === "test" && /^(If|While|DoWhile|For|Conditional)/.test(parent?.type ?? "");
		switch (node.type) {
			case "BinaryExpression":
				if (RELATIONS[node.operator])
					return [
						instead(operator(node, RELATIONS[node.operator])),
						instead(operator(node, OPPOSITES[node.operator])),
					];
				if (!OPERATORS[node.operator] || (node.operator === "+" && [node.left, node.right].some(isText)))
					return condition ? [instead(`!(${text(node)})`)] : [];
				return [instead(operator(node, OPERATORS[node.operator]))];
			case "LogicalExpression": {
				const by = { "&&": "||", "||": "&&", "??": "&&" }[node.operator];
				// In parentheses, since the original is if it has to be.
				return [
					{
						text: `((${text(node.left)}) ${by} (${text(node.right)}))`,
						what: `${short(text(node))}: ${node.operator} → ${by}`,
					},
				];
			}
			case "UnaryExpression":
				return node.operator === "!" || node.operator === "-" ? [instead(text(node.argument))] : [];
			case "UpdateExpression": {
				const by = node.operator === "++" ? "--" : "++";
				return [instead(node.prefix ? by + text(node.argument) : text(node.argument) + by)];
			}
			case "AssignmentExpression":
				return ASSIGNMENTS[node.operator] ? [instead(operator(node, ASSIGNMENTS[node.operator]))] : [];
			case "ChainExpression":
				return links(node.expression).map((at) =>
					instead(
						source.slice(node.start, at) +
							(source[at + 2] === "[" || source[at + 2] === "(" ? "" : ".") +
							source.slice(at + 2, node.end),
					),
				);
			case "CallExpression": {
				const { callee } = node;
				const by =
					callee.type === "MemberExpression" &&
					text(callee.object) === "Math" &&
					callee.property.type === "Identifier" &&
					FUNCTIONS_OF_MATH[callee.property.name];
				return by ? [instead(replaced(callee.property, by))] : condition ? [instead(`!${text(node)}`)] : [];
			}
			case "Identifier":
			case "MemberExpression":
				return condition ? [instead(`!${text(node)}`)] : [];
			case "Literal":
				return literal(node, constant, message).map((by) => instead(by));
			case "TemplateLiteral":
				return message || parent?.type === "TaggedTemplateExpression" ? [] : [instead('""')];
			case "ExpressionStatement":
				return isAct(node.expression) && !node.directive
					? [{ statement: true, what: `${short(text(node))} removed` }]
					: [];
			case "ThrowStatement":
			case "ContinueStatement":
				return [{ statement: true, what: `${short(text(node))} removed` }];
			case "ReturnStatement":
				return node.argument ? [] : [{ statement: true, what: "return; removed" }];
			case "BreakStatement":
				return parent?.type === "SwitchCase" ? [] : [{ statement: true, what: "break; removed" }];
			case "BlockStatement":
				// With one statement, this would equal removing it. A derived class has to call super.
				return isBody(node, parent) && node.body.length > 1 && !/\bsuper\(/.test(text(node))
					? [{ first: true, what: "returns at once" }]
					: [];
			default:
				return [];
		}
	}
}

/**
 * @param {Literal} node
 * @param {boolean} constant
 * @param {boolean} message
 */
function literal(node, constant, message) {
	const { value } = node;
	if (typeof value === "boolean") return [String(!value)];
	if (typeof value === "number") return numbers(value, constant);
	if (typeof value === "string" && !message) return [value === "" ? '"mutated"' : '""'];
	return [];
}

/**
 * @param {number} value
 * @param {boolean} constant
 */
function numbers(value, constant) {
	if (value === 0) return ["1"];
	if (value === 1) return ["0"];
	// No test would notice one byte more than ten thousand, and none should.
	return (!constant ? [value + 1] : value <= 16 ? [value - 1, value + 1] : [Math.round(value / 2), value * 2]).map(
		String,
	);
}

/**
 * Returns the context of a node's children.
 *
 * @param {AnyNode} node
 * @param {string} key
 * @param {Place} place
 * @returns {Place}
 */
function below(node, key, { constant, message }) {
	const isFunction = /Function/.test(node.type) || node.type === "PropertyDefinition";
	return {
		parent: node,
		key,
		// A number at the module's top level, not in a function, is a constant or part of a table.
		constant: constant && !isFunction,
		// The wording of errors is for people: no test should depend on it.
		message:
			message ||
			(node.type === "NewExpression" && node.callee.type === "Identifier" && node.callee.name.endsWith("Error")),
		// A target of an assignment, deletion or declaration, and a name, is not a value.
		pattern:
			(key === "left" && /^Assignment|^For(In|Of)/.test(node.type)) ||
			(key === "argument" && (node.type === "UpdateExpression" || isDeletion(node))) ||
			((key === "key" || key === "property") && !("computed" in node && node.computed)) ||
			(key === "source" && /^(Im|Ex)port/.test(node.type)) ||
			(key === "callee" && node.type !== "CallExpression"),
	};
}

/**
 * @param {AnyNode} node
 * @returns {Generator<[key: string, child: AnyNode]>}
 */
function* children(node) {
	/** @type {[key: string, child: AnyNode][]} */
	const found = [];
	for (const [key, value] of Object.entries(node)) {
		for (const child of Array.isArray(value) ? value : [value]) {
			if (typeof child?.type === "string" && child.start !== undefined) found.push([key, child]);
		}
	}
	// A shorthand property's key and value are the same text.
	yield* found
		.filter(([, child], at) => !found.slice(0, at).some(([, other]) => other.start === child.start))
		.sort(([, one], [, other]) => one.start - other.start);
}

/**
 * Returns the positions of a chain's `?.`.
 *
 * @param {Expression} node
 */
function links(node) {
	const found = [];
	/** @type {Expression | Super} */
	let at = node;
	while (at.type === "MemberExpression" || at.type === "CallExpression") {
		/** @type {Expression | Super} */
		const before = at.type === "MemberExpression" ? at.object : at.callee;
		if (at.optional) found.push(before.end);
		at = before;
	}
	return found;
}

/** @param {AnyNode} node */
function isDeletion(node) {
	return node.type === "UnaryExpression" && node.operator === "delete";
}

/**
 * @param {AnyNode} node
 * @returns {boolean}
 */
function isText(node) {
	return (
		node.type === "TemplateLiteral" ||
		(node.type === "Literal" && typeof node.value === "string") ||
		(node.type === "BinaryExpression" && node.operator === "+" && (isText(node.left) || isText(node.right)))
	);
}

/**
 * Reports whether an expression has an effect and is not the call of a base class's constructor.
 *
 * @param {AnyNode} node
 */
function isAct(node) {
	return (
		node.type === "AwaitExpression" ||
		node.type === "ChainExpression" ||
		isDeletion(node) ||
		(node.type === "CallExpression" && node.callee.type !== "Super") ||
		node.type === "AssignmentExpression" ||
		node.type === "UpdateExpression" ||
		node.type === "YieldExpression"
	);
}

/**
 * @param {AnyNode} node
 * @param {AnyNode | undefined} parent
 */
function isBody(node, parent) {
	return (
		(parent?.type === "FunctionDeclaration" ||
			parent?.type === "FunctionExpression" ||
			parent?.type === "ArrowFunctionExpression") &&
		parent.body === node
	);
}

/** @param {string} text */
function short(text) {
	const line = text.replace(/\s+/g, " ");
	return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
