/** The project's own style rules for oxlint: those that none of its built-in rules covers. */

/** @import { Plugin, Rule } from "./xs.mjs" */

const UPPER_CASE = new Set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

/**
 * Reports whether an expression is a constant's value: a literal, or an array or object of literals. An empty array or
 * object counts as a variable, since the code fills it later.
 *
 * @param {any} node
 * @param {boolean} inside
 * @returns {boolean}
 */
function isConstant(node, inside = false) {
	switch (node?.type) {
		case "Literal":
			return true;
		case "TemplateLiteral":
			return node.expressions.length === 0;
		case "UnaryExpression":
			return isConstant(node.argument, inside);
		case "TSAsExpression":
		case "TSSatisfiesExpression":
			return isConstant(node.expression, inside);
		case "ArrayExpression":
			return (
				(inside || node.elements.length > 0) &&
				node.elements.every((/** @type {any} */ element) => isConstant(element, true))
			);
		case "ObjectExpression":
			return (
				(inside || node.properties.length > 0) &&
				node.properties.every(
					(/** @type {any} */ property) => property.type === "Property" && isConstant(property.value, true),
				)
			);
		case "CallExpression":
			return (
				node.callee.type === "MemberExpression" &&
				node.callee.object.name === "Object" &&
				node.callee.property.name === "freeze" &&
				isConstant(node.arguments[0], inside)
			);
		default:
			return false;
	}
}

/** @type {Rule} */
const constantCase = {
	create(context) {
		return {
			VariableDeclaration(node) {
				const scope = node.parent.type === "ExportNamedDeclaration" ? node.parent.parent : node.parent;
				if (node.kind !== "const" || scope?.type !== "Program") return;
				for (const { id, init } of node.declarations)
					if (id.type === "Identifier" && isConstant(init) && [...id.name].some((c) => !UPPER_CASE.has(c)))
						context.report({
							node: id,
							message: `Write a module's constant in UPPER_CASE, with its unit if it has one: ${id.name}`,
						});
			},
		};
	},
};

/** @type {Plugin} */
export default { meta: { name: "style" }, rules: { "constant-case": constantCase } };
