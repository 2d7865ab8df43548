// The screen of one visit: everything that is entered at the door.
import { compress, position, signature } from "./capture";
import { button, clock, day, h, labelled, moment, notice } from "./dom";
import { stateOf } from "./day";
import { applies, control } from "./form";
import * as handover from "./handover";
import * as model from "./model";
import { entryFields, KINDS, parts, wordOf } from "./server";

const { known, draftOf } = model;

export function visit(app, name) {
	const found = model.show(name);
	const title = found.household.head_name;
	const draft = draftOf(name);
	const content = [
		h("p", {}, found.household.address),
		h("p", { className: "state", role: "status" }, stateOf(name)),
		model
			.ofVisit(name)
			.filter((item) => item.message)
			.map((item) => notice(item.message, "warn")),
		h(
			"div",
			{ className: "row" },
			button("家庭和安排", () => app.go("household", name))
		),
		h(
			"p",
			{ className: "quiet" },
			draft.saved_at
				? `${clock(draft.saved_at)} 已保存在本机（加密）。`
				: "填写的内容随时自动保存在本机（加密）。"
		),
	];
	const form = parts(name);
	content.push(
		h("p", { className: "state" }, risk(found)),
		form.filter((part) => part.before).map((part) => block(name, part)),
		arrival(app, name),
		form.filter((part) => !part.before).map((part) => block(name, part)),
		photos(app, name),
		callbacks(name),
		beside(name),
		signatures(name),
		between(app, name),
		leaving(app, name)
	);
	return { title, content };
}

function risk({ risk_level, risk_score, approved_by }) {
	if (!risk_level) return "系统里还没有风险评估。";
	const approved = risk_level === "High" ? (approved_by ? "，主管已批准" : "，主管还没有批准") : "";
	return `系统里的风险等级：${wordOf("risk_level", risk_level)}（${risk_score} 分）${approved}。`;
}

const value = (name) => (field) => field === "form_kind" ? known.visits.get(name).form_kind : model.value(name, field);

// Only what is opened is built: a long form opens at once.
function block(name, { tab, before, sections }) {
	const box = h("details", {}, h("summary", {}, tab));
	const body = h("div", {});
	const decides = new Set(
		sections
			.flatMap(({ depends_on, fields }) => [depends_on, ...fields.map((field) => field.depends_on)])
			.filter(Boolean)
			.map((words) => /doc\.(\w+)/.exec(words)?.[1] || words)
	);
	const draw = () =>
		body.replaceChildren(
			...sections
				.filter((section) => applies(section, value(name)))
				.flatMap(({ label, fields }) => {
					const here = fields.filter((field) => applies(field, value(name)));
					const told = here.length === 0 || label === here[0].label || (here.length === 1 && here[0].columns);
					const title = !told && label && h("p", { className: "sub" }, label);
					return [
						title,
						...here.map((field) => control(field, model.value(name, field.fieldname), write)),
					].filter(Boolean);
				})
		);
	const write = (fieldname, found) => {
		model.write(name, fieldname, found);
		if (decides.has(fieldname)) draw();
	};
	let built = false;
	const build = () => built || ((built = true), draw());
	box.addEventListener("toggle", () => {
		opened.delete(`${name}/${tab}`);
		if (!box.open) return;
		opened.add(`${name}/${tab}`);
		build();
	});
	box.open = opened.has(`${name}/${tab}`) || (before && !handover.isBegun(name));
	if (box.open) build();
	box.append(body);
	return box;
}
// Parts of the form that were opened; a screen that is drawn anew leaves them so.
const opened = new Set();

const busy = (event, words) => Object.assign(event.target, { disabled: true, textContent: words });

function arrival(app, name) {
	const draft = draftOf(name);
	const box = h("section", { className: "card" }, h("h2", {}, "签到"));
	if (handover.isBegun(name)) {
		const at = draft.check_in;
		box.append(h("p", {}, at ? `${clock(at)} 已签到。` : "已签到。"));
		return box;
	}
	const early = known.visits.get(name).planned_on > day();
	const missing = handover.beforehand(name);
	if (early) box.append(notice("安排的日期还没有到。", "warn"));
	if (missing.length)
		box.append(notice(`还没有具备：${missing.join("；")}。现在签到，内容会收下，由主管决定。`, "warn"));
	box.append(
		button(
			"签到",
			async (event) => {
				busy(event, "正在定位…");
				const where = await position();
				const away = handover.kilometresAway(name, where);
				if (away) return event.target.replaceWith(whyAway(app, name, where, away));
				await begin(app, name, where);
			},
			"first"
		)
	);
	return box;
}

