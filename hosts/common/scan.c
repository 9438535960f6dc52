/*
	The loops over bytes that peers send: the same as src/http/syntax/scan.ts, which
	describes each function, in C. The script passes positions, and nothing is kept
	between two calls. One file for the board and for the simulators.

	A position that lies outside of its buffer is an error of the script, and reads
	nothing.
*/
#include "xsHost.h"
#include "xsmc.h"

#include <stdbool.h>
#include <string.h>

/* The sets of characters, in the order of scan.ts. */
enum { kDigit, kHexDigit, kLabel, kHostLabel, kRegName, kIPv6, kBase64, kToken, kTarget, kValue, kSets };

/* Bit `set` of a byte's entry says that the byte belongs to the set. */
#define D \
	(1 << kDigit | 1 << kHexDigit | 1 << kLabel | 1 << kHostLabel | 1 << kRegName | 1 << kIPv6 | 1 << kBase64 | \
		1 << kToken | V)
#define A (1 << kLabel | 1 << kHostLabel | 1 << kRegName | 1 << kBase64 | 1 << kToken | V)
#define H (A | 1 << kHexDigit | 1 << kIPv6)
#define V (1 << kTarget | 1 << kValue)
#define T (1 << kToken | V)
#define R (1 << kRegName | V)
#define B (1 << kValue)

static const uint16_t gMembers[128] = {
	/* clang-format off */
	0, 0, 0, 0, 0, 0, 0, 0, 0, B, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	/* SP ! " # $ % & ' ( ) * + , - . / */
	B, T | R, V, T & ~(1 << kTarget), T | R, T | R, T | R, T | R, R, R, T | R, T | R | 1 << kBase64, R,
	T | R | 1 << kLabel | 1 << kHostLabel, T | R | 1 << kIPv6, V | 1 << kBase64,
	/* 0-9 : ; < = > ? */
	D, D, D, D, D, D, D, D, D, D, V | 1 << kIPv6, R, V, R, V, V,
	/* @ A-O */
	V, H, H, H, H, H, H, A, A, A, A, A, A, A, A, A,
	/* P-Z [ \ ] ^ _ */
	A, A, A, A, A, A, A, A, A, A, A, V, V, V, T, T | R | 1 << kHostLabel,
	/* ` a-o */
	T, H, H, H, H, H, H, A, A, A, A, A, A, A, A, A,
	/* p-z { | } ~ DEL */
	A, A, A, A, A, A, A, A, A, A, A, V, T, V, T | R, 0,
	/* clang-format on */
};

static inline bool belongs(int set, uint8_t byte)
{
	/* Bytes beyond ASCII are opaque in a field's value (RFC 9110, 5.5), and nowhere else. */
	return byte < 128 ? (gMembers[byte] >> set) & 1 : set == kValue;
}

typedef struct {
	const uint8_t* data;
	uint32_t length;
} Bytes;

/* Valid until the next allocation. */
static Bytes bytesOf(xsMachine* the, int argument)
{
	void* data;
	xsUnsignedValue length;
	xsmcGetBufferReadable(xsArg(argument), &data, &length);
	return (Bytes){ data, length };
}

static uint32_t positionOf(xsMachine* the, int argument)
{
	xsIntegerValue value = xsmcToInteger(xsArg(argument));
	return value > 0 ? (uint32_t)value : 0;
}

static uint32_t upTo(uint32_t position, Bytes bytes)
{
	return position < bytes.length ? position : bytes.length;
}

static uint32_t runOf(int set, const uint8_t* data, uint32_t at, uint32_t end)
{
	while (at < end && belongs(set, data[at]))
		at++;
	return at;
}

void xs_scan_isOne(xsMachine* the)
{
	xsmcSetBoolean(xsResult, belongs(xsmcToInteger(xsArg(0)), (uint8_t)xsmcToInteger(xsArg(1))));
}

void xs_scan_endOf(xsMachine* the)
{
	Bytes bytes = bytesOf(the, 1);
	uint32_t at = positionOf(the, 2), end = upTo(positionOf(the, 3), bytes);
	xsmcSetInteger(xsResult, (xsIntegerValue)runOf(xsmcToInteger(xsArg(0)), bytes.data, at, end));
}

