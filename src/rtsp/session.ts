import type { Block, SelfWriting } from "../http/body.ts";
import type { ConnectionLink } from "../http/connection-link.ts";
import type { Input } from "../http/engine/input.ts";
import { sequenceLine } from "../http/engine/rtsp-response-head.ts";
import { reasonPhrase } from "../http/status.ts";
import { DONE, MORE } from "../http/syntax/field-section.ts";
import type { Head } from "../http/syntax/head.ts";
import { Parser } from "../http/syntax/parser.ts";
import type { UpgradedProtocol } from "../http/upgraded-protocol.ts";
import { random32 } from "../http/random.ts";
import { isTrack } from "./address.ts";
import { hex, Player, type PlayerOwner } from "./player.ts";
import { MAX_TARGET_LENGTH, METHODS, type RtspContext } from "./rtsp-context.ts";
import { MAX_TRANSPORT_LENGTH, type Transport, transportOf } from "./transport.ts";

/** Begins an interleaved packet (RFC 2326, 10.12). */
const DOLLAR = 0x24;
/** Bytes of the longest Session field that is read. */
const MAX_SESSION_LENGTH = 64;
/** Seconds for which a client may take nothing of a frame. */
const STALLED = 20;

/** The methods whose target names the stream or its track. */
const NAMING: readonly string[] = Object.freeze(["DESCRIBE", "SETUP", "PLAY", "PAUSE", "TEARDOWN"]);

// What a session does.
const READY = 0;
/** It plays as soon as the response to PLAY is written. */
const STARTING = 1;
const PLAYING = 2;
const ENDING = 3;

/**
 * A session of RTSP (RFC 2326): from SETUP on, what happens on the client's connection, which is then a stream. Between the
 * requests and responses there are interleaved packets, or the packets go by UDP. The session ends with its connection.
 */
export class RtspSession implements UpgradedProtocol, PlayerOwner {
	readonly passive = true;
	/** It takes 200 in all, of which its connection takes 75. */
	readonly slots = 25;
	readonly address: string;

	readonly #context: RtspContext;
	/** The address of the track, as the client has it. */
	readonly #url: string;
	readonly #id = hex(random32()).concat(hex(random32()));
	#player: Player;
	#link: ConnectionLink | undefined;
	#state = READY;
	#parser: Parser | undefined;
	/** Bytes of input that are of no use: the rest of an interleaved packet, or a request's content. */
	#skip = 0;
	/** The response that waits until a frame is written, and the goodbye. No request is read meanwhile: it stays in the input. */
	#answers: ArrayBuffer[] = [];
	#wake: (() => void) | undefined;
	/** Seconds for which the same block has waited for the client, and which that is. */
	#stalled = 0;
	#held = 0;
	/** `Sender.sent` when the client was last known to be there. */
	#taken = 0;

	/** Throws the error of the UDP sockets' class if they cannot be opened. */
	constructor(context: RtspContext, address: string, url: string, transport: Transport) {
		this.#context = context;
		this.address = address;
		this.#url = url;
		this.#player = new Player(context, this, address, transport);
	}

	get sent(): number {
		return this.#player.sent;
	}

	get skipped(): number {
		return this.#player.skipped;
	}

	rate(now: number): number {
		return this.#player.rate(now);
	}

	get transportField(): string {
		return this.#player.transportField;
	}

	/** The value of the Session field. */
	get sessionField(): string {
		return `${this.#id};timeout=${this.#context.timeout / 1_000}`;
	}

	open(link: ConnectionLink): void {
		this.#link = link;
		this.#context.opened(this);
		this.heard();
	}

	close(): void {
		this.#state = ENDING;
		this.#player.leave();
		this.#player.close();
		this.#context.closed(this);
		this.#wake = this.#link = undefined;
	}

