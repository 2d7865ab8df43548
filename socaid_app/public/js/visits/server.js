// The server's words and this app's: the one file that knows the protocol (docs/offline-protocol.md).
import { moment } from "./dom";
import * as model from "./model";
import { change, lockState } from "./vault";

const { known } = model;
const API = "/api/method/socaid_app.field_visits.offline.";
export const VERSION = 1;
const CHUNK = 256 * 1024;
export const KINDS = { assess: "风险评估", check_in: "签到", fields: "表格", photo: "照片", sign: "签名", note: "笔记", lead: "线索", callback: "回访", check_out: "签退" };

// No answer. ``everywhere``: there is no point in trying the next item now.
export class Offline extends Error {
	constructor(message, everywhere = true) {
		super(message);
		this.everywhere = everywhere;
	}
}

async function ask(url, options) {
	try {
		return await fetch(url, { credentials: "same-origin", cache: "no-store", ...options });
	} catch {
		throw new Offline("现在连不上服务器，内容保存在本机，联网后自动上传。");
	}
}

// → {user, csrf_token}, or undefined without network.
export async function session() {
	try {
		return await (await ask("/visits/session.json")).json();
	} catch {
		return undefined;
	}
}

async function call(method, values) {
	const found = await session();
	if (!found) throw new Offline("现在连不上服务器，内容保存在本机，联网后自动上传。");
	if (found.user === "Guest") throw new Offline("登录已过期。请在“本机”中重新登录，内容不会丢失。");
	const lock = await lockState();
	const response = await ask(API + method, {
		method: "POST",
		headers: { "Content-Type": "application/json", "X-Frappe-CSRF-Token": found.csrf_token },
		body: JSON.stringify({ device: lock.device, app_version: VERSION, device_time: moment(), ...values }),
	});
	const answer = await response.json().catch(() => ({}));
	if (!response.ok) throw new Offline(`服务器没有办成（${response.status}），稍后再试。`, response.status === 429 || response.status === 503);
	return answer.message || {};
}

export const card = (visit) => visit.card;
export const fileOf = (visit) => visit.file;
export const team = (visit) => visit.team;
export const sections = (visit) => known.basis.get("form")?.[visit.form] || [];
export const fieldOf = (name, field) => sections(known.visits.get(name) || {}).flatMap(({ fields }) => fields).find(({ fieldname }) => fieldname === field);

// A value as a person reads it.
export function inWords(name, field, value) {
	const found = fieldOf(name, field);
	if (value === null || value === undefined || value === "") return "（空）";
	if (found?.fieldtype === "Check") return Number(value) ? "是" : "否";
	if (found?.fieldtype === "Signature") return "（签名）";
	if (Array.isArray(value))
		return value.map((row) => found.columns.map((column) => wordOf(column, row[column.fieldname])).filter(Boolean).join("，")).join("；");
	return wordOf(found, value);
}

const wordOf = (field, value) => String(field?.options?.find(([code]) => code === value)?.[1] ?? value ?? "");

// --- fetching ---------------------------------------------------------------------------------------------
// → {} or {wipe: words}. What a draft is open for is brought up to date but keeps what was written here.
export async function pull() {
	let cursor = known.basis.get("cursor");
	for (;;) {
		const sent = Date.now();
		const answer = await call("pull", { since: cursor });
		if (answer.wipe) return { wipe: "管理员已停用这台设备，本机资料已清除。" };
		const skew = answer.server_time ? (sent + Date.now()) / 2 - Date.parse(answer.server_time) : undefined;
		await change({ contact: Date.now(), rules: answer.rules || {}, skew });
		if (answer.form) await model.keepBasis("form", answer.form);
		for (const visit of answer.visits || []) await model.keepVisit(visit);
		for (const name of answer.gone || []) if (!known.drafts.has(name)) await model.dropVisit(name);
		cursor = answer.cursor;
		await model.keepBasis("cursor", cursor);
		if (!answer.more) return {};
	}
}

