/* ECMA-419's PWM (pwm.c): one source for the board and for the simulator. */
class PWM @ "xs_pins_pwm_destructor" {
	constructor(options) @ "xs_pins_pwm_constructor"
	close() @ "xs_pins_pwm_close"
	write(value) @ "xs_pins_pwm_write"
	get hz() @ "xs_pins_pwm_get_hz"
	get resolution() @ "xs_pins_pwm_get_resolution"

	get format() {
		return "number";
	}

	set format(value) {
		if (value !== "number") throw new RangeError("the format of a PWM is number");
	}
}

export default PWM;
