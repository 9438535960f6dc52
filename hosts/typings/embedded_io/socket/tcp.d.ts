import type { ConnectOptions, Socket, SocketOptions } from "yieldcam/http/io";

/** The published typings of TCP have it that `write` returns nothing, and `read` a number, whatever the format. */
declare const TCP: new (options: ConnectOptions | SocketOptions) => Socket;
export default TCP;
