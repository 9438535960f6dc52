import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { CommandError } from "../support/command-error.mjs";

/** @import { FirmwareState } from "../../src/update/firmware-state.ts" */

/** Milliseconds for new firmware to prove itself, and a minute more to restart twice. */
const PATIENCE_MS = 390_000;

/** Milliseconds for an answer. */
const ANSWER_MS = 10_000;

/** A camera in the network, as an update sees it. */
export class Camera {
	#url;
	/** @type {Record<string, string>} */
	#headers = {};

	/**
	 * @param {string} host
	 * @param {string | undefined} password The admin's.
	 */
	constructor(host, password) {
		this.#url = `http://${host}`;
		if (!URL.canParse(this.#url) || !/^[\w.:[\]-]+$/.test(host))
			throw new CommandError(`--host is a name or an address, such as yieldcam.local, not "${host}"`);
		if (password !== undefined)
			this.#headers["Authorization"] = `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;
	}

	/**
	 * Returns what runs. Throws a CommandError if nobody answers, or if it cannot be updated over the air.
	 *
	 * @returns {Promise<FirmwareState>}
	 */
	async firmware() {
		let response;
		try {
			response = await fetch(`${this.#url}/api/state`, {
				headers: this.#headers,
				signal: AbortSignal.timeout(ANSWER_MS),
			});
		} catch {
			throw new CommandError(`${this.#url} does not answer`);
		}
		if (!response.ok)
			throw new CommandError(
				response.status === 401
					? "--admin-password is missing or wrong"
					: `${this.#url} answers ${response.status}`,
			);
		const { firmware } = /** @type {{ firmware?: FirmwareState }} */ (await response.json());
		if (!firmware)
			throw new CommandError(`${this.#url} cannot be updated over the air: flash it once more over USB`);
		return firmware;
	}

	/**
	 * Sends an image. Throws a CommandError with the device's reason if it refuses that.
	 *
	 * @param {Buffer} image
	 * @param {(sent: number) => void} onProgress
	 * @returns {Promise<void>}
	 */
	send(image, onProgress) {
		return new Promise((resolve, reject) => {
			const headers = { ...this.#headers, "Content-Length": image.length };
			const sent = request(`${this.#url}/api/firmware`, { method: "PUT", headers }, (response) => {
				clearInterval(timer);
				let text = "";
				response.setEncoding("utf8").on("data", (part) => (text += part));
				response.on("error", reject);
				response.on("end", () => {
					if (response.statusCode === 202) resolve();
					else
						reject(
							new CommandError(`the camera refuses the image: ${detailOf(text) ?? response.statusCode}`),
						);
				});
			});
			const timer = setInterval(() => {
				const { bytesWritten = 0, writableLength = 0 } = sent.socket ?? {};
				onProgress(Math.min(image.length, Math.max(0, bytesWritten - writableLength)));
			}, 500);
			sent.on("error", () => {
				clearInterval(timer);
				// A camera that has answered need not read the rest.
				reject(new CommandError("the connection to the camera has ended"));
			});
			sent.end(image);
		});
	}

	/**
	 * Waits until the update has come to something, asking all the time: the new firmware proves itself by an answer.
	 *
	 * @returns {Promise<FirmwareState>}
	 */
	async settled() {
		for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(1_000)) {
			const state = await this.firmware().catch(() => undefined);
			if (state?.last && state.last.result !== "trying") return state;
		}
		throw new CommandError("the camera does not answer any more");
	}
}

/**
 * Returns the reason in a problem document.
 *
 * @param {string} text
 * @returns {string | undefined}
 */
function detailOf(text) {
	try {
		return JSON.parse(text).detail;
	} catch {
		return undefined;
	}
}
