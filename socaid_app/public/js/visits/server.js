// The server's words and this app's: the one file that knows the protocol (docs/offline-protocol.md).
import { base64 } from "./codes";
import { moment } from "./dom";
import * as model from "./model";
import { change, isOwner, lockState } from "./vault";

const { known } = model;
const API = "/api/method/socaid_app.field_visits.";
const PROTOCOL = 1;
// A photo goes in pieces of at most this many bytes; where pieces are lost, in smaller ones.
const LARGEST_PIECE = 256 * 1024;
const SMALLEST_PIECE = 32 * 1024;
// How long an answer is waited for (ms): a piece of a photo over a poor network.
const PATIENCE = 90_000;
// What was lost on the way is sent again after so long (ms) before the network counts as gone. One request in five lost
// loses a call in six hundred then, instead of every third photo.
const AGAIN_AFTER = [400, 1500, 4000];
export const VERSION = document.documentElement.dataset.version;
export const KINDS = {
	risk: "风险评估",
	check_in: "签到",
	fields: "表格",
	photo: "照片",
	sign: "签名",
	check_out: "签退",
	note: "笔记",
	lead: "线索",
	problem: "问题",
	callback: "回访",
};
const AWAY = new Set([429, 502, 503, 504]);
const LOST = "这台手机已被停用，本机资料已清除。";
const NO_ANSWER = "现在连不上服务器，内容保存在本机，联网后自动上传。";

// The server did not take anything. ``todo``: what the holder of the phone has to do first ("network", "login", "register", "update").
export class Unsent extends Error {
	constructor(message, { todo = "", everywhere = true } = {}) {
		super(message);
		Object.assign(this, { todo, everywhere });
	}
}
// The phone has to wipe itself.
export class Lost extends Error {
	constructor() {
		super(LOST);
	}
}

async function ask(url, options) {
	let response;
	try {
		response = await fetch(url, {
			credentials: "same-origin",
			cache: "no-store",
			signal: AbortSignal.timeout(PATIENCE),
			...options,
		});
	} catch {
		throw new Unsent(NO_ANSWER, { todo: "network" });
	}
	// who answers for a server that is away says nothing about what was sent
	if (AWAY.has(response.status)) throw new Unsent(NO_ANSWER, { todo: "network" });
	return response;
}

// ``work`` is safe to repeat; ``lost``: hears of every time it got no answer.
async function patiently(work, lost = () => {}) {
	for (const pause of AGAIN_AFTER) {
		try {
			return await work();
		} catch (error) {
			if (error.todo !== "network" || !navigator.onLine) throw error;
			lost();
		}
		await new Promise((done) => setTimeout(done, pause * (0.5 + Math.random())));
	}
	return work();
}

// → {user, csrf_token}, or undefined without network.
export async function session() {
	try {
		return await (await ask("/visits/session.json")).json();
	} catch {
		return undefined;
	}
}

const TODO = {
	DeviceUnknown: ["服务器不认识这台手机。请重新登记，内容不会丢失。", "register"],
	PermissionError: ["登录已过期或没有权限。请重新登录，内容不会丢失。", "login"],
	AuthenticationError: ["登录已过期。请重新登录，内容不会丢失。", "login"],
	CSRFTokenError: ["登录已过期。请重新登录，内容不会丢失。", "login"],
	ProtocolUnknown: ["程序的版本太旧。联网后重新打开本页就会更新，内容不会丢失。", "update"],
};

// The session as it was last asked for: another login has another token, so the server refuses what is sent with this one.
let asked;

// ``mine``: what is sent belongs to the holder of the phone; in anybody else's session nothing is.
async function post(method, values, mine) {
	const before = asked;
	const found = (asked ||= await session());
	if (!found) throw new Unsent(NO_ANSWER, { todo: "network" });
	try {
		return await postIn(found, method, values, mine);
	} catch (error) {
		if (!["login", "register"].includes(error.todo)) throw error;
		asked = undefined;
		if (!before) throw error;
		return post(method, values, mine);
	}
}

