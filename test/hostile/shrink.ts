import type { Piece, Pieces, Script, Step, Track } from "./script.ts";

/** Whether a script still fails in the same way. */
export type Predicate = (script: Script) => Promise<boolean>;

/**
 * The smallest script that still fails in the same way, as far as the time allows: without unneeded steps, and with
 * each size as small as possible.
 *
 * @param time Milliseconds.
 */
export async function shrink(script: Script, does: Predicate, time: number): Promise<Script> {
	const end = performance.now() + time;
	const tried = new Set<string>();
	let best = script;
	for (let improved = true; improved && performance.now() < end;) {
		improved = false;
		for (const smaller of candidates(best)) {
			const text = JSON.stringify(smaller.tracks);
			if (tried.has(text)) continue;
			tried.add(text);
			if (performance.now() >= end) break;
			if (await does(smaller)) {
				best = smaller;
				improved = true;
				break; // from the beginning: the largest steps first
			}
		}
	}
	return best;
}

/** Scripts that are a little smaller, the boldest first. */
export function* candidates(script: Script): Generator<Script> {
	for (const tracks of shorter(script.tracks)) yield { ...script, tracks };
	for (let i = 0; i < script.tracks.length; i++) {
		for (const track of smallerTracks(script.tracks[i]))
			yield { ...script, tracks: replaced(script.tracks, i, track) };
	}
}

/** Lists without a half, a quarter, … an element. */
function* shorter<T>(list: readonly T[]): Generator<readonly T[]> {
	for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
		for (let at = 0; at < list.length; at += size) {
			const rest = [...list.slice(0, at), ...list.slice(at + size)];
			if (rest.length) yield rest;
		}
	}
}

function* smallerTracks(track: Track): Generator<Track> {
	yield* shorter(track);
	for (let i = 0; i < track.length; i++) {
		for (const step of smallerSteps(track[i]))
			yield [
				...track.slice(0, i),
				...(Array.isArray(step) ? (step as Track) : [step as Step]),
				...track.slice(i + 1),
			];
	}
}

/** A step, or several in its place. */
function* smallerSteps(step: Step): Generator<Step | Track> {
	switch (step.do) {
		case "repeat":
			yield step.steps;
			for (const times of smallerNumbers(step.times, 1)) yield { ...step, times };
			for (const steps of smallerTracks(step.steps)) yield { ...step, steps };
			break;
		case "together":
			yield step.steps;
			for (const steps of smallerTracks(step.steps)) yield { ...step, steps };
			break;
		case "wait":
		case "answer":
			for (const ms of smallerNumbers(step.ms, 1)) yield { ...step, ms };
			break;
		case "connect": {
			const { from: _, ...anywhere } = step;
			if (step.from !== undefined) yield anywhere;
			const { read: __, ...reading } = step;
			if (step.read === false) yield reading;
			break;
		}
		case "send":
			for (const bytes of smallerPieces(step.bytes)) yield { ...step, bytes };
	}
}

function* smallerPieces(pieces: Pieces): Generator<Pieces> {
	if (typeof pieces === "string") return;
	yield* shorter(pieces);
	for (let i = 0; i < pieces.length; i++) {
		for (const piece of smallerPiece(pieces[i])) yield replaced(pieces, i, piece);
	}
}

function* smallerPiece(piece: Piece): Generator<Piece> {
	if (typeof piece === "string") return;
	if ("repeat" in piece) {
		for (const count of smallerNumbers(piece.count, 1)) yield { ...piece, count };
		for (const repeat of smallerPieces(piece.repeat)) yield { ...piece, repeat };
	} else if ("fresh" in piece) {
		for (const fresh of smallerNumbers(piece.fresh, 4)) yield { fresh };
	} else if ("body" in piece) {
		if (piece.more !== undefined) yield { body: piece.body };
		for (const body of smallerPieces(piece.body)) yield { ...piece, body };
	} else if ("chunked" in piece) {
		yield { body: piece.chunked };
		for (const chunked of smallerPieces(piece.chunked)) yield { ...piece, chunked };
	} else {
		for (const masked of smallerPieces(piece.masked)) yield { ...piece, masked };
	}
}

/** The smallest size, then halfway to the present one, down to 5 % less, which is close enough. */
function* smallerNumbers(number: number, least: number): Generator<number> {
	for (
		let smaller = least;
		smaller < number && number - smaller >= Math.max(1, number / 20);
		smaller = Math.ceil((smaller + number) / 2)
	)
		yield smaller;
}

function replaced<T>(list: readonly T[], index: number, value: T): T[] {
	return list.map((old, i) => (i === index ? value : old));
}