/* Whether a text has nothing but members of a set. */
static bool consistsOf(int set, const char* text)
{
	/* XS has a NUL as C0 80, which is nowhere else in UTF-8. */
	while (*text && (uint8_t)*text != 0xc0 && belongs(set, (uint8_t)*text))
		text++;
	return !*text;
}

void xs_scan_isAll(xsMachine* the)
{
	const char* text = xsmcToString(xsArg(1));
	xsmcSetBoolean(xsResult, *text && consistsOf(xsmcToInteger(xsArg(0)), text));
}

void xs_scan_requestLine(xsMachine* the)
{
	static const char version[] = { ' ', 'H', 'T', 'T', 'P', '/', '1', '.' };
	Bytes bytes = bytesOf(the, 0);
	const uint8_t* data = bytes.data;
	uint32_t mostMethod = positionOf(the, 1), mostTarget = positionOf(the, 2);
	uint32_t method = runOf(kToken, data, 0, bytes.length), start = method + 1, target;
	xsmcSetInteger(xsResult, 0);
	if (!method || method > mostMethod || method >= bytes.length || data[method] != ' ')
		return;
	target = runOf(kTarget, data, start, bytes.length);
	if (target == start || target - start > mostTarget || bytes.length - target < 11)
		return;
	data += target;
	if (!memcmp(data, version, sizeof(version)) && belongs(kDigit, data[8]) && data[9] == '\r' && data[10] == '\n')
		xsmcSetInteger(xsResult, (xsIntegerValue)(method << 16 | target));
}

void xs_scan_fieldLines(xsMachine* the)
{
	Bytes bytes = bytesOf(the, 0);
	const uint8_t* data = bytes.data;
	uint32_t at = positionOf(the, 1), end = upTo(positionOf(the, 2), bytes);
	uint32_t count = positionOf(the, 4), origin = positionOf(the, 5), most = positionOf(the, 6), size;
	void* lines;
	xsUnsignedValue length;
	xsmcGetBufferWritable(xsArg(3), &lines, &length);
	for (size = length / 2; count < size; count++) {
		uint32_t name = runOf(kToken, data, at, end), value;
		if (name == at || name >= end || data[name] != ':')
			break;
		value = runOf(kValue, data, name + 1, end);
		if (value - name - 1 > most || value + 2 > end || data[value] != '\r' || data[value + 1] != '\n')
			break;
		((uint16_t*)lines)[count] = (uint16_t)(at - origin);
		at = value + 2;
	}
	xsmcSetInteger(xsResult, (xsIntegerValue)(count << 16 | at));
}

static inline uint8_t lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

/* The field lines of a head, valid until the next allocation. */
typedef struct {
	Bytes bytes;
	const uint16_t* starts;
	uint32_t count;
} Fields;

static Fields fieldsOf(xsMachine* the)
{
	Bytes lines = bytesOf(the, 1);
	uint32_t count = positionOf(the, 2), most = lines.length / 2;
	return (Fields){ bytesOf(the, 0), (const uint16_t*)lines.data, count < most ? count : most };
}

/* Returns the first line of that name from a line on, or the number of lines. */
static uint32_t lineOf(const Fields* fields, const uint8_t* name, uint32_t length, uint32_t from)
{
	for (uint32_t line = from; line < fields->count; line++) {
		uint32_t start = fields->starts[line], at = 0;
		if (start + length >= fields->bytes.length || fields->bytes.data[start + length] != ':')
			continue;
		while (at < length && lower(fields->bytes.data[start + at]) == lower(name[at]))
			at++;
		if (at == length)
			return line;
	}
	return fields->count;
}

void xs_scan_findField(xsMachine* the)
{
	const uint8_t* name = (const uint8_t*)xsmcToString(xsArg(3));
	Fields fields = fieldsOf(the);
	uint32_t line = lineOf(&fields, name, (uint32_t)strlen((const char*)name), positionOf(the, 4));
	xsmcSetInteger(xsResult, line < fields.count ? (xsIntegerValue)line : -1);
}

