import { type Access, makePictureToken, readAccess, revokePictureToken } from "../connection/api.ts";
import { byId, setText } from "../dom.ts";

const box = byId("token", HTMLElement);
const make = byId("make-token", HTMLButtonElement);
const revoke = byId("revoke-token", HTMLButtonElement);
const result = byId("copy-result", HTMLElement);
const listeners: ((access: Access) => void)[] = [];

/** Calls the listener whenever the token, or what is known about it, may have changed. */
export function onPictureToken(listener: (access: Access) => void): void {
	listeners.push(listener);
}

/** Shows the admin whether there is a token for the addresses of pictures. Nobody else may know. */
export function showPictureToken(access: Access): void {
	const { role, pictures } = access,
		exists = typeof pictures === "string";
	box.hidden = role !== "admin";
	setText(
		byId("token-text", HTMLElement),
		exists
			? "There is a token for picture addresses: everybody who knows one sees the picture."
			: "There is no token for picture addresses. Without one, they ask for the password.",
	);
	setText(make, exists ? "Replace the token" : "Make a token");
	revoke.hidden = !exists;
	for (const listener of listeners) listener(access);
}

/** Does what a button says, and shows what came of it. */
async function act(change: () => Promise<unknown>, done: string): Promise<void> {
	try {
		await change();
		showPictureToken(await readAccess());
		result.textContent = done;
		// The other button may be gone, and the keyboard's focus with it.
		make.focus();
	} catch (error) {
		result.textContent = (error as Error).message;
	}
}

make.addEventListener("click", () => {
	const replaced = !revoke.hidden;
	void act(
		makePictureToken,
		replaced ? "The token is replaced: addresses with the old one show nothing." : "There is a new token.",
	);
});
revoke.addEventListener(
	"click",
	() => void act(revokePictureToken, "The token is revoked: addresses with it show nothing."),
);
