// What an ID number says is shown while it is typed, so that a slip is seen before anything is saved.
// The server judges the number (policy/identity.py); the hint here only helps the eye.
frappe.provide("socaid");

const LENGTH = 18;
// GB 11643-1999: weight of each digit, and the check character for each remainder of their sum.
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = "10X98765432";

// Date of birth, sex and age of a whole and valid number, otherwise nothing.
socaid.read_id_number = function (text) {
	const number = normalise(text);
	if (!/^\d{17}[\dX]$/.test(number) || check_character(number) !== number[17]) return null;
	return read_card(number);
};

// The hint for a number as far as it is typed; nothing for a mask or an empty field.
socaid.id_number_hint = function (text) {
	const number = normalise(text);
	if (!number || number.includes("*")) return "";
	if (!/^\d{0,17}[\dX]?$/.test(number)) return __("Only digits, and X at the end.");
	const card = read_card(number);
	if (card === null) return __("No such date of birth: compare digits 7 to 14 with the card.");
	const parts = card ? [describe(card)] : [];
	const missing = LENGTH - number.length;
	if (missing > 0) parts.push(__("{0} more digits", [missing]));
	else if (check_character(number) !== number[17]) {
		parts.push(__("The check digit does not fit: one digit is probably wrong."));
	}
	return parts.join(" · ");
};

// Keeps the line under an ID number field in step with what is typed.
socaid.watch_id_number = function (control) {
	if (!control || !control.$input) return;
	const usual = __(control.df.description || "");
	control.$input.off("input.socaid").on("input.socaid", () => {
		control.set_description(socaid.id_number_hint(control.$input.val()) || usual);
	});
};

function describe({ sex, birth_date, age }) {
	return [__(sex), frappe.datetime.str_to_user(birth_date), __("{0} years old", [age])].join(" · ");
}

function normalise(text) {
	return String(text || "")
		.normalize("NFKC")
		.replace(/[\s-]/g, "")
		.toUpperCase();
}

function check_character(number) {
	const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(number[at]), 0);
	return CHECKS[sum % 11];
}

// Date of birth, age and sex; null for a date that does not exist, undefined while digits are missing.
function read_card(number) {
	if (number.length < 14) return undefined;
	const birth_date = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
	const born = moment(birth_date, "YYYY-MM-DD", true);
	const today = moment(frappe.datetime.get_today());
	if (!born.isValid() || born.isAfter(today)) return null;
	if (number.length < 17) return undefined;
	return { birth_date, age: today.diff(born, "years"), sex: Number(number[16]) % 2 ? "Male" : "Female" };
}

// Found by Frappe through its name: the short form for a new person.
frappe.ui.form.RecipientQuickEntryForm = class extends frappe.ui.form.QuickEntryForm {
	render_dialog() {
		const page = frappe.get_route()[0] === "Form" && window.cur_frm;
		// A person entered from a case or a household lives, most likely, in the same village.
		if (!this.doc.division && page && page.doc.division) this.doc.division = page.doc.division;
		// What the server refuses is put right here, not in the long form.
		this.skip_redirect_on_error = true;
		super.render_dialog();
		socaid.watch_id_number(this.dialog.fields_dict.id_number);
	}

	// Frappe hands the new name to a copy of the link field; a field of a dialog has to be told itself.
	insert() {
		const in_dialog = frappe._from_link && !frappe._from_link.frm;
		return super.insert().then((doc) => {
			if (in_dialog && this.after_insert && doc && !doc.__islocal) this.after_insert(doc);
			return doc;
		});
	}
};
