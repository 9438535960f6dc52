/**
 * The page at `/`: the live picture. An `<img>`, since `<video>` does not play
 * multipart/x-mixed-replace. When the connection is lost it asks again.
 */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>yieldcam</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; grid-template-rows: auto 1fr auto; gap: .75rem; padding: 1rem; box-sizing: border-box; }
h1 { font-size: 1.1rem; margin: 0; }
h1 small { font-weight: normal; opacity: .7; margin-left: .5rem; }
main { display: grid; place-items: center; min-height: 0; }
img { height: 80vh; max-width: 100%; object-fit: contain; border-radius: .5rem; }
footer { display: flex; gap: 1.5rem; flex-wrap: wrap; }
</style>
</head>
<body>
<header><h1>yieldcam <small>live</small></h1></header>
<main><img id="picture" alt="Live picture of the camera" src="/stream"></main>
<footer><a href="/capture" download="capture.jpg">Snapshot</a><a href="/status">Status</a><span id="note" role="status"></span></footer>
<script>
const picture = document.getElementById("picture");
const note = document.getElementById("note");
function ask() {
	picture.src = "/stream?" + Date.now();
}
picture.onerror = () => {
	note.textContent = "No picture; trying again\\u2026";
	setTimeout(ask, 1000);
};
picture.onload = () => { note.textContent = ""; };
// Chromium tells nobody when a stream ends that has shown several pictures: no "error", no "load". So a
// picture that stands still is asked for again; less and less often, for the camera may be a slow one.
const pixels = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const patient = 3;
let shown = "", still = 0, patience = patient;
setInterval(() => {
	// A tab that nobody sees is not painted; a picture that failed has no width.
	if (document.hidden || !picture.naturalWidth)
		return;
	pixels.drawImage(picture, 0, 0, 64, 48);
	const now = pixels.getImageData(0, 0, 64, 48).data.join();
	if (now !== shown) {
		shown = now;
		still = 0;
		patience = patient;
	}
	else if (++still >= patience) {
		still = 0;
		patience = Math.min(2 * patience, 60);
		ask();
	}
}, 1000);
</script>
</body>
</html>
`;
