/** chai expects this of a browser or Node, and XS lacks it: chai announces its plugins as events. */
class EventTarget {
	addEventListener(): void {}
	dispatchEvent(): boolean {
		return true;
	}
}

class Event {
	readonly type: string;

	constructor(type: string) {
		this.type = type;
	}
}

Object.assign(globalThis, { EventTarget, Event });
