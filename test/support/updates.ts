import { join } from "node:path";
import { request } from "node:http";
import { firmwareImage, type ImageOptions } from "../../hosts/sim/cli/firmware-image.ts";
import { writeFlash } from "../../hosts/sim/cli/flash-file.ts";
import type { State } from "../../src/state/state.ts";
import { freePort } from "./free-port.ts";
import { overLwip, Simulator } from "./simulator.ts";

export interface UpdatableOptions {
	readonly image?: ImageOptions;
	readonly args?: readonly string[];
	readonly host?: readonly string[];
	/** Seconds that new firmware has to prove itself. */
	readonly probation?: number;
}

let count = 0;

/** Skips tests over lwIP, whose device of the network goes with the process when the firmware restarts. */
export function skipOverLwip(context: Mocha.Context): void {
	if (overLwip) context.skip();
}

/** The firmware on a flash of its own, at a port that stays the same when it restarts. */
export async function startUpdatable(
	folder: string,
	{ image, args = [], host = [], probation = 60 }: UpdatableOptions = {},
): Promise<Simulator & { readonly flash: string }> {
	const flash = join(folder, `flash-${++count}`);
	writeFlash(flash, firmwareImage(image));
	return Object.assign(await startOn(flash, { args, host, probation }), { flash });
}

/** The same, on a flash that there is already. */
export async function startOn(
	flash: string,
	{ args = [], host = [], probation = 60 }: UpdatableOptions = {},
): Promise<Simulator> {
	return Simulator.start(["--port", String(await freePort()), ...args, `probation=${probation}`], {
		host: ["--flash", flash, ...host],
	});
}

export interface Answer {
	readonly status: number;
	readonly content: string;
	/** The reason, if it is a problem document. */
	readonly detail: string | undefined;
}

/** Sends an image, or something else, to `/api/firmware`. */
export function upload(
	url: string,
	image: Buffer,
	headers: Readonly<Record<string, string>> = {},
	path = "/api/firmware",
): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const sent = request(
			`${url}${path}`,
			{ method: "PUT", headers: { "Content-Length": String(image.length), ...headers } },
			(response) => {
				let content = "";
				response.setEncoding("utf8").on("data", (text: string) => (content += text));
				response.on("end", () => {
					let detail: string | undefined;
					try {
						({ detail } = JSON.parse(content) as { detail?: string });
					} catch {
						// text
					}
					resolve({ status: response.statusCode!, content, detail });
				});
			},
		);
		let answered = false;
		sent.once("response", () => (answered = true));
		// A server that refuses an image does not read the rest of it.
		sent.on("error", (error) => {
			if (!answered) reject(error);
		});
		sent.end(image);
	});
}

export async function stateOf(url: string): Promise<State> {
	const response = await fetch(`${url}/api/state`);
	return (await response.json()) as State;
}

/** Asks for the state until it is as wanted: while the firmware restarts, nobody answers. */
export async function stateUntil(url: string, wanted: (state: State) => boolean, what: string): Promise<State> {
	const end = Date.now() + 60_000;
	let last: unknown;
	while (Date.now() < end) {
		try {
			const state = await stateOf(url);
			if (wanted(state)) return state;
			last = state.firmware;
		} catch (error) {
			last = error;
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error(`not in time: ${what}; last: ${JSON.stringify(last)}`);
}
