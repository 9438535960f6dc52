/**
 * oxlint rules for code that runs on XS (.oxlintrc.json says where each applies). Each message gives the reason;
 * docs/writing-for-xs.md has the figures.
 */

/** @import { RuleTester } from "oxlint/plugins-dev" */

/**
 * @typedef {Parameters<RuleTester["run"]>[1]} Rule
 * @typedef {{ meta: { name: string }, rules: Record<string, Rule> }} Plugin
 */

const FOLDING = new Set([
	"toLowerCase",
	"toUpperCase",
	"toLocaleLowerCase",
	"toLocaleUpperCase",
	"trim",
	"trimStart",
	"trimEnd",
	"localeCompare",
	"normalize",
]);

/** @type {Rule} */
const noRegex = {
	create(context) {
		const message =
			"No regular expressions: XS matches by backtracking, and a peer's text can make that take seconds. Walk the text by position (src/http/syntax/characters.ts).";
		return {
			Literal(node) {
				if ("regex" in node) context.report({ node, message });
			},
			Identifier(node) {
				if (node.name === "RegExp") context.report({ node, message });
			},
		};
	},
};

/** @type {Rule} */
const noPrivateMethod = {
	create(context) {
		return {
			MethodDefinition(node) {
				if (node.key.type === "PrivateIdentifier" && !node.static)
					context.report({
						node: node.key,
						message:
							"Declare it `private name()`: on XS each instance has a slot for every #method of its class (fxDefinePrivateProperty, xsProperty.c), while the prototype is in flash.",
					});
			},
		};
	},
};

/** @type {Rule} */
const noForOf = {
	create(context) {
		return {
			ForOfStatement(node) {
				if (!node.await)
					context.report({
						node,
						message:
							"No for-of in code that runs for each frame or request: on XS it takes sixteen slots of the heap. Use an index.",
					});
			},
		};
	},
};

/** @type {Rule} */
const noUnicodeFolding = {
	create(context) {
		return {
			MemberExpression(node) {
				const { property, computed } = node;
				if (!computed && property.type === "Identifier" && FOLDING.has(property.name))
					context.report({
						node: property,
						message: `No ${property.name}(): it knows more letters and spaces than protocols do (U+212A becomes k). Fold and trim with src/http/syntax/ascii.ts.`,
					});
			},
		};
	},
};

/** @type {Plugin} */
export default {
	meta: { name: "xs" },
	rules: {
		"no-for-of": noForOf,
		"no-private-method": noPrivateMethod,
		"no-regex": noRegex,
		"no-unicode-folding": noUnicodeFolding,
	},
};
