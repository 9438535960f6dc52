/*
	Loads modules from source text, by specifier, through a map.

	mcconfig's xsc and xsl do this at build time; here it happens at start. The host
	parses each file with native classes allowed (`class X @ "name"`) and interns its
	names. The bytecode stays outside the heap, with codes that refer to it in place,
	as bytecode in flash does.
*/
#include "machine.h"
#include "host.h"

#include <linux/limits.h>
#include <stdio.h>

typedef struct Module Module;
struct Module {
	Module* next;
	char* specifier;
	char* path;
	txScript* script;
};

static Module* gModules;
static Module* gLoading; /* the module whose native functions bindHosts() makes */

static Module* findModule(const char* specifier)
{
	Module* module = gModules;
	while (module && strcmp(module->specifier, specifier))
		module = module->next;
	return module;
}

/* Native functions: from the name in the source to the C function of this program */

#define NATIVE(name) extern void name(txMachine* the);
#include "natives.h"
#undef NATIVE

typedef struct {
	const char* name;
	txCallback function; /* a destructor takes something else, and XS casts it */
} Native;

static const Native gNatives[] = {
#define NATIVE(name) { #name, name },
#include "natives.h"
#undef NATIVE
};

static txCallback findNative(const char* name)
{
	for (size_t i = 0; i < sizeof gNatives / sizeof *gNatives; i++) {
		if (!strcmp(gNatives[i].name, name))
			return gNatives[i].function;
	}
	return NULL;
}

static void bindHosts(txMachine* the)
{
	txScript* script = gLoading->script;
	txByte* p = script->hostsBuffer;
	txID count, id;
	txHostFunctionBuilder* builders;
	mxDecodeID(p, count);
	builders = c_calloc(count, sizeof *builders);
	if (!builders)
		hostFail("no memory");
	for (txID i = 0; i < count; i++) {
		txInteger length = *p++;
		mxDecodeID(p, id);
		builders[i].length = length;
		builders[i].id = id;
		builders[i].callback = findNative((char*)p);
		if (!builders[i].callback)
			hostFail("%s: no native function \"%s\" in this host", gLoading->path, (char*)p);
		p += strlen((char*)p) + 1;
	}
	fxBuildHosts(the, count, builders);
	mxPullSlot(mxResult);
	c_free(builders);
}

/* Parsing */

/* A compact version of xsl's pass: makes XS use code and strings in place, without copying them into chunks. */
static void keepInPlace(txByte* code, txSize size)
{
	txByte* p = code;
	txByte* end = code + size;
	while (p < end) {
		txU1 byte = *(txU1*)p;
		txS1 step = gxCodeSizes[byte];
		switch (byte) {
		case XS_CODE_CODE_1: *(txU1*)p = XS_CODE_CODE_ARCHIVE_1; break;
		case XS_CODE_CODE_2: *(txU1*)p = XS_CODE_CODE_ARCHIVE_2; break;
		case XS_CODE_CODE_4: *(txU1*)p = XS_CODE_CODE_ARCHIVE_4; break;
		case XS_CODE_STRING_1: *(txU1*)p = XS_CODE_STRING_ARCHIVE_1; break;
		case XS_CODE_STRING_2: *(txU1*)p = XS_CODE_STRING_ARCHIVE_2; break;
		case XS_CODE_STRING_4: *(txU1*)p = XS_CODE_STRING_ARCHIVE_4; break;
		default: break;
		}
		if (step > 0)
			p += step;
		else if (step == 0)
			p += 1 + sizeof(txID);
		else if (step == -1)
			p += 2 + *(txU1*)(p + 1);
		else if (step == -2) {
			txU2 length;
			p++;
			mxDecode2(p, length);
			p += length;
		}
		else {
			txS4 length;
			p++;
			mxDecode4(p, length);
			p += length;
		}
	}
}

