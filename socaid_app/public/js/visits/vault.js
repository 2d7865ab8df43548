// What is personal is enciphered by one random key of the device. That key lies wrapped: to unwrap it takes the PIN
// (PBKDF2) and a key of this browser that cannot be exported, so neither a copied database nor the PIN is enough.
import { device, sealed } from "./store";

const ROUNDS = 600_000;
const subtle = globalThis.crypto?.subtle;
const random = (length) => crypto.getRandomValues(new Uint8Array(length));
const text = new TextEncoder();
const DAY = 86_400_000;

// What holds until the server has said otherwise.
const RULES = { lock_minutes: 5, wrong_tries: 8, days_without_contact: 7 };

let dataKey, nameKey;
export const isOpen = () => Boolean(dataKey);
const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const sha256 = async (bytes) => hex(await subtle.digest("SHA-256", bytes));

async function wrappingKey(pin, salt, browserKey) {
	const secret = await subtle.importKey("raw", text.encode(pin), "PBKDF2", false, ["deriveBits"]);
	const bits = await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, secret, 256);
	const mixed = await subtle.sign("HMAC", browserKey, bits);
	return subtle.importKey("raw", mixed, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function use(raw) {
	dataKey = await subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
	nameKey = await subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

// → {device, token, rules, salt, iv, wrapped, browserKey, wrong, contact, skew}; nothing of it names anybody. The token
// opens nothing without the session of its user; it lies open so that a locked phone, too, hears that it was lost.
export const lockState = () => device.read("lock");
export const rules = async () => ({ ...RULES, ...(await lockState())?.rules });

let writing = Promise.resolve();
// One change after the other: none takes back what another has just written.
export function change(values) {
	writing = writing
		.catch(() => {})
		.then(async () => {
			const lock = await lockState();
			if (lock) await device.write("lock", { ...lock, ...values });
		});
	return writing;
}

// ``registered``: {device, token, rules} as the server gave them.
export async function setPin(pin, owner, registered) {
	const browserKey = await subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
	const [raw, salt, iv] = [random(32), random(16), random(12)];
	const wrapped = await subtle.encrypt({ name: "AES-GCM", iv }, await wrappingKey(pin, salt, browserKey), raw);
	await device.write("lock", {
		...registered,
		owner: await sha256(text.encode(owner)),
		...{ salt, iv, wrapped, browserKey, wrong: 0, contact: Date.now() },
	});
	await use(raw);
}

export const isOwner = async (user) => (await lockState())?.owner === (await sha256(text.encode(user)));

// → "open", "wrong" or "spent" (too many wrong PINs: the caller wipes). A try counts before it is made, so that
// closing the app does not win another.
export async function unlock(pin) {
	const lock = await lockState();
	const wrong = lock.wrong + 1;
	const limit = (await rules()).wrong_tries;
	if (lock.wrong >= limit) return "spent";
	await change({ wrong });
	try {
		const key = await wrappingKey(pin, lock.salt, lock.browserKey);
		await use(await subtle.decrypt({ name: "AES-GCM", iv: lock.iv }, key, lock.wrapped));
	} catch {
		return wrong >= limit ? "spent" : "wrong";
	}
	await change({ wrong: 0 });
	return "open";
}

export function lock() {
	dataKey = nameKey = undefined;
}

export async function isStale() {
	const lock = await lockState();
	return Boolean(lock) && Date.now() - lock.contact > (await rules()).days_without_contact * DAY;
}

export const daysLeft = async () =>
	(await rules()).days_without_contact - Math.floor((Date.now() - (await lockState()).contact) / DAY);
// Something was written here that the server does not have yet; told without the key.
export const holdsWork = async () => (await Promise.all(["item", "draft"].map(sealed.count))).some(Boolean);

// --- records ----------------------------------------------------------------------------------------------
// A record's name may be a household's: it is stored as a code that only this key makes.
const coded = async (kind, name) =>
	hex((await subtle.sign("HMAC", nameKey, text.encode(`${kind}/${name}`))).slice(0, 16));

async function seal(bytes) {
	const iv = random(12);
	return { iv, data: await subtle.encrypt({ name: "AES-GCM", iv }, dataKey, bytes) };
}

const unseal = ({ iv, data }) => subtle.decrypt({ name: "AES-GCM", iv }, dataKey, data);

export async function keep(kind, name, value) {
	const bytes = value instanceof ArrayBuffer ? value : text.encode(JSON.stringify({ name, value }));
	await sealed.put({ id: await coded(kind, name), kind, ...(await seal(bytes)) });
}

export const drop = async (kind, name) => sealed.drop(await coded(kind, name));

export async function bytes(kind, name) {
	const record = await sealed.get(await coded(kind, name));
	return record && unseal(record);
}

export async function all(kind) {
	const records = await Promise.all((await sealed.ofKind(kind)).map(unseal));
	return new Map(
		records.map((plain) => JSON.parse(new TextDecoder().decode(plain))).map(({ name, value }) => [name, value])
	);
}
