// A call becomes a petition or a reception record in under a minute, without the mouse:
// number, Enter (who is it?), a digit for the matter, the text, Ctrl+Enter.
frappe.provide("socaid");

const PHONE = "socaid_app.petition_desk.phone_intake";
const CATEGORIES = ["Appeal for Help", "Suggestion", "Accusation"];
const MATTERS = [
	"Policy Question",
	"Payment",
	"Eligibility",
	"Amount of Benefit",
	"Slow Handling",
	"Conduct of Staff",
	"Favouritism",
	"Fraud by Others",
	"Publicity Matter",
	"Other Matter",
];
const WAIT = 400;

const may_record = () =>
	frappe.model.can_create("Petition") || frappe.model.can_create("Reception Record");

socaid.phone_intake = function () {
	if (!may_record()) return;
	new PhoneIntake();
};

class PhoneIntake {
	constructor() {
		this.household = null;
		this.guides = new Set();
		this.started = Date.now();
		this.dialog = new frappe.ui.Dialog({
			title: __("Record a Call"),
			size: "large",
			// while the dialog faded in, the first digits would be lost
			animate: false,
			fields: [
				{
					fieldname: "phone",
					fieldtype: "Data",
					label: __("Number of the Caller"),
					description: __("Whole number or its last four digits; Enter looks up."),
				},
				{ fieldname: "column_1", fieldtype: "Column Break" },
				{ fieldname: "caller", fieldtype: "Data", label: __("Name (if given)") },
				{ fieldname: "section_1", fieldtype: "Section Break" },
				{ fieldname: "known", fieldtype: "HTML" },
				{ fieldname: "choices", fieldtype: "HTML" },
				{
					fieldname: "accused",
					fieldtype: "Small Text",
					label: __("Who Is Complained About"),
					description: __("Name, unit and post, one person a line. They are kept from it from the first moment."),
					hidden: 1,
				},
				{ fieldname: "text", fieldtype: "Small Text", label: __("What the Caller Said") },
				{ fieldname: "guides", fieldtype: "HTML" },
			],
			primary_action_label: __("Record Petition (Ctrl+Enter)"),
			primary_action: () => this.save("Petition"),
			secondary_action_label: __("Reception Record Only (Alt+Enter)"),
			secondary_action: () => this.save("Reception Record"),
		});
		const { known, choices, guides, phone, caller, text } = this.dialog.fields_dict;
		Object.assign(this, {
			$known: known.$wrapper,
			$choices: choices.$wrapper.html(buttons()),
			$guides: guides.$wrapper,
			$phone: phone.$input.attr({ inputmode: "tel", autocomplete: "off" }),
			$caller: caller.$input.attr("autocomplete", "off"),
			$text: text.$input.attr("rows", 4),
		});
		this.listen();
		this.dialog.show();
		this.dialog.$wrapper.on("shown.bs.modal", () => this.$phone.trigger("focus"));
	}

	listen() {
		const composing = (event) => event.originalEvent.isComposing;
		this.$phone.add(this.$caller).on("keydown", (event) => {
			if (event.key !== "Enter" || event.ctrlKey || event.altKey || composing(event)) return;
			event.preventDefault();
			event.stopPropagation();
			this.look_up().then(() => this.focus_next(event.target));
		});
		this.$choices.on("keydown", "input", (event) => this.choose_by_digit(event));
		this.$choices.on("change", "input[name=category]", ({ target }) =>
			this.dialog.set_df_property("accused", "hidden", target.value !== "Accusation")
		);
		this.$text.on("input", frappe.utils.debounce(() => this.suggest(), WAIT));
		this.dialog.$wrapper.on("keydown", (event) => {
			if (event.key !== "Enter" || composing(event) || !(event.ctrlKey || event.metaKey || event.altKey)) return;
			event.preventDefault();
			event.stopPropagation();
			this.save(event.altKey ? "Reception Record" : "Petition");
		});
		this.$known.on("change", "input[name=household]", ({ target }) => (this.household = target.value || null));
		this.$guides.on("click", "button", ({ currentTarget }) => this.toggle_guide($(currentTarget)));
	}

	// Nothing stands in the way of the matter unless there are several households to choose from.
	focus_next() {
		const several = this.$known.find("input[name=household]");
		const next = several.length > 2 ? several.filter(":checked") : this.$choices.find("input[name=matter]:checked");
		next.trigger("focus");
	}

	look_up() {
		const phone = this.$phone.val().trim();
		const caller = this.$caller.val().trim();
		if (!phone && !caller) return Promise.resolve();
		return frappe.xcall(`${PHONE}.lookup`, { phone, caller }).then((found) => {
			if (found.caller && !caller) this.$caller.val(found.caller);
			this.household = found.households.length ? found.households[0].name : null;
			this.$known.html(render_known(found));
		});
	}

	// 1 … 9 and 0 choose within the group that has the focus, and lead on.
	choose_by_digit(event) {
		if (event.key === "Enter" && !event.ctrlKey && !event.altKey) {
			event.preventDefault();
			this.after_choice(event.target.name);
			return;
		}
		const place = "1234567890".indexOf(event.key);
		const chosen = place >= 0 && this.$choices.find(`input[name=${event.target.name}]`)[place];
		if (!chosen) return;
		event.preventDefault();
		$(chosen).prop("checked", true).trigger("change");
		this.after_choice(event.target.name);
	}

