import { setText } from "../dom.ts";

/** Updates a button that names its next action, and looks pressed while its last action lasts. Writes only changes. */
export function setButton(button: HTMLButtonElement, text: string, on: boolean): void {
	setText(button.querySelector("span")!, text);
	button.classList.toggle("on", on);
}
