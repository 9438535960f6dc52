import { assert } from "chai";
import type { Limits } from "yieldcam/http/limits";
import { Response } from "yieldcam/http/response";
import { latin1 } from "yieldcam/http/syntax/utf8";
import { type Fixture, fixtures } from "../../support/fixtures.ts";
import { serve } from "../../support/serve.ts";
import { advance } from "../../support/time.ts";
import { CHUNKS, HEADS } from "../syntax/parser-fixtures.ts";

const HIDDEN = "GET /hidden HTTP/1.1\r\nHost: cam\r\n\r\n";

function bytes(text: string): Uint8Array {
	return new Uint8Array(ArrayBuffer.fromString(text));
}

function isRefused({ expected }: Fixture): boolean {
	return expected.length === 1 && /^\d\d\d$/.test(expected[0]);
}

/** A server whose handler reads the content, and the paths it was asked for. */
function open(limits: Partial<Limits> = {}) {
	const asked: string[] = [];
	const served = serve(
		async (request) => {
			asked.push(request.target);
			await request.bytes();
			return new Response("");
		},
		{ limits },
	);
	return { ...served, asked };
}

/** Sends the pieces and then another request, which must never be seen, and checks that the connection ends. */
async function refuse(
	pieces: readonly Uint8Array[],
	status: string,
	{ connect, network, asked, log }: ReturnType<typeof open>,
): Promise<void> {
	const client = connect();
	for (const piece of [...pieces, bytes(HIDDEN)]) {
		client.send(piece);
		await network.settle();
	}
	const text = client.take(),
		sent = pieces.map((piece) => latin1(piece)).join(""),
		// In the client's own protocol, as soon as the request line has named it.
		protocol = /^[^\r]* RTSP\/\d/.test(sent) ? "RTSP/1.0" : "HTTP/1.1";
	assert.equal(text.slice(0, 13), `${protocol} ${status} `);
	assert.include(text, "\r\nConnection: close\r\n");
	assert.lengthOf(text.split(`${protocol} `), 2, "one response");
	// The peer has time to read the answer, and then the connection is closed.
	advance(5_000);
	await network.settle();
	assert.isTrue(client.closed, "closed");
	assert.notInclude(asked, "/hidden");
	assert.deepEqual(log, []);
	assert.equal(network.open, 0);
}

function ways(input: Uint8Array): Uint8Array[][] {
	const middle = Math.ceil(input.length / 2);
	return [
		[input],
		[input.slice(0, middle), input.slice(middle)],
		...(input.length > 512 ? [] : [Array.from(input, (byte) => Uint8Array.of(byte))]),
	];
}

describe("a connection is closed with", () => {
	for (const {
		name,
		input,
		expected: [status],
	} of fixtures(HEADS).filter(isRefused)) {
		it(`${status} after ${name}, and nothing behind it is read as a request`, async () => {
			const served = open();
			for (const pieces of ways(input)) await refuse(pieces, status, served);
		});
	}

	for (const {
		name,
		input,
		expected: [status],
	} of fixtures(CHUNKS).filter(isRefused)) {
		it(`${status} after chunks with ${name}, and nothing behind it is read as a request`, async () => {
			const served = open({ content: 1_024 });
			const head = bytes("POST / HTTP/1.1\r\nHost: cam\r\nTransfer-Encoding: chunked\r\n\r\n");
			for (const pieces of ways(input)) await refuse([head, ...pieces], status, served);
		});
	}
});