async function postIn(found, method, values, mine) {
	if (found.user === "Guest") throw new Unsent(TODO.AuthenticationError[0], { todo: "login" });
	if (mine && !(await isOwner(found.user)))
		throw new Unsent("现在登录的是别的账号。请用这台手机使用者的账号登录。", { todo: "login" });
	const response = await ask(API + method, {
		method: "POST",
		headers: { "Content-Type": "application/json", "X-Frappe-CSRF-Token": found.csrf_token },
		body: JSON.stringify(values),
	});
	const answer = await response.json().catch(() => ({}));
	if (response.ok) return answer.message || {};
	const [words, todo] = TODO[answer.exc_type] || [];
	if (todo) throw new Unsent(words, { todo });
	const said = response.status === 417 && sentences(answer._server_messages);
	throw new Unsent(said || `服务器没有办成（${response.status}），稍后再试。`, { everywhere: false });
}

// What the server has said, as plain text.
function sentences(messages) {
	const read = (one) => new DOMParser().parseFromString(JSON.parse(one).message, "text/html").body.textContent;
	return JSON.parse(messages || "[]")
		.map(read)
		.join("；");
}

// ``again``: for the holder of what lies on this phone already, and nobody else.
export const register = (label, again = false) =>
	post(
		"pocket.pocket_devices.register",
		{ label, platform: navigator.userAgent.slice(0, 140), app_version: VERSION },
		again
	);

// ``values`` may be a function, asked anew for every try.
async function call(method, values = {}, lost = undefined) {
	const { device, token } = await lockState();
	const answer = await patiently(
		() => post(method, { device, token, ...(values instanceof Function ? values() : values) }, true),
		lost
	);
	if (answer.wipe) throw new Lost();
	await change({ contact: Date.now() });
	return answer;
}

const push = (items) =>
	call("pocket.pocket_sync.push", { protocol: PROTOCOL, clock: moment(), app_version: VERSION, items });
// Says that the phone is there, and hears whether it was lost; needs no PIN.
export const greet = () => push([]);
export const sayWiped = () => call("pocket.pocket_devices.wiped").catch(() => {});

// --- what the server has described ------------------------------------------------------------------------
const lists = () => known.basis.get("lists") || { fields: {}, tables: {}, sections: [], entries: {} };
export const entryFields = (kind) =>
	Object.entries(lists().entries[kind]).map(([fieldname, about]) => ({ fieldname, ...about }));
// The policy answers in force: [{question, topic, answer, sources}]
export const guides = () => lists().guides || [];
// Rows that are made in the office alone, and what has a screen of its own.
const FIXED = new Set(["measures", "members"]);
const ELSEWHERE = new Set(["photos", "member_signature", "expected_minutes", "planned_start"]);
const PEOPLE = "Recipient";

export function fieldOf(name, fieldname) {
	const column = ([key, about]) => ({ fieldname: key, ...about, ...choices(name, about) });
	const found = lists().fields[fieldname];
	if (!found) return undefined;
	const field = column([fieldname, found]);
	if (!lists().tables[fieldname]) return field;
	const fixed = FIXED.has(fieldname);
	// whose row it is does not change where rows are not made here
	const columns = Object.entries(lists().tables[fieldname])
		.map(column)
		.filter((one) => !one.hidden && !(fixed && one.type === "Link"));
	return { ...field, columns, fixed };
}

// Who can be meant by a person: those of the household.
function choices(name, { type, options }) {
	if (type !== "Link" || options !== PEOPLE) return {};
	const members = known.visits.get(name)?.household.members || [];
	return {
		options: [
			{ value: "", label: "" },
			...members.map((member) => ({ value: member.recipient, label: member.name })),
		],
	};
}

const fills = (about) =>
	about && !about.read_only && !about.hidden && (about.type !== "Link" || about.options === PEOPLE);

