const COUNT = { type: "integer", minimum: 0 } as const;

/**
 * uStreamer's /state (src/ustreamer/http/server.c): the members that it always has, which include those that PiKVM
 * reads (kvmd/apps/kvmd/streamer, web/share/js/kvm/stream_mjpeg.js).
 */
export const USTREAMER_STATE = {
	type: "object",
	required: ["ok", "result"],
	properties: {
		ok: { const: true },
		result: {
			type: "object",
			required: ["instance_id", "encoder", "source", "stream"],
			properties: {
				instance_id: { type: "string" },
				encoder: {
					type: "object",
					required: ["type", "quality"],
					properties: { type: { enum: ["CPU", "HW", "M2M-VIDEO", "M2M-IMAGE", "NOOP"] }, quality: COUNT },
				},
				source: {
					type: "object",
					required: ["resolution", "online", "desired_fps", "captured_fps"],
					properties: {
						resolution: {
							type: "object",
							required: ["width", "height"],
							properties: { width: { const: 320 }, height: { const: 240 } },
						},
						online: { const: true },
						desired_fps: COUNT,
						captured_fps: COUNT,
					},
				},
				stream: {
					type: "object",
					required: ["queued_fps", "clients", "clients_stat"],
					properties: {
						queued_fps: COUNT,
						clients: COUNT,
						clients_stat: {
							type: "object",
							additionalProperties: {
								type: "object",
								required: ["fps", "extra_headers", "advance_headers"],
								properties: {
									fps: COUNT,
									extra_headers: { type: "boolean" },
									advance_headers: { type: "boolean" },
								},
							},
						},
					},
				},
			},
		},
	},
};
