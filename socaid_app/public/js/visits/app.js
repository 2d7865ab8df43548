// The app: opens with the PIN, shows one screen at a time, locks itself, wipes itself.
import { household, list } from "./day";
import { button, h, labelled, moment, notice } from "./dom";
import * as model from "./model";
import { give, take } from "./exchange";
import { about, help, policy } from "./pages";
import { conflict, queue } from "./queue";
import { greet, Lost, register as registerPhone, sayWiped, session, Unsent } from "./server";
import { wipe } from "./store";
import { RETRY, sync } from "./sync";
import * as vault from "./vault";
import { visit } from "./visit";

const SCREENS = { list, visit, household, queue, conflict, help, policy, about, give, take };
// Where “返回” leads, of the screens that are not in the foot.
const BACK = { visit: "list", household: "visit", give: "visit", take: "visit", conflict: "queue", policy: "help" };
const FOOT = [
	["list", "走访"],
	["queue", "上传"],
	["help", "帮助"],
	["about", "本机"],
];

// A phone does not always say when the network is back.
const EVERY = 60_000;
const LOGIN = "/login?redirect-to=/visits";

let root, timer, touched, holding;
// The screen asks for the PIN; the data are in memory; a sync that is under way.
let shut, loaded, sending;
const LOGGED_OUT = "visits_logged_out"; // field_visits/phone_app.py
const app = { screen: "list", argument: undefined, go, redraw, synchronise, leave, told };

export async function begin(element) {
	root = element;
	await register();
	for (const name of ["pointerdown", "keydown"]) addEventListener(name, restartTimer, { passive: true });
	addEventListener("pagehide", () => vault.isOpen() && model.saveAll());
	document.addEventListener("visibilitychange", async () => {
		if (document.hidden) return vault.isOpen() && model.saveAll();
		// a phone that slept has not counted the minutes
		if (Date.now() - touched > (await vault.rules()).lock_minutes * 60_000) await lock();
		if (!(await checkContact())) synchronise();
	});
	addEventListener("online", () => synchronise({ now: true }));
	addEventListener(RETRY, synchronise);
	addEventListener("focus", synchronise);
	navigator.serviceWorker?.addEventListener("message", ({ data }) => data === "sync" && synchronise());
	setInterval(() => document.hidden || synchronise(), EVERY);
	if (!crypto.subtle) return show(notice("本页面须通过 HTTPS 打开。", "bad"));
	if (await ended()) return;
	if (!(await vault.lockState())) return newPin();
	askPin();
	// a locked phone, too, hears that it was lost
	await greet().catch((error) => {
		if (error instanceof Lost) return erase(error.message);
		if (!(error instanceof Unsent)) throw error;
	});
}

// Whether the data have to go before anybody opens them: too long without the server, logged out.
async function ended() {
	if (!(await vault.lockState())) return false;
	if (await checkContact()) return true;
	if (document.cookie.includes(`${LOGGED_OUT}=1`) && !(await vault.holdsWork())) {
		await erase("已退出登录，本机资料已清除。");
		return true;
	}
	return false;
}

// --- app shell --------------------------------------------------------------------------------------------
async function register() {
	if (!navigator.serviceWorker) return;
	const worker = await navigator.serviceWorker.register("/visits/sw.js", { scope: "/visits" }).catch(() => undefined);
	if (!worker) return;
	navigator.storage?.persist?.();
	// A newer app waits until nothing is being written, then begins with the next opening.
	app.update = () => !model.isWriting() && worker.waiting?.postMessage("take over");
	app.lookForUpdate = () => worker.update().catch(() => {});
	app.lookForUpdate();
}

function show(...content) {
	root.replaceChildren(...content);
	scrollTo(0, 0);
}

function framed(title, ...content) {
	const main = h("main", { tabIndex: -1 }, h("h1", {}, title), ...content);
	show(main);
	return main;
}

function go(screen, argument) {
	app.screen = screen;
	app.argument = argument;
	redraw();
	scrollTo(0, 0);
	root.querySelector("main")?.focus({ preventScroll: true });
}

