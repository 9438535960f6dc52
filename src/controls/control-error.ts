/** Reports a wrong change: the control at fault, and the reason. */
export class ControlError extends Error {
	readonly field: string;

	/** @param why The rest of a sentence that begins with the control's name. */
	constructor(field: string, why: string) {
		super(`${field} ${why}`);
		this.field = field;
	}
}
