import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openDisplay } from "#scripts/moddable/test-desktop.mjs";
import { freePort } from "./free-port.ts";
import { executable, findProgram } from "./tools.ts";

/** WebKitGTK's browser, over WebDriver (W3C): the engine of every browser on an iPhone. */
export class WebKit {
	readonly #driver: ChildProcess;
	readonly #closeDisplay: () => void;
	readonly #session: string;

	/** Undefined if it, or a display for it, is not installed: `apt-get install webkit2gtk-driver xvfb`. */
	static async launch(): Promise<WebKit | undefined> {
		const program = findProgram("WebKitWebDriver");
		const browser = program && findBrowser();
		const display = browser && (await openDisplay());
		if (!program || !browser || !display) return undefined;
		const port = await freePort();
		const driver = spawn(program, [`--port=${port}`, "--host=127.0.0.1"], {
			stdio: "ignore",
			// Its sandbox needs privileges that root in a container lacks; only our pages are opened.
			env: { ...process.env, ...display.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" },
		});
		const url = `http://127.0.0.1:${port}/session`;
		const { sessionId } = await begin(url, browser);
		return new WebKit(driver, () => display.close(), `${url}/${sessionId}`);
	}

	private constructor(driver: ChildProcess, closeDisplay: () => void, session: string) {
		this.#driver = driver;
		this.#closeDisplay = closeDisplay;
		this.#session = session;
	}

	async goto(url: string): Promise<void> {
		await command("POST", `${this.#session}/url`, { url });
	}

	/** The value of an expression in the page. */
	evaluate<Value>(expression: string): Promise<Value> {
		return command("POST", `${this.#session}/execute/sync`, {
			script: `return ${expression}`,
			args: [],
		}) as Promise<Value>;
	}

	async close(): Promise<void> {
		await command("DELETE", this.#session).catch(() => {});
		const ended = once(this.#driver, "exit");
		this.#driver.kill();
		await ended;
		this.#closeDisplay();
	}
}

/** Debian has it in a folder named by the library's version. */
function findBrowser(): string | undefined {
	const folder = "/usr/lib/x86_64-linux-gnu";
	const versions = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("webkit2gtk-")) : [];
	return versions.map((name) => join(folder, name, "MiniBrowser")).find(executable);
}

/** The driver needs a moment before it listens. */
async function begin(url: string, binary: string): Promise<{ sessionId: string }> {
	const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": { binary, args: ["--automation"] } } };
	for (let i = 0; ; i += 1) {
		try {
			return (await command("POST", url, { capabilities })) as { sessionId: string };
		} catch (error) {
			if (i === 100 || !(error instanceof TypeError)) throw error;
			await pause(100);
		}
	}
}

async function command(method: string, url: string, content?: unknown): Promise<unknown> {
	const response = await fetch(url, { method, ...(content !== undefined && { body: JSON.stringify(content) }) });
	const { value } = (await response.json()) as { value: { error?: string; message?: string } | null };
	if (!response.ok) throw new Error(`${method} ${url}: ${value?.error}: ${value?.message}`);
	return value;
}
