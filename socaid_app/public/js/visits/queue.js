// What waits to be sent, in words; and the fields that two people have filled in differently.
import { button, clock, h, newId, notice } from "./dom";
import * as model from "./model";
import { card, fieldOf, inWords, KINDS, resolve } from "./server";

const { known } = model;
const STATES = { waiting: "等待上传", sending: "正在上传", kept: "已收下，待主管处理", conflict: "有不一致", refused: "没有被接受" };

export function queue(app) {
	const items = model.oldestFirst();
	return {
		title: "上传",
		content: [
			app.problem && notice(app.problem, "warn"),
			button("立即上传", () => app.synchronise(), "first"),
			!items.length && notice("没有等待上传的内容。", "good"),
			items.map((item) => line(app, item)),
		],
	};
}

function line(app, item) {
	const visit = known.visits.get(item.visit);
	return h(
		"article",
		{ className: "card", "data-state": item.state },
		h("h2", {}, visit ? card(visit).title : "走访"),
		h("p", {}, `${KINDS[item.kind] || "内容"}，${clock(item.made)}`),
		h("p", { className: `state ${["refused", "conflict"].includes(item.state) ? "bad" : ""}` }, STATES[item.state]),
		item.message && h("p", {}, item.message),
		item.tries > 0 && item.state === model.WAITING && h("p", { className: "quiet" }, `试过 ${item.tries} 次`),
		h(
			"div",
			{ className: "row" },
			item.state === "conflict" && button("核对", () => app.go("conflict", item.id), "first"),
			["waiting", "refused"].includes(item.state) &&
				button("再试一次", async () => {
					Object.assign(item, { state: model.WAITING, next: 0 });
					await model.keepItem(item);
					app.synchronise();
				})
		)
	);
}

export function conflict(app, id) {
	const item = known.queue.get(id);
	const chosen = {};
	const blocks = item.conflicts.map((found) => {
		const name = newId("choice");
		const choice = (side, title, value, words) => {
			const input = h("input", { type: "radio", name, id: newId("r") });
			input.addEventListener("change", () => {
				chosen[found.field] = { side, value };
				send.disabled = Object.keys(chosen).length < item.conflicts.length;
			});
			return h("div", { className: "choice" }, input, h("label", { htmlFor: input.id }, h("strong", {}, title), h("br"), inWords(item.visit, found.field, value), words && [h("br"), h("small", {}, words)]));
		};
		return h(
			"fieldset",
			{},
			h("legend", {}, fieldOf(item.visit, found.field)?.label || found.label || "这一栏"),
			"file" in found && h("p", { className: "quiet" }, `下载时：${inWords(item.visit, found.field, found.file)}`),
			choice("mine", "我填写的", found.mine),
			choice("theirs", "单位现在的", found.theirs, [found.who, found.when && clock(found.when)].filter(Boolean).join("，"))
		);
	});
	const send = button("按选择的上传", async () => {
		await resolve(item, chosen);
		app.go("queue");
		app.synchronise();
	}, "first", { disabled: true });
	return { title: "核对不一致", content: [h("p", {}, "每一栏选一个。没选的那个值也留在历史里。"), blocks, send] };
}
