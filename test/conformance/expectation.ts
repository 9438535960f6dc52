import { Ajv } from "ajv";
import { assert } from "chai";
import type { Address } from "./address.ts";
import { FRAME_COUNT, type Seen } from "./consumer.ts";
import { API_STATE } from "./schemas/api-state.ts";

const ajv = new Ajv({ allErrors: true, strictTypes: false });

/** The simulator's settings. */
export const FRAME_SIZE = "320x240";

/** Checks a consumer's result against the simulator's settings. */
export function expect({ kind, schema }: Address, seen: Seen): void {
	switch (kind) {
		case "stream":
		case "rtsp":
			assert.equal(seen.size, FRAME_SIZE);
			assert.equal(seen.frames, FRAME_COUNT);
			break;
		case "snapshot":
		case "bitmap":
			assert.equal(seen.size, FRAME_SIZE);
			assert.isAtLeast(seen.frames!, 1);
			break;
		case "json":
			valid(schema!, seen.json);
			break;
		case "events":
			valid(API_STATE, seen.events?.["state"]);
			assert.propertyVal(seen.events?.["controls"], "frameSize", "QVGA");
			break;
		case "metrics":
			assert.equal(seen.metrics?.["yieldcam_up"], 1);
			assert.isAtLeast(seen.metrics?.["yieldcam_frames_captured_total"] ?? 0, 1);
			assert.property(seen.metrics, "yieldcam_uptime_seconds");
			break;
		case "command":
		// Its effect shows elsewhere.
	}
}

function valid(schema: object, json: unknown): void {
	assert.isTrue(ajv.validate(schema, json), `${ajv.errorsText()} in ${JSON.stringify(json)}`);
}
