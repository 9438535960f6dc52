import { assert } from "chai";
import { existsSync } from "node:fs";
import { NEEDS_32 } from "#scripts/build/bits32.mjs";
import { compare, readBudgets } from "../../bench/costs/budgets.ts";
import { type Costs, measureCosts, PROGRAM } from "../../bench/costs/measure.ts";

const budgets = readBudgets();

describe("the script's costs", function () {
	this.timeout(90_000);
	let costs: Costs;

	before(async function () {
		if (!existsSync(PROGRAM[0])) {
			console.log(`    skipped, since the costs are those of a board: ${NEEDS_32}`);
			this.skip();
		}
		costs = await measureCosts();
	});

	it("have a budget for each figure, and a figure for each budget", () => {
		assert.sameMembers(Object.keys(costs), Object.keys(budgets));
	});

	for (const [name, { budget }] of Object.entries(budgets)) {
		it(`stay within ${name}: at most ${budget}`, () => {
			assert.isAtMost(costs[name], budget);
		});
	}

	after(() => {
		if (!existsSync(PROGRAM[0])) return;
		for (const { name, measured, budget, verdict } of compare(costs, budgets))
			if (verdict === "to be lowered")
				console.log(
					`      ${name}: ${measured} of ${budget.budget}; lower the budgets: npm run bench -- costs --write`,
				);
	});
});

describe("budgets", () => {
	const budget = { budget: 100, reason: "" };

	for (const [measured, verdict] of [
		[0, "to be lowered"],
		[84, "to be lowered"],
		[86, "within"],
		[100, "within"],
		[101, "over"],
		[NaN, "over"],
	] as const) {
		it(`of 100 are ${verdict} at ${measured}`, () => {
			assert.deepEqual(
				compare({ it: measured }, { it: budget }).map(({ verdict }) => verdict),
				[verdict],
			);
		});
	}

	it("that are bounds are not lowered", () => {
		assert.equal(compare({ it: 0 }, { it: { ...budget, fixed: true } })[0].verdict, "within");
	});

	it("exist for every figure, and for no others", () => {
		assert.throws(() => compare({ it: 1 }, {}), 'has no budget for "it"');
		assert.throws(() => compare({}, { it: budget }), 'nothing is measured as "it"');
	});
});
