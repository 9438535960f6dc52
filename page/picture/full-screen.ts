/** Fills the screen with an element; on an iPhone, whose browsers do that only with video, it fills the window. */
export class FullScreen {
	readonly #element: HTMLElement;
	readonly #onChange: (on: boolean) => void;

	constructor(element: HTMLElement, onChange: (on: boolean) => void) {
		this.#element = element;
		this.#onChange = onChange;
		document.addEventListener("fullscreenchange", () => this.#fill(document.fullscreenElement === element));
		document.addEventListener("keydown", ({ key }) => {
			if (key === "Escape" && !document.fullscreenElement) this.#fill(false);
		});
	}

	get on(): boolean {
		return this.#element.classList.contains("full");
	}

	async toggle(): Promise<void> {
		if (document.fullscreenElement) await document.exitFullscreen();
		else if (this.on) this.#fill(false);
		else if (document.fullscreenEnabled) await this.#element.requestFullscreen().catch(() => this.#fill(true));
		else this.#fill(true);
	}

	#fill(on: boolean): void {
		if (on === this.on) return;
		this.#element.classList.toggle("full", on);
		this.#onChange(on);
	}
}
