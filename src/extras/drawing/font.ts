/**
 * The ASCII characters from the space on, 5 by 7 pixels each: one digit in base 32 for each row, from the top. Its
 * highest bit is the leftmost pixel.
 */
const GLYPHS: readonly string[] = Object.freeze([
	"0000000",
	"4444404",
	"aaa0000",
	"aavavaa",
	"4fke5u4",
	"op248j3",
	"cik8lid",
	"4440000", // space ! " # $ % & '
	"2488842",
	"8422248",
	"04lel40",
	"044v440",
	"0000c48",
	"000v000",
	"00000cc",
	"01248g0", // ( ) * + , - . /
	"ehjlphe",
	"4c4444e",
	"eh1248v",
	"v2421he",
	"26aiv22",
	"vgu11he",
	"68guhhe",
	"v124888", // 0 1 2 3 4 5 6 7
	"ehhehhe",
	"ehhf12c",
	"0cc0cc0",
	"0cc0c48",
	"248g842",
	"00v0v00",
	"8421248",
	"eh12404", // 8 9 : ; < = > ?
	"ehnlngf",
	"ehhvhhh",
	"uhhuhhu",
	"ehggghe",
	"sihhhis",
	"vgguggv",
	"vgguggg",
	"ehgnhhf", // @ A B C D E F G
	"hhhvhhh",
	"e44444e",
	"72222ic",
	"hikokih",
	"ggggggv",
	"hrllhhh",
	"hhpljhh",
	"ehhhhhe", // H I J K L M N O
	"uhhuggg",
	"ehhhlid",
	"uhhukih",
	"fgge11u",
	"v444444",
	"hhhhhhe",
	"hhhhha4",
	"hhhllla", // P Q R S T U V W
	"hha4ahh",
	"hhha444",
	"v1248gv",
	"e88888e",
	"0g84210",
	"e22222e",
	"4ah0000",
	"000000v", // X Y Z [ \ ] ^ _
	"8420000",
	"00e1fhf",
	"ggmphhu",
	"00egghe",
	"11djhhf",
	"00ehvge",
	"698s888",
	"0fhhf1e", // ` a b c d e f g
	"ggmphhh",
	"40c444e",
	"20622ic",
	"ggikoki",
	"c44444e",
	"00qllhh",
	"00mphhh",
	"00ehhhe", // h i j k l m n o
	"00uhugg",
	"00djf11",
	"00mpggg",
	"00ege1u",
	"88s8896",
	"00hhhjd",
	"00hhha4",
	"00hhlla", // p q r s t u v w
	"00ha4ah",
	"00hhf1e",
	"00v248v",
	"2448442",
	"4444444",
	"8442448",
	"008l200", // x y z { | } ~
]);

/** A box, for characters outside ASCII. */
const UNKNOWN_GLYPH = "vhhhhhv";

/** Pixels from one character to the next. */
export const ADVANCE = 6;

export const GLYPH_WIDTH = 5;
export const GLYPH_HEIGHT = 7;

/** The number of a character that is not in ASCII. */
const UNKNOWN = 0xff;

/** Returns the numbers of a text's glyphs, a byte each: an array of characters would take a slot for each. */
export function glyphsOf(text: string): Uint8Array {
	const glyphs = new Uint8Array(text.length);
	let count = 0;
	for (const character of text) {
		const number = character.charCodeAt(0) - 0x20;
		glyphs[count++] = number >= 0 && number < GLYPHS.length ? number : UNKNOWN;
	}
	return count < glyphs.length ? glyphs.slice(0, count) : glyphs;
}

/** Returns the rows of a glyph, given its number. */
export function glyph(number: number): string {
	return GLYPHS[number] ?? UNKNOWN_GLYPH;
}

/** Returns the pixels of one row of a character; bit 4 is the leftmost. */
export function glyphRow(glyph: string, row: number): number {
	const digit = glyph.charCodeAt(row);
	return digit - (digit < 0x61 ? 0x30 : 0x61 - 10);
}

/** Returns the width of a text in pixels, without the gap after its last character. */
export function textWidth(text: string, scale = 1): number {
	return text.length ? scale * (ADVANCE * text.length - (ADVANCE - GLYPH_WIDTH)) : 0;
}
