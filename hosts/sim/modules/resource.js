/* The SDK's module Resource (modules/files/resource): a file of the build. See machine/resource.c. */
export default class Resource @ "xs_sim_resource_delete" {
	constructor(name) @ "xs_sim_resource";
	static exists(name) @ "xs_sim_resource_exists";
	get byteLength() @ "xs_sim_resource_get_byteLength";
}
