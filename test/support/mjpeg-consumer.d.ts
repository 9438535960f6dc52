/** The package has no types. */
declare module "mjpeg-consumer" {
	import { Transform } from "node:stream";
	/** Takes the bytes of an HTTP body, and emits JPEGs, one Buffer each. */
	class MjpegConsumer extends Transform {}
	export default MjpegConsumer;
}
