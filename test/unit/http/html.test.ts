import { assert } from "chai";
import { escapeHtml } from "yieldcam/http/html";

describe("text in HTML", () => {
	it("has references for the characters that HTML gives a meaning to", () => {
		assert.equal(
			escapeHtml(`<a href="x" title='y'>1 & 2</a>`),
			"&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;1 &amp; 2&lt;/a&gt;",
		);
	});

	it("is otherwise the same, in any script", () => {
		for (const text of ["", "plain", "ß – 漢字 😀", "=?;"]) assert.equal(escapeHtml(text), text);
		assert.equal(escapeHtml("ß<漢>😀"), "ß&lt;漢&gt;😀");
	});

	it("may be as long as a request's content", () => {
		assert.equal(escapeHtml('"'.repeat(12_288)), "&quot;".repeat(12_288));
	});
});
