import type { ListenerIO } from "yieldcam/http/io";

/** The published typings of Listener lack `close` (modules/io/socket/lwip/listener.js has it). */
declare const Listener: ListenerIO;
export default Listener;
