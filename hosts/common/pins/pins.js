/* The pins that the board itself needs (pins.c). */
function reserve(pin, user) @ "xs_pins_reserve";
function hold(pin, level) @ "xs_pins_hold";

export { hold, reserve };
