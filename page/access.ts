import { readAccess, setPassword } from "./connection/api.ts";
import { byId } from "./dom.ts";
import { showPictureToken } from "./picture-token.ts";

const open = byId("open", HTMLElement);
const form = byId("access", HTMLFormElement);
const password = byId("admin-password", HTMLInputElement);
const error = byId("access-error", HTMLElement);

/** Shows a notice if no password is set, and to the admin the token of pictures. Called at each connection, since somebody may have set one in between. */
export async function showAccess(): Promise<void> {
	try {
		const access = await readAccess();
		open.hidden = access.admin;
		showPictureToken(access);
	} catch {
		// The device does not answer, or does not support passwords: there is nothing to show.
	}
}

form.addEventListener("submit", async (event) => {
	event.preventDefault();
	error.textContent = "";
	try {
		await setPassword(password.value);
		// Now the browser asks for the password.
		location.reload();
	} catch (failed) {
		error.textContent = (failed as Error).message;
	}
});
