/* The SDK's module of that name (modules/files/resource): a file that was built in (host/resource.c). */
export default class Resource @ "xs_sim_resource_delete" {
	constructor(name) @ "xs_sim_resource";
	static exists(name) @ "xs_sim_resource_exists";
	get byteLength() @ "xs_sim_resource_get_byteLength";
}
