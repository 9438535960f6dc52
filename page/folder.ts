/**
 * The page's addresses are relative, since a proxy may have the device in a folder of its own. If the proxy serves the page
 * without the slash at the folder's end, they would lead past the folder. Import this before anything that asks the device.
 */
if (!location.pathname.endsWith("/")) {
	const base = document.createElement("base");
	base.href = `${location.origin}${location.pathname}/`;
	document.head.prepend(base);
}
