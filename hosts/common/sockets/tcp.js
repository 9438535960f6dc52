/* ECMA-419's TCP socket (tcp.c). */
class TCP @ "xs_tcp_destructor" {
	constructor(options) @ "xs_tcp_constructor"
	close() @ "xs_tcp_close"
	abort() @ "xs_tcp_abort"
	end() @ "xs_tcp_end"
	read(count) @ "xs_tcp_read"
	write(data) @ "xs_tcp_write"
	writePieces(first, second, third) @ "xs_tcp_writePieces"

	get unread() @ "xs_tcp_get_unread"
	get remoteAddress() @ "xs_tcp_get_remoteAddress"
	get remotePort() @ "xs_tcp_get_remotePort"
	get format() @ "xs_tcp_get_format"
	set format(value) @ "xs_tcp_set_format"
}

export default TCP;
