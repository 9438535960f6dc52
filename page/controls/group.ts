import { create } from "../dom.ts";
import { recall, remember } from "../memory.ts";

const MEMORY = "groups";
/** The groups that people use most, which are open at first. */
const COMMON = "image,orientation";

/** A group of controls that folds. The browser remembers which are open. */
export class Group {
	readonly element: HTMLDetailsElement;
	readonly #fields: HTMLFieldSetElement;

	constructor(name: string, rows: readonly HTMLElement[]) {
		this.#fields = create("fieldset", {}, ...rows);
		this.element = create(
			"details",
			{ className: "group box", open: openGroups().includes(name) },
			create("summary", {}, name.charAt(0).toUpperCase() + name.slice(1)),
			this.#fields,
		);
		this.element.addEventListener("toggle", () => {
			const others = openGroups().filter((other) => other !== name);
			remember(MEMORY, [...others, ...(this.element.open ? [name] : [])].join());
		});
	}

	/** Whether the user may change nothing. */
	set locked(locked: boolean) {
		this.#fields.disabled = locked;
	}
}

function openGroups(): readonly string[] {
	return (recall(MEMORY) ?? COMMON).split(",");
}
