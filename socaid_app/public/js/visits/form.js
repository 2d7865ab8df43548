// Fields as the server described them (lists of the protocol): {fieldname, label, type, options, reqd, read_only,
// depends_on}, of a table {columns, fixed} too. ``write(fieldname, value)`` hears of every change.
import { button, h, labelled, newId } from "./dom";
import { signature } from "./capture";

const TALL = new Set(["Small Text", "Text", "Long Text"]);
const NUMBERS = new Set(["Int", "Float", "Currency", "Percent"]);
const OTHER = { Date: "date", Datetime: "datetime-local", Time: "time", Phone: "tel" };
const CONDITION = /^eval:\s*doc\.(\w+)\s*==\s*["']([^"']*)["']$/;
const FIELD = /^(?:eval:\s*doc\.)?(\w+)$/;

// The conditions the forms have are read, not run: no page of this app may evaluate text. One that is not understood
// hides nothing.
export function applies({ depends_on }, value) {
	if (!depends_on) return true;
	const condition = CONDITION.exec(depends_on);
	if (condition) return value(condition[1]) === condition[2];
	const field = FIELD.exec(depends_on);
	return field ? Boolean(value(field[1])) : true;
}

export function control(field, value, write) {
	const { label, fieldname, type } = field;
	const set = (found) => write(fieldname, found);
	if (field.columns) return table(field, value || [], set);
	if (type === "Signature") return signature(label, value, set);
	if (type === "Check") {
		const box = h("input", { type: "checkbox", checked: Boolean(Number(value)), id: newId("c") });
		box.addEventListener("change", () => set(box.checked ? 1 : 0));
		return h("div", { className: "check" }, box, h("label", { htmlFor: box.id }, label));
	}
	let input;
	if (Array.isArray(field.options)) {
		const words = field.options.some((option) => option.value === "")
			? field.options
			: [{ value: "", label: "" }, ...field.options];
		input = h(
			"select",
			{},
			words.map((option) =>
				h(
					"option",
					{ value: option.value, selected: option.value === (value ?? "") },
					option.label || "（未选）"
				)
			)
		);
	} else if (TALL.has(type)) input = h("textarea", { value: value ?? "" });
	else
		input = h("input", {
			type: OTHER[type] || "text",
			inputmode: NUMBERS.has(type) ? "decimal" : null,
			value: value ?? "",
		});
	input.addEventListener("input", () => {
		if (!NUMBERS.has(type)) return set(input.value || null);
		const number = Number(input.value);
		const wrong = Number.isNaN(number) || (type === "Int" && !Number.isInteger(number));
		input.setAttribute("aria-invalid", String(wrong));
		if (!wrong) set(input.value === "" ? null : number);
	});
	return labelled(field.reqd ? `${label}（必填）` : label, input);
}

// A row has a key of its own, by which the server brings together what two phones have entered.
function table(field, rows, set) {
	const box = h("div", { className: "table" });
	const change = (found) => set((rows = found));
	const draw = () =>
		box.replaceChildren(
			h("p", { className: "sub" }, field.label),
			...rows.map(({ name }, index) =>
				h(
					"fieldset",
					{},
					h("legend", {}, titleOf(field, rows[index]) || `${field.label} ${index + 1}`),
					...columns(name),
					!field.fixed &&
						button("删除这一行", () => (change(rows.filter((row) => row.name !== name)), draw()), "danger")
				)
			),
			...(field.fixed
				? []
				: [button(`增加：${field.label}`, () => (change([...rows, { name: crypto.randomUUID() }]), draw()))])
		);
	const columns = (name) => {
		const row = () => rows.find((found) => found.name === name);
		return field.columns
			.filter((column) => !column.read_only && applies(column, (key) => row()[key]))
			.map((column) =>
				control(column, row()[column.fieldname], (key, value) =>
					// a copy, so that what the server sent stays as it came
					change(rows.map((old) => (old.name === name ? { ...old, [key]: value } : old)))
				)
			);
	};
	draw();
	return box;
}

// What a row that is not made here is called: the name of the person, the words of the measure.
const titleOf = (field, row) =>
	field.columns
		.filter((column) => column.read_only && column.type === "Data" && !column.hidden)
		.map((column) => row[column.fieldname])
		.find(Boolean);
