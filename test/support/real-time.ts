import type { Suite } from "mocha";

/**
 * Gives each test of a suite two more tries. It is for tests of real-time interaction: a sensor's process that starts
 * while a driver waits for it, a fault that lasts for a second. On a busy machine they fail once in a while, which says
 * nothing about the code under test; a real fault fails three times.
 */
export function retryInRealTime(suite: Suite): void {
	suite.retries(2);
}