function redraw() {
	if (!vault.isOpen() || shut) return;
	const open = model.oldestFirst().filter((item) => item.state !== "held").length;
	const { title, content } = SCREENS[app.screen](app, app.argument);
	const top = scrollY;
	root.replaceChildren(
		h(
			"header",
			{},
			BACK[app.screen] && button("返回", () => go(BACK[app.screen], app.argument)),
			h("strong", {}, "离线走访"),
			h("span", { role: "status" }, navigator.onLine && app.todo !== "network" ? "有网络" : "无网络"),
			button("锁定", lock)
		),
		h("main", { tabIndex: -1 }, h("h1", {}, title), content),
		h(
			"nav",
			{ className: "foot", "aria-label": "页面" },
			FOOT.map(([screen, label]) =>
				button(screen === "queue" && open ? `${label}（${open}）` : label, () => go(screen), "", {
					"aria-current": app.screen === screen ? "page" : null,
				})
			)
		)
	);
	scrollTo(0, top);
}

// --- PIN --------------------------------------------------------------------------------------------------
const pinField = (label, id) =>
	labelled(
		label,
		h("input", { type: "password", inputmode: "numeric", autocomplete: "off", id, maxLength: 12, required: true })
	);

async function newPin() {
	const found = await session();
	if (!found) return framed("第一次使用", notice("第一次使用须有网络。连上网络后再打开。", "warn"));
	if (found.user === "Guest") return logIn();
	const words = h("div", {});
	const send = h("button", { type: "submit", className: "first" }, "设定密码");
	const form = h(
		"form",
		{
			onsubmit: async (event) => {
				event.preventDefault();
				const [first, second, label] = ["pin", "again", "label"].map(
					(id) => form.querySelector(`#${id}`).value
				);
				const why = tooEasy(first) || (first !== second && "两次输入不一致。");
				if (why) return words.replaceChildren(notice(why, "bad"));
				send.disabled = true;
				try {
					const { device, token, rules } = await registerPhone(label);
					await vault.setPin(first, found.user, { device, token, rules });
				} catch (error) {
					if (!(error instanceof Unsent)) throw error;
					send.disabled = false;
					return words.replaceChildren(notice(error.message, "bad"));
				}
				document.cookie = `${LOGGED_OUT}=; path=/; max-age=0`;
				await opened();
			},
		},
		h(
			"p",
			{},
			"设一个六位以上的数字密码。手机上的走访资料用它加密；忘了密码只能清除重来，没有上传的内容也会丢失。"
		),
		pinField("新密码", "pin"),
		pinField("再输一次", "again"),
		labelled(
			"这台手机叫什么",
			h("input", { id: "label", value: kindOfPhone(), maxLength: 60, required: true }),
			"手机丢了，主管按这个名称找到它。"
		),
		words,
		send
	);
	framed("设定手机密码", form);
}

function kindOfPhone() {
	const found = [
		[/iPhone/, "苹果手机"],
		[/iPad/, "平板"],
		[/HarmonyOS|Harmony/, "鸿蒙手机"],
		[/Android/, "安卓手机"],
	].find(([sign]) => sign.test(navigator.userAgent));
	return found ? found[1] : "电脑";
}

function tooEasy(pin) {
	if (!/^\d{6,12}$/.test(pin)) return "密码是 6 至 12 位数字。";
	const steps = new Set([...pin].slice(1).map((digit, at) => Number(digit) - Number(pin[at])));
	return steps.size === 1 && [0, 1, -1].includes([...steps][0]) ? "不要用连号或同一个数字。" : "";
}

function askPin(problem) {
	const words = h("div", {}, problem && notice(problem, "bad"));
	const form = h(
		"form",
		{
			onsubmit: async (event) => {
				event.preventDefault();
				const send = form.querySelector("button");
				send.disabled = true;
				const answer = await vault.unlock(form.querySelector("#pin").value);
				if (answer === "open") return opened();
				if (answer === "spent") return erase("密码输错次数太多，本机资料已清除。");
				const { wrong } = await vault.lockState();
				askPin(`密码不对，还可以试 ${(await vault.rules()).wrong_tries - wrong} 次，之后本机资料将被清除。`);
			},
		},
		pinField("手机密码", "pin"),
		words,
		h("button", { type: "submit", className: "first" }, "打开")
	);
	framed("输入手机密码", form);
	form.querySelector("#pin").focus();
}

function logIn() {
	framed("请先登录", h("p", {}, "登录以后回到这里。"), h("a", { className: "button first", href: LOGIN }, "登录"));
}

