/* The board's own access point (access-point.c). There is one. */
function open(ssid, password) @ "xs_access_point_open";
function close() @ "xs_access_point_close";

class AccessPoint {
	address;
	#open = true;

	constructor({ ssid, password }) {
		try {
			this.address = open(ssid, password);
		} catch (error) {
			close();
			throw error;
		}
	}

	close() {
		if (this.#open)
			close();
		this.#open = false;
	}
}

export default AccessPoint;
