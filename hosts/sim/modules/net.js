/* The name resolution of the SDK's module `net` (modules/network/net). See machine/net.c. */
function resolve(host, callback) @ "xs_net_resolve";

export default Object.freeze({ resolve });