/* Whether the bytes are UTF-8 (RFC 3629) without a NUL. */
static bool isUtf8(const uint8_t* data, uint32_t length)
{
	for (uint32_t at = 0; at < length; at++) {
		uint8_t first = data[at], low = 0x80, high = 0xbf;
		int count;
		if (!first)
			return false;
		if (first < 0x80)
			continue;
		/* The range of the second byte excludes overlong forms, surrogates, and code points beyond Unicode. */
		switch (first) {
		case 0xe0: low = 0xa0; break;
		case 0xed: high = 0x9f; break;
		case 0xf0: low = 0x90; break;
		case 0xf4: high = 0x8f; break;
		}
		count = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
		if (!count)
			return false;
		for (; count; count--) {
			if (++at == length || data[at] < low || data[at] > high)
				return false;
			low = 0x80;
			high = 0xbf;
		}
	}
	return true;
}

/* A value without the blanks around it. */
typedef struct {
	uint32_t start, end;
	bool utf8;
} Text;

static Text trimmed(Bytes bytes, uint32_t start, uint32_t end)
{
	if (end > bytes.length)
		end = bytes.length;
	while (start < end && (bytes.data[start] == ' ' || bytes.data[start] == '\t'))
		start++;
	while (end > start && (bytes.data[end - 1] == ' ' || bytes.data[end - 1] == '\t'))
		end--;
	if (start > end)
		start = end;
	return (Text){ start, end, isUtf8(bytes.data + start, end - start) };
}

/* Returns how many bytes it has as a string of XS, in which a NUL has two. */
static uint32_t lengthOf(Bytes bytes, Text text)
{
	uint32_t length = text.end - text.start;
	for (uint32_t at = text.start; !text.utf8 && at < text.end; at++)
		if (bytes.data[at] >= 0x80 || !bytes.data[at])
			length++;
	return length;
}

/* Returns the end of the copy. */
static uint8_t* copyText(uint8_t* to, Bytes bytes, Text text)
{
	const uint8_t* from = bytes.data + text.start;
	uint32_t length = text.end - text.start;
	if (text.utf8) {
		memcpy(to, from, length);
		return to + length;
	}
	for (; length; length--, from++) {
		if (*from < 0x80 && *from)
			*to++ = *from;
		else {
			*to++ = 0xc0 | *from >> 6;
			*to++ = 0x80 | (*from & 0x3f);
		}
	}
	return to;
}

/* Makes a string, and returns its bytes. What the machine had returned before may have moved. */
static uint8_t* makeString(xsMachine* the, uint32_t length)
{
	xsmcSetStringBuffer(xsResult, NULL, (xsIntegerValue)length);
	return (uint8_t*)xsmcToString(xsResult);
}

void xs_scan_textOf(xsMachine* the)
{
	Bytes bytes = bytesOf(the, 0);
	Text text = trimmed(bytes, positionOf(the, 1), positionOf(the, 2));
	uint8_t* to = makeString(the, lengthOf(bytes, text));
	copyText(to, bytesOf(the, 0), text);
}

static Text valueOf(const Fields* fields, uint32_t line, uint32_t nameLength)
{
	uint32_t next = line + 1 < fields->count ? fields->starts[line + 1] : fields->bytes.length;
	return trimmed(fields->bytes, fields->starts[line] + nameLength + 1, next < 2 ? 0 : next - 2);
}

void xs_scan_fieldText(xsMachine* the)
{
	const uint8_t* name = (const uint8_t*)xsmcToString(xsArg(3));
	uint32_t nameLength = (uint32_t)strlen((const char*)name), length = 0, lines = 0;
	Fields fields = fieldsOf(the);
	uint32_t first = lineOf(&fields, name, nameLength, 0);
	for (uint32_t line = first; line < fields.count; line = lineOf(&fields, name, nameLength, line + 1)) {
		uint32_t value = fields.starts[line] + nameLength + 1;
		if (value < fields.bytes.length && !fields.bytes.data[value]) {
			xsmcSetNull(xsResult);
			return;
		}
		length += lengthOf(fields.bytes, valueOf(&fields, line, nameLength)) + (lines++ ? 2 : 0);
	}
	if (!lines)
		return;
	uint8_t* to = makeString(the, length);
	fields = fieldsOf(the);
	name = (const uint8_t*)xsmcToString(xsArg(3));
	for (uint32_t line = first; lines; line = lineOf(&fields, name, nameLength, line + 1)) {
		to = copyText(to, fields.bytes, valueOf(&fields, line, nameLength));
		if (--lines) {
			*to++ = ',';
			*to++ = ' ';
		}
	}
}

