import type { Content } from "./content.ts";
import type { Head } from "../syntax/head.ts";
import type { JsonContext } from "../json.ts";
import type { Reporter } from "../reporter.ts";
import { Request, type RequestLink } from "../request.ts";

/** A request as its connection sees it, which alone knows when it is over. */
export class ConnectedRequest extends Request {
	// The default constructor collects its arguments in an array and spreads it: slots for each request.
	// oxlint-disable-next-line eslint/no-useless-constructor
	constructor(head: Head, content: Content | undefined, link: RequestLink, context: JsonContext) {
		super(head, content, link, context);
	}

	/** The response is complete, or never will be. */
	finish(): void {
		const { watcher } = this;
		this.link = this.watcher = undefined;
		watcher?.finished(this);
	}

	/** The client disconnected: calls the hooks of `onClose`. Errors of theirs go to the reporter. */
	disconnect(reporter: Reporter): void {
		if (this.isClosed) return;
		this.isClosed = true;
		const hooks = this.hooks ?? [];
		this.hooks = undefined;
		hooks.forEach((hook) => {
			try {
				hook();
			} catch (error) {
				reporter.report(error);
			}
		});
	}
}
