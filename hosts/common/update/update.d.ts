import type { Slots } from "yieldcam/device/slots";

/** All but the record, which the hosts keep. */
declare const slots: Omit<Slots, "record">;
export default slots;
