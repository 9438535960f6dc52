import { readAccess, setPassword } from "./connection/api.ts";
import { byId } from "./dom.ts";

const open = byId("open", HTMLElement);
const form = byId("access", HTMLFormElement);
const password = byId("admin-password", HTMLInputElement);
const error = byId("access-error", HTMLElement);

/** Says so where no password is set; to be called at each connection, since somebody may set one meanwhile. */
export async function showAccess(): Promise<void> {
	try {
		open.hidden = (await readAccess()).admin;
	} catch {
		// Of a device that does not answer, or knows no passwords, there is nothing to say.
	}
}

form.addEventListener("submit", async (event) => {
	event.preventDefault();
	error.textContent = "";
	try {
		await setPassword(password.value);
		// Whereupon the browser asks for it.
		location.reload();
	} catch (failed) {
		error.textContent = (failed as Error).message;
	}
});
