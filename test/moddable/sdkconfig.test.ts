import { assert } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root.ts";
import { folder } from "./support.ts";

/** Settings of Espressif's components, which are not in esp-idf: esp32-camera and esp_jpeg. */
const COMPONENTS = ["CAMERA_", "JD_"];

describe("the boards' settings", () => {
	it("are known to esp-idf's Kconfig by these names", function () {
		this.timeout(60_000);
		const idf = folder(this, "IDF_PATH", "esp-idf is not on this machine");
		const known = new Set<string>();
		const files = readdirSync(join(idf, "components"), { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile() && entry.name.startsWith("Kconfig"))
			.map(({ parentPath, name }) => join(parentPath, name));
		for (const file of [join(idf, "Kconfig"), ...files])
			for (const [, name] of readFileSync(file, "utf8").matchAll(/^\s*(?:menu)?config (\w+)/gm)) known.add(name);
		assert.isAbove(known.size, 1_000, "esp-idf has thousands");
		const fragments = join(root, "hosts/esp32s3/target/sdkconfig");
		const unknown = readdirSync(fragments).flatMap((file) =>
			[...readFileSync(join(fragments, file), "utf8").matchAll(/^CONFIG_(\w+)=/gm)]
				.map(([, name]) => name)
				.filter((name) => !known.has(name) && !COMPONENTS.some((prefix) => name.startsWith(prefix))),
		);
		assert.deepEqual(unknown, []);
	});
});
