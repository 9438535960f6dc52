import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../test/support/root.ts";
import type { Costs } from "./measure.ts";

export interface Budget {
	/** The maximum. */
	readonly budget: number;
	/** The goal, if the figure is above it. */
	readonly goal?: number;
	/** Whether the budget is fixed, and does not follow the measurements. */
	readonly fixed?: true;
	readonly reason: string;
}

export type Budgets = Readonly<Record<string, Budget>>;

export interface Comparison {
	readonly name: string;
	readonly measured: number;
	readonly budget: Budget;
	readonly verdict: "within" | "over" | "to be lowered";
}

/** The part that a new budget adds to the measured figure. */
const ROOM = 0.1;
/** A budget with more room than this no longer limits anything. */
const MOST_ROOM = 0.15;

const file = join(root, "bench/budgets.json");

export function readBudgets(): Budgets {
	return JSON.parse(readFileSync(file, "utf8")) as Budgets;
}

/** Compares figures with their budgets. Throws if a figure has no budget, or a budget no figure. */
export function compare(costs: Costs, budgets: Budgets): Comparison[] {
	const gone = Object.keys(budgets).find((name) => costs[name] === undefined);
	if (gone !== undefined) throw new Error(`bench/budgets.json: nothing is measured as "${gone}"`);
	return Object.entries(costs).map(([name, measured]) => {
		const budget = budgets[name];
		if (budget === undefined)
			throw new Error(`bench/budgets.json has no budget for "${name}", which is ${measured}`);
		return { name, measured, budget, verdict: verdictOf(measured, budget) };
	});
}

/** Sets the budgets by the measured figures, up and down. The reasons stay. */
export function writeBudgets(comparisons: readonly Comparison[]): void {
	const budgets = Object.fromEntries(
		comparisons.map(({ name, measured, budget }): [string, Budget] => [
			name,
			budget.fixed ? budget : { ...budget, budget: threeDigits(measured * (1 + ROOM)) },
		]),
	);
	writeFileSync(file, `${JSON.stringify(budgets, null, "\t")}\n`);
}

function verdictOf(measured: number, { budget, fixed }: Budget): Comparison["verdict"] {
	if (!(measured <= budget)) return "over";
	return !fixed && measured < budget * (1 - MOST_ROOM) ? "to be lowered" : "within";
}

/** Rounds up to three digits. */
function threeDigits(value: number): number {
	if (value === 0) return 0;
	const unit = 10 ** (Math.floor(Math.log10(value)) - 2);
	return Number((Math.ceil(value / unit) * unit).toPrecision(3));
}
