/** Refuses a pin to `Digital` and `PWM`, with the name of its user. Pins that do not exist, such as -1, are skipped. */
export declare function reserve(pin: number, user: string): void;

/** Makes a pin an output with a level, for as long as the device runs. */
export declare function hold(pin: number, level: 0 | 1): void;
