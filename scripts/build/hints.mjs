/** What the compiler says of things that only browsers and Node have, and what a device has in their place. */
const HINTS = [
	{
		pattern: /Cannot find name '(?:set|clear)(?:Timeout|Interval|Immediate)'/,
		hint: 'a device has timers by another name: import Timer from "timer"',
	},
	{
		pattern: /Cannot find name '(?:fetch|XMLHttpRequest)'/,
		hint: "a device has an HTTP client: yieldcam/client/client",
	},
	{
		pattern: /Cannot find name '(?:process|Buffer|require|module|__dirname|__filename)'/,
		hint: "it is Node's, and a device has nothing of that; settings are in device.config",
	},
	{
		pattern: /Argument of type 'Promise<.*' is not assignable/,
		hint: "a promise has no value yet: await it, in a handler that is async",
	},
	{
		pattern: /error TS1294:/,
		hint: "enums, namespaces and parameter properties are more than types, and the compiler removes types alone",
	},
];

/**
 * Adds to a line of the compiler what a program does in place of that.
 *
 * @param {string} line
 */
export function withHint(line) {
	const found = HINTS.find(({ pattern }) => pattern.test(line));
	return found === undefined ? line : `${line.replace(/ Do you need to .*$/, "")}\n  ${found.hint}`;
}
