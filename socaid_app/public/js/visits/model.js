// What the phone knows, in memory while it is unlocked; every change is written enciphered at once.
// Kinds in the store: visit (as pulled), draft, item (of the queue), photo (bytes), basis (the lists of the form).
import { moment } from "./dom";
import { all, bytes, drop, keep } from "./vault";

const PAUSE = 300; // ms after the last key before a draft is written
export const known = { visits: new Map(), drafts: new Map(), queue: new Map(), basis: new Map() };
const waiting = new Map();

export async function load() {
	[known.visits, known.drafts, known.queue, known.basis] = await Promise.all(
		["visit", "draft", "item", "basis"].map(all)
	);
}

export function forget() {
	for (const map of Object.values(known)) map.clear();
}

// --- drafts -----------------------------------------------------------------------------------------------
// {fields, versions and base as they were when first touched, dirty: fields not handed over yet, photos, signatures,
// entries: what was noticed beside the form ({id, kind, data}), check_in, check_out, saved_at}
export function draftOf(name) {
	if (!known.drafts.has(name))
		known.drafts.set(name, {
			visit: name,
			fields: {},
			versions: {},
			base: {},
			dirty: [],
			photos: [],
			signatures: {},
			entries: [],
		});
	return known.drafts.get(name);
}

export const value = (name, field) => {
	const mine = known.drafts.get(name)?.fields;
	return mine && field in mine ? mine[field] : known.visits.get(name)?.fields[field];
};

// The visit as the screen shows it; what is fetched meanwhile is not what somebody looked at when they wrote.
let shown;
export const show = (name) => (shown = known.visits.get(name));

export function write(name, field, found) {
	const draft = draftOf(name);
	const visit = shown?.name === name ? shown : known.visits.get(name);
	if (!(field in draft.versions)) {
		// the server compares with what the field was when it was first touched
		draft.versions[field] = visit?.versions[field] || 0;
		draft.base[field] = visit?.fields[field] ?? (Array.isArray(found) ? [] : null);
	}
	draft.fields[field] = found;
	if (!draft.dirty.includes(field)) draft.dirty.push(field);
	later(name);
}

// A draft is written when the fingers rest, and at once when the page goes away.
export function later(name) {
	clearTimeout(waiting.get(name));
	waiting.set(
		name,
		setTimeout(() => save(name), PAUSE)
	);
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

const entered = (draft) =>
	draft.dirty.length || draft.photos.length || draft.entries.length || Object.keys(draft.signatures).length;
export const isUnsent = (name) => {
	const draft = known.drafts.get(name);
	return Boolean(draft && entered(draft));
};
// Something is being written: no newer app takes over meanwhile.
export const isWriting = () => waiting.size > 0 || [...known.drafts.values()].some(entered);

export async function addPhoto(name, photo, found) {
	const id = crypto.randomUUID();
	await keep("photo", id, photo.bytes);
	draftOf(name).photos.push({
		id,
		sha256: photo.sha256,
		size: photo.size,
		taken_at: moment(),
		caption: "",
		...found,
	});
	await save(name);
}

export async function removePhoto(name, id) {
	const draft = draftOf(name);
	draft.photos = draft.photos.filter((photo) => photo.id !== id);
	await save(name);
	await drop("photo", id);
}

export const photoBytes = (id) => bytes("photo", id);
export const dropPhoto = (id) => drop("photo", id);

// --- queue ------------------------------------------------------------------------------------------------
// item: {id, visit, kind, made_at, data, author (of another phone), state, message, tries, next, order}; ``next`` is when to try again (ms).
export const WAITING = "waiting";
export async function enqueue(visit, kind, data, { id = crypto.randomUUID(), made_at = moment(), author = undefined } = {}) {
	const order = Math.max(Date.now() * 1000, 1 + Math.max(0, ...[...known.queue.values()].map((item) => item.order)));
	const item = { id, visit, kind, made_at, data, author, state: WAITING, message: "", tries: 0, next: 0, order };
	known.queue.set(id, item);
	await keep("item", id, item);
	return item;
}

export const keepItem = (item) => keep("item", item.id, item);
export async function dropItem(item) {
	known.queue.delete(item.id);
	await drop("item", item.id);
}
export const oldestFirst = () => [...known.queue.values()].sort((a, b) => a.order - b.order);
export const ofVisit = (name) => oldestFirst().filter((item) => item.visit === name);

export async function keepVisit(visit) {
	const old = known.visits.get(visit.name);
	known.visits.set(visit.name, visit);
	if (JSON.stringify(old) !== JSON.stringify(visit)) await keep("visit", visit.name, visit);
}

export async function keepBasis(name, content) {
	known.basis.set(name, content);
	await keep("basis", name, content);
}

// After a whole pull: what the server has is shown as the server has it, and what it names no longer goes – but for what
// is still only here. A field that was sent stays a layer above the record until then, with the version it began with.
export async function tidy(named) {
	for (const [name, draft] of known.drafts) {
		const items = ofVisit(name);
		const pending = new Set(
			items.filter((item) => item.state !== "conflict").flatMap((item) => Object.keys(item.data.fields || {}))
		);
		for (const field of Object.keys(draft.fields)) {
			if (pending.has(field) || draft.dirty.includes(field)) continue;
			for (const part of ["fields", "versions", "base"]) delete draft[part][field];
		}
		if (entered(draft) || items.length) await keep("draft", name, draft);
		else {
			known.drafts.delete(name);
			await drop("draft", name);
		}
	}
	for (const name of known.visits.keys()) {
		if (named.has(name) || known.drafts.has(name) || ofVisit(name).length) continue;
		known.visits.delete(name);
		await drop("visit", name);
	}
}
