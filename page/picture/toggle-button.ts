import { setText } from "../dom.ts";

/** A button that says what it does next, and looks pressed while what it did goes on. Writes only what changes. */
export function setButton(button: HTMLButtonElement, text: string, on: boolean): void {
	setText(button.querySelector("span")!, text);
	button.classList.toggle("on", on);
}
