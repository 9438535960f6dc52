import { assert } from "chai";
import type { Block, BodySource } from "yieldcam/http/body";
import type { Framing } from "yieldcam/http/engine/response-head";
import type { Bytes } from "yieldcam/http/io";
import { BLOCKED, BROKEN, IDLE, Sender, STARVED } from "yieldcam/http/engine/sender";
import { ViewCache } from "yieldcam/http/engine/view-cache";
import { takeBack } from "../../support/take-back.ts";

const HEAD = ArrayBuffer.fromString("HEAD\r\n\r\n");

function framing(options: Partial<Framing> = {}): Framing {
	return { head: HEAD, content: true, length: Infinity, chunked: false, persistent: true, ...options };
}

/** A socket with a window, as strict as the board's. */
class Window {
	readonly written: number[] = [];
	readonly writes: number[] = [];
	/** The block objects themselves, not copies. */
	readonly given: Bytes[] = [];
	room: number;
	failing = false;
	/** Write number from which writing fails. */
	failingAfter = Infinity;
	/** Calls of `write`, including those that fail. */
	asked = 0;
	/** From that write on, it accepts nothing, as after a reset that is not yet reported. */
	lostAfter = Infinity;

	constructor(room: number) {
		this.room = room;
	}

	read(): undefined {}

	write(bytes: Bytes): number | undefined {
		this.asked++;
		if (this.failing || this.writes.length >= this.failingAfter) throw new Error("not ready");
		if (this.writes.length >= this.lostAfter) return undefined;
		assert.isAbove(bytes.byteLength, 0, "a pointless write");
		assert.isAtMost(bytes.byteLength, this.room, "would block");
		const view = ArrayBuffer.isView(bytes) ? bytes : new Uint8Array(bytes);
		for (let i = 0; i < view.length; i++) this.written.push(view[i]);
		this.writes.push(view.length);
		this.given.push(bytes);
		return (this.room -= view.length);
	}

	close(): void {}

	get text(): string {
		return String.fromArrayBuffer(new Uint8Array(this.written).buffer);
	}
}

/** A source of the given blocks; undefined stands for a wait. */
class Blocks implements BodySource {
	readonly #blocks: (Block | undefined | null)[];
	pulls = 0;
	closed = 0;
	wake: () => void = () => assert.fail("no one has asked");

	constructor(...blocks: (Block | undefined | null)[]) {
		this.#blocks = blocks;
	}

	pull(wake: () => void): Block | undefined | null {
		this.pulls++;
		this.wake = wake;
		return this.#blocks.length > 0 ? this.#blocks.shift() : null;
	}

	close(): void {
		this.closed++;
	}
}

/** A socket that takes three pieces in one call, as the board's and the simulators' do. */
class PieceWindow extends Window {
	/** How many pieces each call had. */
	readonly calls: number[] = [];

	override write(bytes: Bytes): number | undefined {
		this.calls.push(1);
		return super.write(bytes);
	}

	writePieces(...pieces: readonly Bytes[]): number | undefined {
		this.calls.push(pieces.length);
		const total = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
		assert.isAtMost(total, this.room, "would block");
		let left: number | undefined;
		for (const piece of pieces) left = super.write(piece);
		return left;
	}
}

interface Sending {
	readonly socket: Window;
	readonly sender: Sender;
	readonly reports: unknown[];
	readonly ready: { count: number };
}

function sending(
	room: number,
	turn = 65_536,
	windows = new ViewCache(turn),
	socket: Window = new Window(room),
): Sending {
	const reports: unknown[] = [];
	const ready = { count: 0 };
	const sender = new Sender(socket, windows, {
		flushFirst: () => ready.count++,
		report: (error) => reports.push(error),
		runHook(hook) {
			try {
				hook();
			} catch (error) {
				reports.push(error);
			}
		},
	});
	if (room > 0) sender.writable(room);
	return { socket, sender, reports, ready };
}

/** Gives the sender a window of that size again and again, until it has nothing more to send. */
function drain({ socket, sender }: Sending, window: number): number {
	for (;;) {
		const state = sender.flush();
		if (state !== BLOCKED) return state;
		assert.equal(socket.room, 0, "it fills the window");
		socket.room = window;
		sender.writable(window);
	}
}

