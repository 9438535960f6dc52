const count = { type: "integer", minimum: 0 } as const;
const quantity = { type: "number", minimum: 0 } as const;

/** /api/state, and the data of the event `state`. */
export const apiState = {
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
			properties: { frames: { type: "integer", minimum: 1 }, fps: quantity, dropped: count },
		},
		viewers: {
			type: "array",
			items: {
				type: "object",
				required: ["address", "fps", "sent", "skipped"],
				properties: { address: { type: "string" }, fps: quantity, sent: count, skipped: count },
			},
		},
		uptime: quantity,
		// Nothing is wrong.
		fault: false,
	},
};
