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
body { margin: 0; min-height: 100vh; display: grid; grid-template-rows: auto 1fr auto; gap: 1rem; padding: 1rem; box-sizing: border-box; }
h1 { font-size: 1.1rem; margin: 0; }
main { display: grid; place-items: center; min-height: 0; }
img { width: 100%; max-width: 60rem; max-height: 80vh; object-fit: contain; border-radius: .5rem; background: #8883; }
footer { display: flex; gap: 1.5rem; flex-wrap: wrap; }
</style>
</head>
<body>
<header><h1>yieldcam</h1></header>
<main><img id="picture" alt="Live picture of the camera" src="/stream"></main>
<footer><a href="/capture" download="capture.jpg">Snapshot</a><a href="/status">Status</a><span id="note" role="status"></span></footer>
<script>
const picture = document.getElementById("picture");
const note = document.getElementById("note");
picture.onerror = () => {
	note.textContent = "No picture; trying again\\u2026";
	setTimeout(() => { picture.src = "/stream?" + Date.now(); }, 1000);
};
picture.onload = () => { note.textContent = ""; };
</script>
</body>
</html>
`;
