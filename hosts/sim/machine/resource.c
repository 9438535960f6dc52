/*
	The SDK's Resource: a read-only file of the build, outside the machine's heap. On
	the board it is in flash; here the host maps a file of the folder --data, for as
	long as the program runs.
*/
#include "xsmc.h"
#include "mc.xs.h"
#include "host.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Mapped Mapped;
struct Mapped {
	Mapped* next;
	char* name;
	void* data;
	size_t size;
};

static Mapped* gMapped;

static Mapped* map(const char* name)
{
	char path[4096];
	struct stat status;
	Mapped* mapped = gMapped;
	int fd;
	while (mapped && strcmp(mapped->name, name))
		mapped = mapped->next;
	if (mapped || !gOptions.data || strchr(name, '/'))
		return mapped;
	snprintf(path, sizeof path, "%s/%s", gOptions.data, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &status) || !S_ISREG(status.st_mode) || !status.st_size) {
		close(fd);
		return NULL;
	}
	mapped = calloc(1, sizeof *mapped);
	if (!mapped || !(mapped->name = strdup(name)))
		hostFail("no memory");
	mapped->size = (size_t)status.st_size;
	/* Read-only, like flash: a write would end the program. */
	mapped->data = mmap(NULL, mapped->size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (mapped->data == MAP_FAILED)
		hostFail("cannot map %s: %m", path);
	mapped->next = gMapped;
	return gMapped = mapped;
}

void xs_sim_resource_delete(void* data)
{
	(void)data;
}

void xs_sim_resource(xsMachine* the)
{
	const char* name = xsmcToString(xsArg(0));
	Mapped* mapped = map(name);
	if (!mapped)
		xsURIError("Resource not found: %s", name);
	xsmcSetHostBuffer(xsThis, mapped->data, (xsIntegerValue)mapped->size);
	xsmcPetrifyHostBuffer(xsThis);
}

void xs_sim_resource_exists(xsMachine* the)
{
	xsmcSetBoolean(xsResult, map(xsmcToString(xsArg(0))) != NULL);
}

void xs_sim_resource_get_byteLength(xsMachine* the)
{
	xsmcSetInteger(xsResult, xsmcGetHostBufferLength(xsThis));
}
