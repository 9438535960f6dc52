import { sanitized } from "../support/simulator.ts";

/**
 * What times are multiplied by before a test fails by them: the machine's other tests may take as much of it as they
 * like. The figures that they stand for are the issue's, for a machine that has nothing else to do.
 */
export const patience = Number(process.env["YIELDCAM_PATIENCE"] ?? (sanitized ? 8 : 2));
