import module from "node:module";

/**
 * Makes names of the device's modules stand for files in Node, and finds the library's own modules in this package,
 * wherever the importing file is.
 *
 * @param {Readonly<Record<string, string>>} files URLs by name.
 */
export function nameModules(files) {
	// Newer versions of Node have registerHooks, and want it in place of register, which runs its hooks elsewhere.
	const { registerHooks } = /** @type {{ registerHooks?: (hooks: object) => void }} */ (module);
	if (registerHooks) registerHooks({ resolve: resolver(files, import.meta.url) });
	else
		module.register(
			`data:text/javascript,${encodeURIComponent(
				`export const resolve = (${resolver})(${JSON.stringify(files)}, ${JSON.stringify(import.meta.url)});`,
			)}`,
		);
}

/**
 * @param {Readonly<Record<string, string>>} files
 * @param {string} home A file of this package.
 */
function resolver(files, home) {
	/**
	 * @param {string} specifier
	 * @param {object} context
	 * @param {(specifier: string, context: object) => unknown} next
	 */
	return (specifier, context, next) =>
		specifier in files
			? { url: files[specifier], shortCircuit: true }
			: next(specifier, specifier.startsWith("yieldcam/") ? { ...context, parentURL: home } : context);
}
