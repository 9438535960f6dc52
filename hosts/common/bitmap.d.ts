import type { BitmapConverter } from "../../src/camera/bitmap.ts";

/** In a task of its own, and outside the script's heap; baseline JPEG only. */
declare const bitmap: BitmapConverter;
export default bitmap;
