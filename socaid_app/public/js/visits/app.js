// The app: opens with the PIN, shows one screen at a time, locks itself, wipes itself.
import { button, clock, h, labelled, moment, notice } from "./dom";
import * as model from "./model";
import { about, help } from "./pages";
import { conflict, queue } from "./queue";
import { session } from "./server";
import { wipe } from "./store";
import { sync } from "./sync";
import * as vault from "./vault";
import { household, list, visit } from "./visit";

const SCREENS = { list, visit, household, queue, conflict, help, about };
const FOOT = [["list", "走访"], ["queue", "上传"], ["help", "帮助"], ["about", "本机"]];

let root, timer;
export const app = { screen: "list", argument: undefined, online: () => navigator.onLine, go, redraw, lock, erase, synchronise };

export async function begin(element) {
	root = element;
	await register();
	for (const name of ["pointerdown", "keydown"]) addEventListener(name, restartTimer, { passive: true });
	addEventListener("pagehide", () => vault.isOpen() && model.saveAll());
	document.addEventListener("visibilitychange", () => {
		if (document.hidden) return vault.isOpen() && model.saveAll();
		checkContact();
		synchronise();
	});
	addEventListener("online", synchronise);
	addEventListener("focus", synchronise);
	navigator.serviceWorker?.addEventListener("message", ({ data }) => data === "sync" && synchronise());
	if (!crypto.subtle) return show(notice("本页面须通过 HTTPS 打开。", "bad"));
	if (await checkContact()) return;
	(await vault.lockState()) ? askPin() : newPin();
}

// --- app shell --------------------------------------------------------------------------------------------
async function register() {
	if (!navigator.serviceWorker) return;
	const worker = await navigator.serviceWorker.register("/visits/sw.js", { scope: "/visits" }).catch(() => undefined);
	if (!worker) return;
	navigator.storage?.persist?.();
	// A newer app waits until nothing is being written, then begins with the next opening.
	app.update = () => !model.isWriting() && worker.waiting?.postMessage("take over");
	worker.update().catch(() => {});
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

export function go(screen, argument) {
	app.screen = screen;
	app.argument = argument;
	redraw();
	scrollTo(0, 0);
	root.querySelector("main")?.focus({ preventScroll: true });
}

function redraw() {
	if (!vault.isOpen()) return;
	const open = model.oldestFirst().filter((item) => item.state !== "kept").length;
	const { title, content } = SCREENS[app.screen](app, app.argument);
	const top = scrollY;
	root.replaceChildren(
		h(
			"header",
			{},
			["visit", "household", "conflict"].includes(app.screen) &&
				button("返回", () => (app.screen === "household" ? go("visit", app.argument) : go(app.screen === "conflict" ? "queue" : "list"))),
			h("strong", {}, "离线走访"),
			h("span", { role: "status" }, navigator.onLine ? "有网络" : "无网络"),
			button("锁定", lock)
		),
		h("main", { tabIndex: -1 }, h("h1", {}, title), content),
		h(
			"nav",
			{ className: "foot", "aria-label": "页面" },
			FOOT.map(([screen, label]) =>
				button(screen === "queue" && open ? `${label}（${open}）` : label, () => go(screen), "", { "aria-current": app.screen === screen ? "page" : null })
			)
		)
	);
	scrollTo(0, top);
}

// --- PIN --------------------------------------------------------------------------------------------------
const pinField = (label, id) =>
	labelled(label, h("input", { type: "password", inputmode: "numeric", autocomplete: "off", id, maxLength: 12, required: true }));

async function newPin() {
	const found = await session();
	if (!found) return framed("第一次使用", notice("第一次使用须有网络。连上网络后再打开。", "warn"));
	if (found.user === "Guest") return logIn();
	const words = h("div", {});
	const form = h(
		"form",
		{
			onsubmit: async (event) => {
				event.preventDefault();
				const [first, second] = ["pin", "again"].map((id) => form.querySelector(`#${id}`).value);
				const why = tooEasy(first) || (first !== second && "两次输入不一致。");
				if (why) return words.replaceChildren(notice(why, "bad"));
				await vault.setPin(first, found.user);
				await opened();
			},
		},
		h("p", {}, "设一个六位以上的数字密码。手机上的走访资料用它加密；忘了密码只能清除重来，没有上传的内容也会丢失。"),
		pinField("新密码", "pin"),
		pinField("再输一次", "again"),
		words,
		h("button", { type: "submit", className: "first" }, "设定密码")
	);
	framed("设定手机密码", form);
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
				askPin(`密码不对，还可以试 ${(await vault.rules()).wrong_pins - wrong} 次，之后本机资料将被清除。`);
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
	framed("请先登录", h("p", {}, "登录以后回到这里。"), h("a", { className: "button first", href: "/login?redirect-to=/visits" }, "登录"));
}

async function opened() {
	await model.load();
	restartTimer();
	app.update?.();
	go("list");
	synchronise();
}

export async function lock() {
	clearTimeout(timer);
	if (!vault.isOpen()) return;
	await model.saveAll();
	vault.lock();
	model.forget();
	askPin();
}

async function restartTimer() {
	if (!vault.isOpen()) return;
	clearTimeout(timer);
	timer = setTimeout(lock, (await vault.rules()).lock_minutes * 60_000);
}

async function checkContact() {
	if (!(await vault.isStale())) return false;
	await erase(`超过规定天数没有连接服务器，本机资料已清除。`);
	return true;
}

// --- wipe and sync ----------------------------------------------------------------------------------------
export async function erase(reason) {
	clearTimeout(timer);
	vault.lock();
	model.forget();
	const left = await wipe();
	framed("已清除", notice(reason), left.length ? notice(`没有清除干净：${left.join("、")}。请在浏览器设置中清除本网站的数据。`, "bad") : h("p", { id: "wiped" }, "本机没有留下任何走访资料。"));
}

export async function synchronise() {
	if (!vault.isOpen() || !navigator.onLine) return redrawQuietly();
	const answer = await sync(redrawQuietly);
	if (answer.wipe) return erase(answer.wipe);
	app.problem = answer.problem;
	app.synced = answer.problem ? app.synced : moment();
	redrawQuietly();
}

// Never under somebody's fingers: a screen with fields is drawn anew only by its own buttons.
function redrawQuietly() {
	if (["list", "queue", "about"].includes(app.screen)) redraw();
}

export const when = clock;
