/* The loops over received bytes (scan.c), in place of src/http/syntax/scan.ts: one source for the board and for the simulators. */
export const DIGIT = 0;
export const HEX_DIGIT = 1;
export const LABEL = 2;
export const HOST_LABEL = 3;
export const REG_NAME = 4;
export const IPV6 = 5;
export const BASE64 = 6;
export const TOKEN = 7;
export const TARGET = 8;
export const VALUE = 9;
export const SKIPPED = 0;

function isOne(set, byte) @ "xs_scan_isOne";
function endOf(set, bytes, at, end) @ "xs_scan_endOf";
function isAll(set, text) @ "xs_scan_isAll";
function requestLine(bytes, mostMethod, mostTarget) @ "xs_scan_requestLine";
function fieldLines(bytes, at, end, lines, count, origin, mostBytes) @ "xs_scan_fieldLines";
function findField(bytes, lines, count, name, from) @ "xs_scan_findField";
function fieldText(bytes, lines, count, name) @ "xs_scan_fieldText";
function textOf(bytes, start, end) @ "xs_scan_textOf";
function hasField(lines, name) @ "xs_scan_hasField";
function fieldOf(lines, name) @ "xs_scan_fieldOf";
function withField(lines, name, value) @ "xs_scan_withField";
function withoutField(lines, name) @ "xs_scan_withoutField";
function lowerCase(text) @ "xs_scan_lowerCase";

export {
	endOf,
	fieldLines,
	fieldOf,
	fieldText,
	findField,
	hasField,
	isAll,
	isOne,
	lowerCase,
	requestLine,
	textOf,
	withField,
	withoutField,
};
