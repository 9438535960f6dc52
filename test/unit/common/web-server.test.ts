import { assert } from "chai";
import { configuredPorts, WebServer, type WebServerOptions } from "yieldcam/common/web-server";
import { Response } from "yieldcam/http/response";
import { Network } from "../support/memory-io.ts";
import { contentOf, head } from "../support/serve.ts";
import { resetClock } from "../support/time.ts";

interface Board {
	readonly network: Network;
	/** Opens the ports, as a board does for each link. */
	open(): void;
	readonly log: string[];
	/** The answer to a GET at each of the ports; undefined if nothing listens there. */
	answers(): (string | undefined)[];
}

function board(
	streamPort?: unknown,
	io: (network: Network) => WebServerOptions["io"] = (network) => network.Listener,
): Board {
	const network = new Network();
	const log: string[] = [];
	const server = new WebServer({
		io: io(network),
		...configuredPorts({ streamPort }, {}, 80),
		handler: () => new Response("the page"),
	});
	const open = () => {
		try {
			if (server.open()) log.push(`yieldcam is also at port ${server.streamPort}`);
		} catch (error) {
			log.push(`yieldcam: ${(error as Error).message}`);
		}
	};
	const answer = (port: number) => {
		try {
			return contentOf(network.connect(port).send(head("GET / HTTP/1.1", "Connection: close")).text);
		} catch {
			return undefined;
		}
	};
	return { network, open, log, answers: () => [80, 81].map(answer) };
}

/** Listeners of which the first at a port fails. */
function failingOnce(port: number, message: string): (network: Network) => WebServerOptions["io"] {
	let failures = 1;
	return (network) =>
		class extends network.Listener {
			constructor(options: ConstructorParameters<typeof network.Listener>[0]) {
				if (options.port === port && failures-- > 0) throw new Error(message);
				super(options);
			}
		};
}

describe("a device's web server", () => {
	beforeEach(resetClock);

	it("listens when it hears that there is a network, and not before", () => {
		const { open, log, answers } = board();
		assert.deepEqual(answers(), [undefined, undefined]);
		open();
		open();
		assert.deepEqual(answers(), ["the page", undefined]);
		assert.deepEqual(log, []);
	});

	it("listens on a second port if asked, once, and prints so", () => {
		const { open, log, answers } = board(81);
		open();
		open();
		assert.deepEqual(answers(), ["the page", "the page"]);
		assert.deepEqual(log, ["yieldcam is also at port 81"]);
	});

	it("goes on with the first if the second is not available, and tries again with the next link", () => {
		const { open, log, answers } = board(81, failingOnce(81, "no socket"));
		open();
		assert.deepEqual(answers(), ["the page", undefined]);
		assert.deepEqual(log, ["yieldcam: cannot listen on port 81: no socket"]);
		open();
		assert.deepEqual(answers(), ["the page", "the page"]);
	});

	it("reports if the first is not available, and has both with the next link", () => {
		const { open, log, answers } = board(81, failingOnce(80, "network not ready"));
		open();
		assert.deepEqual(log, ["yieldcam: cannot listen on port 80: network not ready"]);
		open();
		assert.deepEqual(answers(), ["the page", "the page"]);
	});

	for (const [what, streamPort, expected] of [
		["the server's own", 80, /^yieldcam: streamPort is 80, which is the server's own port$/],
		["not a number", NaN, /^yieldcam: streamPort is not a whole number from 1 to 65535$/],
		["beyond the last", 65_536, /^yieldcam: streamPort is not a whole number/],
		["one that cannot be configured", 0, /^yieldcam: streamPort is not a whole number/],
	] as const) {
		it(`reports if the second port is ${what}, and listens on the first`, () => {
			const { open, log, answers } = board(streamPort);
			open();
			assert.deepEqual(answers(), ["the page", undefined]);
			assert.lengthOf(log, 1);
			assert.match(log[0], expected);
		});
	}
});
