import { assert } from "chai";
import { close, concat, echo, frame, type Peer, serveWebSocket } from "../../support/web-socket-peer.ts";

/** Numbers below a limit, the same for the same seed, so that a failure can be repeated (xorshift32). */
function random(seed: number): (limit: number) => number {
	let state = (seed * 2_654_435_761) | 1;
	return (limit) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % limit;
	};
}

/** Frames of which most are good, some have a wrong first byte, and some a wrong length in the header. */
function noise(next: (limit: number) => number): Uint8Array {
	const frames = Array.from({ length: 1 + next(6) }, () => {
		const firsts = [0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x89, 0x8a, 0x88, next(256)];
		const payload = Uint8Array.from({ length: [0, 1, 2, 5, 125, 126, 300][next(7)] }, () =>
			next(4) ? 0x61 : next(256),
		);
		const bytes = frame(firsts[next(firsts.length)], payload, [next(256), next(256), next(256), next(256)]);
		if (next(12) === 0) bytes[1] = next(256);
		return bytes;
	});
	return concat(...frames);
}

describe("a WebSocket that receives noise", () => {
	it("goes on or closes with a code, and frees all its memory", async () => {
		const codes = new Set<string>();
		const { open, network, log, server } = serveWebSocket(echo, { limits: { message: 400, streamMemory: 1_064 } });
		for (let seed = 1; seed <= 250; seed++) {
			const next = random(seed);
			const sent = noise(next);
			const peer: Peer = await open();
			for (let at = 0; at < sent.length;) {
				const size = 1 + next(next(2) ? 8 : 400);
				peer.client.send(sent.slice(at, at + size));
				at += size;
			}
			await peer.send(close(1000));
			const lines = peer.take();
			peer.client.finish();
			assert.deepEqual(log, [], `seed ${seed}`);
			assert.equal(network.open, 0, `seed ${seed}`);
			for (const line of lines) {
				assert.match(line, /^(text|binary|pong|close|end|reset)\b/, `seed ${seed}`);
				if (line.startsWith("close")) codes.add(line.slice(0, 10));
			}
		}
		assert.includeMembers([...codes], ["close 1000", "close 1002", "close 1007", "close 1009"]);
		assert.equal(server.connectionCount, 0);
		// The whole budget is free: a message takes nearly all that one client can have.
		const peer = await open();
		await peer.send(frame(0x82, new Uint8Array(400)));
		assert.deepEqual(peer.take(), ["binary 400 bytes"]);
	});
});