async function begin(app, name, where) {
	await handover.arrive(name, where);
	app.redraw();
	app.synchronise();
}

// Far from the family's home: how far, and why the visit begins there.
function whyAway(app, name, where, away) {
	const reason = h("textarea", { rows: 2, required: true });
	const words = notice(`您离这家约 ${away.toFixed(1)} 公里。请说明为什么在这里签到。`, "warn");
	return h(
		"div",
		{ className: "away" },
		words,
		labelled("不在家门口签到的原因", reason),
		button("说明原因并签到", () => reason.value.trim() && begin(app, name, { ...where, reason: reason.value.trim() }), "first")
	);
}

function photos(app, name) {
	const { photos: taken } = draftOf(name);
	const stored =
		(model.value(name, "photos") || []).length + model.ofVisit(name).filter((item) => item.kind === "photo").length;
	const input = h("input", {
		type: "file",
		accept: "image/*",
		capture: "environment",
		multiple: true,
		id: "camera",
		hidden: true,
	});
	input.addEventListener("change", async () => {
		const found = await position();
		for (const file of input.files) {
			try {
				await model.addPhoto(name, await compress(file), found);
			} catch (error) {
				box.append(
					notice(
						`“${file.name}”没有保存：${
							error.name === "QuotaExceededError" ? "手机空间不足" : "不是能读的照片"
						}。`,
						"bad"
					)
				);
				return;
			}
		}
		app.redraw();
	});
	const box = h(
		"section",
		{ className: "card" },
		h("h2", {}, `照片（${taken.length}）`),
		stored > 0 && h("p", { className: "quiet" }, `另有 ${stored} 张已交上传。`),
		button("拍照或选照片", () => input.click(), "first"),
		input
	);
	box.append(
		h(
			"div",
			{ className: "photos" },
			taken.map((photo, index) => picture(app, name, photo, index + 1))
		)
	);
	return box;
}

function picture(app, name, photo, number) {
	const image = h("img", { alt: photo.caption || `照片 ${number}` });
	model.photoBytes(photo.id).then((bytes) => {
		image.src = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
		image.onload = () => URL.revokeObjectURL(image.src);
	});
	const caption = h("input", { value: photo.caption, placeholder: "说明", "aria-label": `照片 ${number} 的说明` });
	caption.addEventListener("input", () => ((photo.caption = caption.value), model.later(name)));
	const remove = button("删除", async () => (await model.removePhoto(name, photo.id), app.redraw()), "danger");
	return h("div", {}, image, caption, remove);
}

// The callbacks that are due with the family anyway, each with the questions of its script.
function callbacks(name) {
	const sent = new Set(
		model
			.ofVisit(name)
			.filter((item) => item.kind === "callback")
			.map((item) => item.data.callback)
	);
	return handover
		.callbacksOf(name)
		.map((due) => (sent.has(due.name) ? h("p", {}, "回访：已交上传。") : callback(name, due)));
}

function callback(name, due) {
	const entry = () => draftOf(name).entries.find((one) => one.kind === "callback" && one.data.callback === due.name);
	const put = (question, values) => {
		const draft = draftOf(name);
		if (!entry())
			draft.entries.push({
				id: crypto.randomUUID(),
				kind: "callback",
				data: { callback: due.name, answers: due.questions.map((one) => ({ question: one.question })) },
			});
		Object.assign(
			entry().data.answers.find((one) => one.question === question),
			values
		);
		model.later(name);
	};
	return h(
		"details",
		{},
		h("summary", {}, `回访（${clock(due.due_on)}前）`),
		due.opening && h("p", { className: "quiet" }, due.opening),
		due.questions.map(({ question, choices }) => {
			const said = entry()?.data.answers.find((one) => one.question === question) || {};
			const field = { fieldname: "answer", label: question, type: "Text" };
			if (choices.length) field.options = choices.map((word) => ({ value: word, label: word }));
			return [
				control(field, said.answer, (_, answer) => put(question, { answer })),
				control({ fieldname: "needs_action", label: "要有人跟进", type: "Check" }, said.needs_action, (_, value) =>
					put(question, { needs_action: value })
				),
			];
		}),
		h("p", { className: "quiet" }, "没有谈到的，写“没有谈到”。交上传时一起交。")
	);
}

