/* A WS2812 as a lamp (ws2812.c): one source for the board and for the simulator. */
class WS2812 @ "xs_pins_ws2812_destructor" {
	constructor(options) @ "xs_pins_ws2812_constructor"
	write(value) @ "xs_pins_ws2812_write"
}

export default WS2812;
