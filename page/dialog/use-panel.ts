import { type Access, makePictureToken, readAccess } from "../connection/api.ts";
import { configurationName, onCameraName } from "../camera-name.ts";
import { byId, create, setText } from "../dom.ts";
import { recall, remember } from "../memory.ts";
import { copyText } from "./clipboard.ts";
import { onShown } from "./dialog.ts";
import { onPictureToken, showPictureToken } from "./picture-token.ts";
import { addressesOf, type Field, PASSWORD, PROGRAMS } from "./programs.ts";
import { qrCode } from "./qr-code.ts";

const MEMORY = "program";

const result = byId("copy-result", HTMLElement);
const fields = byId("fields", HTMLElement);
const qr = byId("qr", HTMLElement);
let program = PROGRAMS.find(({ name }) => name === recall(MEMORY)) ?? PROGRAMS[0];
/** What the device says about its passwords, if it has answered. */
let access: Access | undefined;
let rtspPort: number | undefined;

byId("programs", HTMLFieldSetElement).append(
	...PROGRAMS.map((choice) => {
		const input = create("input", { type: "radio", name: "program", checked: choice === program });
		const label = create("label", { className: input.checked ? "on" : "" }, input, choice.name);
		input.addEventListener("change", () => {
			program = choice;
			remember(MEMORY, choice.name);
			result.textContent = "";
			// Firefox has :has() only since 2023.
			for (const other of label.parentElement!.children) other.classList.toggle("on", other === label);
			show();
		});
		return label;
	}),
);

/** The page's own address, without what a user may have signed in with. */
function pageAddress(): string {
	const { protocol, host, pathname } = new URL(document.baseURI);
	return `${protocol}//${host}${pathname.replace(/[^/]*$/, "")}`;
}

function show(): void {
	const token = access?.pictures ?? undefined,
		user = access?.admin ? (access.viewer ? "viewer" : "admin") : undefined,
		known = { id: configurationName(), token, rtspPort, user },
		// The admin copies addresses with a token, which only the admin can make.
		viewer = user !== undefined && access?.role === "viewer" ? "viewer" : undefined,
		at = addressesOf(pageAddress(), { ...known, viewer }),
		hidden = new URL(at.page).hostname.endsWith(".local") && program.contained;
	setText(
		byId("advice", HTMLElement),
		program.advice +
			(hidden
				? " In a container, names that end in .local often do not resolve: open this page at the camera's IP address."
				: ""),
	);
	fields.replaceChildren(...program.fields(at).map(drawn));
	// Nobody could write the password into a code.
	const scanned = addressesOf(at.page, known)[program.scan];
	qr.ariaLabel = `QR code of ${scanned}`;
	qr.replaceChildren(qrCode(scanned));
}

function drawn({ label, text }: Field, index: number): HTMLElement {
	const copy = create("button", { type: "button" }, "Copy");
	copy.ariaLabel = `Copy: ${label}`;
	copy.addEventListener("click", () => void copyField(index));
	return create("div", { className: "address" }, create("span", {}, label), create("pre", {}, text), copy);
}

/** Takes the port of RTSP, as the device reports it. */
export function takeRtspPort(port: number | undefined): void {
	if (port === rtspPort) return;
	rtspPort = port;
	show();
}

/** Copies a field, with a token if the device has a password: other programs cannot ask for it. RTSP takes no token. */
async function copyField(index: number): Promise<void> {
	const secret = fields.children[index].querySelector("pre")!.textContent.includes(PASSWORD),
		closed = program.scan !== "page" && access?.admin === true && !secret;
	try {
		if (closed && access!.role === "admin" && typeof access!.pictures !== "string") {
			const { token } = await makePictureToken();
			showPictureToken({ ...access!, pictures: token });
		}
		const text = fields.children[index].querySelector("pre")!,
			done = (await copyText(text)) ? "Copied." : "Press Ctrl+C to copy what is selected.";
		if (secret) result.textContent = `${done} Write the password where it says ${PASSWORD}.`;
		else
			result.textContent =
				closed && access!.role !== "admin"
					? `${done} It asks for the password: only the admin can copy an address with a token.`
					: done;
	} catch (error) {
		result.textContent = (error as Error).message;
	}
}

onPictureToken((known) => {
	access = known;
	show();
});
onCameraName(show);
// Another page may have changed the token.
onShown("panel-use", () => {
	result.textContent = "";
	show();
	readAccess().then(showPictureToken, () => {});
});