async function opened() {
	// what was being sent has just ended, and the key went with it
	if (!vault.isOpen()) return askPin();
	shut = false;
	hold();
	if (!loaded) await model.load();
	loaded = true;
	restartTimer();
	app.daysLeft = await vault.daysLeft();
	app.update?.();
	go("list");
	synchronise();
}

// Open in one window alone: two would write over each other's drafts. The window that was opened last has it.
function hold() {
	const mine = (holding = {});
	navigator.locks
		.request("visits-open", { steal: true }, () => new Promise(() => {}))
		.catch(() => holding === mine && lock({ now: true }));
}

// The screen at once; the key goes when what is being sent has arrived, or its network is gone: a phone that lies on the
// table over a poor network would not get its photos home before it locks.
async function lock({ now } = {}) {
	clearTimeout(timer);
	if (!vault.isOpen() || shut) return;
	shut = true;
	await model.saveAll();
	askPin();
	if (now !== true) await sending?.catch(() => {});
	if (!shut) return;
	vault.lock();
	model.forget();
	loaded = false;
}

async function restartTimer() {
	if (!vault.isOpen() || shut) return;
	touched = Date.now();
	clearTimeout(timer);
	timer = setTimeout(lock, (await vault.rules()).lock_minutes * 60_000);
}

async function checkContact() {
	if (!(await vault.isStale())) return false;
	await erase("超过规定天数没有连接服务器，本机资料已清除。");
	return true;
}

// --- what the page says about the server ------------------------------------------------------------------
const DO = {
	login: () => h("a", { className: "button", href: LOGIN }, "登录"),
	register: () => button("重新登记这台手机", registerAgain),
};

function told() {
	const words = [app.problem && notice(app.problem, "warn"), app.problem && DO[app.todo]?.()];
	if (app.daysLeft < 3)
		words.push(notice(`再过 ${Math.max(app.daysLeft, 0)} 天没有联网，本机资料会自动清除。请尽快连上网络。`, "bad"));
	return words;
}

async function registerAgain() {
	try {
		const { device, token, rules } = await registerPhone(kindOfPhone(), true);
		await vault.change({ device, token, rules });
	} catch (error) {
		if (!(error instanceof Unsent)) throw error;
		app.problem = error.message;
	}
	return synchronise({ now: true });
}

// --- wipe and sync ----------------------------------------------------------------------------------------
async function erase(reason) {
	clearTimeout(timer);
	vault.lock();
	model.forget();
	loaded = false;
	if (navigator.onLine) await Promise.race([sayWiped(), new Promise((done) => setTimeout(done, 4000))]);
	document.cookie = `${LOGGED_OUT}=; path=/; max-age=0`;
	const left = await wipe();
	framed(
		"已清除",
		notice(reason),
		left.length
			? notice(`没有清除干净：${left.join("、")}。请在浏览器设置中清除本网站的数据。`, "bad")
			: h("p", { id: "wiped" }, "本机没有留下任何走访资料。"),
		navigator.onLine && h("a", { className: "button first", href: "/visits" }, "重新开始")
	);
}

// Out of the account and off the phone.
async function leave() {
	await erase("已退出登录，本机资料已清除。");
	await fetch("/?cmd=web_logout", { credentials: "same-origin" }).catch(() => {});
}

// ``now``: somebody asked for it, so what waits for another try is tried at once.
async function synchronise({ now } = {}) {
	if (!vault.isOpen() || shut || !navigator.onLine) return redrawQuietly();
	if (now === true) for (const item of model.oldestFirst()) item.next = 0;
	try {
		sending = sync(redrawQuietly);
		const { problem, todo } = await sending;
		Object.assign(app, { problem, todo, synced: problem ? app.synced : moment() });
	} catch (error) {
		if (error instanceof Lost) return erase(error.message);
		// locked meanwhile: what was not noted any more is sent again
		if (!vault.isOpen()) return;
		app.problem = "程序出错，内容保存在本机。请截图告诉管理员。";
		redrawQuietly();
		throw error;
	}
	if (app.todo === "update") app.lookForUpdate?.();
	app.daysLeft = (await vault.lockState()) && (await vault.daysLeft());
	redrawQuietly();
}

// Never under somebody's fingers: a screen with fields is drawn anew only by its own buttons.
function redrawQuietly() {
	if (shut) return;
	// somebody else has finished it
	if (["visit", "household", "give", "take"].includes(app.screen) && !model.known.visits.has(app.argument)) return go("list");
	if (["list", "queue", "about"].includes(app.screen)) redraw();
}
