/* Converts a frame to a Windows bitmap (bitmap.c): one source for the board and for the simulator. */
class Bitmap @ "xs_bitmap_destructor" {
	constructor(jpeg, onDone) @ "xs_bitmap_constructor"
	close() @ "xs_bitmap_close"
	get byteLength() @ "xs_bitmap_get_byteLength"
}

export default function bitmap(jpeg) {
	return new Promise((resolve, reject) => {
		const made = new Bitmap(jpeg, error => error === undefined ? resolve(made) : reject(new Error(error)));
	});
}
