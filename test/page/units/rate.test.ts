import { assert } from "chai";
import { Rate } from "../../../page/picture/rate.ts";

function counted(...times: number[]): Rate {
	const rate = new Rate();
	for (const at of times) rate.count(at, at / 1_000);
	return rate;
}

describe("the page's rate of pictures", () => {
	it("is 0 before there are two", () => {
		assert.equal(new Rate().perSecond(0), 0);
		assert.equal(counted(100).perSecond(100), 0);
	});

	it("covers the last two seconds", () => {
		const rate = counted(...Array.from({ length: 100 }, (_, i) => 40 * i));
		assert.approximately(rate.perSecond(3_970), 25, 0.01);
	});

	it("falls when nothing comes anymore, and is 0 in the end", () => {
		const rate = counted(0, 100, 200, 300, 400);
		assert.approximately(rate.perSecond(400), 10, 0.01);
		assert.approximately(rate.perSecond(1_300), 4 / 1.2, 0.01);
		assert.equal(rate.perSecond(2_500), 0);
	});

	it("has a mean of the measurements, if there are any", () => {
		assert.isUndefined(new Rate().mean(0));
		assert.approximately(counted(1_000, 2_000).mean(2_000)!, 1.5, 1e-9);
		assert.approximately(counted(1_000, 2_000).mean(3_500)!, 2, 1e-9);
	});
});
