/** Status codes of the Close frame (RFC 6455, 7.4.1, and IANA's registry) that this module uses. */
export const NORMAL = 1000;
/** The server shuts down. */
export const GOING_AWAY = 1001;
export const PROTOCOL_ERROR = 1002;
/** Binary data instead of text. */
export const UNSUPPORTED_DATA = 1003;
/** Never sent: reported if the peer's Close has no code. */
export const NO_STATUS = 1005;
/** Never sent: reported if the connection ended without a Close. */
export const ABNORMAL = 1006;
/** Text that is not UTF-8, or not the expected JSON. */
export const INVALID_DATA = 1007;
/** The peer sent something well-formed that is not acceptable. */
export const POLICY_VIOLATION = 1008;
export const TOO_BIG = 1009;
/** The handler failed. */
export const INTERNAL_ERROR = 1011;
/** There is not enough memory, or the peer is too slow. */
export const TRY_AGAIN_LATER = 1013;

/**
 * Reports whether a Close frame may have this code: 1004 to 1006 and 1015 must not be sent, and undefined codes mean
 * nothing.
 */
export function isCloseCode(code: number): boolean {
	return (
		Number.isInteger(code) &&
		((code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999))
	);
}
