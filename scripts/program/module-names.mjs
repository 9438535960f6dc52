import module from "node:module";

/**
 * Makes names of the device's modules stand for files in Node.
 *
 * @param {Readonly<Record<string, string>>} files URLs by name.
 */
export function nameModules(files) {
	// Newer versions of Node have registerHooks, and want it in place of register.
	const { registerHooks } = /** @type {{ registerHooks?: (hooks: object) => void }} */ (module);
	if (registerHooks)
		registerHooks({
			/**
			 * @param {string} specifier
			 * @param {unknown} context
			 * @param {(specifier: string, context: unknown) => unknown} next
			 */
			resolve: (specifier, context, next) =>
				specifier in files ? { url: files[specifier], shortCircuit: true } : next(specifier, context),
		});
	else
		module.register(
			`data:text/javascript,${encodeURIComponent(`
			const files = ${JSON.stringify(files)};
			export const resolve = (specifier, context, next) =>
				specifier in files ? { url: files[specifier], shortCircuit: true } : next(specifier, context);
		`)}`,
		);
}
