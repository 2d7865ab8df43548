// A view is made of elements: h("button", { onclick, class: "big" }, "签到").
export function h(tag, props = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(props || {})) {
		if (value === undefined || value === null || value === false) continue;
		if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
		else if (name in element && !["list", "form"].includes(name) && typeof value !== "object")
			element[name] = value;
		else element.setAttribute(name === "className" ? "class" : name, value);
	}
	element.append(...children.flat(3).filter((child) => child !== undefined && child !== null && child !== false));
	return element;
}

export const button = (label, onclick, className = "", props = {}) =>
	h("button", { type: "button", className, onclick, ...props }, label);

export const notice = (words, kind = "") =>
	h("p", { className: `notice ${kind}`, role: kind === "bad" ? "alert" : "status" }, words);

let number = 0;
export const newId = (name) => `${name}-${(number += 1)}`;

export function labelled(label, control, hint) {
	control.id ||= newId("f");
	return h(
		"div",
		{ className: "field" },
		h("label", { htmlFor: control.id }, label),
		control,
		hint && h("small", {}, hint)
	);
}

const two = (count) => String(count).padStart(2, "0");
// "2026-11-27 09:05:00" in the time zone of the phone, as the server writes times.
export function moment(time = Date.now()) {
	const at = new Date(time);
	return `${day(at)} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
// The day of the phone: without network there is no other.
export function day(time = Date.now()) {
	const at = new Date(time);
	return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
export const later = (days) => day(Date.now() + days * 86_400_000);

export function clock(value) {
	if (!value) return "";
	const at = typeof value === "number" ? moment(value) : String(value);
	return `${Number(at.slice(5, 7))}月${Number(at.slice(8, 10))}日 ${at.slice(11, 16)}`.trim();
}
