import { byId, setText } from "./dom.ts";

const DEFAULT = "yieldcam";

let name: string | undefined;
const listeners: (() => void)[] = [];

/** Shows what people call the camera, as the device reports it. */
export function takeCameraName(reported: string | undefined): void {
	if (reported === name) return;
	name = reported;
	document.title = shownName();
	setText(byId("name", HTMLElement), shownName());
	byId("export", HTMLAnchorElement).download = `${fileName()}.json`;
	for (const listener of listeners) listener();
}

/** Calls the listener when the name changes. */
export function onCameraName(listener: () => void): void {
	listeners.push(listener);
}

/** The camera's name as the user gave it; "" if there is none. */
export function givenName(): string {
	return name ?? "";
}

/** The camera's name, for people. */
export function shownName(): string {
	return name ?? DEFAULT;
}

/** The camera's name as every file system takes it. */
export function fileName(): string {
	return (
		shownName()
			.replace(/[^\p{L}\p{N}]+/gu, "-")
			.replace(/^-+|-+$/g, "") || DEFAULT
	);
}

/** The camera's name as configurations take it: lower-case letters, digits and hyphens of ASCII. */
export function configurationName(): string {
	return (
		givenName()
			.normalize("NFD")
			.toLowerCase()
			.replace(/[\u0300-\u036f]/g, "")
			.replace(/[^a-z0-9]+/g, "-")
			.replace(/^-+|-+$/g, "") || "camera"
	);
}
