/** The package brings no types. */
declare module "mjpeg-consumer" {
	import { Transform } from "node:stream";
	/** Bytes of an HTTP body go in, JPEGs come out, one Buffer each. */
	class MjpegConsumer extends Transform {}
	export default MjpegConsumer;
}
