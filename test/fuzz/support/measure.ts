import { Budget } from "yieldcam/http/engine/budget";

/** A budget without a limit, which records the most that was held. */
export class Measure extends Budget {
	most = 0;
	#held = 0;

	constructor() {
		super(Infinity);
	}

	override tryReserve(size: number): boolean {
		this.change(size);
		return super.tryReserve(size);
	}

	override release(size: number): void {
		this.change(-size);
		super.release(size);
	}

	override resize(from: number, to: number): boolean {
		this.change(to - from);
		return super.resize(from, to);
	}

	private change(size: number): void {
		this.#held += size;
		this.most = Math.max(this.most, this.#held);
	}
}
