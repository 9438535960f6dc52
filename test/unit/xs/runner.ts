/**
 * mocha's `describe` and `it` inside XS: the same test files run there as in Node. Results are printed one per line
 * ("ok NAME", "not ok NAME: MESSAGE"), and "done" at the end.
 */
type Body = (this: undefined) => void | Promise<void>;

interface Suite {
	readonly name: string;
	readonly before: Body[];
	readonly after: Body[];
	readonly beforeEach: Body[];
	readonly afterEach: Body[];
	readonly items: (Suite | Test)[];
}

interface Test {
	readonly name: string;
	readonly body: Body;
}

function suite(name: string): Suite {
	return { name, before: [], after: [], beforeEach: [], afterEach: [], items: [] };
}

const root = suite("");
let current = root;

Object.assign(globalThis, {
	describe(name: string, body: () => void) {
		const parent = current;
		current = suite(name);
		parent.items.push(current);
		body();
		current = parent;
	},
	it: (name: string, body: Body) => current.items.push({ name, body }),
	before: (body: Body) => current.before.push(body),
	after: (body: Body) => current.after.push(body),
	beforeEach: (body: Body) => current.beforeEach.push(body),
	afterEach: (body: Body) => current.afterEach.push(body),
});

async function runAll(bodies: readonly Body[]): Promise<void> {
	for (const body of bodies) await body.call(undefined);
}

async function runTest(test: Test, path: string, parents: readonly Suite[]): Promise<void> {
	const name = `${path} ${test.name}`.trim();
	try {
		for (const parent of parents) await runAll(parent.beforeEach);
		await test.body.call(undefined);
		for (const parent of parents.slice().reverse()) await runAll(parent.afterEach);
		trace(`ok ${name}\n`);
	} catch (error) {
		trace(`not ok ${name}: ${(error as Error)?.message ?? error}\n`);
	}
}

async function runSuite(suite: Suite, path: string, parents: readonly Suite[]): Promise<void> {
	const line = [...parents, suite];
	const name = `${path} ${suite.name}`.trim();
	await runAll(suite.before);
	for (const item of suite.items) {
		if ("body" in item) await runTest(item, name, line);
		else await runSuite(item, name, line);
	}
	await runAll(suite.after);
}

export async function run(): Promise<void> {
	await runSuite(root, "", []);
	trace("done\n");
}
