// The screens of a day: the visits, one visit, the file of its household.
import { compress, kilometres, position, signature } from "./capture";
import { button, clock, day, h, labelled, later, moment, newId, notice } from "./dom";
import { applies, control } from "./form";
import * as model from "./model";
import { card, fileOf, gaps, sections, submit, team } from "./server";

const { known, draftOf } = model;
let here; // where the phone was last

const STATE = {
	writing: "正在填写，存在本机",
	sent: "等待上传",
	done: "已上传",
	conflict: "有不一致，请核对",
	kept: "已上传，待主管处理",
	refused: "没有被接受",
};

export function stateOf(name) {
	const items = model.oldestFirst().filter((item) => item.visit === name);
	for (const state of ["conflict", "refused"]) if (items.some((item) => item.state === state)) return STATE[state];
	const draft = known.drafts.get(name);
	if (items.some((item) => item.state === model.WAITING)) return STATE.sent;
	if (items.some((item) => item.state === "kept")) return STATE.kept;
	if (draft && draft.state !== model.OPEN) return STATE[draft.state] || STATE.done;
	if (draft?.check_in) return `${clock(draft.check_in.at)} 已签到，${STATE.writing}`;
	return draft?.saved_at ? STATE.writing : "尚未开始";
}

// --- the day ----------------------------------------------------------------------------------------------
export function list(app) {
	const visits = [...known.visits.values()].map((visit) => ({ name: visit.name, ...card(visit) }));
	visits.sort((a, b) => (a.planned_on + (a.planned_start || "") < b.planned_on + (b.planned_start || "") ? -1 : 1));
	const today = day();
	const group = (title, found) =>
		found.length > 0 && h("section", {}, h("h2", {}, `${title}（${found.length}）`), found.map((visit) => line(app, visit)));
	const content = [
		app.problem && notice(app.problem, "warn"),
		h("p", { className: "quiet" }, app.synced ? `与服务器核对：${clock(app.synced)}` : "本次打开后还没有连上服务器。"),
		group("已过日期", visits.filter(({ planned_on }) => planned_on < today)),
		group("今天", visits.filter(({ planned_on }) => planned_on === today)),
		group("以后七天", visits.filter(({ planned_on }) => planned_on > today && planned_on <= later(7))),
		!visits.length && notice("没有下载到走访。有网络时打开本页，走访会自动下载。"),
		h("div", { className: "row" },
			button("立即上传和下载", () => app.synchronise(), "first"),
			button("显示距离", async () => ((here = await position()), app.redraw()))),
	];
	return { title: "我的走访", content };
}

function line(app, visit) {
	const far = here?.latitude && visit.latitude ? `，约 ${kilometres(here, visit).toFixed(1)} 公里` : "";
	return h(
		"article",
		{ className: "card", "data-visit": visit.name },
		h("h2", {}, visit.title),
		h("p", {}, visit.address || "没有登记住址", far),
		h("p", { className: "quiet" }, `${visit.planned_on} ${visit.planned_start || ""} ${visit.purpose}`),
		h("p", { className: "state" }, stateOf(visit.name)),
		h("div", { className: "row" },
			button("打开", () => app.go("visit", visit.name), "first"),
			visit.phone && h("a", { className: "button", href: `tel:${visit.phone}` }, "拨打电话"),
			visit.latitude && h("a", { className: "button", href: `geo:${visit.latitude},${visit.longitude}?q=${visit.latitude},${visit.longitude}` }, "导航"))
	);
}

// --- the household ----------------------------------------------------------------------------------------
export function household(app, name) {
	return {
		title: "家庭档案",
		content: [
			h("p", { className: "quiet" }, "只有本次走访用得到的内容。"),
			fileOf(known.visits.get(name)).map(({ title, lines }) =>
				h("section", { className: "card" }, h("h2", {}, title), h("dl", {}, lines.map(([term, words]) => [h("dt", {}, term), h("dd", {}, String(words ?? "") || "—")])))),
		],
	};
}

// --- one visit --------------------------------------------------------------------------------------------
export function visit(app, name) {
	const found = known.visits.get(name);
	const draft = draftOf(name);
	const { title, address } = card(found);
	const open = draft.state === model.OPEN;
	const saved = h("p", { className: "quiet", role: "status" }, draft.saved_at ? `${clock(draft.saved_at)} 已保存在本机（加密）` : "填写的内容随时自动保存在本机。");
	const content = [
		h("p", {}, address),
		h("p", { className: "state" }, stateOf(name)),
		h("div", { className: "row" }, button("家庭档案", () => app.go("household", name))),
		saved,
	];
	if (!open) {
		content.push(notice("这次走访已经签退，内容在“上传”里。"));
		return { title, content };
	}
	const parts = sections(found).map((section) => form(name, section));
	content.push(
		...parts.filter((part) => part.dataset.before),
		arrival(app, name, draft),
		...parts.filter((part) => !part.dataset.before),
		photos(app, name, draft),
		signatures(name, found, draft),
		words(name, draft, "notes", "走访笔记"),
		words(name, draft, "leads", "线索（别的困难家庭、待核情况）"),
		leaving(app, name, draft, found)
	);
	return { title, content };
}

