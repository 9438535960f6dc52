import { changeName } from "../connection/api.ts";
import { givenName, onCameraName, takeCameraName } from "../camera-name.ts";
import { byId } from "../dom.ts";
import { onShown } from "./dialog.ts";

const form = byId("name-form", HTMLFormElement);
const input = byId("camera-name", HTMLInputElement);
const error = form.querySelector<HTMLElement>(".error")!;
const done = form.querySelector<HTMLElement>("[role=status]")!;

function show(): void {
	input.value = givenName();
	error.textContent = done.textContent = "";
}

form.addEventListener("submit", (event) => {
	event.preventDefault();
	void save();
});

async function save(): Promise<void> {
	error.textContent = done.textContent = "";
	const name = input.value.trim() || undefined;
	try {
		await changeName(name ?? null);
		takeCameraName(name);
		done.textContent = name === undefined ? "The camera has no name now." : `The camera is called ${name}.`;
	} catch (failed) {
		error.textContent = (failed as Error).message;
	}
}

onShown("panel-camera", show);
// Somebody else may have changed it. What this user is typing stays.
onCameraName(() => {
	if (document.activeElement !== input) input.value = givenName();
});
