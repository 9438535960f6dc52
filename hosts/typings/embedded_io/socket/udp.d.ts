import type { UDPIO } from "../../../esp32s3/network/io.ts";

/** The published typings of UDP do not compile in strict mode, and lack `add` and `close`. */
declare const UDP: UDPIO;
export default UDP;
