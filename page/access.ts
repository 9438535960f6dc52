import { readAccess } from "./connection/api.ts";
import { showAccount } from "./dialog/account-panel.ts";
import { permitFirmware } from "./dialog/firmware-panel.ts";
import { offerLog } from "./dialog/log-panel.ts";
import { permitNetwork } from "./dialog/network-panel.ts";
import { showPictureToken } from "./dialog/picture-token.ts";
import { byId } from "./dom.ts";

const signIn = byId("sign-in", HTMLElement);
// With a user's name in the address, a browser asks for that user's password.
byId("sign-in-link", HTMLAnchorElement).href = Object.assign(new URL(location.href), { username: "admin" }).href;
const open = byId("open", HTMLElement);

/**
 * Shows a notice if no password is set, to the admin the token of pictures, and to a viewer how to sign in. Resolves to whether the
 * user may change nothing. Called at each connection, since somebody may have set a password in between.
 */
export async function showAccess(): Promise<boolean> {
	try {
		const access = await readAccess();
		open.hidden = access.admin;
		const watches = access.admin && access.role !== "admin";
		signIn.hidden = !watches;
		showPictureToken(access);
		showAccount(access);
		offerLog(access);
		permitFirmware(access);
		permitNetwork(access);
		return watches;
	} catch {
		// The device does not answer, or does not support passwords: there is nothing to show.
		return false;
	}
}
