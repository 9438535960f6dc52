import type { Content } from "./content.ts";
import type { Head } from "../syntax/head.ts";
import type { HookRunner } from "./hook-queue.ts";
import { Request, type RequestContext, type RequestLink } from "../request.ts";

/** A request as its connection sees it. Only the connection knows when the request is over. */
export class ConnectedRequest extends Request {
	// The default constructor collects its arguments in an array and spreads it, which costs slots for each request.
	// oxlint-disable-next-line eslint/no-useless-constructor
	constructor(head: Head, content: Content | undefined, link: RequestLink, context: RequestContext) {
		super(head, content, link, context);
	}

	/** Called when the response is complete, or will never be. */
	finish(): void {
		const { watcher } = this;
		this.link = this.watcher = undefined;
		watcher?.finished(this);
	}

	/** Called when the client disconnects: has the runner call the `onClose` hooks. */
	disconnect(runner: HookRunner): void {
		if (this.isClosed) return;
		this.isClosed = true;
		const hooks = this.hooks ?? [];
		this.hooks = undefined;
		hooks.forEach((hook) => runner.runHook(hook));
	}
}
