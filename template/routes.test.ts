import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "yieldcam/http/router";
import { request, textOf } from "yieldcam/testing/request";
import { addRoutes } from "./routes.ts";

const router = new Router();
addRoutes(router);

test("/hello greets by name", async () => {
	const response = await router.handle(request("GET", "/hello/you"));
	assert.equal(response.status, 200);
	assert.equal(await textOf(response), "hello you\n");
});
