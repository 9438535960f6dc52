import { request } from "node:http";
import { buffer } from "node:stream/consumers";

export interface Got {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | undefined>>;
	/** As received: still coded as Content-Encoding says. */
	readonly body: Buffer;
}

/** One request on a new connection, and its answer as it is on the wire. */
export function httpGet(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
	return new Promise((resolve, reject) => {
		request(url, { headers, agent: false }, async (response) => {
			try {
				resolve({
					status: response.statusCode!,
					headers: response.headers as Got["headers"],
					body: await buffer(response),
				});
			} catch (error) {
				reject(error);
			}
		})
			.on("error", reject)
			.end();
	});
}
