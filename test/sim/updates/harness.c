/*
	Updates on the simulated flash without the firmware: thousands of power cuts in the
	time that one start of the firmware takes. It calls esp-idf's functions, so that it can
	also be linked with esp-idf's own esp_ota_ops.c (esp-idf/), and boots by the simulator's
	boot loader.

	harness cuts FLASH IMAGE [OLD]
	                           cuts the power at each operation of an update, and prints how
	                           many there are; with OLD, that is in the second slot, and
	                           runs
	harness run FLASH IMAGE... installs the images one after the other, confirms every
	                           second one, and lets the others go back
*/
#include "flash.h"
#include "host.h"
#include "esp_ota_ops.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kBlock = 4096, kFailed = 99 };

HostOptions gOptions;

void hostFail(const char* format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(kFailed);
}

/* It is never freed. */
static uint8_t* load(const char* path, size_t* size)
{
	FILE* file = fopen(path, "rb");
	uint8_t* bytes;
	if (!file || fseek(file, 0, SEEK_END))
		hostFail("%s: %m", path);
	*size = (size_t)ftell(file);
	rewind(file);
	bytes = malloc(*size);
	if (fread(bytes, 1, *size, file) != *size)
		hostFail("%s: %m", path);
	fclose(file);
	return bytes;
}

static void update(const uint8_t* image, size_t size)
{
	const esp_partition_t* slot = esp_ota_get_next_update_partition(NULL);
	esp_ota_handle_t handle;
	esp_err_t error = esp_ota_begin(slot, OTA_WITH_SEQUENTIAL_WRITES, &handle);
	for (size_t at = 0; !error && at < size; at += kBlock)
		error = esp_ota_write(handle, image + at, size - at < kBlock ? size - at : kBlock);
	if (!error)
		error = esp_ota_end(handle);
	if (!error)
		error = esp_ota_set_boot_partition(slot);
	if (error)
		hostFail("the update fails: %x", error);
}

/* Returns the first character of the version that runs. */
static char version(void)
{
	esp_app_desc_t description;
	if (esp_ota_get_partition_description(esp_ota_get_running_partition(), &description))
		hostFail("what runs has no description");
	return description.version[0];
}

static bool onProbation(void)
{
	esp_ota_img_states_t state;
	return !esp_ota_get_state_partition(esp_ota_get_running_partition(), &state) && state == ESP_OTA_IMG_PENDING_VERIFY;
}

/* What one start of the device does. Each is a process of its own, as esp-idf remembers which slot runs. */
typedef void (*Phase)(const uint8_t* image, size_t size);

static void install(const uint8_t* image, size_t size)
{
	bootChoose();
	if (version() == '1' && !onProbation())
		update(image, size);
}

static void installAny(const uint8_t* image, size_t size)
{
	bootChoose();
	update(image, size);
}

static void confirm(const uint8_t* image, size_t size)
{
	(void)image;
	(void)size;
	if (gBootedSlot < 0)
		bootChoose();
	if (onProbation() && esp_ota_mark_app_valid_cancel_rollback())
		hostFail("the new firmware cannot be confirmed");
}

static void confirmNew(const uint8_t* image, size_t size)
{
	bootChoose();
	if (version() != '2' || !onProbation())
		hostFail("the new firmware is not on probation");
	confirm(image, size);
}

/* A slot with the old firmware or the new one. */
static void start(const uint8_t* image, size_t size)
{
	(void)image;
	(void)size;
	bootChoose();
	if (version() != '1' && version() != '2')
		hostFail("what boots is neither");
}

/* The same, before anybody has called the new one valid. */
static void startUnproven(const uint8_t* image, size_t size)
{
	start(image, size);
	if (version() == '2' && !onProbation())
		hostFail("the new firmware is not on probation");
}

static void isNew(const uint8_t* image, size_t size)
{
	(void)image;
	(void)size;
	bootChoose();
	if (version() != '2' || onProbation())
		hostFail("the new firmware does not stay");
}

static void restart(const uint8_t* image, size_t size)
{
	(void)image;
	(void)size;
	bootChoose();
}

static void show(const uint8_t* image, size_t size)
{
	(void)image;
	(void)size;
	bootChoose();
	printf("%c", version());
	fflush(stdout);
}

/* Returns whether the phase has ended; false if the power was cut. */
static bool apart(size_t cut, Phase phase, const uint8_t* image, size_t size)
{
	int status;
	pid_t child = fork();
	if (!child) {
		gOptions.powerCut = cut;
		phase(image, size);
		exit(0);
	}
	waitpid(child, &status, 0);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return false;
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		hostFail("after a cut at operation %zu", cut);
	return true;
}

static void cuts(const char* path, const uint8_t* image, size_t size)
{
	static const Phase life[] = { install, confirmNew, start };
	/* The power fails once more, at once; and then the update is repeated. */
	static const Phase rest[] = { start, install, confirm, install, confirm, isNew };
	enum { kLife = sizeof life / sizeof *life, kRest = sizeof rest / sizeof *rest };
	static uint8_t* before;
	size_t length, count = 0;
	before = load(path, &length);
	int file = open(path, O_RDWR);
	uint8_t* flash = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	for (int phase = 0; phase < kLife; phase++)
		for (size_t cut = 1;; cut++, count++) {
			memcpy(flash, before, length);
			for (int i = 0; i < phase; i++)
				apart(0, life[i], image, size);
			if (apart(cut, life[phase], image, size))
				break; /* nothing was left to cut */
			apart(0, phase ? start : startUnproven, image, size);
			for (int i = 0; i < kRest; i++)
				apart(0, rest[i], image, size);
			/* The preferences, and all before them. */
			if (memcmp(flash, before, 0xf000))
				hostFail("cut %zu: something else was written", cut);
		}
	printf("%zu\n", count);
}

static void run(char* paths[], int count)
{
	for (int i = 0; i < count; i++) {
		size_t size;
		uint8_t* image = load(paths[i], &size);
		apart(0, installAny, image, size);
		apart(0, i % 2 == 0 ? confirm : restart, image, size);
		apart(0, show, image, size);
	}
	printf("\n");
}

int main(int argc, char* argv[])
{
	static uint8_t* image;
	size_t size;
	gOptions.flash = argv[2];
	flashOpen();
	if (!strcmp(argv[1], "run"))
		run(argv + 3, argc - 3);
	else {
		if (argc > 4) {
			image = load(argv[4], &size);
			apart(0, installAny, image, size);
			apart(0, confirm, image, size);
		}
		image = load(argv[3], &size);
		cuts(argv[2], image, size);
	}
	return 0;
}
