// What waits to be sent, in words; and the fields that two people have filled in differently.
import { button, clock, h, newId, notice } from "./dom";
import { control } from "./form";
import * as model from "./model";
import { fieldOf, inWords, KINDS, resolve, Unsent } from "./server";

const { known } = model;
const STATES = { waiting: "等待上传", held: "已收下，待主管处理", conflict: "有不一致，请核对", refused: "没有被接受" };
const COLOURS = { held: "warn", conflict: "bad", refused: "bad" };
export const titleOf = (name) => known.visits.get(name)?.household.head_name || "走访";

export function queue(app) {
	const items = model.oldestFirst();
	return {
		title: "上传",
		content: [
			app.told(),
			button("立即上传", () => app.synchronise({ now: true }), "first"),
			!items.length && notice("没有等待上传的内容。", "good"),
			[...new Set(items.map((item) => item.visit))].map((name) =>
				ofVisit(
					app,
					name,
					items.filter((item) => item.visit === name)
				)
			),
		],
	};
}

const ofVisit = (app, name, items) =>
	h(
		"article",
		{ className: "card" },
		h("h2", {}, titleOf(name)),
		items.map((item) => line(app, item))
	);

function line(app, item) {
	const tried =
		item.tries > 0 &&
		item.state === model.WAITING &&
		h("p", { className: "quiet" }, `试过 ${item.tries} 次，稍后自动再试。`);
	return h(
		"div",
		{ className: "item", "data-state": item.state },
		h(
			"p",
			{},
			`${KINDS[item.kind]}，${clock(item.made_at)}：`,
			h("span", { className: `state ${COLOURS[item.state] || ""}` }, STATES[item.state])
		),
		item.message && h("p", { className: "quiet" }, item.message),
		tried,
		item.state === "conflict" && button("核对", () => app.go("conflict", item.id), "first"),
		item.state === "refused" && button("知道了", async () => (await dismiss(item), app.redraw()))
	);
}

// What was refused is on record on the server; what was entered is still in the form.
async function dismiss(item) {
	if (item.kind === "photo") await model.dropPhoto(item.id);
	await model.dropItem(item);
}

export function conflict(app, id) {
	const item = known.queue.get(id);
	if (!item?.conflicts) return { title: "核对不一致", content: [notice("这一项已经核对过了。", "good")] };
	const chosen = new Map();
	const said = h("div", {});
	const blocks = item.conflicts.map((hit) => {
		const name = newId("choice");
		const words = (value) => inWords(item.visit, hit.field, value);
		const field = fieldOf(item.visit, hit.field);
		const choose = (choice, value) => {
			chosen.set(hit, { field: hit.field, row: hit.row, choice, value });
			send.disabled = chosen.size < item.conflicts.length;
		};
		const side = (choice, title, content) => {
			const input = h("input", { type: "radio", name, id: newId("r") });
			input.addEventListener("change", () => choose(choice));
			return h(
				"div",
				{ className: "choice" },
				input,
				h("label", { htmlFor: input.id }, h("strong", {}, title), h("br"), content)
			);
		};
		const third = h("div", {});
		const other = h("input", { type: "radio", name, id: newId("r") });
		other.addEventListener("change", () => {
			third.replaceChildren(
				control({ ...field, label: "核对后的内容" }, hit.mine, (_, value) => choose("other", value))
			);
			choose("other", hit.mine);
		});
		return h(
			"fieldset",
			{},
			h("legend", {}, hit.label),
			h("p", { className: "quiet" }, `下载时：${words(hit.base)}`),
			side("mine", "我填写的", words(hit.mine)),
			side(
				"theirs",
				`系统里现在的（${[hit.who, clock(hit.when)].filter(Boolean).join("，")}）`,
				words(hit.theirs)
			),
			field &&
				!field.columns &&
				field.type !== "Signature" && [
					h(
						"div",
						{ className: "choice" },
						other,
						h("label", { htmlFor: other.id }, h("strong", {}, "都不对，另填"))
					),
					third,
				]
		);
	});
	const send = button(
		"按选择的处理",
		async () => {
			send.disabled = true;
			try {
				await decide(item, chosen);
			} catch (error) {
				if (!(error instanceof Unsent)) throw error;
				send.disabled = false;
				return said.replaceChildren(notice(error.message, "warn"));
			}
			app.go("queue");
			app.synchronise();
		},
		"first",
		{ disabled: true }
	);
	return {
		title: "核对不一致",
		content: [
			h("p", {}, `${titleOf(item.visit)}：每一栏选一个。没有选的那个值也留在历史里。处理时须有网络。`),
			blocks,
			said,
			send,
		],
	};
}

async function decide(item, chosen) {
	for (const [hit, decision] of chosen) {
		const { open } = await resolve(item, decision);
		item.conflicts = item.conflicts.filter((one) => one !== hit);
		await (open ? model.keepItem(item) : model.dropItem(item));
	}
}
