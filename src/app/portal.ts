import { sameOriginGuard } from "../access/same-origin-guard.ts";
import type { DeviceNetwork } from "../network/device-network.ts";
import type { Handler, HandlerObject } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import { Router } from "../http/router.ts";
import { portOf, withoutPort } from "../http/syntax/origin.ts";
import type { PageResource } from "../device/device.ts";
import type { SetupPoint } from "../network/setup-point.ts";
import { addNetwork, SCAN } from "./network-api.ts";
import { page } from "./page.ts";

const USUAL_PORT = 80;

export interface PortalOptions {
	/** The access point whose clients get the page. */
	readonly point: Pick<SetupPoint, "address" | "serves">;
	readonly network: DeviceNetwork;
	/** The page that sets the network up. */
	readonly page: PageResource;
}

/**
 * Gives the clients of the device's access point the page that sets its network up, and nothing else: any stranger nearby can
 * join an open one. All other clients get the program.
 *
 * A phone that has joined asks for an address whose answer it knows, such as `/generate_204` of a host of its maker's. It opens
 * the page that another answer leads to. So each foreign host gets a redirection.
 */
export class Portal implements HandlerObject {
	readonly #program: Handler | HandlerObject;
	readonly #options: PortalOptions;

	constructor(program: Handler | HandlerObject, options: PortalOptions) {
		this.#program = program;
		this.#options = options;
	}

	handle(request: Request): Response | Promise<Response> {
		const { point } = this.#options,
			program = this.#program;
		if (!point.serves(request.remoteAddress))
			return typeof program === "function" ? program(request) : program.handle(request);
		if (request.rtsp) throw new HttpError(503);
		return withoutPort(request.host) === point.address ? this.setUp(request) : this.redirect(request);
	}

	suspicion(address: string | undefined): number {
		const program = this.#program;
		return (typeof program === "function" ? undefined : program.suspicion?.(address)) ?? 0;
	}

	/** The routes are made for each request: they would take memory for as long as the device runs, and are needed once. */
	private setUp(request: Request): Response | Promise<Response> {
		const router = addNetwork(new Router().get("/", page(this.#options.page)), this.#options.network);
		return sameOriginGuard(router, { commands: [SCAN] })(request);
	}

	private redirect({ host }: Request): Response {
		const port = portOf(host, USUAL_PORT),
			suffix = port === USUAL_PORT || isNaN(port) ? "" : `:${port}`;
		// iOS shows the page only if there is content.
		return new Response("The camera's network is not set up yet.\n", {
			status: 302,
			headers: { Location: `http://${this.#options.point.address}${suffix}/` },
		});
	}
}
