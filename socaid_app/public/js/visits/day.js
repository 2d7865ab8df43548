// The screens of a day: the visits, and the file of a household.
import { kilometres, position } from "./capture";
import { button, clock, day, h, notice } from "./dom";
import * as model from "./model";
import { numberOf, Unsent, wordOf } from "./server";

const { known } = model;
let here; // where the phone was last

const STATE = {
	conflict: "有不一致，请核对",
	refused: "有内容没有被接受",
	waiting: "等待上传",
	held: "已上传，待主管处理",
};

// The state of a visit in words: what needs somebody first.
export function stateOf(name) {
	const items = model.ofVisit(name);
	for (const state of ["conflict", "refused"]) if (items.some((item) => item.state === state)) return STATE[state];
	const { status } = known.visits.get(name);
	const draft = known.drafts.get(name);
	if (items.some((item) => item.kind === "check_out" && item.lacks)) return "签退还缺内容，请打开补填";
	if (draft?.check_out) return items.some((item) => item.state === "held") ? STATE.held : STATE.waiting;
	if (status === "Finished") return "已上传";
	const begun = draft?.check_in ? `${clock(draft.check_in)} 已签到` : status === "Under Way" ? "已签到" : "";
	const rest = model.isUnsent(name) ? "正在填写，存在本机" : items.length ? STATE[items[0].state] : "";
	return [begun, rest].filter(Boolean).join("，") || "尚未开始";
}

// --- the day ----------------------------------------------------------------------------------------------
export function list(app) {
	const visits = [...known.visits.values()].sort((a, b) => a.route_order - b.route_order);
	const today = day();
	const group = (title, found) =>
		found.length > 0 &&
		h(
			"section",
			{},
			h("h2", {}, `${title}（${found.length}）`),
			found.map((visit) => line(app, visit))
		);
	return {
		title: "我的走访",
		content: [
			app.told(),
			h(
				"p",
				{ className: "quiet" },
				app.synced ? `与服务器核对：${clock(app.synced)}` : "本次打开后还没有连上服务器。"
			),
			group(
				"今天",
				visits.filter(({ planned_on }) => planned_on <= today)
			),
			group(
				"以后六天",
				visits.filter(({ planned_on }) => planned_on > today)
			),
			!visits.length && notice("没有下载到走访。有网络时打开本页，走访会自动下载。"),
			h(
				"div",
				{ className: "row" },
				button("立即上传和下载", () => app.synchronise({ now: true }), "first"),
				button("显示距离", async () => ((here = await position()), app.redraw()))
			),
		],
	};
}

function line(app, { name, household, planned_on, planned_start, purpose }) {
	const { head_name, address, latitude, longitude } = household;
	const far = here?.latitude && latitude ? `，约 ${kilometres(here, household).toFixed(1)} 公里` : "";
	return h(
		"article",
		{ className: "card", "data-visit": name },
		h("h3", {}, head_name),
		h("p", {}, address || "没有登记住址", far),
		h(
			"p",
			{ className: "quiet" },
			[planned_on, planned_start, wordOf("purpose", purpose)].filter(Boolean).join("　")
		),
		h("p", { className: "state" }, stateOf(name)),
		h(
			"div",
			{ className: "row" },
			button("打开", () => app.go("visit", name), "first"),
			Boolean(latitude) &&
				h("a", { className: "button", href: `geo:${latitude},${longitude}?q=${latitude},${longitude}` }, "导航")
		)
	);
}

// --- the household ----------------------------------------------------------------------------------------
export function household(app, name) {
	const {
		household: home,
		visitors,
		planned_on,
		planned_start,
		purpose,
		form_kind,
		expected_minutes,
	} = known.visits.get(name);
	const card = (title, lines) =>
		h(
			"section",
			{ className: "card" },
			h("h2", {}, title),
			h(
				"dl",
				{},
				lines.map(([term, words]) => [h("dt", {}, term), h("dd", {}, String(words || "") || "—")])
			)
		);
	return {
		title: "家庭和安排",
		content: [
			h("p", { className: "quiet" }, "只有本次走访用得到的内容。"),
			card("家庭", [
				["户主", home.head_name],
				["住址", home.address],
			]),
			call(name),
			card(
				"成员",
				home.members.map((member) => [member.name, [member.kinship, member.phone].filter(Boolean).join("，")])
			),
			card("安排", [
				[
					"时间",
					[planned_on, planned_start, expected_minutes && `约 ${expected_minutes} 分钟`]
						.filter(Boolean)
						.join("　"),
				],
				["目的", wordOf("purpose", purpose)],
				["表格", wordOf("form_kind", form_kind)],
				["走访人员", visitors.map((visitor) => visitor.officer_name).join("、")],
			]),
		],
	};
}

function call(name) {
	const box = h("div", {});
	const ask = async () => {
		try {
			const number = await numberOf(name);
			box.replaceChildren(
				number.length
					? h("a", { className: "button first", href: `tel:${number}` }, `拨打 ${number}`)
					: notice("没有登记电话。")
			);
		} catch (error) {
			if (!(error instanceof Unsent)) throw error;
			box.replaceChildren(
				notice(error.todo === "network" ? "查看号码须有网络。" : "只有走访当天的走访人员能看到号码。", "warn")
			);
		}
	};
	return [h("div", { className: "row" }, button("拨打电话", ask)), box];
}
