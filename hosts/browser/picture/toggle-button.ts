/** A button that says what it does next, and looks pressed while what it did goes on. Writes only what changes. */
export function setButton(button: HTMLButtonElement, text: string, on: boolean): void {
	const label = button.querySelector("span")!;
	if (label.textContent !== text)
		label.textContent = text;
	button.classList.toggle("on", on);
}