static void internNames(txMachine* the, txScript* script)
{
	txByte* p = script->symbolsBuffer;
	txID count;
	txID* ids;
	mxDecodeID(p, count);
	ids = c_calloc(count ? count : 1, sizeof *ids);
	if (!ids)
		hostFail("no memory");
	ids[0] = XS_NO_ID;
	for (txID i = 1; i < count; i++) {
		ids[i] = fxNewNameC(the, (txString)p);
		p += strlen((char*)p) + 1;
	}
	fxRemapIDs(the, script->codeBuffer, script->codeSize, ids);
	if (script->hostsBuffer) {
		txByte* host = script->hostsBuffer;
		txID hosts, id;
		mxDecodeID(host, hosts);
		while (hosts--) {
			txByte* at = ++host;
			mxDecodeID(host, id);
			if (id != XS_NO_ID)
				mxEncodeID(at, ids[id]);
			host += strlen((char*)host) + 1;
		}
	}
	c_free(ids);
	/* fxRunScript() deletes a script that still has its symbols. This script stays. */
	c_free(script->symbolsBuffer);
	script->symbolsBuffer = NULL;
}

/* Removes each "name/.." of an absolute path, in place. */
static void normalize(char* path)
{
	char* up;
	while ((up = strstr(path, "/../"))) {
		char* from = up;
		while (from > path && *--from != '/') {
		}
		memmove(from, up + 3, strlen(up + 3) + 1);
	}
}

/* Replaces a path by one from the program's folder, if the file is there. */
static void shorten(char* path)
{
	size_t length = strlen(gOptions.lines);
	if (!strncmp(path, gOptions.lines, length) && path[length] == '/')
		memmove(path, path + length + 1, strlen(path + length + 1) + 1);
}

/* Replaces the last part of a path by a path from there. */
static void follow(char* path, size_t size, const char* from, const char* to)
{
	const char* slash = strrchr(from, '/');
	char folder[PATH_MAX] = "";
	if (*to == '/')
		slash = NULL;
	else if (*from != '/' && !getcwd(folder, sizeof folder))
		hostFail("getcwd: %m");
	snprintf(path, size, "%s%s%.*s%s", folder, *folder ? "/" : "", slash ? (int)(slash + 1 - from) : 0, from, to);
	normalize(path);
}

/*
	Makes the lines of the bytecode those of the source that `path` is compiled from, if
	there is a map: `map` is the file's name in the comment at its end.
*/
static void mapLines(txParser* parser, const char* path, txString map)
{
	char place[2 * PATH_MAX];
	FILE* file;
	follow(place, sizeof place, path, map ? map : strrchr(path, '/') + 1);
	file = map ? fopen(place, "r") : NULL;
	if (file) {
		char source[2 * PATH_MAX];
		txString name = NULL;
		fxParserSourceMap(parser, file, (txGetter)fgetc, mxDebugFlag, &name);
		fclose(file);
		if (!name || parser->errorCount)
			hostFail("%s is not a source map", place);
		follow(source, sizeof source, place, name);
		strcpy(place, source);
	}
	shorten(place);
	parser->path = fxNewParserSymbol(parser, place);
}

static txScript* parse(txMachine* the, const char* path)
{
	txParser parser;
	txParserJump jump;
	txScript* volatile script = NULL;
	FILE* file = fopen(path, "r");
	if (!file)
		hostFail("cannot read the module %s: %m", path);
	fxInitializeParser(&parser, the, the->parserBufferSize, the->parserTableModulo);
	parser.firstJump = &jump;
	if (c_setjmp(jump.jmp_buf) == 0) {
		txString name = NULL;
		parser.path = fxNewParserSymbol(&parser, (txString)path);
		fxParserTree(&parser, file, (txGetter)fgetc, mxCFlag | (gOptions.lines ? mxDebugFlag : 0), &name);
		if (gOptions.lines)
			mapLines(&parser, path, name);
		fxParserHoist(&parser);
		fxParserBind(&parser);
		script = fxParserCode(&parser);
	}
	fclose(file);
	fxTerminateParser(&parser);
	if (!script)
		hostFail("%s does not parse", path);
	return script;
}

