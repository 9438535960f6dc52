/** Each host's module `yieldcam/common/log`. Writes a line to the log. */
export declare function log(line: string): void;
