/** Copies the text of an element. Returns false, and leaves the text selected, if the browser does not let the page copy. */
export async function copyText(element: HTMLElement): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(element.textContent);
		return true;
	} catch {
		// Without HTTPS, as on a device, pages have no clipboard, but may copy what is selected.
		getSelection()!.selectAllChildren(element);
		return document.execCommand("copy");
	}
}
