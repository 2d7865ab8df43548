// What becomes of a draft: at the door, on the way and at the end it turns into items of the queue.
import { kilometres } from "./capture";
import * as model from "./model";
import { entryFields, fieldOf, KINDS, parts } from "./server";

const { known, draftOf } = model;

export const isBegun = (name) => Boolean(draftOf(name).check_in) || known.visits.get(name).status !== "Planned";
export const isLeft = (name) => Boolean(draftOf(name).check_out);

const riskFields = (name) =>
	new Set(
		parts(name)
			.filter((part) => part.before)
			.flatMap((part) => part.sections)
			.flatMap(({ fields }) => fields.map((field) => field.fieldname))
	);

// The open callbacks of the family that were fetched with the visit.
export const callbacksOf = (name) => known.visits.get(name).callbacks || [];

// What was entered since the last time, as one item of a kind.
async function turnOver(name, kind, wanted) {
	const draft = draftOf(name);
	const names = draft.dirty.filter(wanted);
	if (!names.length) return;
	const part = (from) =>
		Object.fromEntries(names.filter((field) => field in from).map((field) => [field, from[field]]));
	await model.enqueue(name, kind, {
		fields: part(draft.fields),
		versions: part(draft.versions),
		base: part(draft.base),
		// entries of the other phone that these were written after
		...(draft.after && { after: draft.after }),
	});
	draft.dirty = draft.dirty.filter((field) => !names.includes(field));
}

// How far the phone is from the family's home, where that is farther than its doubt and the county allow; else 0.
export function kilometresAway(name, where) {
	const { household } = known.visits.get(name);
	if (!where.latitude || !household.latitude) return 0;
	const away = kilometres(where, household);
	return away * 1000 - (where.accuracy || 0) > (household.far_metres || 500) ? away : 0;
}

export async function arrive(name, where) {
	const risk = riskFields(name);
	await turnOver(name, "risk", (field) => risk.has(field));
	const { made_at } = await model.enqueue(name, "check_in", where);
	draftOf(name).check_in = made_at;
	await model.save(name);
}

// ``where``: given, the visit ends here and now.
export async function hand(name, where) {
	const draft = draftOf(name);
	const risk = riskFields(name);
	await turnOver(name, "risk", (field) => risk.has(field));
	// a picture goes by itself: what is words can be handed to another phone
	await turnOver(name, "fields", (field) => fieldOf(name, field)?.type !== "Signature");
	await turnOver(name, "fields", () => true);
	while (draft.photos.length) {
		const { id, ...about } = draft.photos[0];
		await model.enqueue(name, "photo", about, { id, made_at: about.taken_at });
		draft.photos.shift();
	}
	for (const [officer, { picture, at }] of Object.entries(draft.signatures)) {
		await model.enqueue(name, "sign", { officer, signature: picture }, { made_at: at });
		delete draft.signatures[officer];
	}
	while (draft.entries.length) {
		const { id, kind, data } = draft.entries[0];
		await model.enqueue(name, kind, data, { id });
		draft.entries.shift();
	}
	if (where) draft.check_out = (await model.enqueue(name, "check_out", where)).made_at;
	await model.save(name);
}

// --- what is missing, in words; the server has the last one -----------------------------------------------------
export function beforehand(name) {
	const visit = known.visits.get(name);
	const value = (field) => model.value(name, field);
	const risk = parts(name)
		.filter((part) => part.before)
		.flatMap((part) => part.sections)
		.flatMap((section) => section.fields);
	const grades = risk.filter((field) => field.fieldname.startsWith("risk_") && field.type === "Select");
	const changed = grades.some((field) => draftOf(name).dirty.includes(field.fieldname));
	return [
		...grades.filter((field) => !value(field.fieldname)).map((field) => `${field.label}没有评定`),
		...(value("measures") || [])
			.filter((row) => row.mandatory && !row.done)
			.map((row) => `措施没有落实：${row.measure}`),
		...(visit.risk_level === "High" && !visit.approved_by ? ["高风险走访主管还没有批准"] : []),
		...(changed && !navigator.onLine ? ["风险改了，要求的措施联网后才知道"] : []),
	];
}

// What the server could not store.
export function unusable(name) {
	const found = [];
	for (const { kind, data } of draftOf(name).entries) {
		if (kind === "callback" && data.answers.some((one) => !one.answer?.trim())) found.push("回访没有答完");
		if (kind === "note" || kind === "callback") continue;
		for (const field of entryFields(kind))
			if (field.reqd && !data[field.fieldname]) found.push(`${KINDS[kind]}没有填“${field.label}”`);
	}
	for (const field of draftOf(name).dirty) {
		const about = fieldOf(name, field);
		for (const [index, row] of ((about?.columns && model.value(name, field)) || []).entries())
			for (const column of about.columns)
				if (column.reqd && !column.read_only && !row[column.fieldname])
					found.push(`${about.label}第 ${index + 1} 行没有填“${column.label}”`);
	}
	return found;
}

export function missing(name) {
	const value = (field) => model.value(name, field);
	const { visitors, form_kind } = known.visits.get(name);
	const draft = draftOf(name);
	const items = model.ofVisit(name);
	const found = [];
	if (!value("reception")) return ["有没有人在家"];
	if (!draft.photos.length && !(value("photos") || []).length && !items.some((item) => item.kind === "photo"))
		found.push("至少一张照片");
	const signed = new Set([
		...Object.keys(draft.signatures),
		...items.filter((item) => item.kind === "sign").map((item) => item.data.officer),
	]);
	for (const visitor of visitors)
		if (!visitor.signed && !signed.has(visitor.officer)) found.push(`${visitor.officer_name}的签名`);
	if (value("reception") !== "At Home") return found;
	if (!value("member_present")) found.push("在场的家庭成员");
	if (!value("conclusion")) found.push("结论");
	else if (value("conclusion") !== "Unchanged" && !(value("conclusion_note") || "").trim()) found.push("结论的说明");
	if (!value("member_signature") && !Number(value("member_signed")) && !(value("not_signed_reason") || "").trim())
		found.push("家庭的签名，或者没有签名的原因");
	if (
		form_kind === "Tekun" &&
		parts(name)
			.flatMap((part) => part.sections)
			.flatMap(({ fields }) => fields)
			.some((field) => field.fieldname.startsWith("selfcare_") && !value(field.fieldname))
	)
		found.push("六项自理能力");
	return found;
}
