/**
 * Converts the sensor's quality (0 best, 63 worst) to that of a JPEG library (100 best).
 *
 * The OV2640's quality is its QS register, a factor on the quantization tables. libjpeg's quality also stands for such
 * a factor: 200 - 2q percent from 50 up, 5000 / q below. Here one step is 10 percent, so that the 10 of Espressif's
 * examples means the tables as printed in T.81. At 63 the picture is all blocks.
 *
 * The driver's buffer shrinks with the area, to width × height / 5 bytes, but the card's letters need as many bytes as
 * before, and the header as well. So below 300 lines the factor grows as the number of lines falls, so that 10 and above
 * fit at every size: a QVGA frame of about 12 kB, as from the chip.
 */
export function encoderQuality(quality: number, lines: number): number {
	const percent = 10 * quality * Math.max(1, 300 / lines);
	return Math.max(1, Math.round(percent <= 100 ? 100 - percent / 2 : 5000 / percent));
}
