// Brings what was written to the server and fetches what is new. The oldest goes first; an item that fails waits
// longer each time and holds up nothing but what belongs to the same visit.
import * as model from "./model";
import { Offline, pull, send } from "./server";

const { known } = model;
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 10 * 60_000;
let running;

// → {problem: words} or {wipe: words} or {}. Two calls at once are one.
export function sync(changed) {
	running ||= navigator.locks
		.request("visits-sync", { ifAvailable: true }, (lock) => (lock ? work(changed) : {}))
		.finally(() => (running = undefined));
	return running;
}

async function work(changed) {
	try {
		const blocked = new Set();
		for (const item of model.oldestFirst()) {
			if (item.state !== model.WAITING) {
				if (item.state !== "kept") blocked.add(item.visit);
				continue;
			}
			if (blocked.has(item.visit)) continue;
			if (item.next > Date.now()) {
				blocked.add(item.visit);
				continue;
			}
			const answer = await deliver(item);
			if (answer.wipe) return answer;
			if (item.state === model.WAITING || item.state === "conflict" || item.state === "refused") blocked.add(item.visit);
			changed();
		}
		await tidy();
		return await pull();
	} catch (error) {
		if (!(error instanceof Offline)) throw error;
		await wake();
		return { problem: error.message };
	}
}

async function deliver(item) {
	let answer;
	try {
		answer = await send(item);
	} catch (error) {
		const tries = item.tries + 1;
		const pause = Math.min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE);
		Object.assign(item, { tries, next: Date.now() + pause, message: error.message });
		await model.keepItem(item);
		setTimeout(() => dispatchEvent(new Event("online")), pause + 100);
		if (error instanceof Offline && error.everywhere) throw error;
		return {};
	}
	if (answer.wipe) return answer;
	if (answer.state === "done") {
		await model.dropItem(item);
		return answer;
	}
	Object.assign(item, { state: answer.state, message: answer.message || "", conflicts: answer.conflicts });
	await model.keepItem(item);
	return answer;
}

// A draft whose everything has arrived is no longer needed on the phone.
async function tidy() {
	for (const [name, draft] of known.drafts) {
		if (draft.state !== "sent" || model.oldestFirst().some((item) => item.visit === name)) continue;
		await model.dropDraft(name);
		await model.dropVisit(name);
	}
}

async function wake() {
	const worker = await navigator.serviceWorker?.ready;
	await worker?.sync?.register("visits").catch(() => {});
}
