import type { UDPIO } from "yieldcam/http/udp-io";

/** The published typings of UDP do not compile in strict mode, and lack `add` and `close`. */
declare const UDP: UDPIO;
export default UDP;
