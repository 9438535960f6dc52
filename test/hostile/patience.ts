import { slow } from "../support/simulator.ts";

/**
 * Factor for the times after which a test fails, since other tests may use as much of the machine as they like. The
 * base figures are for a machine that has nothing else to do.
 */
export const patience = Number(process.env["YIELDCAM_PATIENCE"] ?? (slow ? 8 : 2));
