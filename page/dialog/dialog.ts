import { byId, create } from "../dom.ts";

/**
 * The dialog for everything that is set up once. Each section in #panels of page.html is a panel, with a tab that is named
 * by its `data-title`. A panel that is hidden by `offer` has no tab.
 */
const dialog = byId("dialog", HTMLDialogElement);
const list = byId("tabs", HTMLElement);

interface Panel {
	readonly section: HTMLElement;
	readonly tab: HTMLButtonElement;
}

const panels: readonly Panel[] = [...document.querySelectorAll<HTMLElement>("#panels > section")].map((section) => {
	const tab = create("button", { type: "button", id: `${section.id}-tab` }, section.dataset["title"]!);
	tab.setAttribute("role", "tab");
	tab.setAttribute("aria-controls", section.id);
	tab.addEventListener("click", () => select(section.id));
	section.setAttribute("role", "tabpanel");
	section.setAttribute("aria-labelledby", tab.id);
	return { section, tab };
});
list.append(...panels.map(({ tab }) => tab));

/** Calls the listener each time that the panel comes into view. */
export function onShown(id: string, listener: () => void): void {
	byId(id, HTMLElement).addEventListener("shown", listener);
}

/** Says whether the device has what a panel is about. */
export function offer(id: string, offered: boolean): void {
	const { section, tab } = panels.find((panel) => panel.section.id === id)!;
	tab.hidden = !offered;
	if (!offered && !section.hidden) select(firstPanel().section.id);
}

/** Opens the dialog at a panel, or at the first if the device does not have what that one is about. */
export function openDialog(id: string): void {
	dialog.showModal();
	const { section } = panels.find((panel) => panel.section.id === id && !panel.tab.hidden) ?? firstPanel();
	select(section.id);
	// The dialog is as wide as a tab on a phone: the chosen one may be out of view.
	list.querySelector<HTMLElement>("[aria-selected=true]")!.scrollIntoView({ block: "nearest" });
}

export function closeDialog(): void {
	dialog.close();
}

function firstPanel(): Panel {
	return panels.find(({ tab }) => !tab.hidden)!;
}

function select(id: string): void {
	for (const { section, tab } of panels) {
		const chosen = section.id === id;
		section.hidden = !chosen;
		tab.setAttribute("aria-selected", String(chosen));
		// Arrow keys lead to the others (ARIA Authoring Practices, tabs).
		tab.tabIndex = chosen ? 0 : -1;
		if (chosen && dialog.open) section.dispatchEvent(new Event("shown"));
	}
	byId("panels", HTMLElement).scrollTop = 0;
}

list.addEventListener("keydown", (event) => {
	const tabs = panels.map(({ tab }) => tab).filter((tab) => !tab.hidden),
		steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 },
		step = steps[event.key],
		index = tabs.indexOf(event.target as HTMLButtonElement);
	if (step === undefined || index < 0) return;
	event.preventDefault();
	const next = tabs[(index + step + tabs.length) % tabs.length];
	next.click();
	next.focus();
});
byId("close-dialog", HTMLButtonElement).addEventListener("click", closeDialog);
// A click on the backdrop has the dialog itself as its target.
dialog.addEventListener("click", (event) => {
	if (event.target === dialog) closeDialog();
});
byId("open-use", HTMLButtonElement).addEventListener("click", () => openDialog("panel-use"));
byId("open-settings", HTMLButtonElement).addEventListener("click", () => openDialog("panel-camera"));
select("panel-use");
