import type { Board } from "./board.ts";
import type { RegisterBus } from "./power/register-bus.ts";

/**
 * Returns a hint for people if the board is not the revision that its file describes, as far as the camera's bus shows
 * that: another revision's pins end in a camera without frames, which names no reason.
 */
export function checkRevision({ revisionCheck }: Board, cameraBus: RegisterBus): string | undefined {
	if (!revisionCheck) return undefined;
	const { chip, address, register, answers, otherwise } = revisionCheck;
	if (hasChip(cameraBus, address, register) === answers) return undefined;
	return `the board looks like another revision, since the ${chip} ${answers ? "does not answer" : "answers"} on the camera's bus: try --board ${otherwise}`;
}

function hasChip(bus: RegisterBus, address: number, register: number): boolean {
	try {
		bus.read(address, register);
		return true;
	} catch {
		return false;
	}
}
