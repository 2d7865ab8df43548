// Keeps the shell of the app for days without network. Answers of the server and everything personal pass by:
// they are never put into a cache.
const CACHE = "visits-" + {{ version | safe }};
const PAGE = {{ page | safe }};
const FILES = {{ files | safe }};

self.addEventListener("install", (event) => {
	event.waitUntil(
		caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...FILES].map((url) => new Request(url, { cache: "reload" }))))
	);
});

// The page says when nothing is being written: only then may a newer shell take over.
self.addEventListener("message", (event) => {
	if (event.data === "take over") self.skipWaiting();
});

self.addEventListener("activate", (event) => {
	event.waitUntil(
		caches
			.keys()
			.then((names) =>
				Promise.all(names.filter((name) => name.startsWith("visits-") && name !== CACHE).map((name) => caches.delete(name)))
			)
			.then(() => self.clients.claim())
	);
});

self.addEventListener("fetch", (event) => {
	const { request } = event;
	const url = new URL(request.url);
	if (request.method !== "GET" || url.origin !== location.origin) return;
	const kept = request.mode === "navigate" && url.pathname === PAGE ? PAGE : FILES.includes(url.pathname) && url.pathname;
	if (kept) event.respondWith(caches.open(CACHE).then(async (cache) => (await cache.match(kept)) || fetch(request)));
});

// Where the browser knows Background Sync, it wakes the open pages; without an open page there is no PIN, hence no key.
self.addEventListener("sync", (event) => {
	event.waitUntil(self.clients.matchAll().then((pages) => pages.forEach((page) => page.postMessage("sync"))));
});
