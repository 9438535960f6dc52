/* The SDK's module of that name (modules/network/net), as far as names go (host/net.c). */
function resolve(host, callback) @ "xs_net_resolve";

export default Object.freeze({ resolve });
