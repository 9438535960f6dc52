/** What hostile clients do, as plain data, which can be generated, shrunk, printed and kept as JSON. */
export interface Script {
	/** The program it is for: a name in `targets`. */
	readonly target: string;
	/** The seed it was generated from. */
	readonly seed?: number;
	/** The failure it caused when it was kept. */
	readonly failure?: string;
	/** All run at the same time, each with its own clients. */
	readonly tracks: readonly Track[];
}

/** Steps that run one after the other. Nothing else happens between two steps that do not wait. */
export type Track = readonly Step[];

export type Step =
	/**
	 * Opens a connection, called `as` from here on; an earlier one of that name stays open without it. `from` is a
	 * loopback address, in which `*` is a different number for each connection. By default it reads what arrives.
	 */
	| { readonly do: "connect"; readonly as: string; readonly from?: string; readonly read?: boolean }
	/** Waits until all connections of the track are open, or have failed. */
	| { readonly do: "connected" }
	| { readonly do: "send"; readonly as: string; readonly bytes: Pieces }
	| { readonly do: "wait"; readonly ms: number }
	/** Waits until something has arrived since the last such wait, at most `ms` milliseconds. */
	| { readonly do: "answer"; readonly as: string; readonly ms: number }
	/** Begins to read, stops reading, sends FIN, sends RST, or closes as programs do. */
	| { readonly do: "read" | "pause" | "end" | "reset" | "close"; readonly as: string }
	| { readonly do: "repeat"; readonly times: number; readonly steps: Track }
	/** Stops the machine during these steps, so that all of it arrives in its next turn, as if it had been busy. */
	| { readonly do: "together"; readonly steps: Track };

export type Pieces = string | readonly Piece[];

/** Bytes, described so that a script stays short. Text is Latin-1. */
export type Piece =
	| string
	| { readonly repeat: Pieces; readonly count: number }
	/** A name of the given number of letters that was never used before. */
	| { readonly fresh: number }
	/** The last field, Content-Length, the empty line and the content. It may claim `more` bytes, or fewer. */
	| { readonly body: Pieces; readonly more?: number }
	/** The same in chunks of `size` bytes; without the last one if `open`. */
	| { readonly chunked: Pieces; readonly size: number; readonly open?: boolean }
	/** A WebSocket's frame, masked; by default a whole text message. */
	| { readonly masked: Pieces; readonly first?: number };