// The parts of the form, in its order: [{tab, before, sections: [{label, depends_on, fields}]}]
export function parts(name) {
	const { fields } = known.visits.get(name);
	const found = [];
	for (const { tab, label, depends_on, risk, names } of lists().sections) {
		const here = names.filter((field) => field in fields && fills(lists().fields[field]) && !ELSEWHERE.has(field));
		if (!here.length) continue;
		let part = found.find((one) => one.tab === tab);
		if (!part) found.push((part = { tab, before: Boolean(risk), sections: [] }));
		part.sections.push({ label, depends_on, fields: here.map((field) => fieldOf(name, field)) });
	}
	return found;
}

export const wordOf = (field, value) =>
	String(lists().fields[field]?.options?.find?.((option) => option.value === value)?.label ?? value ?? "");

// A value as a person reads it; ``row``: one row of a table.
export function inWords(name, fieldname, value) {
	const field = fieldOf(name, fieldname);
	const word = (about, found) => {
		if (found === null || found === undefined || found === "") return "";
		if (about?.type === "Check") return Number(found) ? about.label : "";
		return String(about?.options?.find?.((option) => option.value === found)?.label ?? found);
	};
	const row = (found) =>
		field.columns
			.map((column) => word(column, found[column.fieldname]))
			.filter(Boolean)
			.join("，") || "（空行）";
	if (value === null || value === undefined || value === "") return "（空）";
	if (field?.columns) return (Array.isArray(value) ? value : [value]).map(row).join("；") || "（空）";
	if (field?.type === "Check") return Number(value) ? "是" : "否";
	if (field?.type === "Signature") return "（签名）";
	return word(field, value) || "（空）";
}

// --- fetching ---------------------------------------------------------------------------------------------
export async function pull() {
	const named = new Set();
	const waiting = model.oldestFirst().filter((item) => item.state === model.WAITING);
	const told = {
		queue_age_minutes: waiting.length ? Math.round((Date.now() - waiting[0].order / 1000) / 60_000) : 0,
		failures: waiting.filter((item) => item.tries).length,
	};
	let after = "";
	do {
		const sent = Date.now();
		const answer = await call("pocket.pocket_pull.pull", {
			after,
			lists_version: lists().version || "",
			app_version: VERSION,
			clock: moment(),
			...told,
		});
		await change({
			rules: answer.rules,
			skew: (sent + Date.now()) / 2 - Date.parse(answer.server_time.replace(" ", "T")),
		});
		if (answer.lists) await model.keepBasis("lists", { version: answer.lists_version, ...answer.lists });
		for (const visit of answer.visits) {
			named.add(visit.name);
			await model.keepVisit(visit);
		}
		after = answer.next;
	} while (after);
	await model.tidy(named);
}

// The number of the family, on the day of the visit; the server notes who asked. It is shown and not kept.
export const numberOf = (visit) => post("outings.phone_of", { visit }, true);

// --- sending ----------------------------------------------------------------------------------------------
// → answers: [{id, outcome, message, versions, conflicts}]
export async function send(items) {
	const told = ({ id, kind, visit, made_at, data, author }) => ({ id, kind, visit, made_at, data, author });
	return (await push(items.map(told))).answers;
}

// The server says how much of a photo it has; only the rest is sent.
let most = LARGEST_PIECE;
export async function pieces({ id, data: { size } }) {
	const bytes = await model.photoBytes(id);
	// it arrived earlier, its answer did not
	if (!bytes) return;
	let { received } = await call("pocket.pocket_photos.photo_begin", { id });
	while (received < size) {
		({ received } = await call(
			"pocket.pocket_photos.photo_chunk",
			() => ({ id, offset: received, data: base64(bytes.slice(received, received + most)) }),
			() => (most = Math.max(most / 2, SMALLEST_PIECE))
		));
		most = Math.min(most * 2, LARGEST_PIECE);
	}
}

export const resolve = (item, { field, row, choice, value }) =>
	call("pocket.pocket_conflicts.resolve", { item: item.id, field, row, choice, value: value ?? null });
