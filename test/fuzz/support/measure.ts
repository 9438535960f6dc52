import { Budget } from "yieldcam/http/engine/budget";

/** A budget without an end, which remembers how much was held at most. */
export class Measure extends Budget {
	most = 0;
	#held = 0;

	constructor() {
		super(Infinity);
	}

	override change(from: number, to: number): boolean {
		this.#held += to - from;
		this.most = Math.max(this.most, this.#held);
		return super.change(from, to);
	}
}
