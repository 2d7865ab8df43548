// A visit that is half done goes from one visitor's phone to the other's, without a network: who takes it over shows a
// key of the moment, who gives it away enciphers for that key alone. Both phones send what they have; the server knows
// each entry by its number and takes it once, and judges who may bring it.
import { base64, fromBase64, scan, show } from "./codes";
import { button, h, notice } from "./dom";
import { hand } from "./handover";
import * as model from "./model";
import { isOwner } from "./vault";

const { known, draftOf } = model;
const subtle = globalThis.crypto?.subtle;
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const KEY_BYTES = 65;
const IV_BYTES = 12;
// Pictures stay where they are: codes are for words.
const MOST_LETTERS = 8_000;
const STAYS = new Set(["photo", "sign", "check_out"]);

const packed = (bytes, Stream) => new Response(new Blob([bytes]).stream().pipeThrough(new Stream("deflate-raw"))).arrayBuffer();

async function secret(mine, theirs) {
	const key = await subtle.importKey("raw", theirs, CURVE, false, []);
	const bits = await subtle.deriveBits({ name: "ECDH", public: key }, mine, 256);
	const raw = await subtle.digest("SHA-256", bits);
	return subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

// → base64 of key, iv and what only the holder of ``theirs`` reads
async function encipher(content, theirs) {
	const { privateKey, publicKey } = await subtle.generateKey(CURVE, false, ["deriveBits"]);
	const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
	const plain = await packed(new TextEncoder().encode(JSON.stringify(content)), CompressionStream);
	const sealed = await subtle.encrypt({ name: "AES-GCM", iv }, await secret(privateKey, theirs), plain);
	const own = await subtle.exportKey("raw", publicKey);
	return base64(await new Blob([own, iv, sealed]).arrayBuffer());
}

async function decipher(text, privateKey) {
	const bytes = fromBase64(text);
	const [own, iv, sealed] = [
		bytes.slice(0, KEY_BYTES),
		bytes.slice(KEY_BYTES, KEY_BYTES + IV_BYTES),
		bytes.slice(KEY_BYTES + IV_BYTES),
	];
	const plain = await subtle.decrypt({ name: "AES-GCM", iv }, await secret(privateKey, own), sealed);
	return JSON.parse(new TextDecoder().decode(await packed(plain, DecompressionStream)));
}

const small = (item) => !STAYS.has(item.kind) && JSON.stringify(item.data).length <= MOST_LETTERS;

// The visitor whose phone this is.
async function own(name) {
	for (const { user } of known.visits.get(name).visitors) if (user && (await isOwner(user))) return user;
	return undefined;
}

// --- giving -----------------------------------------------------------------------------------------------
export function give(app, name) {
	const place = h("div", {});
	camera(place, "请同伴在自己的手机上打开同一次走访，点“从同伴接手”。把镜头对准同伴的二维码。", async (text) => {
		const [visit, key] = text.split(" ");
		if (visit !== name) return notice("同伴打开的是另一次走访。请打开同一次走访再试。", "bad");
		await hand(name);
		const items = model.ofVisit(name).filter((item) => item.state === model.WAITING);
		const going = items.filter(small).map(({ id, kind, made_at, data, author }) => ({ id, kind, made_at, data, author }));
		const me = await own(name);
		const told = { visit, items: going.map((item) => ({ ...item, author: item.author || me })) };
		const code = await show(await encipher(told, fromBase64(key)));
		return [
			notice(`请同伴点“扫描”，对准这里，直到显示收齐。共 ${going.length} 项。`),
			code,
			items.length > going.length && notice("照片和签名留在这台手机，由这台手机上传。"),
			button("同伴已收齐", () => app.go("visit", name), "first"),
		];
	});
	return { title: "交给同伴", content: place };
}

// --- taking over ------------------------------------------------------------------------------------------
export function take(app, name) {
	const place = h("div", {});
	(async () => {
		const { privateKey, publicKey } = await subtle.generateKey(CURVE, false, ["deriveBits"]);
		const key = base64(await subtle.exportKey("raw", publicKey));
		place.replaceChildren(
			notice("请同伴点“交给同伴”，扫描这个二维码；同伴的手机显示二维码以后，点“扫描”。"),
			await show(`${name} ${key}`),
			button(
				"扫描",
				() =>
					camera(place, "把镜头对准同伴的二维码，直到收齐。", async (text) => {
						const { visit, items } = await decipher(text, privateKey);
						if (visit !== name) return notice("同伴交来的是另一次走访。", "bad");
						await receive(name, items);
						app.synchronise();
						return [
							notice(`收齐 ${items.length} 项，可以继续走访。`, "good"),
							button("继续走访", () => app.go("visit", name), "first"),
						];
					}),
				"first"
			)
		);
	})();
	return { title: "从同伴接手", content: place };
}

async function receive(name, items) {
	const draft = draftOf(name);
	for (const { id, kind, made_at, data, author } of items) {
		if (!known.queue.has(id)) await model.enqueue(name, kind, data, { id, made_at, author });
		if (kind === "check_in") draft.check_in ||= made_at;
		if (!data.fields) continue;
		// what is written from now on was written with this before one's eyes
		draft.after = [...new Set([...(draft.after || []), id])];
		for (const [field, value] of Object.entries(data.fields)) {
			if (draft.dirty.includes(field)) continue;
			Object.assign(draft.fields, { [field]: value });
			Object.assign(draft.versions, { [field]: data.versions[field] });
			Object.assign(draft.base, { [field]: data.base[field] });
		}
	}
	await model.save(name);
}

// The camera on a screen until it has read everything; ``then`` gets the text and says what comes instead.
async function camera(place, words, then) {
	const far = h("p", { className: "state", role: "status" });
	try {
		const { view, text } = await scan((have, of) => (far.textContent = `收到 ${have}/${of}`));
		place.replaceChildren(notice(words), view, far);
		const found = await text;
		if (found) place.replaceChildren(...[await then(found)].flat().filter(Boolean));
	} catch (error) {
		const why = error?.name === "NotAllowedError" || error?.name === "NotFoundError";
		place.replaceChildren(
			notice(why ? "打不开镜头。请在手机设置中允许本网站使用相机。" : "没有读懂，请两部手机都重来一次。", "bad")
		);
		if (!why) console.warn(error?.name);
	}
}
