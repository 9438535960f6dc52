/*
	Read-only files with the interface of ECMA-419's file storage (files.c): one source
	for the board and for the simulator. `src/device/files.ts` documents each class.
*/
class Status {
	size = 0;
	mode = 0;
	modified = 0;

	isFile() {
		return (this.mode & 0xf000) === 0x8000;
	}

	isDirectory() {
		return (this.mode & 0xf000) === 0x4000;
	}
}

class FileMemory @ "xs_files_memory_destructor" {
	close() @ "xs_files_memory_close"
	get byteLength() @ "xs_files_memory_get_byteLength"
	markerAfter(offset) @ "xs_files_memory_markerAfter"
}

function memory(byteLength, prototype) @ "xs_files_file_memory";
function fileStatus(status) @ "xs_files_file_status";

class File @ "xs_files_file_destructor" {
	close() @ "xs_files_file_close"
	read(buffer, position) @ "xs_files_file_read"

	memory(byteLength) {
		return memory.call(this, byteLength, FileMemory.prototype);
	}

	status() {
		const status = new Status();
		fileStatus.call(this, status);
		return status;
	}
}

class NativeNames @ "xs_files_names_destructor" {
	constructor(directory, path) @ "xs_files_names_constructor"
	read() @ "xs_files_names_read"
	close() @ "xs_files_names_close"
}

class Names extends NativeNames {
	next() {
		const value = this.read();
		return { done: value === undefined, value };
	}

	return() {
		this.close();
		return { done: true, value: undefined };
	}

	[Symbol.iterator]() {
		return this;
	}
}

function openFile(options, prototype) @ "xs_files_directory_openFile";
function openDirectory(options, prototype) @ "xs_files_directory_openDirectory";
function status(path, status) @ "xs_files_directory_status";

class Directory @ "xs_files_directory_destructor" {
	constructor(path) @ "xs_files_directory_constructor"
	close() @ "xs_files_directory_close"

	openFile(options) {
		return openFile.call(this, options, File.prototype);
	}

	openDirectory(options) {
		return openDirectory.call(this, options, Directory.prototype);
	}

	status(path) {
		const result = new Status();
		status.call(this, path, result);
		return result;
	}

	scan(path) {
		return new Names(this, path);
	}

	[Symbol.iterator]() {
		return this.scan();
	}
}

export default Directory;
