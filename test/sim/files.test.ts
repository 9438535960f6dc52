import { assert } from "chai";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { printed, programs } from "../support/program.ts";
import { timeLimit } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The result of a program of one expression with the directory `d`, or the message that it throws. */
const evaluating = (folder: string, expression: string) => `
	import Directory from "yieldcam/common/files";
	const text = buffer => String.fromArrayBuffer(buffer);
	const letters = (memory, offset, length) => [...new Uint8Array(memory, offset, length)].map(code => String.fromCharCode(code)).join("");
	const attempt = what => {
		try {
			return what();
		}
		catch (error) {
			return error.name + ": " + error.message;
		}
	};
	const d = attempt(() => new Directory(${JSON.stringify(folder)}));
	trace("result " + JSON.stringify(attempt(() => ${expression})) + "\\n");
`;

describe("files", function () {
	this.timeout(timeLimit(30_000));
	const { path } = temporaryFolder();
	const run = programs({ host: ["--psram", "1000000"] });

	before(() => {
		writeFileSync(join(path, "a.txt"), "hello world");
		utimesSync(join(path, "a.txt"), 1_700_000_000, 1_700_000_000.25);
		writeFileSync(join(path, "b ü.jpg"), "");
		mkdirSync(join(path, "sub"));
		writeFileSync(join(path, "sub/c.jpg"), "c");
		writeFileSync(
			Buffer.concat([Buffer.from(join(path, "bad-")), Buffer.from([0xff, 0xe9]), Buffer.from(".jpg")]),
			"no UTF-8",
		);
		execFileSync("mkfifo", [join(path, "pipe")]);
		writeFileSync(
			join(path, "marks"),
			Buffer.from([0x41, 0xff, 0x00, 0xff, 0xd0, 0xff, 0xd7, 0x42, 0xff, 0xd8, 0xff, 0xff]),
		);
	});

	function gives(title: string, expression: string, ...expected: unknown[]): void {
		it(title, async () => {
			const result: unknown = JSON.parse(
				await printed(await run(evaluating(path, `[${expression}]`)), "result "),
			);
			const readable: unknown = JSON.parse(JSON.stringify(result).replaceAll(path, "ROOT"));
			assert.deepEqual(readable, expected);
		});
	}

	gives(
		"are listed by name, with characters of their own for bytes that are not UTF-8",
		`[...d].sort(), [...d.scan("sub")], [...d.openDirectory({ path: "sub" })]`,
		["a.txt", "b ü.jpg", "bad-\uf7ff\uf7e9.jpg", "marks", "pipe", "sub"],
		["c.jpg"],
		["c.jpg"],
	);

	it("are in a directory that may have such a name itself", async () => {
		const folder = Buffer.concat([Buffer.from(`${path}-caf`), Buffer.of(0xe9)]);
		mkdirSync(folder);
		try {
			writeFileSync(Buffer.concat([folder, Buffer.from("/a.txt")]), "hello");
			const program = evaluating(`${path}-caf\uf7e9`, `[...d, text(d.openFile({ path: "a.txt" }).read(100, 0))]`);
			assert.equal(await printed(await run(program), "result "), `["a.txt","hello"]`);
		} finally {
			rmSync(folder, { recursive: true });
		}
	});

	gives(
		"are opened by such names, and have readable ones in errors",
		`
		String.fromArrayBuffer(d.openFile({ path: "bad-\\uf7ff\\uf7e9.jpg" }).read(100, 0)),
		d.status("bad-\\uf7ff\\uf7e9.jpg").size,
		attempt(() => d.openFile({ path: "bad-\\uf7e9.jpg" })),
		attempt(() => d.openFile({ path: "no\\uf7e9".repeat(20) })),
		attempt(() => d.openFile({ path: "\\uf7ae\\uf7ae/a.txt" }))`,
		"no UTF-8",
		8,
		"Error: ROOT/bad-\\xE9.jpg: No such file or directory",
		`Error: ...\\xE9${"no\\xE9".repeat(10)}: No such file or directory`,
		"Error: ROOT/\\xAE\\xAE/a.txt: No such file or directory",
	);

	gives(
		"report what they are",
		`
		d.status("a.txt").isFile(), d.status("a.txt").isDirectory(), d.status("sub").isDirectory(), d.status("sub").isFile(),
		d.status("a.txt").size, d.status("a.txt").modified, d.status("none"), d.openFile({ path: "sub/c.jpg" }).status().size`,
		true,
		false,
		true,
		false,
		11,
		1_700_000_000_250,
		{ size: 0, mode: 0, modified: 0 },
		1,
	);

	gives(
		"are read from any position, up to their end",
		`
		...[[5, 0], [500, 6], [5, 11], [5, 100], [1e9, 0], [0, 0]].map(([count, position]) => text(d.openFile({ path: "a.txt" }).read(count, position)))`,
		"hello",
		"world",
		"",
		"",
		"hello world",
		"",
	);

	gives(
		"are read into a buffer, or into part of one",
		`
		...(buffer => [d.openFile({ path: "a.txt", mode: "r" }).read(new Uint8Array(buffer, 2, 4), 6), letters(buffer, 0, 8)])(new ArrayBuffer(8)),
		...(buffer => [d.openFile({ path: "a.txt" }).read(buffer, 8), letters(buffer, 0, 4)])(new ArrayBuffer(4))`,
		4,
		"\0\0worl\0\0",
		3,
		"rld\0",
	);

	gives(
		"are read into memory outside the heap, or into part of it",
		`
		...((file, memory) => [
			memory.byteLength, file.read(memory, 0), file.read(new Uint8Array(memory, 3, 2), 0), letters(memory, 0, 11),
			(memory.close(), memory.close(), memory.byteLength), new Uint8Array(memory).length,
			attempt(() => file.read(memory, 0)),
		])(d.openFile({ path: "a.txt" }), d.openFile({ path: "a.txt" }).memory(11))`,
		11,
		11,
		2,
		"helhe world",
		0,
		0,
		"TypeError: detached buffer",
	);

	gives(
		"are searched for a JPEG's markers in that memory",
		`
		...((file, memory) => {
			file.read(memory, 0);
			return [0, 1, 2, 3, 8, 9, 10, 11, 12, 1000].map(offset => memory.markerAfter(offset));
		})(d.openFile({ path: "marks" }), d.openFile({ path: "marks" }).memory(12))`,
		8,
		8,
		8,
		8,
		8,
		10,
		10,
		11,
		12,
		12,
	);

	gives(
		"cannot be written, or opened as something else",
		`
		...[{ path: "a.txt", mode: "w" }, { path: "a.txt", mode: "r+" }, { path: "none" }, { path: "sub" }, { path: "pipe" }, { path: "x".repeat(300) }, {}]
			.map(options => attempt(() => d.openFile(options))),
		attempt(() => d.openDirectory({ path: "a.txt" })), attempt(() => d.scan("a.txt"))`,
		'RangeError: files can only be read: the mode is "r", not "w"',
		'RangeError: files can only be read: the mode is "r", not "r+"',
		"Error: ROOT/none: No such file or directory",
		"Error: ROOT/sub: it is not a file",
		"Error: ROOT/pipe: it is not a file",
		`Error: ...${"x".repeat(64)}: File name too long`,
		"Error: ROOT/undefined: No such file or directory",
		"Error: ROOT/a.txt: it is not a directory",
		"Error: ROOT/a.txt: Not a directory",
	);

	for (const bad of [
		"..",
		"../x",
		"sub/..",
		"a/../../b",
		"a\\..\\b",
		"/etc/passwd",
		"",
		".",
		"./a.txt",
		"sub//c.jpg",
		"sub/",
	]) {
		const message = `Error: "${bad}" is not a path below its directory`;
		gives(
			`are not found outside the directory: ${JSON.stringify(bad)}`,
			`...["openFile", "openDirectory"].map(open => attempt(() => d[open]({ path: ${JSON.stringify(bad)} }))),
			attempt(() => d.status(${JSON.stringify(bad)})), attempt(() => d.scan(${JSON.stringify(bad)}))`,
			message,
			message,
			message,
			message,
		);
	}

	gives(
		"have no NUL in their path",
		`attempt(() => d.openFile({ path: "a.txt\\0.jpg" }))`,
		"Error: the path has a NUL character",
	);

	gives(
		"are not read with invalid arguments",
		`
		...(file => [[], [1], [1, -1], [NaN, 0], [-1, 0], ["abc", 0], [1, 1e12]].map(args => attempt(() => file.read(...args))))(d.openFile({ path: "a.txt" })),
		...[0, -1, NaN, 1e12, 900_000_000].map(length => attempt(() => d.openFile({ path: "a.txt" }).memory(length)))`,
		"TypeError: read(count or buffer, position)",
		"TypeError: read(count or buffer, position)",
		"RangeError: the file position -1 is out of range",
		"RangeError: cannot read nan bytes",
		"RangeError: cannot read -1 bytes",
		"TypeError: this is no buffer",
		"RangeError: the file position 1e+12 is out of range",
		"RangeError: cannot allocate 0 bytes",
		"RangeError: cannot allocate -1 bytes",
		"RangeError: cannot allocate nan bytes",
		"RangeError: cannot allocate 1e+12 bytes",
		"Error: ROOT/a.txt: no memory for its 900000000 bytes",
	);

	gives(
		"are closed once, even in the middle of a call",
		`
		...(file => [(file.close(), file.close()), attempt(() => file.read(1, 0)), attempt(() => file.status())])(d.openFile({ path: "a.txt" })),
		...(file => [attempt(() => file.read(1, { valueOf: () => (file.close(), 0) }))])(d.openFile({ path: "a.txt" })),
		...(names => [(names.next(), names.return()), names.next()])(d.scan()),
		attempt(() => d.openFile({ get path() { d.close(); return "a.txt"; } })), attempt(() => d.status("a.txt")), attempt(() => d.scan()), d.close()`,
		null,
		"Error: the file is closed",
		"Error: the file is closed",
		"Error: the file is closed",
		{ done: true },
		{ done: true },
		"Error: the directory is closed",
		"Error: the directory is closed",
		"Error: the directory is closed",
		null,
	);

	for (const [folder, message] of [
		["none", "No such file or directory"],
		["a.txt", "it is not a directory"],
	] as const) {
		it(`need an existing directory: ${message}`, async () => {
			const result = await printed(await run(evaluating(join(path, folder), "d")), "result ");
			assert.equal(JSON.parse(result), `Error: ${join(path, folder)}: ${message}`);
		});
	}

	it("and their memory are freed by the collector if the script forgets them", async () => {
		const simulator = await run(`
			import Directory from "yieldcam/common/files";
			import Timer from "timer";
			const d = new Directory(${JSON.stringify(path)});
			let count = 0, waste;
			// Ten times the available memory, and more files than a process may have open.
			const timer = Timer.repeat(() => {
				for (let i = 0; i < 20; i++) {
					const file = d.openFile({ path: "a.txt" });
					file.read(file.memory(5_000), 0);
					d.scan().next();
					for (let j = 0; j < 500; j++)
						waste = [j];
				}
				count += 20;
				if (count === 2_000) {
					Timer.clear(timer);
					trace("done " + count + "\\n");
				}
			}, 1);
		`);
		assert.equal(await printed(simulator, "done "), "2000");
	});
});
