/** The element of that id, which page.html has. */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
	const element = document.getElementById(id);
	if (!(element instanceof type)) throw new TypeError(`page.html has no ${type.name} "${id}"`);
	return element;
}

/** A new element with properties and children. */
export function create<Tag extends keyof HTMLElementTagNameMap>(
	tag: Tag,
	properties: Partial<HTMLElementTagNameMap[Tag]> = {},
	...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
	const element = Object.assign(document.createElement(tag), properties);
	element.append(...children);
	return element;
}

/** Writes only what changes: a screen reader says it again otherwise, and what somebody selected of it is selected no more. */
export function setText(element: Element, text: string): void {
	if (element.textContent !== text) element.textContent = text;
}