void xs_scan_lowerCase(xsMachine* the)
{
	const char* text = xsmcToString(xsArg(0));
	size_t length = strlen(text);
	bool changes = false;
	for (const char* at = text; *at && !changes; at++)
		changes = *at >= 'A' && *at <= 'Z';
	if (!changes) {
		xsResult = xsArg(0);
		return;
	}
	xsmcSetStringBuffer(xsResult, NULL, (xsIntegerValue)length);
	text = xsmcToString(xsArg(0)); /* may have moved */
	uint8_t* to = (uint8_t*)xsmcToString(xsResult);
	for (; *text; text++)
		*to++ = lower((uint8_t)*text);
}

/* Returns the first line of that name in the text of a head, "Name: value" and CRLF each, or NULL. */
static const char* lineNamed(const char* lines, const char* name, size_t length)
{
	while (*lines) {
		size_t at = 0;
		while (at < length && lower((uint8_t)lines[at]) == lower((uint8_t)name[at]))
			at++;
		if (at == length && lines[at] == ':')
			return lines;
		lines = strchr(lines, '\n');
		if (!lines)
			break;
		lines++;
	}
	return NULL;
}

/* Returns what follows a line. */
static const char* afterLine(const char* line)
{
	const char* end = strchr(line, '\n');
	return end ? end + 1 : line + strlen(line);
}

void xs_scan_hasField(xsMachine* the)
{
	const char* lines = xsmcToString(xsArg(0));
	const char* name = xsmcToString(xsArg(1));
	xsmcSetBoolean(xsResult, lineNamed(lines, name, strlen(name)) != NULL);
}

void xs_scan_fieldOf(xsMachine* the)
{
	const char* lines = xsmcToString(xsArg(0));
	const char* name = xsmcToString(xsArg(1));
	size_t nameLength = strlen(name);
	const char* line = lineNamed(lines, name, nameLength);
	if (!line)
		return;
	size_t start = (size_t)(line - lines) + nameLength + 2, end = (size_t)(afterLine(line) - lines) - 2;
	uint32_t length = end > start ? (uint32_t)(end - start) : 0;
	uint8_t* to = makeString(the, length);
	memcpy(to, xsmcToString(xsArg(0)) + start, length);
}

void xs_scan_withField(xsMachine* the)
{
	const char* value = xsmcToString(xsArg(2)); /* may be a number, which allocates */
	const char* name = xsmcToString(xsArg(1));
	const char* lines = xsmcToString(xsArg(0));
	value = xsmcToString(xsArg(2));
	size_t lineLength = strlen(lines), nameLength = strlen(name), valueLength = strlen(value);
	if (!nameLength || !consistsOf(kToken, name) || !consistsOf(kValue, value))
		return;
	uint8_t* to = makeString(the, (uint32_t)(lineLength + nameLength + valueLength + 4));
	memcpy(to, xsmcToString(xsArg(0)), lineLength);
	to += lineLength;
	memcpy(to, xsmcToString(xsArg(1)), nameLength);
	to += nameLength;
	memcpy(to, ": ", 2);
	memcpy(to + 2, xsmcToString(xsArg(2)), valueLength);
	memcpy(to + 2 + valueLength, "\r\n", 2);
}

void xs_scan_withoutField(xsMachine* the)
{
	const char* lines = xsmcToString(xsArg(0));
	const char* name = xsmcToString(xsArg(1));
	size_t nameLength = strlen(name), length = strlen(lines);
	const char* line = lineNamed(lines, name, nameLength);
	if (!line) {
		xsResult = xsArg(0);
		return;
	}
	for (; line; line = lineNamed(afterLine(line), name, nameLength))
		length -= (size_t)(afterLine(line) - line);
	uint8_t* to = makeString(the, (uint32_t)length);
	lines = xsmcToString(xsArg(0));
	name = xsmcToString(xsArg(1));
	while (*lines) {
		const char* next = lineNamed(lines, name, nameLength);
		size_t count = next ? (size_t)(next - lines) : strlen(lines);
		memcpy(to, lines, count);
		to += count;
		lines = next ? afterLine(next) : lines + count;
	}
}
