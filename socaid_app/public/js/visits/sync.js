// Brings what was written to the server and fetches what is new. The oldest goes first; what fails waits longer each
// time and holds up nothing else: the server sees by itself what has to come before.
import * as model from "./model";
import { pieces, pull, send, Unsent } from "./server";

const { known } = model;
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 10 * 60_000;
// A poor network is no fault of what was to be sent.
const LONGEST_ON_THE_WAY = 60_000;
// Fewer than the server takes at once, so that a poor network brings some of them home.
const MOST_ITEMS = 20;
const MOST_LETTERS = 400_000;
const MOST_LOST = 2;
const MOST_TRIES = 8;
// What the supervisor has decided about is learnt by sending the same again.
const ASKED_AGAIN = new Set([model.WAITING, "held", "conflict"]);
const DECIDED_BY_NOW = 60_000;
export const RETRY = "visits-retry";
let running;
// How many times in a row the network was gone.
let gone = 0;

// → {problem, todo} or {}; raises Lost. Two calls at once are one.
export function sync(changed) {
	running ||= navigator.locks
		.request("visits-sync", { ifAvailable: true }, (lock) => (lock ? work(changed) : {}))
		.finally(() => (running = undefined));
	return running;
}

async function work(changed) {
	try {
		await deliver(changed);
		await pull();
		gone = 0;
		return {};
	} catch (error) {
		if (!(error instanceof Unsent)) throw error;
		if (error.todo === "network") again(Math.min(FIRST_PAUSE * 2 ** gone++, LONGEST_ON_THE_WAY));
		await wake();
		return { problem: error.message, todo: error.todo };
	}
}

async function deliver(changed) {
	const due = model.oldestFirst().filter((item) => ASKED_AGAIN.has(item.state) && item.next <= Date.now());
	const leaves = due.filter((item) => item.kind === "check_out");
	await deliverInOrder(
		due.filter((item) => item.kind !== "check_out"),
		changed
	);
	// a visit that has ended takes nothing more: its end comes last
	await deliverInOrder(
		leaves.filter((item) => !model.ofVisit(item.visit).some(holdsUp)),
		changed
	);
}

// What is still on its way; what the server has refused again and again holds nothing up.
const holdsUp = (item) =>
	item.state === model.WAITING && item.kind !== "check_out" && !(item.message && item.tries > MOST_TRIES);

async function deliverInOrder(due, changed) {
	const lost = [];
	let batch = [];
	let letters = 0;
	for (const item of due) {
		const size = JSON.stringify(item.data).length;
		const isUpload = item.kind === "photo" && item.state === model.WAITING;
		// a photo takes long over a poor network: what is older arrives before
		if (batch.length && (isUpload || batch.length >= MOST_ITEMS || letters + size > MOST_LETTERS)) {
			await sendBatch(batch, changed);
			[batch, letters] = [[], 0];
		}
		if (isUpload && !(await upload(item, lost))) continue;
		batch.push(item);
		letters += size;
	}
	if (batch.length) await sendBatch(batch, changed);
}

// Where the server does not answer for all of them, each is sent by itself: one broken item does not stop the others.
async function sendBatch(batch, changed) {
	let answers;
	try {
		answers = await send(batch);
		gone = 0;
	} catch (error) {
		if (!(error instanceof Unsent) || error.everywhere || batch.length === 1) return failed(batch, error);
		for (const item of batch) await sendBatch([item], changed);
		return;
	}
	for (const answer of answers) await take(answer);
	changed();
}

// A photo that does not get through is left for later, not everything behind it; after several, the network is gone.
async function upload(item, lost) {
	try {
		await pieces(item);
		gone = 0;
		return true;
	} catch (error) {
		if (error.todo === "network" && lost.length < MOST_LOST) {
			lost.push(item);
			await postpone(item, "", LONGEST_ON_THE_WAY);
		} else await failed([item], error);
		return false;
	}
}

// What has to do with the way, or with the phone, is no fault of the items.
async function failed(items, error) {
	if (!(error instanceof Unsent) || error.everywhere) throw error;
	for (const item of items) await postpone(item, error.message);
}

async function postpone(item, message, longest = LONGEST_PAUSE) {
	const pause = Math.min(FIRST_PAUSE * 2 ** item.tries, longest);
	Object.assign(item, { tries: item.tries + 1, next: Date.now() + pause, message });
	await model.keepItem(item);
	again(pause);
}

const again = (pause) => setTimeout(() => dispatchEvent(new Event(RETRY)), pause + 100);

// --- what the server has said about an item ---------------------------------------------------------------
async function take({ id, outcome, message, conflicts }) {
	const item = known.queue.get(id);
	if (!item) return;
	const { visit, kind, data } = item;
	if (outcome === "again") return postpone(Object.assign(item, { lacks: true }), message);
	const draft = known.drafts.get(visit);
	if (outcome === "refused" && draft) {
		// what was entered stays in the form, to be put right and handed over again
		for (const field of Object.keys(data.fields || {}))
			if (field in draft.fields && !draft.dirty.includes(field)) draft.dirty.push(field);
		await model.save(visit);
	}
	if (outcome === "done" && kind === "photo") await model.dropPhoto(id);
	if (outcome === "done") return model.dropItem(item);
	const open = conflicts.filter((hit) => !hit.decided);
	Object.assign(item, { state: outcome, message, conflicts: open, next: Date.now() + DECIDED_BY_NOW });
	await model.keepItem(item);
}

async function wake() {
	const worker = await navigator.serviceWorker?.ready;
	await worker?.sync?.register("visits").catch(() => {});
}
