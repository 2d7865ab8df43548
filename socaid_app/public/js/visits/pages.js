// Help, and what this phone holds.
import { button, clock, h, notice } from "./dom";
import { known, oldestFirst } from "./model";
import { lockState } from "./vault";

const HELP = [
	["出发以前", "有网络时打开一次，今天和以后七天的走访就下载到手机上，没有网络也能用。到村里以前看一眼“与服务器核对”的时间。"],
	["在门口", "先评定五项风险，落实措施，再点“签到”。手机记下时间和位置；没有位置也能签到。"],
	["填写", "写的每一个字都自动保存。关掉浏览器、没电、更新程序，内容都还在。"],
	["签退", "点“签退并交上传”。有网络时自动上传，先做的先传；一件出错，别的照传。"],
	["不一致", "同一栏有人在单位改过，系统不会覆盖：在“上传”里点“核对”，看原值、我的、别人的，选一个。两个值都留有历史。"],
	["手机丢了", "马上告诉主管或管理员：在服务器上停用这台手机，下次联网时资料自动清除；超过规定天数不联网也会清除。"],
];

export const help = () => ({
	title: "帮助",
	content: HELP.map(([title, words]) => h("section", { className: "card" }, h("h2", {}, title), h("p", {}, words))),
});

export function about(app) {
	const waiting = oldestFirst().filter((item) => item.state !== "kept").length;
	const facts = h("dl", {});
	lockState().then((lock) => {
		if (!lock) return;
		const lines = [
			["设备编号", lock.device.slice(0, 8)],
			["最近联系服务器", clock(lock.contact)],
			["下载的走访", known.visits.size],
			["等待上传", waiting],
			["手机时钟与服务器相差", lock.skew === undefined ? "未知" : `${Math.round(lock.skew / 1000)} 秒`],
		];
		facts.append(...lines.flatMap(([term, words]) => [h("dt", {}, term), h("dd", {}, String(words))]));
	});
	const confirm = h("div", {});
	return {
		title: "本机",
		content: [
			facts,
			button("清除本机资料", () =>
				confirm.replaceChildren(
					notice(waiting ? `有 ${waiting} 项还没有上传，清除后找不回来。` : "没有等待上传的内容。", waiting ? "bad" : "good"),
					button("确定清除", () => app.erase("本机资料已按您的要求清除。"), "danger")
				), "danger"),
			confirm,
		],
	};
}
