import { parseArgs } from "node:util";
import { type Comparison, compare, readBudgets, writeBudgets } from "./budgets.ts";
import { missingForXtensa } from "#scripts/build/xtensa.mjs";
import { countUnderCallgrind, hasCallgrind } from "./callgrind.ts";
import { countEmulated } from "./emulated.ts";
import { type Costs, measureCosts } from "./measure.ts";

const HELP = `Counts the script's costs, and compares them with their budgets: npm run bench -- costs OPTIONS

  --write      sets each budget to the highest of three measurements plus a tenth
               (bench/budgets.json)
  --callgrind  also counts instructions per frame, in half a minute; needs valgrind
  --emulated   counts only the instructions of frames and requests on the ESP32-S3's
               instruction set, in some minutes; docs/emulation.md says what this needs
  --help       prints this help
`;

/** Resolves to the exit code: 1 if a figure exceeds its budget. */
export async function main(
	args: readonly string[],
	prepare: () => Promise<void>,
	prepareEmulation: () => Promise<void>,
): Promise<number> {
	const values = parse(args);
	if (typeof values === "string" || values.help) {
		process[typeof values === "string" ? "stderr" : "stdout"].write(
			typeof values === "string" ? `yieldcam: ${values}\n` : HELP,
		);
		return typeof values === "string" ? 1 : 0;
	}
	if (values.callgrind && !hasCallgrind()) {
		process.stderr.write("yieldcam: valgrind is not installed; as root: apt-get install valgrind\n");
		return 1;
	}
	if (values.emulated) {
		const plugin = process.env["QEMU_XTENSA_COUNTER"];
		const missing =
			missingForXtensa() ?? (plugin ? undefined : "QEMU_XTENSA_COUNTER names no plugin: see docs/emulation.md");
		if (missing !== undefined) {
			process.stderr.write(`yieldcam: ${missing}\n`);
			return 1;
		}
		await prepareEmulation();
		await countEmulated(process.env["QEMU_XTENSA"]!.trim().split(/\s+/), plugin!, print);
		return 0;
	}
	await prepare();
	const comparisons = compare(values.write ? await highestCosts(3) : await measureCosts(), readBudgets());
	process.stdout.write(table(comparisons));
	if (values.write) writeBudgets(comparisons);
	if (values.callgrind) await countUnderCallgrind(print);
	return !values.write && comparisons.some(({ verdict }) => verdict === "over") ? 1 : 0;
}

async function highestCosts(times: number): Promise<Costs> {
	const measured: Costs[] = [];
	for (let i = 0; i < times; i++) measured.push(await measureCosts());
	return Object.fromEntries(
		Object.keys(measured[0]).map((name) => [name, Math.max(...measured.map((costs) => costs[name]))]),
	);
}

function parse(args: readonly string[]) {
	try {
		return parseArgs({
			args: [...args],
			options: {
				write: { type: "boolean" },
				callgrind: { type: "boolean" },
				emulated: { type: "boolean" },
				help: { type: "boolean", short: "h" },
			},
		}).values;
	} catch (error) {
		return `${(error as Error).message.split(". ")[0]} (npm run bench -- costs --help lists the options)`;
	}
}

function print(title: string, instructions: number): void {
	process.stdout.write(`${title}: ${Math.round(instructions).toLocaleString("en")}\n`);
}

function table(comparisons: readonly Comparison[]): string {
	const rows = comparisons.map(({ name, measured, budget: { budget, goal }, verdict }) => [
		name,
		number(measured),
		number(budget),
		goal === undefined ? "" : number(goal),
		verdict === "within" ? "" : verdict,
	]);
	return [
		"| figure | measured | budget | goal | |",
		"|---|---:|---:|---:|---|",
		...rows.map((cells) => `| ${cells.join(" | ")} |`),
		"",
	].join("\n");
}

function number(value: number): string {
	return Number(value.toPrecision(4)).toLocaleString("en", { maximumFractionDigits: 3 });
}
