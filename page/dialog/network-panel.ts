import { type Access, type NetworkState, readNetwork } from "../connection/api.ts";
import { byId, create, setText } from "../dom.ts";
import { NetworkForm } from "../network/network-form.ts";
import { offer, onShown } from "./dialog.ts";

const current = byId("current-network", HTMLElement);
const done = byId("network-done", HTMLElement);

let permitted = false;
let present = false;
/** Made when somebody looks: to search for networks stops the picture for a moment. */
let form: NetworkForm | undefined;

/** Offers the network to those who may change it. */
export function permitNetwork({ admin, role }: Access): void {
	permitted = !admin || role === "admin";
	offer("panel-network", permitted && present);
}

/** Offers the network once the device is in one by Wi-Fi, which then has a strength; also while it changes to another. */
export function takeRssi(rssi: number | undefined): void {
	present ||= rssi !== undefined;
	offer("panel-network", permitted && present);
}

async function show(): Promise<void> {
	done.textContent = "";
	try {
		describe(await readNetwork());
	} catch (failed) {
		setText(current, (failed as Error).message);
	}
	if (form) return;
	form = new NetworkForm(joined);
	byId("network-form", HTMLElement).append(form.element);
	void form.search();
}

function describe({ ssid, address, hostname }: NetworkState): void {
	const names = [address, hostname !== undefined && `${hostname}.local`].filter(Boolean).join(" and ");
	setText(
		current,
		address === undefined ? `The camera tries to join ${ssid}.` : `The camera is in ${ssid}, at ${names}.`,
	);
}

/** The device may have another address now, and this page an old one. */
function joined(state: NetworkState): void {
	describe(state);
	done.textContent = `The camera has joined ${state.ssid}. `;
	if (state.address !== undefined && state.address !== location.hostname)
		done.append(
			"It is at ",
			create("a", { href: `http://${state.address}/` }, `http://${state.address}/`),
			" now.",
		);
}

offer("panel-network", false);
onShown("panel-network", () => void show());
