import type { Suite } from "mocha";

/**
 * Gives each test of a suite two more tries, for tests of things that happen in real time side by side: a sensor's process
 * that starts while a driver waits for it, a fault that lasts for a second. On a machine that is busy with something else
 * they fail once in a while, which shows nothing about what they test; what is wrong fails three times.
 */
export function retryInRealTime(suite: Suite): void {
	suite.retries(2);
}
