// Help, and what this phone holds.
import { button, clock, h, labelled, notice } from "./dom";
import { known, oldestFirst, WAITING } from "./model";
import { guides, VERSION } from "./server";
import { lockState, rules } from "./vault";

const HELP = [
	[
		"出发以前",
		"有网络时打开一次，今天和以后六天的走访就下载到手机上，没有网络也能用。出发前看一眼“与服务器核对”的时间。风险评估最好在出发前做好：评为中、高风险的，要求的措施要联网后才下载得到。",
	],
	[
		"在门口",
		"评定五项风险，落实措施，再点“签到”。手机记下时间和位置；取不到位置也能签到。条件不具备时签到，内容会收下，由主管决定。",
	],
	["填写", "写的每一个字都自动加密保存在本机。关掉浏览器、没电、更新程序，内容都还在。"],
	[
		"签退",
		"点“签退并交上传”。有网络时自动上传，先做的先传；一件出错，别的照传。“先交上传”可以在走访中途把已填的交上去。走访结束以后才到的内容，由主管裁定是否补入。",
	],
	[
		"两部手机交接",
		"没有网络也能用：接手的人点“从同伴接手”出示二维码，交出的人点“交给同伴”扫描它，再由接手的人扫描一遍。照片和签名留在原手机，由原手机上传。",
	],
	["不一致", "同一栏别人也改过，系统不会覆盖：在“上传”里点“核对”，看下载时的、我的、系统里的，选一个。"],
	[
		"手机丢了",
		"马上告诉主管或安全员：在系统里登记遗失以后，这台手机一联网，资料就自动清除；超过规定天数不联网也会清除。",
	],
];

export const help = (app) => ({
	title: "帮助",
	content: [
		h("div", { className: "row" }, button("政策问答", () => app.go("policy"), "first")),
		HELP.map(([title, words]) => h("section", { className: "card" }, h("h2", {}, title), h("p", {}, words))),
	],
});

// The policy answers in force, as they were fetched last; every word that is typed has to be in question or answer.
export function policy() {
	const found = h("div", {});
	const wanted = h("input", { type: "search", autocomplete: "off" });
	const draw = () => {
		const words = wanted.value.trim().split(/\s+/);
		const fits = guides().filter((one) => words.every((word) => `${one.question}${one.answer}`.includes(word)));
		found.replaceChildren(
			...fits.map(({ question, topic, answer, sources }) =>
				h(
					"details",
					{},
					h("summary", {}, question),
					h("p", { className: "lines" }, answer),
					h("p", { className: "quiet" }, [topic, sources].filter(Boolean).join("　"))
				)
			)
		);
		if (!fits.length) found.append(notice(guides().length ? "没有找到。换一个词试试。" : "还没有下载到政策问答。"));
	};
	wanted.addEventListener("input", draw);
	draw();
	return { title: "政策问答", content: [labelled("找什么", wanted, "几个词用空格隔开。"), found] };
}

export function about(app) {
	const waiting = oldestFirst().filter((item) => item.state === WAITING).length;
	const facts = h("dl", {});
	Promise.all([lockState(), rules()]).then(([lock, { lock_minutes, wrong_tries, days_without_contact }]) => {
		if (!lock) return;
		const lines = [
			["设备编号", lock.device],
			["程序版本", VERSION],
			["最近联系服务器", clock(lock.contact)],
			["下载的走访", known.visits.size],
			["等待上传", waiting],
			["手机时钟比服务器快", lock.skew === undefined ? "未知" : `${Math.round(lock.skew / 1000)} 秒`],
			[
				"安全规定",
				`${lock_minutes} 分钟不用自动锁定；密码输错 ${wrong_tries} 次、${days_without_contact} 天没有联网，资料清除`,
			],
		];
		facts.append(...lines.flatMap(([term, words]) => [h("dt", {}, term), h("dd", {}, String(words))]));
	});
	const confirm = h("div", {});
	const unsent = waiting || oldestFirst().length || [...known.drafts.values()].length;
	return {
		title: "本机",
		content: [
			app.told(),
			facts,
			button(
				"退出登录并清除本机资料",
				() =>
					confirm.replaceChildren(
						notice(
							unsent ? "有内容还没有上传，清除后找不回来。" : "没有等待上传的内容。",
							unsent ? "bad" : "good"
						),
						button("确定退出并清除", () => app.leave(), "danger")
					),
				"danger"
			),
			confirm,
		],
	};
}
