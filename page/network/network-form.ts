import { ApiError, joinNetwork, type NetworkState, readNetwork, scanNetworks } from "../connection/api.ts";
import { create, setText } from "../dom.ts";

/** Milliseconds between two looks at what became of a network that was chosen. */
const LOOK_MS = 1_000;
/** For how long the device may not answer meanwhile: its access point changes the channel, and a phone comes back to it. */
const PATIENCE_MS = 90_000;

/** Further looks for the device's name, once it has joined. */
const NAME_LOOKS = 3;

/** The value of the choice that has a name of its own. */
const OTHER = "";

/** Chooses the device's Wi-Fi network: one in range, or one that hides its name. */
export class NetworkForm {
	readonly element: HTMLFormElement;
	readonly #networks = create("select", { id: "ssid" });
	readonly #other = create("input", { id: "other-ssid", type: "text", maxLength: 32, autocapitalize: "off" });
	readonly #otherRow = create(
		"p",
		{ hidden: true },
		create("label", { htmlFor: "other-ssid" }, "Its name"),
		this.#other,
	);
	readonly #password = create("input", { id: "wifi-password", type: "password", maxLength: 64, autocomplete: "off" });
	readonly #scan = create("button", { type: "button" }, "Search again");
	readonly #join = create("button", { type: "submit" }, "Join");
	readonly #status = create("p", { className: "hint" });
	readonly #error = create("p", { className: "error" });
	readonly #onJoined: (state: NetworkState) => void;

	/** @param onJoined Called once the device has joined the network that was chosen. */
	constructor(onJoined: (state: NetworkState) => void) {
		this.#onJoined = onJoined;
		this.#status.setAttribute("role", "status");
		this.#error.setAttribute("role", "alert");
		const shows = create("input", { type: "checkbox", id: "show-password" });
		shows.addEventListener("change", () => (this.#password.type = shows.checked ? "text" : "password"));
		this.#networks.addEventListener("change", () => this.showOther());
		this.#scan.addEventListener("click", () => void this.search());
		this.element = create(
			"form",
			{ className: "network" },
			create("p", {}, create("label", { htmlFor: "ssid" }, "Network"), this.#networks, this.#scan),
			this.#otherRow,
			create(
				"p",
				{},
				create("label", { htmlFor: "wifi-password" }, "Password"),
				this.#password,
				create("label", { className: "check" }, shows, " Show it"),
			),
			create("p", {}, this.#join),
			this.#status,
			this.#error,
		);
		this.element.addEventListener("submit", (event) => {
			event.preventDefault();
			void this.join();
		});
		this.list([]);
	}

	/** Finds the networks in range, and shows them. */
	async search(): Promise<void> {
		this.#scan.disabled = true;
		this.say("Searching for networks…");
		try {
			this.list(await scanNetworks());
			this.say("");
		} catch (error) {
			this.say("", (error as Error).message);
		}
		this.#scan.disabled = false;
	}

	private list(networks: readonly { readonly ssid: string; readonly open: boolean }[]): void {
		const before = this.#networks.value;
		this.#networks.replaceChildren(
			...networks.map(({ ssid, open }) => create("option", { value: ssid }, open ? `${ssid} (open)` : ssid)),
			create("option", { value: OTHER }, "Another one…"),
		);
		if (networks.some(({ ssid }) => ssid === before)) this.#networks.value = before;
		this.showOther();
	}

	private showOther(): void {
		this.#otherRow.hidden = this.#networks.value !== OTHER;
	}

	private async join(): Promise<void> {
		const ssid = this.#networks.value === OTHER ? this.#other.value : this.#networks.value;
		this.#join.disabled = true;
		this.say(`Joining ${ssid}…`);
		try {
			await joinNetwork(ssid, this.#password.value);
			const state = await this.outcome();
			if (state.choice?.result === "joined") {
				this.#password.value = "";
				this.say("", state.choice.reason);
				this.#onJoined(state);
			} else this.say("", `${ssid}: ${state.choice?.reason ?? "it was not joined"}`);
		} catch (error) {
			this.say("", (error as Error).message);
		}
		this.#join.disabled = false;
	}

	/** Waits until it is known what became of the network. */
	private async outcome(): Promise<NetworkState> {
		const start = Date.now();
		for (let looks = NAME_LOOKS; ;) {
			await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
			try {
				const state = await readNetwork(),
					{ choice, hostname } = state;
				if (choice?.result === "trying") continue;
				// It claims its name in the network as soon as it is there.
				if (choice?.result !== "joined" || hostname !== undefined || --looks < 0) return state;
			} catch (error) {
				if (Date.now() - start < PATIENCE_MS) continue;
				throw error instanceof ApiError
					? new ApiError(
							"the camera does not answer any more: it may have joined the network. Look for it there",
						)
					: error;
			}
		}
	}

	private say(status: string, error = ""): void {
		setText(this.#status, status);
		setText(this.#error, error);
	}
}
