/* ECMA-419's UDP socket (udp.c). */
class UDP @ "xs_udp_destructor" {
	constructor(options) @ "xs_udp_constructor"
	close() @ "xs_udp_close"
	read() @ "xs_udp_read"
	write(data, address, port) @ "xs_udp_write"
	add(group) @ "xs_udp_add"
	remove(group) @ "xs_udp_remove"

	get port() @ "xs_udp_get_port"
	get format() {
		return "buffer";
	}
}

export default UDP;
