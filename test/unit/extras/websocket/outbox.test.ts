import { assert } from "chai";
import { Outbox } from "yieldcam/websocket/outbox";

const TEXT = 1;

describe("a message that the socket will never take", () => {
	/** The message of a promise's rejection; undefined if it does not settle. */
	async function rejection(promise: Promise<void>): Promise<string | undefined> {
		let message: string | undefined;
		void promise.catch((error: Error) => (message = error.message));
		for (let i = 0; i < 8; i++) await undefined;
		return message;
	}

	it("rejects, whether it is waited for before or after the connection failed, and whether or not it is being sent", async () => {
		for (const sending of [false, true])
			for (const before of [false, true]) {
				const outbox = new Outbox(1_000);
				const message = outbox.send(TEXT, new Uint8Array(5));
				if (sending) outbox.next();
				const sent = before ? message.sent : undefined;
				outbox.end(new Error("gone"));
				assert.equal(await rejection(sent ?? message.sent), "gone");
				assert.equal(await rejection(message.sent), "gone", "again");
			}
	});

	it("rejects if it is dropped before the server's Close", async () => {
		const outbox = new Outbox(1_000);
		outbox.send(TEXT, new Uint8Array(5));
		outbox.next();
		const waiting = outbox.send(TEXT, new Uint8Array(900));
		outbox.drop(new Error("closing"));
		assert.equal(await rejection(waiting.sent), "closing");
	});
});
