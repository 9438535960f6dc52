import type { BitmapConverter } from "../../src/camera/bitmap.ts";

/** Converts in its own task, and outside the script's heap. Baseline JPEG only. */
declare const bitmap: BitmapConverter;
export default bitmap;
