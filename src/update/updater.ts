import Timer from "timer";
import type { Camera } from "../camera/camera.ts";
import type { Slots } from "../device/slots.ts";
import { HttpError } from "../http/http-error.ts";
import { Problem } from "../http/problem.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import type { System } from "../state/state.ts";
import type { FirmwareState } from "./firmware-state.ts";
import { History } from "./history.ts";
import { PATIENCE_MS, Probation } from "./probation.ts";

/** Milliseconds for the last response to be sent before the restart. */
const FAREWELL_MS = 1_000;

/** Milliseconds between two looks for a frame, and how many: a camera that gives none must not stop an update. */
const LOOK_MS = 10,
	MAX_LOOKS = 25;

export interface UpdaterOptions {
	readonly camera: Camera;
	readonly system: System;
	/** Milliseconds that new firmware has to prove itself. Default: five minutes. */
	readonly patience?: number | undefined;
	/** Called before a restart, to save what is not saved yet. */
	beforeRestart?(): void;
	/** Receives a line of text without its line end. */
	log?(line: string): void;
}

/**
 * Updates of the firmware over the air: `PUT /api/firmware`. The image goes to the slot that does not run, as it arrives,
 * and nothing is erased before its first block was checked. It boots on probation.
 *
 * Each write stops the processor for some 50 ms, and with it the frame that is being captured. So the next one waits for a
 * whole frame, if anybody watches.
 */
export class Updater {
	readonly #slots: Slots;
	readonly #options: UpdaterOptions;
	readonly #history: History;
	#probation: Probation | undefined;
	/** The update that is being received, or that waits for its restart. */
	#update: { received: number; readonly size: number } | undefined;

	constructor(slots: Slots, options: UpdaterOptions) {
		const { camera, system, patience = PATIENCE_MS } = options;
		this.#slots = slots;
		this.#options = options;
		this.#history = new History(slots, system.restart);
		if (slots.onProbation())
			this.#probation = new Probation({
				camera,
				system,
				patience,
				onProven: () => this.confirm(),
				onFailed: (lacking) => this.giveUp(lacking),
			});
	}

	get state(): FirmwareState | undefined {
		const slots = this.#slots,
			probation = this.#probation;
		if (slots.size() === 0) return undefined;
		return {
			version: slots.version(),
			board: slots.board(),
			slot: slots.slot(),
			probation: probation && probation.left / 1_000,
			lacking: probation?.lacking,
			update: this.#update,
			last: this.#history.last,
		};
	}

	/** Called with what a request is answered with. One that fails on the device's part proves nothing. */
	answered(response: Response | Promise<Response>): void {
		const probation = this.#probation;
		if (!probation) return;
		if (!(response instanceof Promise)) {
			if (response.status < 500) probation.answered();
			return;
		}
		response.then(
			({ status }) => {
				if (status < 500) probation.answered();
			},
			() => {},
		);
	}

	/** Answers `PUT /api/firmware`. */
	receive(request: Request): Promise<Response> {
		const size = this.check(request);
		attempt(() => this.#slots.open(size));
		const update = (this.#update = { received: 0, size });
		this.log(`an update of ${size} bytes begins`);
		return request
			.receive((block) => {
				const written = attempt(() => this.#slots.write(block));
				update.received += block.length;
				if (written) this.pause(request);
				return !written;
			})
			.then(() => this.finish())
			.catch((error: Error) => {
				this.#slots.close();
				this.#update = undefined;
				this.log(`the update has failed: ${error.message}`);
				throw error;
			});
	}

	/** Returns the size of the image. Throws the reason if it cannot be received now. */
	private check({ contentLength, headers }: Request): number {
		const most = this.#slots.size();
		if (most === 0)
			throw new Problem(
				501,
				"the flash has no second slot: flash the board once over USB, with the layout of npm run flash",
			);
		if (this.#probation)
			throw new Problem(409, "the firmware is on probation: it cannot be replaced before it has proven itself");
		if (this.#update) throw new Problem(409, "another update is under way");
		if (headers.has("content-encoding")) throw new Problem(415, "the image must not be compressed");
		if (contentLength === undefined) throw new Problem(411, "the request must say how long the image is");
		if (contentLength > most) throw new Problem(413, `the image has more than ${most} bytes`);
		return contentLength;
	}

	/** Has the client wait until a frame has come that no write has disturbed. */
	private pause(request: Request): void {
		const { camera } = this.#options;
		let looks = 0;
		camera.disturb();
		const timer = Timer.repeat(() => {
			if (camera.disturbed && ++looks < MAX_LOOKS) return;
			Timer.clear(timer);
			request.resume();
		}, LOOK_MS);
	}

	private finish(): Response {
		const slots = this.#slots,
			version = attempt(() => slots.finish());
		this.#history.begin(version, slots.slot() === "ota_0" ? "ota_1" : "ota_0");
		this.log(`the update to ${version} is written; restarting`);
		Timer.set(() => {
			this.#options.beforeRestart?.();
			slots.restart();
		}, FAREWELL_MS);
		return Response.json({ version, restarts: true }, { status: 202 });
	}

	private confirm(): void {
		try {
			this.#slots.confirm();
			this.#history.confirm();
			this.log("the new firmware has proven itself");
		} catch (error) {
			return this.giveUp((error as Error).message);
		}
		this.#probation = undefined;
	}

	private giveUp(lacking: string): void {
		const reason = `it had no proof in time of ${lacking}`;
		this.log(`going back to the firmware before: ${reason}`);
		this.#history.giveUp(reason);
		this.#options.beforeRestart?.();
		this.#slots.giveUp();
		// There is nothing to go back to.
		this.#probation = undefined;
	}

	private log(line: string): void {
		this.#options.log?.(line);
	}
}

/** What the slots throw is the image's fault, or the flash's: the client learns which. */
function attempt<T>(what: () => T): T {
	try {
		return what();
	} catch (error) {
		throw error instanceof HttpError ? error : new Problem(422, (error as Error).message);
	}
}
