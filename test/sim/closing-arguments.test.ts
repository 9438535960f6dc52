import { assert } from "chai";
import { printed, programs } from "../support/program.ts";

const IMPORTS = `
	import Timer from "timer";
	import Digital from "embedded:io/digital";
	import Listener from "embedded:io/socket/listener";
	import PWM from "embedded:io/pwm";
	import TCP from "embedded:io/socket/tcp";
	import EspCamera from "yieldcam/common/camera";
	const attempt = (what) => {
		try {
			return String(what());
		} catch (error) {
			return error.message;
		}
	};
	// Keeps the program running.
	Timer.repeat(() => {}, 1_000);
`;

const CAMERA = "new EspCamera({ frameSize: 6, quality: 12, frameBufferCount: 2, onReadable() {} })";

/** An object, and a call whose argument closes the object while it is converted. */
const CASES: readonly (readonly [call: string, opened: string, error: string])[] = [
	["object.write({ valueOf: close })", "new Digital({ pin: 4, mode: Digital.Output })", "the Digital is closed"],
	["object.write({ valueOf: close })", "new PWM({ pin: 5 })", "the PWM is closed"],
	[
		'object.format = { toString: () => (close(), "number") }',
		'new TCP({ address: "127.0.0.1", port: listener.port })',
		"closed",
	],
	['object.get({ toString: () => (close(), "quality") })', CAMERA, "the camera is closed"],
	['object.get("reg", { valueOf: close }, 255)', CAMERA, "the camera is closed"],
	['object.set("quality", { valueOf: close })', CAMERA, "the camera is closed"],
	['object.set("xclk", { valueOf: close })', CAMERA, "the camera is closed"],
	['object.change("hmirror", 1, "quality", { valueOf: close })', CAMERA, "the camera is closed"],
	['object.command("greg", { valueOf: close }, 255)', CAMERA, "the camera is closed"],
];

describe("arguments whose conversion runs the script", () => {
	const run = programs();

	for (const [call, opened, error] of CASES)
		it(`may close the object: ${call}, of ${opened.slice(0, 14)}`, async () => {
			const started = await run(
				`${IMPORTS}
				const listener = new Listener({ address: "127.0.0.1", port: 0, onReadable() {} });
				const object = ${opened};
				const close = () => {
					object.close();
					return 1;
				};
				trace("said " + attempt(() => { ${call}; }) + "\\n");
				// Others take the memory.
				for (let i = 8; i < 14; i++) new Digital({ pin: i, mode: Digital.Output });
				Timer.set(() => trace("lives\\n"), 100);`,
			);
			assert.equal(await printed(started, "said "), error);
			await printed(started, "lives");
		});

	it("cannot open a pin twice", async () => {
		const started = await run(`${IMPORTS}
			const digital = (name) => attempt(() => new Digital({ pin: 4, mode: Digital.Output, get [name]() {
				if (name === "onReadable") new PWM({ pin: 4 });
				else new Digital({ pin: 4, mode: Digital.Output });
			} }));
			const pwm = (name) => attempt(() => new PWM({ pin: 6, get [name]() { new PWM({ pin: 6 }); } }));
			trace("said " + [digital("initialValue"), pwm("resolution")].join("; ") + "\\n");
		`);
		assert.equal(
			await printed(started, "said "),
			"GPIO 4 is in use by a Digital that is open: close it first; GPIO 6 is in use by a PWM that is open: close it first",
		);
	});

	it("may be callbacks that only the object keeps", async () => {
		const started = await run(`${IMPORTS}
			const garbage = () => {
				for (let i = 0; i < 20_000; i++) [i];
			};
			let readable = 0;
			const options = { frameSize: 6, quality: 12, frameBufferCount: 2 };
			// Each makes a function, and enough garbage for the collector to come before the next is asked for.
			for (const name of ["onReadable", "onError", "onRestart", "onResult"])
				Object.defineProperty(options, name, { get() {
					garbage();
					const salt = { name };
					return () => salt.name === "onReadable" && readable++;
				} });
			Object.defineProperty(options, "openWait", { get() { garbage(); } });
			const camera = new EspCamera(options);
			camera.change("hmirror", 1);
			camera.start();
			Timer.repeat(() => {
				camera.read()?.close();
				if (readable > 2) trace("lives\\n");
			}, 50);
		`);
		await printed(started, "lives");
	});

	it("may not give a socket a second connection", async () => {
		const started = await run(`${IMPORTS}
			let accepted = 0;
			const listener = new Listener({ address: "127.0.0.1", port: 0, onReadable() {
				const first = new TCP({ address: "127.0.0.1", port: this.port });
				trace("said " + attempt(() => this.accept(first)) + "\\n");
				accepted += this.read() ? 1 : 0;
				first.close();
				trace("accepted " + accepted + "\\n");
				this.close();
			} });
			new TCP({ address: "127.0.0.1", port: listener.port, onReadable() {} });
		`);
		assert.equal(await printed(started, "said "), "the socket has a connection");
		assert.equal(await printed(started, "accepted "), "1");
	});
});
