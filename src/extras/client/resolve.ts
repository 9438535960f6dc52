import Net from "net";

/** The IPv4 address of a host, from the resolver that the network has: lwIP's on the board. */
export function resolve(host: string): Promise<string> {
	return new Promise((resolved, reject) => {
		Net.resolve(host, (_, address) =>
			address === undefined ? reject(new Error("no such name in the network")) : resolved(address),
		);
	});
}