// --- sending ----------------------------------------------------------------------------------------------
// → {state: "done" | "kept" | "conflict" | "refused", message, conflicts} or {wipe}
export async function send(item) {
	if (item.kind === "photo") {
		const answer = await chunks(item);
		if (answer.wipe) return { wipe: "管理员已停用这台设备，本机资料已清除。" };
	}
	const { id, visit, kind, payload } = item;
	const answer = await call("push", { items: [{ id, visit, kind, payload }] });
	if (answer.wipe) return { wipe: "管理员已停用这台设备，本机资料已清除。" };
	await change({ contact: Date.now() });
	return answer.results[0];
}

// The server says how much of a photo it has; only the rest is sent.
async function chunks({ payload: { photo, sha256, size } }) {
	const bytes = await model.photoBytes(photo);
	let { received = 0, wipe } = await call("photo_chunk", { photo, sha256, size, offset: 0, data: "" });
	while (!wipe && received < size) {
		const data = base64(bytes.slice(received, received + CHUNK));
		({ received, wipe } = await call("photo_chunk", { photo, sha256, size, offset: received, data }));
	}
	return { wipe };
}

function base64(bytes) {
	let text = "";
	for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
	return btoa(text);
}

// What a visit that is checked out sends, in this order.
export async function submit(name) {
	const draft = known.drafts.get(name);
	const { fields, versions } = draft;
	if (draft.check_in) await model.enqueue(name, "check_in", { ...draft.check_in, fields: before(name, fields) });
	await model.enqueue(name, "fields", { fields, versions });
	for (const { id, ...about } of draft.photos) await model.enqueue(name, "photo", { photo: id, ...about });
	const signed = Object.entries(draft.signatures || {}).filter(([, picture]) => picture);
	if (signed.length) await model.enqueue(name, "sign", { signatures: Object.fromEntries(signed) });
	for (const kind of ["notes", "leads", "callbacks"])
		for (const entry of draft[kind]) await model.enqueue(name, kind.slice(0, -1), entry);
	await model.enqueue(name, "check_out", draft.check_out);
}

const before = (name, fields) => {
	const asked = new Set(sections(known.visits.get(name)).filter((section) => section.before).flatMap((section) => section.fields.map((field) => field.fieldname)));
	return Object.fromEntries(Object.entries(fields).filter(([field]) => asked.has(field)));
};

// What somebody chose field by field goes again, on the versions that were just shown.
export async function resolve(item, chosen) {
	const { fields, versions } = item.payload;
	for (const { field, version } of item.conflicts) {
		fields[field] = chosen[field].value;
		versions[field] = version;
	}
	Object.assign(item, { payload: { ...item.payload, chosen: Object.fromEntries(Object.entries(chosen).map(([field, { side }]) => [field, side])) } });
	Object.assign(item, { state: model.WAITING, next: 0, conflicts: undefined, message: "" });
	await model.keepItem(item);
}

// Sentences for what is still missing; the server has the last word.
export function gaps(name, step) {
	const found = known.visits.get(name);
	const value = (field) => model.value(name, field);
	const missing = [];
	if (step === "check_in") {
		for (const section of sections(found).filter((part) => part.before))
			for (const field of section.fields) if (field.reqd && !value(field.fieldname)) missing.push(`${field.label}没有评定`);
		for (const row of value("measures") || []) if (row.mandatory && !row.done) missing.push(`措施没有落实：${row.measure}`);
		return [...missing, ...(found.gaps || [])];
	}
	const draft = known.drafts.get(name);
	if (!value("reception")) return ["有没有人在家"];
	if (!draft.photos.length && !(value("photos") || []).length) missing.push("至少一张照片");
	for (const { officer, title, signed } of team(found)) if (!signed && !draft.signatures?.[officer]) missing.push(`${title}没有签名`);
	if (value("reception") !== "At Home") return missing;
	if (!value("member_present")) missing.push("在场的家庭成员");
	if (!value("conclusion")) missing.push("结论");
	if (!value("member_signature") && !value("not_signed_reason")) missing.push("家庭签名，或者没有签名的原因");
	return missing;
}
