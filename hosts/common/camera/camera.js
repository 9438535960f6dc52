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
	static get current() @ "xs_camera_get_current"
	static get now() @ "xs_camera_get_now"
	constructor(options, framePrototype) @ "xs_camera_constructor"
	close() @ "xs_camera_close"
	start() @ "xs_camera_start"
	stop() @ "xs_camera_stop"
	read() @ "xs_camera_read"
	get(control) @ "xs_camera_get"
	set(control, value) @ "xs_camera_set"
	change() @ "xs_camera_change"
	command() @ "xs_camera_command"
	abandon() @ "xs_camera_abandon"
	get now() @ "xs_camera_get_now"
	get sensor() @ "xs_camera_get_sensor"
	get dropped() @ "xs_camera_get_dropped"
}

class Camera extends Native {
	constructor(options) {
		super(options, Frame.prototype);
	}
}

export default Camera;
