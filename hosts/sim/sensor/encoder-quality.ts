/**
 * The quality of a JPEG library (100 best) for the sensor's (0 best, 63 worst).
 *
 * The OV2640's quality is its QS register, a factor on the quantisation tables. libjpeg's quality stands for such a
 * factor as well: 200 - 2q per cent from 50 up, 5000 / q below. Here one step is 10 per cent, so that the 10 of
 * Espressif's examples means the tables as T.81 prints them: a QVGA frame of some 12 kB, as from the chip; 63 is blocks.
 *
 * The driver's buffer shrinks with the area, to width × height / 5 bytes, but the card's letters need as many bytes as
 * before: below 192 lines the factor grows as the lines get fewer, so that 10 and above fit at every size.
 */
export function encoderQuality(quality: number, lines: number): number {
	const percent = 10 * quality * Math.max(1, 192 / lines);
	return Math.max(1, Math.round(percent <= 100 ? 100 - percent / 2 : 5000 / percent));
}
