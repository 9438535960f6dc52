import { type Access, setPasswords, signOut } from "../connection/api.ts";
import { byId, setText } from "../dom.ts";
import { offer, openDialog } from "./dialog.ts";

type Role = "admin" | "viewer";

/** Shows who has signed in, and the passwords that this user may change. */
export function showAccount({ admin, viewer, role }: Access): void {
	offer("panel-account", true);
	setText(
		byId("who", HTMLElement),
		admin
			? `You are signed in as ${role ?? "nobody"}.`
			: "There is no password, so nobody has to sign in: anybody in this network may watch and change everything.",
	);
	byId("sign-out", HTMLElement).hidden = !admin;
	const mayChange = !admin || role === "admin";
	showForm("admin", mayChange, admin);
	// Without an admin's password there is no viewer's.
	showForm("viewer", admin && mayChange, viewer === true);
}

function showForm(role: Role, shown: boolean, exists: boolean): void {
	byId(`${role}-form`, HTMLElement).hidden = !shown;
	setText(byId(`set-${role}`, HTMLElement), exists ? "Change password" : "Set password");
	byId(`remove-${role}`, HTMLElement).hidden = !exists;
}

/** Sets or removes a password, and says beside its button if that fails. */
async function change(role: Role, password: string | null): Promise<void> {
	const form = byId(`${role}-form`, HTMLFormElement),
		error = form.querySelector<HTMLElement>(".error")!;
	error.textContent = "";
	try {
		await setPasswords({ [role]: password });
		// The browser asks for the new password, and offers to keep it.
		location.reload();
	} catch (failed) {
		error.textContent = (failed as Error).message;
	}
}

// Until the device has said that it supports passwords.
offer("panel-account", false);
for (const role of ["admin", "viewer"] as const) {
	byId(`${role}-form`, HTMLFormElement).addEventListener("submit", (event) => {
		event.preventDefault();
		void change(role, byId(`${role}-password`, HTMLInputElement).value);
	});
	byId(`remove-${role}`, HTMLButtonElement).addEventListener("click", () => {
		const loss = role === "admin" ? "Everybody in this network may then watch and change everything." : "";
		if (confirm(`Remove the password? ${loss}`)) void change(role, null);
	});
}
byId("sign-out", HTMLButtonElement).addEventListener("click", () => {
	// The browser asks who signs in next. A reload would sign in again with a password in the page's address.
	void signOut().then(() => location.replace(location.origin + location.pathname));
});
byId("open-access", HTMLButtonElement).addEventListener("click", () => {
	openDialog("panel-account");
	byId("admin-password", HTMLInputElement).focus();
});
