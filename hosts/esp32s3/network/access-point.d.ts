import type { AccessPointIO } from "../../../src/network/io.ts";

declare const AccessPoint: AccessPointIO;
export default AccessPoint;
