/**
 * Keeps the radio awake while connected. By default it sleeps between the access point's beacons and receives each
 * acknowledgement up to 100 ms late, and a send buffer holds only a fraction of a picture.
 */
declare function disablePowerSave(): void;
export default disablePowerSave;
