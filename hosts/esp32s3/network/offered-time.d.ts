/** Has the DHCP client ask for servers of the time (RFC 2132, 8.3). Call it before there is a network. */
export declare function askForTime(): void;
/** Returns the IPv4 addresses of the servers that DHCP has offered. */
export declare function offeredServers(): readonly string[];