	after_choice(name) {
		const next = name === "category" ? this.$choices.find("input[name=matter]:checked") : this.$text;
		next.trigger("focus");
	}

	// What could be explained at once; what was explained is recorded.
	suggest() {
		const text = this.$text.val().trim();
		if (text.length < 2 || !frappe.model.can_read("Policy Guide")) return;
		frappe.xcall("socaid_app.petition_desk.guide_search.find", { text, limit: 3 }).then((rows) => {
			this.$guides.html(
				rows
					.map(
						({ name, question, answer }) => `<details class="mb-1">
							<summary>${frappe.utils.escape_html(question)}</summary>
							<p class="text-muted">${frappe.utils.escape_html(answer)}</p>
							<button type="button" class="btn btn-xs btn-default" data-name="${frappe.utils.escape_html(name)}"
								aria-pressed="${this.guides.has(name)}">${__("Explained to the Caller")}</button>
						</details>`
					)
					.join("")
			);
		});
	}

	toggle_guide($button) {
		const name = $button.data("name");
		const explained = !this.guides.has(name);
		this.guides[explained ? "add" : "delete"](name);
		$button.attr("aria-pressed", explained).toggleClass("btn-primary", explained);
	}

	save(kind) {
		if (this.saving) return;
		const text = this.$text.val().trim();
		if (!text) {
			frappe.show_alert({ message: __("Write down what the caller said."), indicator: "orange" });
			this.$text.trigger("focus");
			return;
		}
		this.saving = true;
		const chosen = (name) => this.$choices.find(`input[name=${name}]:checked`).val();
		frappe
			.xcall(`${PHONE}.save`, {
				kind,
				text,
				phone: this.$phone.val(),
				caller: this.$caller.val(),
				category: chosen("category"),
				matter: chosen("matter"),
				accused: chosen("category") === "Accusation" ? this.dialog.get_value("accused") : null,
				household: this.household,
				guides: [...this.guides],
			})
			.then(
				({ doctype, name }) => {
					this.dialog.hide();
					const link = name
						? frappe.utils.get_form_link(doctype, name, true)
						: __("It is with those who handle accusations; others cannot see it.");
					frappe.show_alert({ message: `${__("Recorded")}：${link}`, indicator: "green" }, 15);
				},
				() => (this.saving = false)
			);
	}
}

function buttons() {
	const group = (name, label, words) => `<fieldset class="socaid-choices mb-2"><legend class="control-label">${label}</legend>
		${words
			.map(
				(word, place) => `<label class="btn btn-default mr-1 mb-1"><input type="radio" name="${name}" value="${word}"
					${place ? "" : "checked"}> ${(place + 1) % 10} ${__(word, null, "Petition")}</label>`
			)
			.join("")}</fieldset>`;
	return group("category", __("Category of Petition"), CATEGORIES) + group("matter", __("Cause"), MATTERS);
}

function render_known({ petitions, receptions, households }) {
	const escape = frappe.utils.escape_html;
	const item = (doctype, name, ...details) =>
		`<li>${frappe.utils.get_form_link(doctype, name, true)} ${details.filter(Boolean).map(escape).join(" · ")}</li>`;
	const earlier = [
		...petitions.map(({ name, subject, status, received_on }) =>
			item("Petition", name, subject, __(status, null, "Petition"), frappe.datetime.str_to_user(received_on))
		),
		...receptions.map(({ name, matter_text, received_at }) =>
			item("Reception Record", name, (matter_text || "").slice(0, 30), frappe.datetime.str_to_user(received_at, false, true))
		),
	];
	const choice = (value, label, checked) =>
		`<label class="d-block"><input type="radio" name="household" value="${escape(value)}" ${checked}> ${label}</label>`;
	const families = households.map(({ name, head_name, division_name, current_benefit }, place) =>
		choice(
			name,
			[head_name, division_name, current_benefit].filter(Boolean).map(escape).join(" · "),
			place ? "" : "checked"
		)
	);
	if (families.length) families.push(choice("", __("None of these"), ""));
	return `${families.length ? `<fieldset><legend class="control-label">${__("Household")}</legend>${families.join("")}</fieldset>` : ""}
		${earlier.length ? `<p class="control-label">${__("Earlier Calls and Petitions")}</p><ul>${earlier.join("")}</ul>` : ""}
		${families.length || earlier.length ? "" : `<p class="text-muted">${__("Nothing known of this number yet.")}</p>`}`;
}

frappe.ui.keys.add_shortcut({
	shortcut: "alt+ctrl+p",
	action: () => socaid.phone_intake(),
	description: __("Record a Call"),
	ignore_inputs: true,
	condition: may_record,
});

// The same behind a button at the top of every page.
$(document).on("toolbar_setup", () => {
	if (!may_record()) return;
	const label = `${__("Record a Call")} (Ctrl+Alt+P)`;
	$(`<li class="nav-item socaid-call">
		<button type="button" class="btn-reset nav-link" title="${label}" aria-label="${label}">
			${frappe.utils.icon("call", "md")}
		</button>
	</li>`)
		.on("click", "button", () => socaid.phone_intake())
		.prependTo(".navbar .navbar-collapse > .navbar-nav");
});
