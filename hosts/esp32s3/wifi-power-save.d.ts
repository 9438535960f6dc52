/**
 * Keeps the radio awake while connected. Asleep between the access point's beacons, by default, it hears
 * each acknowledgement up to 100 ms late, and a send buffer holds a fraction of a picture.
 */
declare function disablePowerSave(): void;
export default disablePowerSave;