// What was noticed beside the form.
function beside(name) {
	const note = h("textarea", {
		value: draftOf(name).entries.find((entry) => entry.kind === "note")?.data.text || "",
	});
	note.addEventListener("input", () => {
		const draft = draftOf(name);
		const id = draft.entries.find((entry) => entry.kind === "note")?.id || crypto.randomUUID();
		draft.entries = draft.entries.filter((entry) => entry.kind !== "note");
		if (note.value.trim()) draft.entries.push({ id, kind: "note", data: { text: note.value } });
		model.later(name);
	});
	const others = h("div", {});
	const draw = () =>
		others.replaceChildren(
			...draftOf(name)
				.entries.filter((entry) => !["note", "callback"].includes(entry.kind))
				.map(({ id, kind, data }) =>
					h(
						"fieldset",
						{},
						h("legend", {}, KINDS[kind]),
						entryFields(kind).map((field) =>
							control(
								field,
								data[field.fieldname],
								(key, value) => ((data[key] = value), model.later(name))
							)
						),
						button(
							`删除这条${KINDS[kind]}`,
							() => {
								const draft = draftOf(name);
								draft.entries = draft.entries.filter((entry) => entry.id !== id);
								model.later(name);
								draw();
							},
							"danger"
						)
					)
				)
		);
	const add = (kind) => () => {
		draftOf(name).entries.push({ id: crypto.randomUUID(), kind, data: {} });
		model.later(name);
		draw();
	};
	draw();
	return h(
		"details",
		{},
		h("summary", {}, "笔记、线索、问题"),
		labelled("走访笔记", note, "可以用手机键盘的语音或手写输入。"),
		others,
		h("div", { className: "row" }, button("增加线索", add("lead")), button("增加问题", add("problem"))),
		h("p", { className: "quiet" }, "线索：别的可能有困难的人。问题：本户要有人跟进的事。")
	);
}

function signatures(name) {
	const put = (officer) => (picture) => {
		const { signatures: signed } = draftOf(name);
		if (picture) signed[officer] = { picture, at: moment() };
		else delete signed[officer];
		model.later(name);
	};
	const sent = new Set(
		model
			.ofVisit(name)
			.filter((item) => item.kind === "sign")
			.map((item) => item.data.officer)
	);
	return h(
		"details",
		{},
		h("summary", {}, "签名"),
		known.visits
			.get(name)
			.visitors.map(({ officer, officer_name, signed }) =>
				signed || sent.has(officer)
					? h("p", {}, `走访人员 ${officer_name}：已签名。`)
					: signature(`走访人员 ${officer_name}`, draftOf(name).signatures[officer]?.picture, put(officer))
			),
		signature("在场家庭成员", model.value(name, "member_signature"), (picture) =>
			model.write(name, "member_signature", picture || null)
		)
	);
}

// Between the phones of two visitors.
function between(app, name) {
	if (known.visits.get(name).visitors.length < 2) return undefined;
	return h(
		"details",
		{},
		h("summary", {}, "两部手机交接"),
		h("p", { className: "quiet" }, "没有网络也能用：填到一半，由同伴的手机接着填。"),
		h(
			"div",
			{ className: "row" },
			button("交给同伴", () => app.go("give", name)),
			button("从同伴接手", () => app.go("take", name))
		)
	);
}

function leaving(app, name) {
	const box = h("section", { className: "card" }, h("h2", {}, "签退"));
	const words = h("div", {});
	const finish = (leave) => async (event) => {
		const wrong = handover.unusable(name);
		if (wrong.length) return words.replaceChildren(notice(`请先改好：${wrong.join("；")}。`, "bad"));
		busy(event, "正在保存…");
		await handover.hand(name, leave ? await position() : undefined);
		if (leave) app.go("list");
		else app.redraw();
		app.synchronise();
	};
	if (handover.isLeft(name)) {
		box.append(
			h("p", {}, `${clock(draftOf(name).check_out)} 已签退。补填的内容点“交上传”。`),
			words,
			button("交上传", finish(false), "first")
		);
		return box;
	}
	box.append(
		words,
		button(
			"签退并交上传",
			(event) => {
				const missing = handover.missing(name);
				if (!missing.length) return finish(true)(event);
				words.replaceChildren(
					notice(`还没有填齐：${missing.join("；")}。`, "warn"),
					button("仍然签退，回去补", finish(true))
				);
			},
			"first",
			{ disabled: !handover.isBegun(name) }
		),
		h("div", { className: "row" }, button("先交上传，走访继续", finish(false)))
	);
	return box;
}
