// IndexedDB as promises. Two stores: "device" holds what is needed before the PIN (nothing personal), "sealed" holds
// everything else as {id, kind, iv, data}, enciphered by vault.js.
const NAME = "socaid-visits";
let open;

function answer(request) {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

function database() {
	open ||= new Promise((resolve, reject) => {
		const request = indexedDB.open(NAME, 1);
		request.onupgradeneeded = () => {
			request.result.createObjectStore("device");
			request.result.createObjectStore("sealed", { keyPath: "id" }).createIndex("kind", "kind");
		};
		request.onsuccess = () => {
			// another window wipes: this one lets go, and begins anew
			request.result.onversionchange = () => (request.result.close(), location.reload());
			resolve(request.result);
		};
		request.onerror = () => reject(request.error);
	});
	return open;
}

async function within(store, mode, work) {
	const transaction = (await database()).transaction(store, mode, { durability: "strict" });
	const result = work(transaction.objectStore(store));
	if (mode === "readonly") return answer(result);
	return new Promise((resolve, reject) => {
		transaction.oncomplete = () => resolve();
		transaction.onerror = transaction.onabort = () => reject(transaction.error);
	});
}

export const device = {
	read: (key) => within("device", "readonly", (store) => store.get(key)),
	write: (key, value) => within("device", "readwrite", (store) => store.put(value, key)),
};

export const sealed = {
	get: (id) => within("sealed", "readonly", (store) => store.get(id)),
	ofKind: (kind) => within("sealed", "readonly", (store) => store.index("kind").getAll(kind)),
	count: (kind) => within("sealed", "readonly", (store) => store.index("kind").count(kind)),
	put: (record) => within("sealed", "readwrite", (store) => store.put(record)),
	drop: (id) => within("sealed", "readwrite", (store) => store.delete(id)),
};

// Everything this app has left in the browser. Returns what is still there afterwards: [] when nothing is.
export async function wipe() {
	for (const store of ["sealed", "device"]) await within(store, "readwrite", (records) => records.clear());
	(await open).close();
	open = undefined;
	await new Promise((resolve, reject) => {
		const request = indexedDB.deleteDatabase(NAME);
		request.onsuccess = resolve;
		request.onerror = () => reject(request.error);
	});
	for (const name of await caches.keys()) if (name.startsWith("visits-")) await caches.delete(name);
	for (const worker of (await navigator.serviceWorker?.getRegistrations()) || [])
		if (new URL(worker.scope).pathname.startsWith("/visits")) await worker.unregister();
	const databases = (await indexedDB.databases?.()) || [];
	return [
		...databases.map(({ name }) => name).filter((name) => name === NAME),
		...(await caches.keys()).filter((name) => name.startsWith("visits-")),
	];
}
