import { assert } from "chai";
import { Camera } from "yieldcam/camera/camera";
import type { CameraDriver } from "yieldcam/camera/driver";
import { SensorBus } from "yieldcam/camera/sensor-bus";
import { FakeDriver } from "../support/fake-driver.ts";
import { advance, pendingTimers, resetClock } from "../support/time.ts";

describe("the sensor's bus", () => {
	let history: string[];
	let bus: SensorBus;
	let abandons: boolean;

	beforeEach(() => {
		history = [];
		abandons = true;
		bus = new SensorBus({ abandon: () => abandons } as CameraDriver);
	});

	afterEach(resetClock);

	/** Adds a request whose result comes later. */
	function ask(name: string, then = () => {}): void {
		bus.add({
			begin: () => {
				history.push(`${name} begins`);
				return true;
			},
			done: (result, error) => {
				history.push(`${name}: ${error?.message ?? result}`);
				then();
			},
		});
	}

	it("begins a request after the end of the one before", () => {
		ask("a");
		ask("b");
		bus.finish(1);
		bus.finish("stuck");
		assert.deepEqual(history, ["a begins", "a: 1", "b begins", "b: stuck"]);
	});

	it("gives each request one result, whatever the driver says when none is under way", () => {
		bus.finish(1);
		ask("a", () => bus.finish(2));
		bus.finish(3);
		bus.finish("stuck");
		assert.deepEqual(history, ["a begins", "a: 3"]);
	});

	it("does not take a result for that of the next request, whose turn comes later", () => {
		ask("a", () => ask("b", () => {}));
		ask("c");
		bus.finish(1);
		assert.deepEqual(history, ["a begins", "a: 1", "c begins"]);
		bus.finish(2);
		bus.finish(3);
		assert.deepEqual(history.slice(3), ["c: 2", "b begins", "b: 3"]);
	});

	it("ends requests when it is closed, and ignores a result that comes after that", () => {
		ask("a");
		ask("b");
		bus.close();
		bus.finish(0);
		bus.finish("the camera is restarting");
		bus.close();
		assert.deepEqual(history, ["a begins", "a: the camera was closed", "b: the camera was closed"]);
		assert.equal(pendingTimers(), 0);
	});

	it("refuses requests after it was closed", () => {
		bus.close();
		ask("a");
		assert.deepEqual(history, ["a: the camera was closed"]);
	});

	it("may be closed by a request that ends", () => {
		ask("a", () => bus.close());
		ask("b", () => ask("c"));
		bus.finish(0);
		assert.deepEqual(history, ["a begins", "a: 0", "b: the camera was closed", "c: the camera was closed"]);
		assert.equal(pendingTimers(), 0);
	});

	it("may be closed by a request that begins", () => {
		bus.add({
			begin: () => {
				bus.close();
				throw new Error("the camera is closed");
			},
			done: (result, error) => history.push(`${error?.message ?? result}`),
		});
		assert.deepEqual(history, ["the camera was closed"]);
		assert.equal(pendingTimers(), 0);
	});

	it("gives up a request after a second and a half, unless its result is on its way", () => {
		ask("a");
		advance(1_499);
		assert.deepEqual(history, ["a begins"]);
		advance(1);
		assert.match(history[1], /^a: the camera's bus is stuck/);
		abandons = false;
		ask("b");
		advance(1_500);
		assert.equal(history.length, 3);
		bus.finish(7);
		assert.equal(history[3], "b: 7");
	});

	it("is the camera's: a result after its end reaches nobody, and a change after that says so", () => {
		const camera = new Camera({ io: FakeDriver });
		const driver = FakeDriver.last;
		driver.change = () => {};
		const seen: (string | undefined)[] = [];
		camera.change(
			() => [["quality", 10]],
			(error) => seen.push(error?.message),
		);
		camera.close();
		driver.options.onResult(0);
		driver.options.onResult("the camera is restarting");
		camera.command("greg", [1, 1], (error) => seen.push(error?.message));
		assert.deepEqual(seen, ["the camera was closed", "the camera was closed"]);
	});
});
