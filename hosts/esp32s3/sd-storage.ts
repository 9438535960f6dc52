import type { Directory } from "yieldcam/device/files";
import type { Board } from "./board.ts";
import RootDirectory from "yieldcam/common/files";
import { mountSdmmc, mountSpi } from "yieldcam/esp32s3/sd-card";

let root: Directory | undefined;

/** Returns the root of the board's SD card; undefined if the board has no slot. Throws if there is no card in it. */
export function sdStorage({ sdCard }: Board): Directory | undefined {
	if (!root && sdCard) root = new RootDirectory(mount(sdCard));
	return root;
}

function mount({ spi, sdmmc }: NonNullable<Board["sdCard"]>): string {
	if (spi) return mountSpi(spi.clock, spi.in, spi.out, spi.select);
	const { clock, command, data } = sdmmc!;
	const line = (index: number): number => data[index] ?? -1;
	return mountSdmmc(clock, command, line(0), line(1), line(2), line(3));
}
