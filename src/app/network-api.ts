import type { DeviceNetwork } from "../network/device-network.ts";
import { credentialsProblem } from "../network/credentials.ts";
import { HttpError, tooManyWait, unavailable } from "../http/http-error.ts";
import { Problem } from "../http/problem.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import type { Router } from "../http/router.ts";
import { jsonOf } from "./problems.ts";

/** Only the admin may read these, as in `accessControl`: the names of networks tell where a camera is. */
export const NETWORK = "/api/network";
export const SCAN = "/api/network/scan";

/** The networks that a response lists, the strongest first. */
const MOST_NETWORKS = 20;
/** Bytes that they may take in all: their names, as JSON and as they are found. */
const SCAN_BYTES = 8_192;

/** A network in range. */
interface Found {
	readonly ssid: string;
	/** dBm */
	readonly rssi: number;
	readonly open: boolean;
}

/**
 * Adds `/api/network`: GET has the network that is joined, what became of the one that was chosen last, and never a password.
 * PUT has the device try another one, `{"ssid":"home","password":"correct horse"}`, and keep it if there is an address in it.
 * `/api/network/scan` lists the networks in range. Returns the router.
 */
export function addNetwork(router: Router, network: DeviceNetwork): Router {
	const state = (status = 200): Response => {
		const { ssid, address, hostname, rssi, choice } = network;
		return Response.json({ ssid, address, hostname, rssi, choice }, { status });
	};
	router.get(NETWORK, () => state());
	router.put(NETWORK, async (request) => {
		const content = await jsonOf(request, ["ssid", "password"], (name) => {
			throw new Problem(422, `a network has an ssid and a password, and not ${name}`, { field: name });
		});
		if (typeof content !== "object" || content === null) throw new Problem(422, "a network must be an object");
		const { ssid, password = "" } = content as { ssid?: unknown; password?: unknown };
		const problem = credentialsProblem(ssid, password);
		if (problem !== undefined) throw new Problem(422, problem);
		if (network.choice?.result === "trying") throw new Problem(409, "another network is being tried");
		network.choose(ssid as string, password === "" ? undefined : (password as string));
		// What becomes of it, the client learns once it is there.
		return state(202);
	});
	return router.get(SCAN, (request) => scan(request, network));
}

/** Finds the networks in range. It takes some seconds, in which a client that is connected by Wi-Fi sees the picture stop. */
function scan(request: Request, network: DeviceNetwork): Promise<Response> {
	if (!request.acquireHandler()) throw tooManyWait();
	if (!request.freeMemory(SCAN_BYTES)) throw unavailable();
	return new Promise((resolve, reject) => {
		const networks: Found[] = [];
		try {
			network.scan({
				onFound: ({ SSID: ssid, RSSI: rssi, security }) =>
					add(networks, { ssid, rssi, open: security === "none" }),
				onComplete: () => resolve(Response.json({ networks })),
			});
		} catch (error) {
			reject(new HttpError(503, (error as Error).message, { "Retry-After": 5 }));
		}
	});
}

/** Adds a network in the order of strength. A network of several access points has one place. */
function add(networks: Found[], found: Found): void {
	if (found.ssid === "") return; // it hides its name
	const same = networks.findIndex(({ ssid }) => ssid === found.ssid);
	if (same >= 0 && networks[same].rssi >= found.rssi) return;
	if (same >= 0) networks.splice(same, 1);
	let at = networks.length;
	while (at > 0 && networks[at - 1].rssi < found.rssi) at--;
	networks.splice(at, 0, found);
	if (networks.length > MOST_NETWORKS) networks.pop();
}
