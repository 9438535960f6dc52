/** The page at the device's own access point: it chooses the network that the device joins. */
import type { NetworkState } from "../connection/api.ts";
import { byId, create } from "../dom.ts";
import { NetworkForm } from "../network/network-form.ts";

const form = new NetworkForm(showPlaces);
byId("form", HTMLDivElement).append(form.element);
void form.search();

/** Says where the device is now. */
function showPlaces({ address, hostname }: NetworkState): void {
	const urls = [hostname !== undefined && `http://${hostname}.local/`, address !== undefined && `http://${address}/`];
	byId("places", HTMLParagraphElement).replaceChildren(
		...urls.filter((url) => url !== false).map((url) => create("a", { href: url }, url)),
	);
	byId("form", HTMLDivElement).hidden = true;
	const done = byId("done", HTMLDivElement);
	done.hidden = false;
	done.focus();
}
