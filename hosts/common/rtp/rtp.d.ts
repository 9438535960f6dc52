import type { RtspIO } from "../../../src/rtsp/io.ts";

/** What packets say of a stream's frames, and the packets to one receiver. */
export declare const Format: RtspIO["Format"];
export declare const Rtp: RtspIO["Rtp"];