function bytes(text: string): Uint8Array {
	return new Uint8Array(ArrayBuffer.fromString(text));
}

describe("the sender", () => {
	for (const [what, options] of [
		["without a length", {}],
		["in chunks", { chunked: true }],
	] as const) {
		it(`yields to others after ${what}`, () => {
			const { socket, sender } = sending(100_000, 100);
			sender.start(
				framing({ ...options, head: ArrayBuffer.fromString("HEAD") }),
				new Blocks(...Array.from({ length: 9 }, () => [bytes("a".repeat(30)), bytes("b".repeat(30))])),
			);
			for (let turns = 1; turns < 5; turns++) {
				assert.equal(sender.flush(), BLOCKED);
				assert.equal(socket.written.length, turns * 100);
				sender.writable(100_000);
			}
		});
	}

	it("breaks if a write of a list's piece fails, and sends nothing more", () => {
		for (const failingAfter of [1, 2]) {
			const at = sending(1_000);
			at.socket.failingAfter = failingAfter;
			const source = new Blocks([bytes("a"), bytes("b")], [bytes("c")]);
			at.sender.start(framing(), source);
			assert.equal(at.sender.flush(), BROKEN);
			assert.equal(at.sender.flush(), BROKEN);
			assert.lengthOf(at.socket.writes, failingAfter);
			assert.equal(source.pulls, 1);
		}
	});

	it("rejects a list that is longer than the body", () => {
		const { socket, sender, reports } = sending(1_000);
		sender.start(framing({ length: 3 }), new Blocks([bytes("ab"), bytes("cd")]));
		assert.equal(sender.flush(), BROKEN);
		assert.instanceOf(reports[0], RangeError);
		assert.equal(socket.text, "HEAD\r\n\r\n");
	});

	it("reports a heartbeat that fails, and sends none for a source without heartbeats", () => {
		for (const heartbeat of [
			undefined,
			() => {
				throw new Error("no pulse");
			},
		]) {
			const { sender, reports } = sending(1_000);
			sender.start(framing(), { pull: () => undefined, close() {}, ...(heartbeat && { heartbeat }) });
			assert.equal(sender.flush(), STARVED);
			assert.isFalse(sender.sendHeartbeat());
			assert.lengthOf(reports, heartbeat ? 1 : 0);
		}
	});

	it("sends a heartbeat if its source has nothing, and then continues with the source", () => {
		const { socket, sender } = sending(1_000);
		let beats = 0;
		const source = new Blocks(undefined, bytes("next"));
		sender.start(
			framing({ head: ArrayBuffer.fromString("H") }),
			Object.assign(source, { heartbeat: () => (beats++, bytes("beat")) }),
		);
		assert.isFalse(sender.sendHeartbeat(), "the source has not been asked yet");
		assert.equal(sender.flush(), STARVED);
		assert.isTrue(sender.sendHeartbeat());
		assert.equal(sender.flush(), IDLE);
		assert.equal(socket.text, "Hbeatnext");
		assert.isFalse(sender.sendHeartbeat(), "its source is closed");
		assert.equal(beats, 1);
	});

	it("writes whole pieces of a list that just fit, and makes no views of them", () => {
		const { socket, sender } = sending(8 + 30, 1_000);
		const piece = bytes("a".repeat(30));
		sender.start(framing(), new Blocks([piece]));
		assert.equal(sender.flush(), IDLE);
		assert.deepEqual(socket.writes, [8, 30]);
		assert.strictEqual(socket.given[1], piece);
	});

	describe("with a socket that takes several pieces", () => {
		const frame = (): Uint8Array[] => [bytes("head"), bytes("picture"), bytes("boundary")];
		function open(room: number, turn?: number): Sending & { socket: PieceWindow } {
			const socket = new PieceWindow(room);
			return { ...sending(room, turn, undefined, socket), socket };
		}

		it("writes what a source offers in one call, without asking the source", () => {
			const socket = new PieceWindow(100),
				{ sender, ready } = sending(100, 65_536, undefined, socket),
				source = new Blocks(undefined);
			sender.start(framing(), source);
			assert.equal(sender.flush(), STARVED);
			assert.isTrue(sender.offer(bytes("ab"), bytes("cde"), bytes("f"), 6));
			assert.deepEqual(socket.calls, [1, 3]);
			assert.equal(socket.text, "HEAD\r\n\r\nabcdef");
			assert.equal(sender.sent, 14);
			assert.deepEqual([source.pulls, ready.count], [1, 0]);
			assert.isTrue(sender.offer(bytes("g"), bytes("h"), bytes("i"), 3));
			assert.equal(socket.text, "HEAD\r\n\r\nabcdefghi");
			source.wake();
			assert.equal(ready.count, 1, "the source may wake it after that");
		});

		it("takes no offer before its turn, beyond its room or its turn's share, or of a body with a length", () => {
			const offer = (sender: Sender): boolean => sender.offer(bytes("abc"), bytes("d"), bytes("e"), 5);
			const start = (options: Partial<Framing>, room: number, turn?: number): [Sender, PieceWindow] => {
				const socket = new PieceWindow(room),
					{ sender } = sending(room, turn, undefined, socket);
				sender.start(framing(options), new Blocks(undefined, bytes("late")));
				return [sender, socket];
			};
			const [early, earlySocket] = start({}, 100);
			assert.isFalse(offer(early));
			assert.deepEqual(earlySocket.calls, [], "its head has not been sent");
			for (const [options, room, turn] of [
				[{}, 12, undefined],
				[{}, 100, 12],
				[{ chunked: true }, 100, undefined],
				[{ length: 20 }, 100, undefined],
			] as const) {
				const [sender, socket] = start(options, room, turn);
				sender.flush();
				const before = socket.text;
				assert.isFalse(offer(sender), JSON.stringify(options));
				assert.equal(socket.text, before);
			}
			const [fits] = start({}, 13);
			fits.flush();
			assert.isTrue(offer(fits));
		});

		it("ends a connection that is lost while it takes an offer", () => {
			for (const loss of ["failingAfter", "lostAfter"] as const) {
				const socket = new PieceWindow(100);
				socket[loss] = 1;
				const { sender, ready } = sending(100, 65_536, undefined, socket),
					source = new Blocks(undefined);
				sender.start(framing(), source);
				sender.flush();
				assert.isTrue(sender.offer(bytes("a"), bytes("b"), bytes("c"), 3), loss);
				assert.equal(ready.count, 1, loss);
				assert.equal(sender.flush(), BROKEN, loss);
				assert.equal(source.pulls, 1, loss);
			}
		});

		it("writes a frame in one call", () => {
			const { socket, sender } = open(1_000);
			sender.start(framing(), new Blocks(frame(), frame()));
			assert.equal(sender.flush(), IDLE);
			assert.equal(socket.text, "HEAD\r\n\r\nheadpictureboundaryheadpictureboundary");
			assert.deepEqual(socket.calls, [1, 3, 3]);
			assert.equal(sender.sent, socket.written.length);
		});

		it("writes what fits if there is less room, or less of the turn left", () => {
			for (const [room, turn] of [
				[8 + 4 + 7 + 7, undefined],
				[1_000, 8 + 4 + 7 + 7],
			]) {
				const { socket, sender } = open(room!, turn);
				sender.start(framing(), new Blocks(frame()));
				sender.flush();
				assert.notInclude(socket.calls, 3);
				for (let i = 0; i < 4 && sender.flush() !== IDLE; i++) {
					socket.room = 100;
					sender.writable(100);
				}
				assert.equal(socket.text, "HEAD\r\n\r\nheadpictureboundary");
			}
		});

		it("breaks if the connection is lost, or the socket fails", () => {
			for (const fault of [{ lostAfter: 1 }, { failingAfter: 1 }]) {
				const { socket, sender } = open(1_000);
				Object.assign(socket, fault);
				sender.start(framing(), new Blocks(frame(), frame()));
				assert.equal(sender.flush(), BROKEN);
				assert.deepEqual(socket.calls, [1, 3]);
			}
		});

		it("leaves lists of other lengths, and a picture that was taken back, to single writes", () => {
			const { socket, sender } = open(1_000);
			sender.start(framing(), new Blocks([bytes("a"), bytes("b")], [bytes("c"), bytes(""), bytes("d")]));
			assert.equal(sender.flush(), IDLE);
			assert.equal(socket.text, "HEAD\r\n\r\nabcd");
			assert.notInclude(socket.calls, 3);
		});
	});

	it("writes nothing before there is room", () => {
		const { socket, sender } = sending(0);
		sender.start(framing(), bytes("hello"));
		assert.equal(sender.flush(), BLOCKED);
		assert.deepEqual(socket.writes, []);
		socket.room = 100;
		sender.writable(100);
		assert.equal(sender.flush(), IDLE);
		assert.equal(socket.text, "HEAD\r\n\r\nhello");
	});

	it("sends head and body in one write up to 1,024 bytes, and in two beyond", () => {
		for (const [length, writes] of [
			[1_016, [1_024]],
			[1_017, [8, 1_017]],
		] as const) {
			const { socket, sender } = sending(5_744);
			sender.start(framing(), bytes("x".repeat(length)));
			assert.equal(sender.flush(), IDLE);
			assert.deepEqual(socket.writes, [...writes]);
		}
	});

	it("needs room, unless its source has nothing", () => {
		const { socket, sender } = sending(0);
		assert.isTrue(sender.writable((socket.room = 100)), "there is a first time");
		const source = new Blocks(undefined);
		sender.start(framing(), source);
		assert.isTrue(sender.writable(100));
		assert.equal(sender.flush(), STARVED);
		assert.isFalse(sender.writable(100));
		source.wake();
		assert.isTrue(sender.writable(100));
	});

	it("knows whether its peer has everything that was begun", () => {
		const { socket, sender } = sending(100);
		assert.isTrue(sender.acknowledged);
		sender.start(framing(), bytes("hello"));
		assert.isFalse(sender.acknowledged, "nothing is written yet");
		assert.equal(sender.flush(), IDLE);
		assert.isFalse(sender.acknowledged);
		sender.writable((socket.room = 99));
		assert.isFalse(sender.acknowledged);
		sender.writable((socket.room = 100));
		assert.isTrue(sender.acknowledged);
	});

	it("writes nothing more once it is closed, wherever it was, and holds nothing", () => {
		// In the head, between it and the block, and in the first and the last piece of the block.
		for (const room of [1, 8, 10, 18]) {
			const { socket, sender, reports } = sending(room);
			const source = new Blocks([bytes("0123456789"), bytes("abc")], bytes("more"));
			sender.start(framing(), source);
			assert.equal(sender.flush(), BLOCKED);
			assert.equal(sender.held, room < 8 ? 0 : 1);
			sender.close();
			assert.equal(source.closed, 1);
			assert.equal(sender.held, 0);
			sender.writable((socket.room = 100));
			assert.equal(sender.flush(), IDLE);
			assert.lengthOf(socket.written, room);
			assert.deepEqual(reports, []);
			assert.isTrue(sender.acknowledged);
		}
	});

	it("sends another message after releasing one whose source had nothing, and no heartbeat of the first", () => {
		const { socket, sender, reports } = sending(100);
		sender.start(framing(), new Blocks(undefined));
		assert.equal(sender.flush(), STARVED);
		sender.close();
		assert.isFalse(sender.sendHeartbeat());
		assert.deepEqual(reports, []);
		sender.start(framing(), new Blocks(bytes("next")));
		assert.equal(sender.flush(), IDLE);
		assert.match(socket.text, /next$/);
	});

	it("does not write again to a socket that accepted nothing, or failed", () => {
		for (const failure of ["failingAfter", "lostAfter"] as const) {
			for (const after of [1, 2]) {
				const { socket, sender } = sending(1_000);
				socket[failure] = after;
				sender.start(framing(), new Blocks([bytes("a"), bytes("b"), bytes("c")], [bytes("d")]));
				assert.equal(sender.flush(), BROKEN);
				sender.writable(1_000);
				assert.equal(sender.flush(), BROKEN);
				assert.equal(socket.asked, after + 1, `${failure} ${after}`);
			}
		}
	});

	it("shares no window of a block that is not a list", () => {
		const windows = new ViewCache(65_536),
			block = ArrayBuffer.fromString("x".repeat(1_500));
		const [one, other] = [1, 2].map(() => {
			const at = sending(900, 65_536, windows);
			at.sender.start(framing(), new Blocks(block));
			assert.equal(at.sender.flush(), BLOCKED);
			return at.socket.given.at(-1)!;
		});
		assert.equal(one.byteLength, other.byteLength);
		assert.notStrictEqual(one, other);
	});

	it("sends a small response in one write", () => {
		const { socket, sender } = sending(5_744);
		sender.start(framing(), bytes("hello"));
		sender.flush();
		assert.deepEqual(socket.writes, [13]);
		assert.equal(sender.sent, 13);
	});

	it("makes one window of a frame for all clients with room for as much of it, and holds none when a stream is over", () => {
		const windows = new ViewCache(65_536),
			jpeg = ArrayBuffer.fromString("x".repeat(1_500));
		const viewers = [900, 900, 700].map((room) => sending(room, 65_536, windows));
		const held = [windows.view(jpeg, 0, 1), windows.view(jpeg, 0, 1)];
		assert.strictEqual(held[0], held[1]);
		for (const { sender } of viewers) {
			sender.start(framing(), new Blocks([bytes("part"), jpeg], undefined, null));
			assert.equal(sender.flush(), BLOCKED);
		}
		const first = viewers.map(({ socket }) => socket.given.at(-1));
		assert.strictEqual(first[0], first[1]);
		assert.notStrictEqual(first[1], first[2]);
		for (const viewer of viewers) drain(viewer, 900);
		assert.deepEqual(
			viewers.map(({ socket }) => socket.text),
			viewers.map(() => `HEAD\r\n\r\npart${"x".repeat(1_500)}`),
		);
		const last = windows.view(jpeg, 0, 1);
		viewers[0].sender.close();
		assert.notStrictEqual(windows.view(jpeg, 0, 1), last);
	});

	it("sends windows of a large body instead of copying it", () => {
		const { socket, sender } = sending(1_000);
		const body = bytes("x".repeat(2_500));
		sender.start(framing(), body);
		sender.flush();
		assert.deepEqual(socket.writes, [8, 992]);
		drain({ socket, sender, reports: [], ready: { count: 0 } }, 1_000);
		assert.deepEqual(socket.writes, [8, 992, 1_000, 508]);
	});

	it("slices blocks of every kind to every window", () => {
		const shared = new SharedArrayBuffer(7); // not an ArrayBuffer, like a driver's memory
		new Uint8Array(shared).set(bytes("driver!"));
		const backing = bytes("__view of some bytes__");
		const blocks = (): Block[] => [
			bytes("first "),
			[bytes("--part\r\n"), shared as unknown as ArrayBuffer, bytes("\r\n")],
			backing.subarray(2, 20),
			[],
			new ArrayBuffer(0),
			[new Uint8Array(0), bytes("a"), new Uint8Array(0)],
			[ArrayBuffer.fromString("tail")],
		];
		const plain = "HEAD\r\n\r\nfirst --part\r\ndriver!\r\nview of some bytesatail";
		const chunked =
			"HEAD\r\n\r\n6\r\nfirst \r\n11\r\n--part\r\ndriver!\r\n\r\n12\r\nview of some bytes\r\n1\r\na\r\n4\r\ntail\r\n0\r\n\r\n";
		for (let window = 1; window <= chunked.length + 1; window++) {
			for (const isChunked of [false, true]) {
				const all = sending(window);
				const source = new Blocks(...blocks());
				all.sender.start(framing({ chunked: isChunked }), source);
				assert.equal(drain(all, window), IDLE);
				assert.equal(all.socket.text, isChunked ? chunked : plain, `window ${window}`);
				assert.equal(source.closed, 1);
				assert.deepEqual(all.reports, []);
			}
		}
	});

	it("only borrows a block, which may be reused once the next is asked for", () => {
		for (let window = 1; window < 12; window++) {
			const memory = new Uint8Array(10);
			let round = 0;
			const source: BodySource = {
				pull() {
					memory.fill(0x30 + round);
					return round++ < 5 ? memory : null;
				},
				close() {
					memory.fill(0x21);
				},
			};
			const all = sending(window);
			all.sender.start(framing(), source);
			drain(all, window);
			assert.equal(all.socket.text, "HEAD\r\n\r\n" + [0, 1, 2, 3, 4].map((n) => String(n).repeat(10)).join(""));
		}
	});

	it("asks for a block only when the socket has accepted the whole last one", () => {
		const { socket, sender } = sending(8);
		const source = new Blocks(bytes("0123456789"), bytes("x"));
		sender.start(framing(), source);
		assert.equal(sender.flush(), BLOCKED);
		assert.equal(source.pulls, 1);
		for (const room of [4, 5]) {
			socket.room = room;
			sender.writable(room);
			assert.equal(sender.flush(), BLOCKED);
			assert.equal(source.pulls, 1);
		}
		socket.room = 1;
		sender.writable(1);
		assert.equal(sender.flush(), BLOCKED);
		assert.equal(source.pulls, 2);
	});

	it("asks a source that had nothing again only when it wakes", () => {
		const { socket, sender, ready } = sending(100);
		const source = new Blocks(undefined, bytes("now"), undefined);
		sender.start(framing(), source);
		assert.equal(sender.flush(), STARVED);
		sender.writable(100);
		assert.equal(sender.flush(), STARVED);
		assert.equal(source.pulls, 1);
		source.wake();
		assert.equal(ready.count, 1);
		source.wake();
		assert.equal(ready.count, 1, "a second wake changes nothing");
		assert.equal(sender.flush(), STARVED);
		assert.equal(source.pulls, 3);
		assert.equal(socket.text, "HEAD\r\n\r\nnow");
	});

	it("accepts a wake from within a pull", () => {
		const { socket, sender, ready } = sending(100);
		let asked = 0;
		sender.start(framing(), {
			pull(wake) {
				if (asked++ === 0) {
					wake();
					return undefined;
				}
				return asked === 2 ? bytes("x") : null;
			},
			close() {},
		});
		assert.equal(sender.flush(), STARVED);
		assert.equal(ready.count, 1);
		assert.equal(sender.flush(), IDLE);
		assert.equal(socket.text, "HEAD\r\n\r\nx");
	});

	it("is not disturbed by the wake of a source that is done", () => {
		const { sender, ready } = sending(100);
		const first = new Blocks();
		sender.start(framing(), first);
		assert.equal(sender.flush(), IDLE);
		const second = new Blocks(undefined);
		sender.start(framing(), second);
		assert.equal(sender.flush(), STARVED);
		first.wake();
		assert.equal(ready.count, 0);
		sender.flush();
		assert.equal(second.pulls, 1);
	});

	it("ends its turn so that others get theirs, and goes on when there is room again", () => {
		const { socket, sender } = sending(1_000_000, 1_000);
		const source: BodySource = { pull: () => bytes("x".repeat(300)), close() {} };
		sender.start(framing(), source);
		assert.equal(sender.flush(), BLOCKED);
		assert.equal(socket.written.length, 1_000);
		assert.equal(sender.flush(), BLOCKED);
		assert.equal(socket.written.length, 1_000);
		sender.writable(socket.room);
		sender.flush();
		assert.equal(socket.written.length, 2_000);
	});

	it("has one turn from one onWritable to the next, however often it wakes", () => {
		const { socket, sender } = sending(1_000_000, 1_000);
		let wake: (() => void) | undefined;
		let ready = false;
		sender.start(framing(), {
			pull(callback) {
				wake = callback;
				ready = !ready;
				return ready ? bytes("x".repeat(300)) : undefined;
			},
			close() {},
		});
		for (let i = 0; i < 10; i++) {
			sender.flush();
			wake!();
		}
		assert.equal(socket.written.length, 1_000);
	});

	it("breaks if a body is not as long as announced", () => {
		for (const blocks of [["12345", "6"], ["123456"], ["1234"], []]) {
			const { socket, sender, reports } = sending(100);
			const source = new Blocks(...blocks.map(bytes));
			sender.start(framing({ length: 5 }), source);
			assert.equal(sender.flush(), BROKEN);
			assert.instanceOf(reports[0], RangeError);
			assert.isAtMost(socket.written.length, HEAD.byteLength + 5);
			assert.equal(source.closed, 0);
			sender.close();
			assert.equal(source.closed, 1);
		}
	});

	it("breaks if a source throws, or yields something that is not a block", () => {
		const faulty: BodySource["pull"][] = [
			() => {
				throw new Error("no camera");
			},
			() => 12 as unknown as Block,
			() => "text" as unknown as Block,
			() => ({}) as unknown as Block,
		];
		for (const pull of faulty) {
			const { sender, reports } = sending(100);
			sender.start(framing(), { pull, close() {} });
			assert.equal(sender.flush(), BROKEN);
			assert.equal(sender.flush(), BROKEN);
			assert.equal(reports.length, 1);
		}
	});

	it("breaks if a block is emptied while it is sent, or before its turn", () => {
		for (const room of [4, 8, 9, 30]) {
			const { socket, sender, reports } = sending(room);
			const frame = ArrayBuffer.fromString("x".repeat(100));
			const source = new Blocks([bytes("part"), frame, bytes("end")], bytes("more"));
			sender.start(framing(), source);
			assert.equal(sender.flush(), BLOCKED);
			takeBack(frame);
			socket.room = 1_000;
			sender.writable(1_000);
			// No length was promised before the block was asked for.
			assert.equal(sender.flush(), room < 8 ? IDLE : BROKEN, `room for ${room}`);
			assert.notInclude(socket.text, room < 8 ? "x" : "more");
			if (room === 30) assert.notInclude(socket.text, "end");
			assert.lengthOf(reports, room < 8 ? 0 : 1);
		}
	});

	it("breaks if the socket fails", () => {
		const { socket, sender, reports } = sending(100);
		socket.failing = true;
		sender.start(framing(), bytes("hello"));
		assert.equal(sender.flush(), BROKEN);
		assert.deepEqual(reports, []);
	});

	it("breaks if the socket fails within a list, and has counted what it accepted", () => {
		const { socket, sender, reports } = sending(1_000);
		socket.failingAfter = 2;
		sender.start(framing(), new Blocks([bytes("part"), bytes("jpeg"), bytes("end")]));
		assert.equal(sender.flush(), BROKEN);
		assert.equal(socket.text, "HEAD\r\n\r\npart");
		assert.equal(sender.sent, 12);
		assert.deepEqual(reports, []);
	});

	it("breaks if the connection is lost within a list, whose error comes only once all input is read", () => {
		const { socket, sender, reports } = sending(1_000);
		const source = new Blocks([bytes("part"), bytes("jpeg"), bytes("end")], [bytes("next")]);
		socket.lostAfter = 2;
		sender.start(framing(), source);
		assert.equal(sender.flush(), BROKEN);
		assert.equal(sender.sent, 12);
		assert.equal(source.pulls, 1, "and asks for nothing more");
		assert.deepEqual(reports, []);
	});

	it("reports a list that contains something other than bytes", () => {
		const { sender, reports } = sending(1_000);
		sender.start(framing(), new Blocks([bytes("part"), undefined as unknown as Bytes]));
		assert.equal(sender.flush(), BROKEN);
		assert.lengthOf(reports, 1);
	});

	it("closes the source once, when it has ended or when the sender is closed", () => {
		const ended = new Blocks();
		const one = sending(100);
		one.sender.start(framing(), ended);
		one.sender.flush();
		assert.equal(ended.closed, 1);
		one.sender.close();
		assert.equal(ended.closed, 1);

		const left = new Blocks(bytes("x"), undefined);
		const other = sending(100);
		other.sender.start(framing(), left);
		other.sender.flush();
		assert.equal(left.closed, 0);
		other.sender.close();
		other.sender.close();
		left.wake();
		assert.equal(left.closed, 1);
		assert.equal(other.ready.count, 0);
	});

	it("reports a source that fails to close", () => {
		const { sender, reports } = sending(100);
		sender.start(framing(), {
			pull: () => null,
			close() {
				throw new Error("stuck");
			},
		});
		assert.equal(sender.flush(), IDLE);
		assert.match(String(reports[0]), /stuck/);
	});

	it("fills every window with one write", () => {
		const { socket, sender } = sending(5_744);
		sender.start(framing(), new Blocks(bytes("x".repeat(30_000))));
		drain({ socket, sender, reports: [], ready: { count: 0 } }, 5_744);
		assert.deepEqual(socket.writes, [8, 5_736, 5_744, 5_744, 5_744, 5_744, 1_288]);
	});
});
