/*
	Storage that survives a restart: texts in files, as the board keeps them in flash: the settings, and others beside them.
	Without --settings there are no files, and writes are discarded.
*/
#include "xsmc.h"
#include "mc.xs.h"
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { kMost = 4000 }; /* bytes: the longest string that NVS takes (nvs.h, nvs_set_str) */

/* Writes the path of a file beside the settings. */
static void besides(char path[4096], const char* ending)
{
	if (snprintf(path, 4096, "%s.%s", gOptions.settings, ending) >= 4096)
		hostFail("--settings: the path is too long");
}

/*
	The lock is on a file of its own, since each write replaces the settings' file. The kernel removes it when the process ends,
	in whatever way. The file stays: to delete it would take the lock from a process that has just opened it.
*/
void storeLock(void)
{
	char path[4096], holder[24];
	ssize_t length;
	int file;
	if (!gOptions.settings)
		return;
	besides(path, "lock");
	file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (file < 0)
		hostFail("--settings: cannot write to %s: %m", path);
	if (flock(file, LOCK_EX | LOCK_NB)) {
		length = errno == EWOULDBLOCK ? pread(file, holder, sizeof holder - 1, 0) : -1;
		if (length < 0)
			hostFail("--settings: cannot lock %s: %m", path);
		holder[length] = 0;
		hostFail("another simulator (process %d) uses the settings in %s: choose another --port, or another file with "
				 "--settings",
			atoi(holder), gOptions.settings);
	}
	length = snprintf(holder, sizeof holder, "%d\n", (int)getpid());
	if (ftruncate(file, 0) || pwrite(file, holder, (size_t)length, 0) != length)
		hostFail("--settings: cannot write to %s: %m", path);
}

/* Returns the file of the text that the script's first argument names: "" is the settings. NULL if there is none. */
static const char* fileOf(xsMachine* the, char path[4096])
{
	const char* name = xsmcToString(xsArg(0));
	if (!gOptions.settings || !*name)
		return gOptions.settings;
	besides(path, name);
	return path;
}

void xs_sim_store_read(xsMachine* the)
{
	char text[kMost + 2], own[4096];
	const char* path = fileOf(the, own);
	FILE* file = path ? fopen(path, "r") : NULL;
	size_t length;
	if (!file) {
		if (path && errno != ENOENT)
			xsUnknownError("%s: %s", path, strerror(errno));
		return;
	}
	length = fread(text, 1, kMost + 1, file);
	if (ferror(file)) {
		fclose(file);
		xsUnknownError("%s cannot be read", path);
	}
	fclose(file);
	if (length > kMost)
		xsRangeError("%s is longer than the board can store", path);
	text[length] = 0;
	if (length)
		xsmcSetString(xsResult, text);
}

/* Writes a file that is on the disk when this returns. Only this user may read it: it may have the hashes of passwords. */
static bool writeFile(const char* path, const char* text)
{
	size_t length = strlen(text);
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file < 0)
		return false;
	bool written = write(file, text, length) == (ssize_t)length && !fsync(file);
	return !close(file) && written;
}

void xs_sim_store_write(xsMachine* the)
{
	char own[4096], other[4096 + 4];
	const char* path = fileOf(the, own);
	char* text = xsmcToString(xsArg(1));
	if (strlen(text) > kMost)
		xsRangeError("the settings are longer than the board can store");
	if (!path)
		return;
	/* Replaced in one step: if the process ends in the middle, or the machine loses its power, the old file stays. */
	snprintf(other, sizeof other, "%s.new", path);
	if (!writeFile(other, text) || rename(other, path)) {
		int error = errno;
		unlink(other);
		xsUnknownError("%s: %s", other, strerror(error));
	}
}

void xs_sim_store_clear(xsMachine* the)
{
	char own[4096];
	const char* path = fileOf(the, own);
	if (path && unlink(path) && errno != ENOENT)
		xsUnknownError("%s: %s", path, strerror(errno));
}
