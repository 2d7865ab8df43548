// What the phone knows, in memory while it is unlocked; every change is written enciphered at once.
// kinds in the store: visit (as pulled), draft, item (of the queue), photo (bytes), basis (definition, lists, guide).
import { moment } from "./dom";
import { all, bytes, drop, keep } from "./vault";

export const OPEN = "writing";
const PAUSE = 300; // ms after the last key before a draft is written
export const known = { visits: new Map(), drafts: new Map(), queue: new Map(), basis: new Map() };
const waiting = new Map();

export async function load() {
	[known.visits, known.drafts, known.queue, known.basis] = await Promise.all(["visit", "draft", "item", "basis"].map(all));
}

export function forget() {
	for (const map of Object.values(known)) map.clear();
}

// --- drafts -----------------------------------------------------------------------------------------------
export function draftOf(name) {
	if (!known.drafts.has(name))
		known.drafts.set(name, { visit: name, state: OPEN, fields: {}, versions: {}, photos: [], notes: [], leads: [], callbacks: [] });
	return known.drafts.get(name);
}

export const value = (name, field) => {
	const mine = known.drafts.get(name)?.fields;
	return mine && field in mine ? mine[field] : known.visits.get(name)?.fields[field];
};

export function write(name, field, found) {
	const draft = draftOf(name);
	// the version the field had when it was first touched: the server compares with that one
	if (!(field in draft.versions)) draft.versions[field] = known.visits.get(name)?.versions?.[field] || 0;
	draft.fields[field] = found;
	later(name);
}

// A draft is written when the fingers rest, and at once when the page goes away.
export function later(name) {
	clearTimeout(waiting.get(name));
	waiting.set(name, setTimeout(() => save(name), PAUSE));
}

export async function save(name) {
	clearTimeout(waiting.get(name));
	waiting.delete(name);
	const draft = known.drafts.get(name);
	if (!draft) return;
	draft.saved_at = moment();
	await keep("draft", name, draft);
}

export const saveAll = () => Promise.all([...waiting.keys()].map(save));
// Something is being written: no newer app takes over meanwhile.
export const isWriting = () => [...known.drafts.values()].some((draft) => draft.state === OPEN && (draft.check_in || draft.saved_at));

export async function addPhoto(name, photo, found) {
	const id = crypto.randomUUID();
	await keep("photo", id, photo.bytes);
	draftOf(name).photos.push({ id, sha256: photo.sha256, size: photo.size, taken_at: moment(), caption: "", ...found });
	await save(name);
}

export async function removePhoto(name, id) {
	const draft = draftOf(name);
	draft.photos = draft.photos.filter((photo) => photo.id !== id);
	await save(name);
	await drop("photo", id);
}

export const photoBytes = (id) => bytes("photo", id);

// --- queue ------------------------------------------------------------------------------------------------
// item: {id, visit, kind, payload, state, message, tries, next, made}; ``next`` is when to try again (ms).
export const WAITING = "waiting";
export async function enqueue(visit, kind, payload) {
	const item = { id: crypto.randomUUID(), visit, kind, payload, state: WAITING, message: "", tries: 0, next: 0, made: Date.now() };
	// made in the same millisecond, still one after the other
	item.order = `${String(item.made).padStart(15, "0")}-${String(known.queue.size).padStart(6, "0")}`;
	known.queue.set(item.id, item);
	await keep("item", item.id, item);
	return item;
}

export const keepItem = (item) => keep("item", item.id, item);
export async function dropItem(item) {
	known.queue.delete(item.id);
	await drop("item", item.id);
}
export const oldestFirst = () => [...known.queue.values()].sort((a, b) => (a.order < b.order ? -1 : 1));

export async function keepVisit(visit) {
	known.visits.set(visit.name, visit);
	await keep("visit", visit.name, visit);
}

export async function dropVisit(name) {
	known.visits.delete(name);
	await drop("visit", name);
}

export async function keepBasis(name, content) {
	known.basis.set(name, content);
	await keep("basis", name, content);
}

export async function dropDraft(name) {
	const draft = known.drafts.get(name);
	for (const photo of draft?.photos || []) await drop("photo", photo.id);
	known.drafts.delete(name);
	await drop("draft", name);
}
