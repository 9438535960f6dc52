const COUNT = { type: "integer", minimum: 0 } as const;
const QUANTITY = { type: "number", minimum: 0 } as const;

/** /api/state, and the data of the event `state`. */
export const API_STATE = {
	type: "object",
	required: ["sensor", "resolution", "captured", "sent", "viewers", "uptime"],
	properties: {
		sensor: { const: "OV2640" },
		resolution: {
			type: "object",
			required: ["width", "height"],
			properties: { width: { const: 320 }, height: { const: 240 } },
		},
		captured: {
			type: "object",
			required: ["frames", "fps", "dropped"],
			properties: { frames: { type: "integer", minimum: 1 }, fps: QUANTITY, dropped: COUNT },
		},
		viewers: {
			type: "array",
			items: {
				type: "object",
				required: ["address", "fps", "sent", "skipped"],
				properties: { address: { type: "string" }, fps: QUANTITY, sent: COUNT, skipped: COUNT },
			},
		},
		uptime: QUANTITY,
		// No fault.
		fault: false,
	},
};
