import type { LampSignalIO } from "../lamp.ts";

/** A WS2812: values are the brightness of white light, from 0 to 255. */
declare const WS2812: LampSignalIO;
export default WS2812;