	/** Called when the client has shown that it is there. */
	heard(): void {
		const link = this.#link;
		if (!link || this.#state === ENDING) return;
		this.#taken = link.sender.sent;
		link.deadline.set(this.#context.timeout);
	}

	/** Called with each report that came by UDP. */
	reported(address: string, port: number): void {
		if (this.#player.reportsFrom(address, port)) this.heard();
	}

	/** A client that takes interleaved packets need not say anything: GStreamer sends no request. */
	expire(): boolean {
		const { sent } = this.#link!.sender;
		if (this.#state === ENDING || this.#player.usesUdp || sent === this.#taken) return false;
		this.heard();
		return true;
	}

	shutDown(): void {
		this.end();
	}

	end(): void {
		if (this.#state === ENDING) return;
		this.#state = ENDING;
		const goodbye = this.#player.leave(),
			link = this.#link;
		if (goodbye) this.#answers.push(goodbye);
		link?.deadline.set(link.server.limits.lingerTimeout);
		this.wake();
	}

	drop(): void {
		this.#link?.abort();
	}

	wake(): void {
		const wake = this.#wake;
		this.#wake = undefined;
		wake?.();
	}

	tick(): void {
		const link = this.#link;
		// The report may have shown that the connection is lost.
		if (!link) return;
		const { held } = link.sender;
		this.#stalled = held > 0 && held === this.#held ? this.#stalled + 1 : 0;
		this.#held = held;
		if (this.#stalled >= STALLED) link.close();
	}

	pull(wake: () => void): Block | SelfWriting | undefined | null {
		this.#player.written();
		const block = this.#answers.shift() ?? (this.#state === PLAYING ? this.#player.next() : undefined);
		if (block) return block;
		if (this.#state === ENDING) return null;
		this.#wake = wake;
		if (this.#state === STARTING) {
			this.#state = PLAYING;
			this.#player.start();
		}
		return undefined;
	}

	receive(input: Input): boolean {
		if (this.#skip > 0) return this.skip(input);
		const { bytes } = input,
			{ length } = bytes,
			{ limits } = this.#link!.server;
		if (length === 0 || this.#state === ENDING || this.#answers.length > 0) return false;
		if (!this.#parser && bytes[0] === DOLLAR) {
			if (length < 4) return false;
			this.#skip = 4 + ((bytes[2] << 8) | bytes[3]);
			this.heard();
			return true;
		}
		const parser = (this.#parser ??= new Parser(limits)),
			{ skipped } = parser;
		let verdict = parser.parse(bytes);
		input.drop(parser.skipped - skipped);
		if (verdict === MORE) {
			if (input.length < limits.readAhead) return false;
			verdict = 431;
		}
		this.#parser = undefined;
		if (verdict !== DONE || !parser.head.rtsp) {
			this.reply(verdict === DONE ? 505 : verdict, "", "Connection: close\r\n");
			this.end();
			return false;
		}
		input.consume(parser.length);
		this.#skip = parser.head.contentLength;
		this.heard();
		this.answer(parser.head);
		// A client may have sent fifty requests at once.
		if (input.pending) this.#link!.defer();
		this.wake();
		return true;
	}

	private skip(input: Input): boolean {
		const count = Math.min(this.#skip, input.length);
		input.consume(count);
		this.#skip -= count;
		return count > 0;
	}

	private answer({ headers, method, path, target }: Head): void {
		const line = sequenceLine(headers),
			id = this.#id;
		const session = headers.getShort("session", MAX_SESSION_LENGTH);
		// Some clients repeat the timeout.
		if (session !== undefined && session !== id && !session.startsWith(id + ";")) return this.reply(454, line);
		if (target.length > MAX_TARGET_LENGTH) return this.reply(414, line);
		// The target of VLC's PLAY is "0".
		if (NAMING.includes(method) && target.includes("://") && isTrack(path) === undefined)
			return this.reply(404, line);
		switch (method) {
			case "OPTIONS":
				return this.reply(200, line, `Public: ${METHODS}\r\n`);
			case "GET_PARAMETER":
			case "SET_PARAMETER":
				return this.reply(200, line);
			case "DESCRIBE": {
				const { fields, text } = this.#context.describe(target);
				return this.reply(200, line, `${fields}Content-Length: ${text.length}\r\n`, text);
			}
			case "SETUP":
				return this.setUp(headers.getShort("transport", MAX_TRANSPORT_LENGTH) ?? "", line);
			case "PLAY":
				if (this.#state === READY) this.#state = STARTING;
				return this.reply(
					200,
					line,
					`Range: npt=now-\r\nRTP-Info: url=${this.#url};${this.#player.position}\r\n`,
				);
			case "PAUSE":
				this.#player.stop();
				this.#state = READY;
				return this.reply(200, line);
			case "TEARDOWN":
				this.reply(200, line, "Connection: close\r\n");
				return this.end();
			default:
				return this.reply(501, line, `Public: ${METHODS}\r\n`);
		}
	}

	/** Answers a SETUP that changes the transport, before PLAY. */
	private setUp(field: string, line: string): void {
		if (this.#state !== READY) return this.reply(455, line);
		const transport = transportOf(field);
		if (!transport) return this.reply(461, line);
		let player;
		try {
			player = new Player(this.#context, this, this.address, transport);
		} catch {
			return this.reply(503, line);
		}
		this.#player.close();
		this.#player = player;
		this.reply(200, line, `Transport: ${player.transportField}\r\n`);
	}

	private reply(status: number, sequence: string, fields = "", content = ""): void {
		this.#answers.push(
			ArrayBuffer.fromString(
				`RTSP/1.0 ${status} ${reasonPhrase(status)}\r\n`.concat(
					sequence,
					status < 300 ? `Session: ${this.sessionField}\r\n` : "",
					fields,
					"\r\n",
					content,
				),
			),
		);
	}
}