const value = (name) => (field) => model.value(name, field);

function form(name, section) {
	const box = h("details", { open: section.before }, h("summary", {}, section.label));
	if (section.before) box.dataset.before = "1";
	const body = h("div", {});
	const draw = () => body.replaceChildren(...section.fields.filter((field) => applies(field, value(name))).map(drawn));
	const decides = new Set(section.fields.map(({ depends_on }) => depends_on && (/doc\.(\w+)/.exec(depends_on)?.[1] || depends_on)));
	const drawn = (field) =>
		control(field, model.value(name, field.fieldname), (fieldname, found) => {
			model.write(name, fieldname, found);
			if (decides.has(fieldname)) draw();
		});
	// only what is opened is built: a long form opens at once
	let built = false;
	const build = () => built || ((built = true), draw());
	box.addEventListener("toggle", () => box.open && build());
	if (box.open) build();
	box.append(body);
	return box;
}

function arrival(app, name, draft) {
	if (draft.check_in) {
		const { at, latitude } = draft.check_in;
		return h("section", { className: "card" }, h("h2", {}, "签到"), h("p", {}, `${clock(at)} 已签到，${latitude ? "位置已记录" : "没有取得位置"}。`));
	}
	const missing = gaps(name, "check_in");
	return h(
		"section",
		{ className: "card" },
		h("h2", {}, "签到"),
		missing.length > 0 && [
			notice(`还没有具备：${missing.join("；")}。情况紧急也可以先签到，会单独报给主管。`, "warn"),
		],
		button("签到", async (event) => {
			event.target.disabled = true;
			event.target.textContent = "正在定位…";
			draft.check_in = { at: moment(), ...(await position()) };
			await model.save(name);
			app.redraw();
		}, "first")
	);
}

function photos(app, name, draft) {
	const input = h("input", { type: "file", accept: "image/*", capture: "environment", multiple: true, id: "camera", hidden: true });
	input.addEventListener("change", async () => {
		const found = await position();
		for (const file of input.files) {
			try {
				await model.addPhoto(name, await compress(file), found);
			} catch (error) {
				box.append(notice(`“${file.name}”没有保存：${error.name === "QuotaExceededError" ? "手机空间不足" : "不是能读的照片"}。`, "bad"));
				return;
			}
		}
		app.redraw();
	});
	const box = h("section", { className: "card" }, h("h2", {}, `照片（${draft.photos.length}）`), button("拍照或选照片", () => input.click(), "first"), input);
	const grid = h("div", { className: "photos" });
	for (const [number, photo] of draft.photos.entries()) {
		const picture = h("img", { alt: photo.caption || `照片 ${number + 1}` });
		model.photoBytes(photo.id).then((bytes) => {
			picture.src = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
			picture.onload = () => URL.revokeObjectURL(picture.src);
		});
		const caption = h("input", { value: photo.caption, placeholder: "说明" });
		caption.setAttribute("aria-label", `照片 ${number + 1} 的说明`);
		caption.addEventListener("input", () => ((photo.caption = caption.value), model.later(name)));
		grid.append(h("div", {}, picture, caption, button("删除", async () => (await model.removePhoto(name, photo.id), app.redraw()), "danger")));
	}
	box.append(grid);
	return box;
}

function signatures(name, found, draft) {
	draft.signatures ||= {};
	return h(
		"section",
		{ className: "card" },
		h("h2", {}, "签名"),
		team(found).map(({ officer, title }) =>
			signature(`走访人员 ${title}`, draft.signatures[officer], (picture) => {
				draft.signatures[officer] = picture;
				model.later(name);
			})
		),
		signature("在场家庭成员", model.value(name, "member_signature"), (picture) => model.write(name, "member_signature", picture))
	);
}

function words(name, draft, kind, label) {
	const input = h("textarea", { value: draft[kind][0]?.text || "", id: newId(kind) });
	input.addEventListener("input", () => {
		draft[kind] = input.value.trim() ? [{ id: draft[kind][0]?.id || crypto.randomUUID(), text: input.value, at: moment() }] : [];
		model.later(name);
	});
	return h("section", { className: "card" }, labelled(label, input, "可以用手机键盘的语音或手写输入。"));
}

function leaving(app, name, draft) {
	const box = h("section", { className: "card" }, h("h2", {}, "签退"));
	const send = async (event) => {
		event.target.disabled = true;
		draft.check_out = { at: moment(), ...(await position()) };
		draft.state = "sent";
		await model.save(name);
		await submit(name);
		app.go("list");
		app.synchronise();
	};
	box.append(
		button("签退并交上传", (event) => {
			const missing = gaps(name, "check_out");
			if (!missing.length) return send(event);
			box.querySelector(".missing")?.remove();
			box.append(h("div", { className: "missing" }, notice(`还没有填齐：${missing.join("；")}。`, "warn"), button("仍然签退，回去补", send)));
		}, "first", { disabled: !draft.check_in })
	);
	return box;
}
