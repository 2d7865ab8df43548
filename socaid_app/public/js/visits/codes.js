// What goes from phone to phone without a network: a text as one or several codes on the screen, read by the camera.
import { h } from "./dom";

// Letters of one code: more would be hard to read for an old camera.
const LETTERS = 240;
const TURN = 450; // ms that a code is shown
// Pixels of a picture in which a code is looked for: what is not found in one size is found in another.
const WIDTHS = [640, 960, 800];
const PAUSE = 100;
let loading;

const library = () =>
	(loading ||= new Promise((resolve, reject) => {
		const script = h("script", { src: document.documentElement.dataset.codes });
		script.onload = () => resolve(window.visitsCodes);
		script.onerror = () => reject((loading = undefined));
		document.head.append(script);
	}));

export function base64(bytes) {
	let text = "";
	for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
	return btoa(text);
}
export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

// Codes that take turns, until the screen is another. Each says which text it is of, its number and how many there are;
// with the turn in it, a code that the other camera cannot make out is another one the next time.
export async function show(text) {
	const { draw } = await library();
	const canvas = h("canvas", { className: "code", role: "img", "aria-label": "二维码" });
	const count = Math.ceil(text.length / LETTERS);
	const which = crypto.randomUUID().slice(0, 4);
	let turns = 0;
	const turn = () => {
		const at = turns % count;
		draw(canvas, [which, at + 1, count, turns, text.slice(at * LETTERS, (at + 1) * LETTERS)].join("/"));
		turns += 1;
	};
	turn();
	const timer = setInterval(() => (canvas.isConnected ? turn() : clearInterval(timer)), TURN);
	return canvas;
}

// → {view, text}: what the camera sees, and a promise of the text once all its codes were seen. Ends with its screen.
// ``seen(have, of)`` hears how far it is.
export async function scan(seen) {
	const { read } = await library();
	const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
	const view = h("video", { playsInline: true, muted: true, "aria-label": "镜头" });
	view.srcObject = stream;
	await view.play();
	const canvas = h("canvas", {});
	let parts = {};
	let looks = 0;
	const look = () => {
		canvas.width = WIDTHS[looks++ % WIDTHS.length];
		canvas.height = Math.round((canvas.width * view.videoHeight) / view.videoWidth);
		const pen = canvas.getContext("2d", { willReadFrequently: true });
		pen.drawImage(view, 0, 0, canvas.width, canvas.height);
		const said = read(pen.getImageData(0, 0, canvas.width, canvas.height));
		const [, which, number, count, part] = /^(\w+)\/(\d+)\/(\d+)\/\d+\/(.*)$/.exec(said) || [];
		if (!part) return undefined;
		if (parts.which !== which) parts = { which, all: new Array(Number(count)).fill("") };
		parts.all[number - 1] = part;
		const have = parts.all.filter(Boolean).length;
		seen(have, parts.all.length);
		return have === parts.all.length && parts.all.join("");
	};
	const text = (async () => {
		try {
			for (;;) {
				await new Promise((done) => setTimeout(done, PAUSE));
				if (!view.isConnected) return undefined;
				const found = view.videoWidth && look();
				if (found) return found;
			}
		} finally {
			for (const track of stream.getTracks()) track.stop();
		}
	})();
	return { view, text };
}
