/* ECMA-419's TCP listener (listener.c). */
import TCP from "embedded:io/socket/tcp";

class Native @ "xs_listener_destructor" {
	constructor(options) @ "xs_listener_constructor"
	close() @ "xs_listener_close"
	accept(socket) @ "xs_listener_accept"
	get left() @ "xs_listener_get_left"
	get port() @ "xs_listener_get_port"
}

class Listener extends Native {
	read() {
		return this.accept(new TCP());
	}
	get format() {
		return "socket/tcp";
	}
}

export default Listener;
