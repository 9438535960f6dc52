/*
	RTP packets of JPEGs (rtp.c): one source for the board and for the simulators. `Format` is
	what the packets say of a stream's frames, `Rtp` the packets to one receiver.
*/
class Format @ "xs_rtp_format_destructor" {
	constructor() @ "xs_rtp_format_constructor"
	read(frame) @ "xs_rtp_format_read"
	get width() @ "xs_rtp_format_get_width"
	get height() @ "xs_rtp_format_get_height"
}

class Rtp @ "xs_rtp_destructor" {
	constructor(ssrc, sequence, channel) @ "xs_rtp_constructor"
	begin(format, frame, timestamp) @ "xs_rtp_begin"
	writeTo(socket, frame, most) @ "xs_rtp_writeTo"
	sendTo(socket, frame, address, port, count) @ "xs_rtp_sendTo"
	report(seconds, fraction, timestamp, bye) @ "xs_rtp_report"
	get left() @ "xs_rtp_get_left"
	get sequence() @ "xs_rtp_get_sequence"
}

export { Format, Rtp };
