import Net from "net";

/** Resolves a host name to its IPv4 address with the network's resolver, which is lwIP's on the board. */
export function resolve(host: string): Promise<string> {
	return new Promise((resolved, reject) => {
		Net.resolve(host, (_, address) =>
			address === undefined ? reject(new Error("the network does not know this name")) : resolved(address),
		);
	});
}
