import { expect } from "chai";
import { jpegSize } from "../../src/extras/pictures/jpeg-size.ts";
import { drawJpeg } from "../support/draw-jpeg.ts";

const SOI = "ffd8";
const SOF = "ffc0000b080010002001011100";
const SOS = "ffda0008010100003f00";
const EOI = "ffd9";

function size(...hex: string[]) {
	return jpegSize(Buffer.from(hex.join("").replace(/ /g, ""), "hex"));
}

describe("the size in a JPEG's header", () => {
	it("is found in an encoder's output", () => {
		expect(jpegSize(drawJpeg(123, 45))).to.deep.equal({ width: 123, height: 45 });
	});

	it("is found after fill bytes, restart markers and stuffed bytes", () => {
		expect(size(SOI, "ffff", SOF, SOS, "12ff00ffd0ff00ffd734", EOI)).to.deep.equal({ width: 32, height: 16 });
	});

	it("is found in a progressive file, which has several scans", () => {
		expect(size(SOI, SOF.replace("c0", "c2"), SOS, "12", "ffc40002", SOS, "34", EOI)).to.deep.equal({
			width: 32,
			height: 16,
		});
	});

	it("ignores bytes after the end of the image", () => {
		expect(jpegSize(Buffer.concat([drawJpeg(16, 16), Buffer.from("more")]))).to.deep.equal({
			width: 16,
			height: 16,
		});
	});

	it("is refused for a file that takes long to walk, unlike any camera's", () => {
		const mostly = (...parts: (string | Buffer)[]) =>
			jpegSize(Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "hex") : part))));
		const stuffed = Buffer.from("ff00".repeat(100_000), "hex");
		expect(mostly(SOI, SOF, SOS, stuffed, EOI)).to.deep.equal({ fault: "its image data is mostly FF" });
		const scan = [SOS, stuffed.subarray(0, 8_000)];
		expect(mostly(SOI, SOF, ...scan, EOI), "few").to.deep.equal({ width: 32, height: 16 });
		expect(mostly(SOI, SOF, ...scan, ...scan, ...scan, EOI), "in all scans together").to.deep.equal({
			fault: "its image data is mostly FF",
		});
		expect(mostly(SOI, Buffer.alloc(100, 0xff), SOF, SOS, "12", EOI)).to.deep.equal({
			fault: "it has more than 64 fill bytes in a row",
		});
	});

	it("is refused for a file cut short, wherever it is cut", () => {
		const jpeg = drawJpeg(16, 16);
		for (let length = 0; length < jpeg.length; length += 1)
			expect(jpegSize(jpeg.subarray(0, length)), `${length} bytes`).to.have.property("fault");
	});

	it("is refused for other files, with a reason", () => {
		expect(jpegSize(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"))).to.deep.equal({
			fault: "it does not begin with FF D8",
		});
		expect(size(SOI, EOI)).to.deep.equal({ fault: "it has no frame header (SOF)" });
		expect(size(SOI, SOF, SOF, SOS, "12", EOI)).to.deep.equal({ fault: "it has two frame headers (SOF)" });
		expect(size(SOI, "1234")).to.deep.equal({ fault: "there is no marker at byte 2" });
		expect(size(SOI, "ffe00001", "0000")).to.deep.equal({ fault: "its segment at byte 4 has the length 1" });
		expect(size(SOI, "ffc0000b080000002001011100", EOI)).to.deep.equal({
			fault: "its frame header (SOF) gives no size",
		});
	});
});
