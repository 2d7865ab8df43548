// Fields as the server described them: {fieldname, label, fieldtype, options: [[value, words]], reqd, depends_on,
// read_only, columns (of a table)}. ``write(fieldname, value)`` hears of every change.
import { button, h, labelled, newId } from "./dom";
import { signature } from "./capture";

const TALL = new Set(["Small Text", "Text", "Long Text"]);
const NUMBERS = new Set(["Int", "Float", "Currency", "Percent"]);
const OTHER = { Date: "date", Datetime: "datetime-local", Time: "time", Phone: "tel" };
const CONDITION = /^eval:\s*doc\.(\w+)\s*==\s*["']([^"']*)["']$/;

// The conditions the forms have are read, not run: no page of this app may evaluate text.
export function applies(field, value) {
	if (!field.depends_on) return true;
	const condition = CONDITION.exec(field.depends_on);
	return condition ? value(condition[1]) === condition[2] : Boolean(value(field.depends_on));
}

export function control(field, value, write) {
	const { label, fieldname, fieldtype } = field;
	const set = (found) => write(fieldname, found);
	if (fieldtype === "Table") return table(field, value || [], set);
	if (fieldtype === "Signature") return signature(label, value, set);
	if (fieldtype === "Check") {
		const box = h("input", { type: "checkbox", checked: Boolean(Number(value)), id: newId("c"), disabled: field.read_only });
		box.addEventListener("change", () => set(box.checked ? 1 : 0));
		return h("div", { className: "check" }, box, h("label", { htmlFor: box.id }, label));
	}
	let input;
	if (field.options?.length) {
		const options = field.options.some(([code]) => code === "") ? field.options : [["", ""], ...field.options];
		input = h("select", {}, options.map(([code, words]) => h("option", { value: code, selected: code === (value ?? "") }, words || "（未选）")));
	} else if (TALL.has(fieldtype)) input = h("textarea", { value: value ?? "" });
	else
		input = h("input", {
			type: NUMBERS.has(fieldtype) ? "text" : OTHER[fieldtype] || "text",
			inputmode: NUMBERS.has(fieldtype) ? "decimal" : null,
			value: value ?? "",
		});
	input.disabled = Boolean(field.read_only);
	input.addEventListener("input", () => {
		if (!NUMBERS.has(fieldtype)) return set(input.value);
		const number = Number(input.value);
		input.setAttribute("aria-invalid", String(Number.isNaN(number)));
		if (!Number.isNaN(number)) set(input.value === "" ? null : number);
	});
	return labelled(field.reqd ? `${label}（必填）` : label, input, field.description);
}

function table(field, rows, set) {
	const box = h("div", {});
	const draw = () =>
		box.replaceChildren(
			h("h3", {}, field.label),
			...rows.map((row, index) =>
				h(
					"fieldset",
					{},
					h("legend", {}, `${field.label} ${index + 1}`),
					field.columns.filter((column) => applies(column, (name) => row[name])).map((column) =>
						control(column, row[column.fieldname], (name, value) => {
							// a copy, so that what the server sent stays as it came
							rows = rows.map((old, at) => (at === index ? { ...old, [name]: value } : old));
							row = rows[index];
							set(rows);
						})
					),
					!field.fixed &&
						button("删除这一行", () => {
							rows = rows.filter((_, at) => at !== index);
							set(rows);
							draw();
						}, "danger")
				)
			),
			!field.fixed &&
				button(`增加：${field.label}`, () => {
					rows = [...rows, {}];
					set(rows);
					draw();
				})
		);
	draw();
	return box;
}
