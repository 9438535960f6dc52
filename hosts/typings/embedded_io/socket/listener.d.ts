import type { ListenerIO } from "../../../../src/http/io.ts";

/** The published typings of Listener lack `close` (modules/io/socket/lwip/listener.js has it). */
declare const Listener: ListenerIO;
export default Listener;