void modulesOpen(txMachine* the, const char* mapPath)
{
	char* line = NULL;
	size_t capacity = 0;
	ssize_t length;
	FILE* map = fopen(mapPath, "r");
	if (!map)
		hostFail("cannot read the module map %s: %m", mapPath);
	fxBeginHost(the);
	while ((length = getline(&line, &capacity, map)) > 0) {
		char* tab = strchr(line, '\t');
		Module* module;
		if (line[length - 1] == '\n')
			line[length - 1] = 0;
		if (!tab)
			hostFail("%s: \"%s\" is not \"specifier TAB path\"", mapPath, line);
		*tab = 0;
		module = c_calloc(1, sizeof *module);
		if (!module)
			hostFail("no memory");
		module->specifier = strdup(line);
		module->path = strdup(tab + 1);
		module->script = parse(the, module->path);
		if (module->script->symbolsBuffer)
			internNames(the, module->script);
		keepInPlace(module->script->codeBuffer, module->script->codeSize);
		if (module->script->hostsBuffer)
			module->script->callback = bindHosts;
		fxNewNameC(the, module->specifier);
		module->next = gModules;
		gModules = module;
	}
	fxEndHost(the);
	free(line);
	fclose(map);
}

void modulesClose(void)
{
	while (gModules) {
		Module* module = gModules;
		gModules = module->next;
		fxDeleteScript(module->script);
		free(module->specifier);
		free(module->path);
		c_free(module);
	}
}

static bool matches(const char* patterns, const char* specifier)
{
	while (*patterns) {
		size_t length = strcspn(patterns, ",");
		if (length && patterns[length - 1] == '*') {
			if (!strncmp(patterns, specifier, length - 1))
				return true;
		}
		else if (strlen(specifier) == length && !strncmp(patterns, specifier, length))
			return true;
		patterns += length + (patterns[length] == ',');
	}
	return false;
}

const char* modulesMatch(const char* patterns, const char* after)
{
	Module* module = after ? findModule(after)->next : gModules;
	while (module && !matches(patterns, module->specifier))
		module = module->next;
	return module ? module->specifier : NULL;
}

/* Functions that XS requires of its platform */

/*
	Resolves relative specifiers against the importing module's specifier. As in the
	SDK (xs/platforms/mc/xsHosts.c, 8.2.3), a specifier may begin with one "./" or
	with any number of "../".
*/
txID fxFindModule(txMachine* the, txSlot* realm, txID moduleID, txSlot* slot)
{
	char name[256], path[600];
	char* suffix;
	size_t dots = 0;
	int up = 0;
	(void)realm;
	fxToStringBuffer(the, slot, name, sizeof name);
	suffix = strrchr(name, '.');
	if (suffix && (!strcmp(suffix, ".js") || !strcmp(suffix, ".mjs")))
		*suffix = 0;
	for (; !strncmp(name + dots, "../", 3); dots += 3)
		up++;
	if (up)
		up++; /* also removes the module's own name */
	else if (!strncmp(name, "./", 2)) {
		dots = 2;
		up = 1;
	}
	if (up) {
		char base[256];
		if (moduleID == XS_NO_ID)
			return XS_NO_ID;
		snprintf(base, sizeof base, "/%s", fxGetKeyName(the, moduleID));
		for (int i = 0; i < up; i++) {
			char* slash = strrchr(base, '/');
			if (!slash)
				return XS_NO_ID;
			*slash = 0;
		}
		snprintf(path, sizeof path, "%s/%s", base, name + dots);
		memmove(path, path + 1, strlen(path));
	}
	else
		snprintf(path, sizeof path, "%s", name);
	return findModule(path) ? fxNewNameC(the, path) : XS_NO_ID;
}

void fxLoadModule(txMachine* the, txSlot* module, txID moduleID)
{
	gLoading = findModule(fxGetKeyName(the, moduleID));
	if (gLoading)
		fxResolveModule(the, module, moduleID, gLoading->script, NULL, NULL);
}
