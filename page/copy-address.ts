import { type Access, makePictureToken, readAccess } from "./connection/api.ts";
import { byId } from "./dom.ts";
import { showPictureToken } from "./picture-token.ts";

const result = byId("copy-result", HTMLElement);

/**
 * Copies the stream's address, with a token if the device has a password: pages such as dashboards cannot send the
 * password itself.
 */
async function copy(): Promise<void> {
	try {
		const access = await readAccess();
		const url = new URL("stream", document.baseURI);
		const token = await tokenOf(access);
		if (token) url.searchParams.set("token", token);
		const copied = (await toClipboard(url.href)) ? "Copied." : url.href;
		result.textContent =
			access.admin && !token
				? `${copied} It asks for the password: only the admin can copy an address with a token.`
				: copied;
	} catch (error) {
		result.textContent = (error as Error).message;
	}
}

async function tokenOf({ admin, role, pictures }: Access): Promise<string | undefined> {
	if (!admin || role !== "admin") return undefined;
	if (typeof pictures === "string") return pictures;
	const { token } = await makePictureToken();
	showPictureToken({ admin, role, pictures: token });
	return token;
}

/** Returns false where browsers have no clipboard for pages: on a device without HTTPS. */
async function toClipboard(text: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return false;
	}
}

byId("copy", HTMLButtonElement).addEventListener("click", () => void copy());
