import { describeCamera, resetControls } from "../connection/api.ts";
import { Retry } from "../connection/retry.ts";
import { byId } from "../dom.ts";
import type { Values } from "./change-queue.ts";
import { ControlPanel } from "./control-panel.ts";

/** Keeps the page's controls like the device's: reads their description at each connection, and values by events. */
export class ControlsLink {
	readonly #isTold: () => boolean;
	readonly #error = byId("controls-error", HTMLElement);
	readonly #resetError = byId("reset-error", HTMLElement);
	readonly #panel: ControlPanel;
	readonly #retry = new Retry();
	#timer: number | undefined;

	/**
	 * @param isTold Whether the device's events arrive.
	 * @param onValues Called with the values of all controls as they are shown.
	 */
	constructor(isTold: () => boolean, onValues: (values: Values) => void) {
		this.#isTold = isTold;
		this.#panel = new ControlPanel(byId("controls", HTMLElement), onValues);
		byId("reset", HTMLButtonElement).addEventListener("click", () => {
			if (confirm("Set every control back to its default?")) void this.#attempt(resetControls);
		});
	}

	/** Called when the device is reachable, perhaps again; its camera may be a different one. */
	connected(): void {
		clearTimeout(this.#timer);
		void this.#describe();
	}

	/** Takes the values of all controls from an event. */
	told(values: Values): void {
		this.#panel.told(values);
	}

	/** Changes controls, as the user does in their rows. */
	choose(values: Values): void {
		this.#panel.choose(values);
	}

	async #describe(): Promise<void> {
		try {
			const { sensor, controls } = await describeCamera();
			this.#retry.succeeded();
			byId("sensor", HTMLElement).textContent = sensor;
			this.#panel.show(sensor, controls);
			this.#show("");
		} catch (error) {
			this.#show((error as Error).message);
			clearTimeout(this.#timer);
			if (this.#isTold()) this.#timer = setTimeout(() => void this.#describe(), this.#retry.next());
		}
	}

	/** Has the user change nothing, or lets the user do so again. */
	set locked(locked: boolean) {
		this.#panel.locked = locked;
		for (const id of ["reset", "import", "rotate", "set-name"]) byId(id, HTMLButtonElement).disabled = locked;
	}

	/** Shows an error beside the button. */
	async #attempt(what: () => Promise<unknown>): Promise<void> {
		this.#resetError.textContent = "";
		try {
			await what();
		} catch (error) {
			this.#resetError.textContent = (error as Error).message;
		}
	}

	#show(text: string): void {
		this.#error.textContent = text;
	}
}
