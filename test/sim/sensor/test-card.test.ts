import { expect } from "chai";
import { encoderQuality } from "../../../hosts/sim/sensor/encoder-quality.ts";
import { frameSizeLabel } from "../../../hosts/sim/sensor/frame-size-label.ts";
import { CHROMA_AC, CHROMA_DC, LUMA_AC, LUMA_DC } from "../../../src/extras/jpeg/huffman.ts";
import { jpegSize } from "../../../src/extras/pictures/jpeg-size.ts";
import { sensorFrameSizes } from "../../../hosts/sim/sensor/models.ts";
import { TestCard } from "../../../hosts/sim/sensor/test-card.ts";
import { frameSize, type FrameSize } from "../../../src/camera/frame-sizes.ts";
import { takeApart } from "../../unit/extras/jpeg/support/segments.ts";

const SOF0 = 0xc0,
	DHT = 0xc4;
const qvga = frameSize("QVGA")!;

async function draw(card: TestCard, size: FrameSize, quality: number) {
	const settings = new Map([["quality", quality]]);
	return card.take({ number: 888888, time: new Date(2026, 0, 1, 8, 58, 58, 888), frameSize: size, settings });
}

describe("the test card", () => {
	for (const size of [...sensorFrameSizes("OV5640"), frameSize("5MP")!])
		it(`fits the driver's buffer at ${frameSizeLabel(size)}`, async () => {
			const { jpeg } = await draw(new TestCard(), size, 10);
			expect(jpegSize(jpeg)).to.deep.equal({ width: size.width, height: size.height });
			expect(jpeg.byteLength).to.be.below((size.width * size.height) / 5);
		});

	it("grows with the quality", async () => {
		const card = new TestCard();
		const lengths = [];
		for (const quality of [63, 30, 12, 4]) lengths.push((await draw(card, qvga, quality)).jpeg.byteLength);
		expect(lengths).to.deep.equal([...lengths].sort((a, b) => a - b));
	});

	it("is as large as a camera's frame", async () => {
		const { jpeg } = await draw(new TestCard(), qvga, 12);
		expect(jpeg.byteLength).to.be.within(8_000, 14_000);
	});

	it("has half of the colors' samples, and the Huffman tables of Annex K, at every size and quality", async () => {
		const tables = [LUMA_DC, LUMA_AC, CHROMA_DC, CHROMA_AC].map(({ specification }) => specification);
		for (const [name, quality] of [
			["96X96", 12],
			["QVGA", 4],
			["QVGA", 63],
			["SVGA", 12],
		] as const) {
			const { jpeg } = await draw(new TestCard(), frameSize(name)!, quality);
			const { segments } = takeApart(jpeg.slice().buffer);
			const of = (marker: number) =>
				segments.filter((each) => each.marker === marker).map(({ content }) => content);
			expect([...of(SOF0)[0]].slice(5)).to.deep.equal([3, 1, 0x21, 0, 2, 0x11, 1, 3, 0x11, 1]);
			expect(of(DHT).map((table) => Buffer.from(table).toString("hex").slice(2))).to.have.members(tables);
		}
	});
});

describe("the encoder's quality", () => {
	it("runs the other way, over the whole scale", () => {
		expect(encoderQuality(0, 480)).to.equal(100);
		expect(encoderQuality(10, 480)).to.equal(50);
		expect(encoderQuality(63, 480)).to.equal(8);
		expect(encoderQuality(63, 96)).to.equal(3);
	});
});
