/* The servers of the time that DHCP offers (offered-time.c). */
function ask() @ "xs_offered_time_ask";
function server(index) @ "xs_offered_time_server";

function servers() {
	const all = [];
	for (let index = 0, one; (one = server(index)) !== undefined; index++)
		all.push(one);
	return all;
}

export { ask as askForTime, servers as offeredServers };
