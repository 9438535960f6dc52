/**
 * The page's addresses are relative, since a proxy may have the device in a folder of its own. If the proxy serves the page
 * without the slash at the folder's end, they would lead past the folder. And if the page's own address has a user's name, as
 * that for signing in as admin does, so would all of them, which browsers do not request (Fetch Standard, 5.4). Import this
 * before anything that asks the device.
 */
const ownFolder = location.pathname.replace(/[^/]$/, "$&/");
if (ownFolder !== location.pathname || !document.baseURI.startsWith(location.origin)) {
	const base = document.createElement("base");
	base.href = location.origin + ownFolder;
	document.head.prepend(base);
}
