/* ECMA-419's Digital (digital.c): one source for the board and for the simulator. */
class Digital @ "xs_pins_digital_destructor" {
	constructor(options) @ "xs_pins_digital_constructor"
	close() @ "xs_pins_digital_close"
	read() @ "xs_pins_digital_read"
	write(value) @ "xs_pins_digital_write"

	get format() {
		return "number";
	}

	set format(value) {
		if (value !== "number") throw new RangeError("the format of a Digital is number");
	}
}

Digital.Input = 0;
Digital.InputPullUp = 1;
Digital.InputPullDown = 2;
Digital.InputPullUpDown = 3;
Digital.Output = 8;
Digital.OutputOpenDrain = 9;
Digital.Rising = 1;
Digital.Falling = 2;

export default Digital;
