/**
 * What hostile clients do, as plain data: it can be generated, made smaller, printed and kept as JSON.
 */
export interface Script {
	/** The program it is for, as `targets` has it. */
	readonly target: string;
	/** What it was generated from. */
	readonly seed?: number;
	/** What went wrong with it, when it was kept. */
	readonly failure?: string;
	/** All of them at the same time, each with clients of its own. */
	readonly tracks: readonly Track[];
}

/** One after the other. Between two steps that wait for nothing, nothing else happens here. */
export type Track = readonly Step[];

export type Step =
	/**
	 * Opens a connection, called `as` from here on; another one of that name stays open without a name. `from` is a
	 * loopback address, in which `*` is another number for each connection. By default it reads what arrives.
	 */
	| { readonly do: "connect"; readonly as: string; readonly from?: string; readonly read?: boolean }
	/** Waits until all connections of the track are there, or have failed. */
	| { readonly do: "connected" }
	| { readonly do: "send"; readonly as: string; readonly bytes: Pieces }
	| { readonly do: "wait"; readonly ms: number }
	/** Waits until anything came since this was last waited for, at most so many milliseconds. */
	| { readonly do: "answer"; readonly as: string; readonly ms: number }
	/** Begins to read, stops reading, sends FIN, sends RST, or closes as programs do. */
	| { readonly do: "read" | "pause" | "end" | "reset" | "close"; readonly as: string }
	| { readonly do: "repeat"; readonly times: number; readonly steps: Track }
	/** The machine stands still meanwhile, so that all of it is there in its next turn; as if it had been busy. */
	| { readonly do: "together"; readonly steps: Track };

export type Pieces = string | readonly Piece[];

/** Bytes, described so that a script stays short. Text is Latin-1. */
export type Piece =
	| string
	| { readonly repeat: Pieces; readonly count: number }
	/** A name of so many letters that was never used before. */
	| { readonly fresh: number }
	/** The last field, Content-Length, the empty line and the content. It may claim so many bytes more or fewer. */
	| { readonly body: Pieces; readonly more?: number }
	/** The same in chunks of so many bytes; without the last one where it is not to end. */
	| { readonly chunked: Pieces; readonly size: number; readonly open?: boolean }
	/** A WebSocket's frame, masked; by default a whole text message. */
	| { readonly masked: Pieces; readonly first?: number };
