/*
	Read-only files with the interface of ECMA-419's file storage: one file for the
	board and the simulator, using the calls that esp-idf's virtual file system and
	Linux have in common. The SDK's own modules do not support an SD card.

	In addition to ECMA-419, files can be read into memory outside the script's heap,
	as a host buffer: a picture of some hundred kilobytes is larger than the heap. It
	is freed once, by close() or by the garbage collector.

	Paths are relative to their directory and cannot leave it. Links are followed, if
	the file system has them; FAT does not.

	A byte of a name that is not part of UTF-8 is a character in the script (names.h).
	Messages show it as "\xE9".

	In this order: names as bytes, errors and paths, files, memory, directories, their
	names.
*/
#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"
#include "names.h"

#include "esp_heap_caps.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Names as bytes */

/* Returns the length of the character that begins at `p` (RFC 3629), or 0 if that is not UTF-8. */
static int characterLength(const uint8_t* p)
{
	uint32_t c = *p;
	int more = c < 0x80 ? 0 : c < 0xc2 ? -1 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : c < 0xf5 ? 3 : -1;
	/* No overlong forms, no surrogates, nothing beyond U+10FFFF. */
	if ((c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f) || (c == 0xf0 && p[1] < 0x90) ||
		(c == 0xf4 && p[1] > 0x8f))
		return 0;
	for (int i = 1; i <= more; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return more + 1;
}

/* Writes a name as the script sees it, in at most three bytes for each of its own and a NUL. */
static void toScript(char* text, const char* name)
{
	const uint8_t* p = (const uint8_t*)name;
	while (*p) {
		int length = characterLength(p);
		if (length && !byteOf(p)) {
			memcpy(text, p, (size_t)length);
			text += length;
			p += length;
		}
		else {
			*text++ = (char)0xef;
			*text++ = (char)(*p < 0xc0 ? 0x9e : 0x9f);
			*text++ = (char)(0x80 | (*p++ & 0x3f));
		}
	}
	*text = 0;
}

/* Errors and paths */

/* If a path is too long for the engine's messages, which have 128 bytes, its end is shown. */
enum { kMostPath = 64 };

typedef char ShownPath[4 + kMostPath + 1];

#define fail(PATH, REASON) \
	do { \
		ShownPath shown; \
		show(shown, PATH); \
		xsUnknownError("%s: %s", shown, REASON); \
	} while (0)

/* Writes a path, or its end, as text. */
static void show(ShownPath text, const char* path)
{
	static const char kHex[] = "0123456789ABCDEF";
	const uint8_t* p = (const uint8_t*)path;
	size_t length = 0;
	/* Count the characters of text from the end. */
	for (const uint8_t* at = p; *at;) {
		int size = characterLength(at);
		length += size ? (size_t)size : 4;
		at += size ? size : 1;
	}
	if (length > kMostPath) {
		memcpy(text, "...", 3);
		text += 3;
	}
	while (*p) {
		int size = characterLength(p);
		size_t width = size ? (size_t)size : 4;
		if (length <= kMostPath) {
			if (size)
				memcpy(text, p, width);
			else {
				text[0] = '\\';
				text[1] = 'x';
				text[2] = kHex[*p >> 4];
				text[3] = kHex[*p & 15];
			}
			text += width;
		}
		else
			length -= width;
		p += size ? size : 1;
	}
	*text = 0;
}

/* Returns whether the path stays below its directory. FatFs accepts "\" for "/". */
static int isBelow(const char* path)
{
	for (;;) {
		size_t length = strcspn(path, "/\\");
		if (!length || (length == 1 && path[0] == '.') || (length == 2 && path[0] == '.' && path[1] == '.'))
			return 0;
		if (!path[length])
			return 1;
		path += length + 1;
	}
}

/* XS stores U+0000 in its strings as C0 80. */
static int hasNul(const char* text)
{
	return strstr(text, "\xc0\x80") != NULL;
}

/* Returns the path, joined to that of its directory. The caller frees it. */
static char* pathBelow(xsMachine* the, const char* directory, const char* path)
{
	size_t length;
	char* whole;
	if (hasNul(path))
		xsUnknownError("the path has a NUL character");
	if (!isBelow(path)) {
		ShownPath shown;
		show(shown, path);
		xsUnknownError("\"%s\" is not a path below its directory", shown);
	}
	length = strlen(directory) + 1 + strlen(path) + 1;
	whole = malloc(length);
	if (!whole)
		xsUnknownError("no memory for a path");
	snprintf(whole, length, "%s/%s", directory, path);
	fromScript(whole + strlen(directory));
	return whole;
}

/* Frees the path, and throws an error with its text. */
static void failWith(xsMachine* the, char* path, const char* reason)
{
	ShownPath text;
	show(text, path);
	free(path);
	xsUnknownError("%s: %s", text, reason);
}

static double modified(const struct stat* status)
{
#ifdef __linux__
	return (double)status->st_mtim.tv_sec * 1000 + (double)(status->st_mtim.tv_nsec / 1000000);
#else
	return (double)status->st_mtime * 1000;
#endif
}

/* Sets the properties of an object of class Status. */
static void setStatus(xsMachine* the, xsSlot* object, const struct stat* status)
{
	xsmcVars(1);
	xsmcSetNumber(xsVar(0), (double)status->st_size);
	xsmcSet(*object, xsID_size, xsVar(0));
	xsmcSetInteger(xsVar(0), (xsIntegerValue)status->st_mode);
	xsmcSet(*object, xsID_mode, xsVar(0));
	xsmcSetNumber(xsVar(0), modified(status));
	xsmcSet(*object, xsID_modified, xsVar(0));
}

/* Files */

typedef struct {
	int fd;
	char path[];
} FileRecord, *File;

void xs_files_file_destructor(void* data)
{
	File file = data;
	if (file) {
		close(file->fd);
		free(file);
	}
}

static File fileOf(xsMachine* the)
{
	File file = xsmcGetHostDataValidate(xsThis, xs_files_file_destructor);
	if (!file)
		xsUnknownError("the file is closed");
	return file;
}

void xs_files_file_close(xsMachine* the)
{
	File file = xsmcGetHostDataValidate(xsThis, xs_files_file_destructor);
	xsmcSetHostData(xsThis, NULL);
	xs_files_file_destructor(file);
}

static off_t positionArgument(xsMachine* the)
{
	double position;
	if (xsmcArgc < 2)
		xsTypeError("read(count or buffer, position)");
	position = xsmcToNumber(xsArg(1));
	if (!(position >= 0 && position <= 0x7fffffff))
		xsRangeError("the file position %g is out of range", position);
	return (off_t)position;
}

/* Reads up to `length` bytes; fewer at the end of the file. */
static size_t readAt(xsMachine* the, File file, uint8_t* buffer, size_t length, off_t position)
{
	size_t count = 0;
	if (lseek(file->fd, position, SEEK_SET) < 0)
		fail(file->path, strerror(errno));
	while (count < length) {
		ssize_t result = read(file->fd, buffer + count, length - count);
		if (result < 0 && errno == EINTR)
			continue;
		if (result < 0)
			fail(file->path, strerror(errno));
		if (!result)
			break;
		count += (size_t)result;
	}
	return count;
}

void xs_files_file_read(xsMachine* the)
{
	off_t position = positionArgument(the);
	File file = fileOf(the);
	void* buffer;
	xsUnsignedValue length;

	if (xsmcTypeOf(xsArg(0)) == xsIntegerType || xsmcTypeOf(xsArg(0)) == xsNumberType) {
		double wanted = xsmcToNumber(xsArg(0));
		struct stat status;
		if (!(wanted >= 0))
			xsRangeError("cannot read %g bytes", wanted);
		if (fstat(file->fd, &status))
			fail(file->path, strerror(errno));
		/* Allocate no more of the script's heap than there is to read. */
		if (position > status.st_size)
			position = status.st_size;
		if (wanted > (double)(status.st_size - position))
			wanted = (double)(status.st_size - position);
		xsmcSetArrayBufferResizable(xsResult, NULL, (xsIntegerValue)wanted, (xsIntegerValue)wanted);
		length = (xsUnsignedValue)wanted;
		buffer = xsmcToArrayBuffer(xsResult);
		length = (xsUnsignedValue)readAt(the, file, buffer, length, position);
		if (length < (xsUnsignedValue)wanted)
			xsmcSetArrayBufferLength(xsResult, (xsIntegerValue)length);
	}
	else {
		xsmcGetBufferWritable(xsArg(0), &buffer, &length);
		/* The host buffer is closed. */
		if (!buffer)
			xsTypeError("detached buffer");
		xsmcSetInteger(xsResult, (xsIntegerValue)readAt(the, file, buffer, length, position));
	}
}

void xs_files_file_status(xsMachine* the)
{
	File file = fileOf(the);
	struct stat status;
	/* By the path first: for an open file FAT knows the size but not the time. */
	if (stat(file->path, &status) && fstat(file->fd, &status))
		fail(file->path, strerror(errno));
	setStatus(the, &xsArg(0), &status);
}

/* Memory */

void xs_files_memory_destructor(void* data)
{
	heap_caps_free(data);
}

/* length, prototype */
void xs_files_file_memory(xsMachine* the)
{
	double length = xsmcToNumber(xsArg(0));
	File file = fileOf(the);
	void* memory;
	if (!(length >= 1 && length <= 0x7fffffff))
		xsRangeError("cannot allocate %g bytes", length);
	xsmcSetNewHostInstance(xsResult, xsArg(1));
	memory = heap_caps_malloc((size_t)length, MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT);
	if (!memory) {
		char reason[48];
		snprintf(reason, sizeof reason, "no memory for its %u bytes", (unsigned)length);
		fail(file->path, reason);
	}
	xsmcSetHostBuffer(xsResult, memory, (xsIntegerValue)length);
}

static uint8_t* memoryOf(xsMachine* the)
{
	return xsmcGetHostDataValidate(xsThis, xs_files_memory_destructor);
}

void xs_files_memory_close(xsMachine* the)
{
	uint8_t* memory = memoryOf(the);
	if (memory) {
		/* Without an address, every view of the buffer has length 0. */
		xsmcSetHostBuffer(xsThis, NULL, 0);
		heap_caps_free(memory);
	}
}

void xs_files_memory_get_byteLength(xsMachine* the)
{
	xsmcSetInteger(xsResult, memoryOf(the) ? xsmcGetHostBufferLength(xsThis) : 0);
}

void xs_files_memory_markerAfter(xsMachine* the)
{
	xsIntegerValue offset = xsmcArgc ? xsmcToInteger(xsArg(0)) : 0;
	uint8_t* memory = memoryOf(the);
	xsIntegerValue length = memory ? xsmcGetHostBufferLength(xsThis) : 0;
	if (offset < 0)
		xsRangeError("the offset %d is negative", (int)offset);
	while (offset < length) {
		uint8_t* found = memchr(memory + offset, 0xff, (size_t)(length - offset));
		if (!found)
			break;
		offset = (xsIntegerValue)(found - memory);
		/* ITU-T T.81, B.1.1.5: FF 00 is a byte of the picture, and RST0 to RST7 occur within a scan. */
		if (offset + 1 >= length || (found[1] != 0x00 && (found[1] < 0xd0 || found[1] > 0xd7))) {
			xsmcSetInteger(xsResult, offset);
			return;
		}
		offset += 2;
	}
	xsmcSetInteger(xsResult, length);
}

/* Directories: the host data is the path */

void xs_files_directory_destructor(void* data)
{
	free(data);
}

static char* directoryOf(xsMachine* the)
{
	char* path = xsmcGetHostDataValidate(xsThis, xs_files_directory_destructor);
	if (!path)
		xsUnknownError("the directory is closed");
	return path;
}

void xs_files_directory_close(xsMachine* the)
{
	char* path = xsmcGetHostDataValidate(xsThis, xs_files_directory_destructor);
	xsmcSetHostData(xsThis, NULL);
	free(path);
}

static void setDirectory(xsMachine* the, xsSlot* object, char* path)
{
	struct stat status;
	if (stat(path, &status))
		failWith(the, path, strerror(errno));
	if (!S_ISDIR(status.st_mode))
		failWith(the, path, "it is not a directory");
	xsmcSetHostData(*object, path);
}

/* path: the operating system's path of the root */
void xs_files_directory_constructor(xsMachine* the)
{
	char* path;
	if (!xsmcArgc)
		xsTypeError("the directory's path is missing");
	path = strdup(xsmcToString(xsArg(0)));
	if (!path)
		xsUnknownError("no memory for a path");
	fromScript(path);
	setDirectory(the, &xsThis, path);
}

/* Returns the path in the options, joined to that of the directory. The caller frees it. */
static char* pathOption(xsMachine* the)
{
	const char* path;
	xsmcVars(1);
	xsmcGet(xsVar(0), xsArg(0), xsID_path);
	path = xsmcToString(xsVar(0));
	return pathBelow(the, directoryOf(the), path);
}

/* options, prototype */
void xs_files_directory_openDirectory(xsMachine* the)
{
	xsmcSetNewHostInstance(xsResult, xsArg(1));
	setDirectory(the, &xsResult, pathOption(the));
}

/* options, prototype */
void xs_files_directory_openFile(xsMachine* the)
{
	struct stat status;
	size_t size;
	char* path;
	File file;

	xsmcVars(1);
	xsmcGet(xsVar(0), xsArg(0), xsID_mode);
	if (xsmcTypeOf(xsVar(0)) != xsUndefinedType && strcmp(xsmcToString(xsVar(0)), "r"))
		xsRangeError("files can only be read: the mode is \"r\", not \"%.32s\"", xsmcToString(xsVar(0)));
	xsmcSetNewHostInstance(xsResult, xsArg(1));
	path = pathOption(the);
	if (stat(path, &status))
		failWith(the, path, strerror(errno));
	/* A directory cannot be read, and a pipe would wait for its writer. */
	if (!S_ISREG(status.st_mode))
		failWith(the, path, "it is not a file");
	size = strlen(path) + 1;
	file = malloc(sizeof(FileRecord) + size);
	if (!file)
		failWith(the, path, "no memory to open it");
	file->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (file->fd < 0) {
		free(file);
		failWith(the, path, strerror(errno));
	}
	memcpy(file->path, path, size);
	free(path);
	xsmcSetHostData(xsResult, file);
}

/* path, Status; the Status stays as it is if nothing has that name */
void xs_files_directory_status(xsMachine* the)
{
	const char* relative = xsmcToString(xsArg(0));
	char* path = pathBelow(the, directoryOf(the), relative);
	struct stat status;
	if (stat(path, &status)) {
		if (errno != ENOENT)
			failWith(the, path, strerror(errno));
		free(path);
		return;
	}
	free(path);
	setStatus(the, &xsArg(1), &status);
}

/* Names */

void xs_files_names_destructor(void* data)
{
	if (data)
		closedir(data);
}

/* directory, path; without a path, the names in the directory itself */
void xs_files_names_constructor(xsMachine* the)
{
	const char* relative = xsmcTypeOf(xsArg(1)) == xsUndefinedType ? NULL : xsmcToString(xsArg(1));
	char* directory = xsmcGetHostDataValidate(xsArg(0), xs_files_directory_destructor);
	char* path;
	DIR* names;
	if (!directory)
		xsUnknownError("the directory is closed");
	path = relative ? pathBelow(the, directory, relative) : strdup(directory);
	if (!path)
		xsUnknownError("no memory for a path");
	names = opendir(path);
	if (!names)
		failWith(the, path, strerror(errno));
	free(path);
	xsmcSetHostData(xsThis, names);
}

/* Returns the next name, or undefined. */
void xs_files_names_read(xsMachine* the)
{
	DIR* names = xsmcGetHostDataValidate(xsThis, xs_files_names_destructor);
	struct dirent* entry;
	if (!names)
		return;
	do
		entry = readdir(names);
	while (entry && (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")));
	if (entry) {
		char name[3 * sizeof entry->d_name];
		toScript(name, entry->d_name);
		xsmcSetString(xsResult, name);
	}
	else {
		xsmcSetHostData(xsThis, NULL);
		closedir(names);
	}
}

void xs_files_names_close(xsMachine* the)
{
	DIR* names = xsmcGetHostDataValidate(xsThis, xs_files_names_destructor);
	xsmcSetHostData(xsThis, NULL);
	xs_files_names_destructor(names);
}
