/** Returns the element with that id, which page.html has to contain. */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
	const element = document.getElementById(id);
	if (!(element instanceof type)) throw new TypeError(`page.html has no ${type.name} "${id}"`);
	return element;
}

/** Creates an element with properties and children. */
export function create<Tag extends keyof HTMLElementTagNameMap>(
	tag: Tag,
	properties: Partial<HTMLElementTagNameMap[Tag]> = {},
	...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
	const element = Object.assign(document.createElement(tag), properties);
	element.append(...children);
	return element;
}

/** Writes the text only if it changes. Otherwise a screen reader would repeat it, and a selection would be lost. */
export function setText(element: Element, text: string): void {
	if (element.textContent !== text) element.textContent = text;
}
