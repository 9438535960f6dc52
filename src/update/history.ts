import type { Slots } from "../device/slots.ts";
import type { LastUpdate } from "./firmware-state.ts";

/** The last update, with the slot that it was written to. */
interface Entry extends LastUpdate {
	readonly slot: string;
}

/**
 * What the last update came to, kept across restarts. The slots alone know that an image did not become valid, but not
 * why: so an image that gives up says so before it does.
 */
export class History {
	readonly #slots: Slots;
	#last: Entry | undefined;

	/** @param restart Why the device last started. */
	constructor(slots: Slots, restart: string | undefined) {
		this.#slots = slots;
		this.#last = parse(slots.record.read());
		if (this.#last?.result !== "trying" || slots.onProbation()) return;
		// The power may have failed after the image was called valid, and before that was written here.
		if (this.#last.slot === slots.slot()) this.write({ ...this.#last, result: "valid" });
		else this.write({ ...this.#last, result: "went back", reason: this.#last.reason ?? this.reason(restart) });
	}

	get last(): LastUpdate | undefined {
		if (!this.#last) return undefined;
		const { version, result, reason } = this.#last;
		return { version, result, reason };
	}

	/** Notes that another image boots next. */
	begin(version: string, slot: string): void {
		this.write({ version, slot, result: "trying" });
	}

	/** Notes that what runs is valid. */
	confirm(): void {
		if (this.#last) this.write({ ...this.#last, result: "valid" });
	}

	/** Notes why what runs is about to give up. */
	giveUp(reason: string): void {
		if (this.#last) this.write({ ...this.#last, reason });
	}

	private reason(restart = "unknown"): string {
		return this.#slots.otherEnded() === 1
			? "it gave up, and had no time to say why"
			: `it ended before it had proven itself: ${restart}`;
	}

	private write(entry: Entry): void {
		this.#last = entry;
		try {
			this.#slots.record.write(JSON.stringify(entry));
		} catch {
			// The preferences are full. That must stop neither the update nor the device.
		}
	}
}

/** What is written is this class's own, but a power cut may have left a part of it. */
function parse(text: string | undefined): Entry | undefined {
	try {
		return text === undefined ? undefined : (JSON.parse(text) as Entry);
	} catch {
		return undefined;
	}
}
