// What the phone adds to a visit: a picture, a signature, where it is.
import { h, button } from "./dom";
import { sha256 } from "./vault";

const LONGEST = 1600; // pixels
const QUALITY = 0.75;

// A photo upright (its EXIF turn is carried out), smaller, without what the camera wrote into it.
// → {bytes, sha256, size}
export async function compress(file) {
	const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
	const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
	const canvas = h("canvas", {
		width: Math.round(picture.width * scale),
		height: Math.round(picture.height * scale),
	});
	canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
	picture.close();
	const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
	const bytes = await blob.arrayBuffer();
	return { bytes, sha256: await sha256(bytes), size: bytes.byteLength };
}

// → {latitude, longitude, accuracy}, or {} when the phone does not say within 8 seconds.
export function position() {
	return new Promise((resolve) => {
		if (!navigator.geolocation) return resolve({});
		const late = setTimeout(() => resolve({}), 8500);
		const done = (value) => (clearTimeout(late), resolve(value));
		navigator.geolocation.getCurrentPosition(
			({ coords: { latitude, longitude, accuracy } }) => done({ latitude, longitude, accuracy }),
			() => done({}),
			{ enableHighAccuracy: true, timeout: 8000, maximumAge: 60_000 }
		);
	});
}

// Kilometres between two points, along a great circle.
export function kilometres(a, b) {
	const rad = Math.PI / 180;
	const s = (x) => Math.sin((x * rad) / 2) ** 2;
	const inner =
		s(b.latitude - a.latitude) +
		Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * s(b.longitude - a.longitude);
	return 12742 * Math.asin(Math.sqrt(inner));
}

// A field to sign in by finger. ``changed`` gets the picture as a data URL, "" when it is cleared.
export function signature(label, value, changed) {
	const canvas = h("canvas", { width: 600, height: 240, className: "signature", role: "img", "aria-label": label });
	const pen = canvas.getContext("2d");
	const blank = () => {
		pen.fillStyle = "#fff";
		pen.fillRect(0, 0, 600, 240);
	};
	blank();
	if (value) {
		const old = new Image();
		old.onload = () => pen.drawImage(old, 0, 0, 600, 240);
		old.src = value;
	}
	let last;
	const at = (event) => {
		const box = canvas.getBoundingClientRect();
		return [((event.clientX - box.left) * 600) / box.width, ((event.clientY - box.top) * 240) / box.height];
	};
	canvas.addEventListener("pointerdown", (event) => {
		canvas.setPointerCapture(event.pointerId);
		last = at(event);
	});
	canvas.addEventListener("pointermove", (event) => {
		if (!last) return;
		const next = at(event);
		pen.lineWidth = 4;
		pen.lineCap = "round";
		pen.strokeStyle = "#111";
		pen.beginPath();
		pen.moveTo(...last);
		pen.lineTo(...next);
		pen.stroke();
		last = next;
	});
	canvas.addEventListener("pointerup", () => {
		last = undefined;
		changed(canvas.toDataURL("image/png"));
	});
	const clear = button("重签", () => (blank(), changed("")));
	return h("div", { className: "field" }, h("span", { className: "label" }, label), canvas, clear);
}
