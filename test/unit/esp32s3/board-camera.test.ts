import { assert } from "chai";
import type { CameraIO, DriverOptions } from "yieldcam/camera/driver";
import type { Board } from "yieldcam/esp32s3/board";
import { boardCamera } from "yieldcam/esp32s3/board-camera";
import { FakeDriver } from "../support/fake-driver.ts";
import { MemoryBus } from "./power/memory-bus.ts";

const CHARGER = 0x6a;
const BOARD: Board = {
	camera: {
		pins: { data: [12, 14, 15, 13, 11, 9, 8, 6], pixelClock: 10, vsync: 4, href: 5 },
		i2c: { data: 1, clock: 2 },
		xclkFrequency: 20_000_000,
	},
};
const V1_0: Board = {
	...BOARD,
	revisionCheck: { chip: "SY6970 charger", address: CHARGER, register: 11, answers: true, otherwise: "plus_v1_2" },
};
const V1_2: Board = {
	...BOARD,
	revisionCheck: { chip: "SY6970 charger", address: CHARGER, register: 11, answers: false, otherwise: "plus" },
};
const NOT_V1_0 =
	"the board looks like another revision, since the SY6970 charger does not answer on the camera's bus: try --board plus_v1_2";
const NOT_V1_2 =
	"the board looks like another revision, since the SY6970 charger answers on the camera's bus: try --board plus";

/** A camera of a board, and the messages of the driver as the firmware receives them. */
function rig(
	board: Board,
	{
		charger = false,
		pending = false,
		Driver = FakeDriver,
	}: { charger?: boolean; pending?: boolean; Driver?: CameraIO } = {},
) {
	const received: string[] = [],
		buses: string[] = [],
		bus = new MemoryBus();
	if (charger) bus.add(CHARGER);
	const Camera = boardCamera(Driver, {
		board,
		title: "Maker Cam",
		io: {
			setPin: () => {},
			bus(data, clock) {
				buses.push(`${data}/${clock}`);
				return bus;
			},
			delay: () => {},
		},
		pending: () => pending,
	});
	const options: DriverOptions = {
		frameSize: 6,
		quality: 12,
		frameBufferCount: 3,
		onReadable: () => {},
		onError: (message) => received.push(message),
		onRestart: () => {},
		onResult: () => {},
	};
	return { open: () => new Camera(options), bus, buses, received };
}

/** A driver that never finds a sensor, or one whose sensor has the name. */
function failing(sensor?: string): CameraIO {
	return class extends FakeDriver {
		constructor(options: DriverOptions) {
			super(options);
			throw Object.assign(new Error("no known sensor answered"), sensor === undefined ? {} : { sensor });
		}
	};
}

describe("the camera of a board", () => {
	it("has the driver's options", () => {
		rig(BOARD).open();
		assert.include(FakeDriver.last.options, { frameSize: 6, quality: 12, frameBufferCount: 3 });
	});

	it("leaves the bus alone if the driver was opened by an earlier call", () => {
		const { open, buses } = rig(V1_0, { pending: true });
		open();
		assert.deepEqual(buses, []);
	});

	it("names the board in each error of the driver, since most are opened on another one", () => {
		const { open, received } = rig(BOARD);
		open();
		FakeDriver.last.options.onError("the camera gives no frames");
		assert.deepEqual(received, ["the camera gives no frames; this firmware is for the board Maker Cam"]);
	});

	it("names the board if it does not open, and keeps the sensor's name", () => {
		assert.throws(
			rig(BOARD, { Driver: failing() }).open,
			"no known sensor answered; this firmware is for the board Maker Cam",
		);
		try {
			rig(BOARD, { Driver: failing("GC0308") }).open();
			assert.fail("it opened");
		} catch (error) {
			assert.propertyVal(error, "sensor", "GC0308");
		}
	});

	it("is switched on before it is opened, and not opened if that fails", () => {
		const off: Board = { ...BOARD, power: { i2c: { data: 7, clock: 6 }, axp2101: { aldo1: 1800 } } };
		let opened = 0;
		const Driver = class extends FakeDriver {
			constructor(options: DriverOptions) {
				super(options);
				opened++;
			}
		};
		const { open, bus, buses } = rig(off, { Driver });
		assert.throws(open, "the camera's supply cannot be switched on: no chip answers at 0x34; this firmware is for");
		assert.equal(opened, 0);
		bus.add(0x34, { 0x03: 0x4a });
		open();
		assert.equal(opened, 1);
		assert.include(buses, "7/6");
	});

	for (const [revision, board, charger, hint] of [
		["V1.0", V1_0, true, undefined],
		["V1.0", V1_0, false, NOT_V1_0],
		["V1.2", V1_2, false, undefined],
		["V1.2", V1_2, true, NOT_V1_2],
	] as const) {
		const found = charger ? "with" : "without";
		it(`that should be ${revision} is ${hint === undefined ? "" : "not "}opened ${found} a charger on its bus`, () => {
			const { open, buses } = rig(board, { charger });
			if (hint === undefined) open();
			else assert.throws(open, `${hint}; this firmware is for the board Maker Cam`);
			assert.include(buses, "1/2");
		});
	}
});
