import { lwipSource as findSource, NEEDS_LWIP } from "#scripts/build/lwip-source.mjs";

/** The folder of lwIP's source. Without one, the tests are skipped. */
export function lwipSource(context: Mocha.Context): string {
	const found = findSource();
	if (found !== undefined) return found;
	console.log(`    skipped, missing LWIP: ${NEEDS_LWIP}`);
	return context.skip();
}
