/** /api/camera: each control with everything that a program needs to draw and check it. */
export const API_CAMERA = {
	type: "object",
	required: ["sensor", "maxFrameSize", "controls"],
	properties: {
		sensor: { const: "OV2640" },
		maxFrameSize: { const: "UXGA" },
		controls: {
			type: "array",
			minItems: 20,
			items: {
				type: "object",
				required: ["name", "label", "group", "field", "type", "value", "default"],
				properties: {
					name: { type: "string" },
					label: { type: "string" },
					group: { type: "string" },
					field: { type: "string" },
				},
				oneOf: [
					{
						required: ["minimum", "maximum"],
						properties: {
							type: { const: "integer" },
							minimum: { type: "integer" },
							maximum: { type: "integer" },
							value: { type: "integer" },
							default: { type: "integer" },
						},
					},
					{
						properties: {
							type: { const: "boolean" },
							value: { type: "boolean" },
							default: { type: "boolean" },
						},
					},
					{
						required: ["options"],
						properties: {
							type: { const: "string" },
							options: {
								type: "array",
								minItems: 2,
								items: {
									type: "object",
									required: ["value", "label"],
									properties: { value: { type: "string" }, label: { type: "string" } },
								},
							},
							value: { type: "string" },
							default: { type: "string" },
						},
					},
				],
			},
		},
	},
};
