/**
 * Calls back with the reason of each rejection that nothing has handled since the last call, once. XS itself reports it
 * only when the promise is collected, which may be much later.
 */
declare function eachRejection(callback: (reason: unknown) => void): void;
export default eachRejection;
