/*
	The binding to Espressif's camera driver (camera.c): one source for the board
	and for the simulator. Programs use `src/camera`; this is its driver.
*/
class Frame @ "xs_camera_frame_destructor" {
	close() @ "xs_camera_frame_close"
	detach() @ "xs_camera_frame_detach"
	get byteLength() @ "xs_camera_frame_get_byteLength"
	get width() @ "xs_camera_frame_get_width"
	get height() @ "xs_camera_frame_get_height"
	get timestamp() @ "xs_camera_frame_get_timestamp"
}

class Native @ "xs_camera_destructor" {
	static get pending() @ "xs_camera_get_pending"
	static get opening() @ "xs_camera_get_opening"
	constructor(options, framePrototype) @ "xs_camera_constructor"
	close() @ "xs_camera_close"
	start() @ "xs_camera_start"
	stop() @ "xs_camera_stop"
	read() @ "xs_camera_read"
	get(control) @ "xs_camera_get"
	change() @ "xs_camera_change"
	command() @ "xs_camera_command"
	get now() @ "xs_camera_get_now"
	get sensor() @ "xs_camera_get_sensor"
	get dropped() @ "xs_camera_get_dropped"
}

const NOT_HANDLED = -2;
/* Requests that wait for the sensor. Each takes some of the heap. */
const MOST_REQUESTS = 16;

/* Requests to the sensor wait for each other, since the native side takes one at a time. */
class Camera extends Native {
	#requests = [];

	constructor(options) {
		super(options, Frame.prototype, (result) => this.#answer(result));
	}

	change(...changes) {
		return this.#request(() => super.change(...changes));
	}

	command(name, ...values) {
		return this.#request(() => super.command(name, ...values));
	}

	close() {
		super.close();
		while (this.#requests.length) this.#requests.shift().reject(new Error("the camera was closed"));
	}

	#request(begin) {
		if (this.#requests.length >= MOST_REQUESTS) return Promise.reject(new Error("too many changes wait for the camera"));
		return new Promise((resolve, reject) => {
			this.#requests.push({ begin, resolve, reject });
			if (this.#requests.length === 1) this.#begin();
		});
	}

	#begin() {
		while (this.#requests.length) {
			try {
				return this.#requests[0].begin();
			} catch (error) {
				this.#requests.shift().reject(error);
			}
		}
	}

	#answer(result) {
		const { resolve, reject } = this.#requests.shift();
		if (result === NOT_HANDLED) reject(new Error("the camera is restarting"));
		else resolve(result < 0 ? undefined : result);
		this.#begin();
	}
}

export default Camera;
