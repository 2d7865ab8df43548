// A family at the counter in one go: what is typed here becomes persons, household and application by one request
// (assistance_intake/counter.py). What is not handed in yet outlives a reload or the end of the session in this tab.
const APPLICATION = "Assistance Application";
const METHODS = "socaid_app.assistance_intake.counter";
const DRAFTS = "socaid-counter:";
const HEAD = "02";
const ELSEWHERE = () =>
	__("This number is or was registered in another division. Ask the county office to transfer the record.");

frappe.pages["counter-intake"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Family at the Counter"),
		single_column: true,
	});
	wrapper.ready = Promise.all([APPLICATION, "Recipient", "Check Authorization"].map((name) => frappe.model.with_doctype(name))).then(
		() => {
			wrapper.counter = new Counter(page);
		}
	);
};

// From the form of an online application: it is taken over here.
frappe.pages["counter-intake"].on_page_show = (wrapper) => {
	const { online_application } = frappe.route_options || {};
	if (!online_application) return;
	frappe.route_options = null;
	wrapper.ready.then(() => wrapper.counter.take_online(online_application));
};

class Counter {
	constructor(page) {
		this.page = page;
		this.$body = $(`<div class="socaid-counter"></div>`).appendTo(page.main);
		this.page.set_primary_action(__("Enter the Family"), () => this.hand_in());
		this.page.add_menu_item(__("Begin Anew"), () =>
			frappe.confirm(__("Empty the whole screen? What was typed here is lost."), () => this.begin_anew())
		);
		forget_drafts_of_others();
		const draft = read_draft();
		this.build(draft);
		if (draft) frappe.show_alert({ message: __("What you had typed is here again."), indicator: "blue" });
		// what people do, not what fields set by themselves when they are made
		this.$body.on("input change awesomplete-selectcomplete", (event) => event.originalEvent && this.keep_draft());
		forget_at_logout();
	}

	build(draft) {
		this.$body.empty();
		this.online = draft && draft.case.online_application;
		if (this.online) this.show_online();
		this.case = this.group(__("Application"), case_fields());
		this.members = new Rows(this, "members", {
			title: __("Members of the Family"),
			add: __("Add Member"),
			fields: member_fields,
			begun: (row) => this.watch_number(row),
		});
		this.means = this.group(__("Address and Account"), family_fields());
		this.tables = ["incomes", "properties", "expenses"].map(
			(table) =>
				new Rows(this, table, {
					title: __(frappe.meta.get_label(APPLICATION, table), null, APPLICATION),
					add: __("Add a Line"),
					fields: () => this.row_fields(table),
					none: NONE_OF[table],
					begun: (row) => table === "incomes" && this.watch_members(row),
				})
		);
		this.papers = new Papers(this);
		this.case.get_field("category").df.onchange = () => this.papers.follow(this.case.get_value("category"));
		this.consents = this.group(__("Consent and Signature"), consent_fields());
		if (draft) this.fill(draft);
		else this.members.add({ kinship: HEAD });
	}

	group(title, fields) {
		const $card = card(this.$body, title);
		return field_group($card.find(".card-fields"), fields);
	}

	fill(draft) {
		this.papers.kept = draft.materials || [];
		[this.case, this.means, this.consents].forEach((group) => group.set_values(draft.case));
		draft.members.forEach((row) => this.members.add(row));
		this.tables.forEach((rows) => {
			(draft[rows.name] || []).forEach((row) => rows.add(row));
			if (rows.none && draft.case[rows.none]) rows.set_none(1);
		});
	}

	// Everything as the server takes it.
	collect() {
		const found = {
			...this.case.get_values(true),
			...this.means.get_values(true),
			...this.consents.get_values(true),
			members: this.members.values(),
			materials: this.papers.values(),
			online_application: this.online || undefined,
		};
		this.tables.forEach((rows) => {
			found[rows.name] = rows.values();
			if (rows.none) found[rows.none] = rows.is_none();
		});
		return found;
	}

	keep_draft() {
		clearTimeout(this.keeping);
		this.keeping = setTimeout(() => {
			const { members, incomes, properties, expenses, materials, ...values } = this.collect();
			const draft = { case: values, members, incomes, properties, expenses, materials };
			sessionStorage.setItem(DRAFTS + frappe.session.user, JSON.stringify(draft));
		}, 300);
	}

	begin_anew() {
		clearTimeout(this.keeping);
		sessionStorage.removeItem(DRAFTS + frappe.session.user);
		this.build(null);
	}

	// --- from the public page ---------------------------------------------------------------------------------
	take_online(name) {
		const draft = read_draft();
		if (!draft || draft.case.online_application === name) return this.fill_online(name);
		frappe.confirm(__("Empty the whole screen? What was typed here is lost."), () => this.fill_online(name));
	}

	fill_online(name) {
		return frappe.xcall(`${METHODS.replace("counter", "online_at_counter")}.filled_in`, { name }).then((found) => {
			const rows = this.rows_of(found);
			this.build({ case: { ...found.case, online_application: name }, members: rows });
			found.known.forEach((known, at) => {
				if (!known.elsewhere) return;
				const row = this.members.rows.find((one) => one.values().full_name === found.members[at].full_name);
				if (row) row.tell(ELSEWHERE());
			});
			this.show_beside(found);
			this.keep_draft();
		});
	}

	// Who lives in the applicant's household by the register, then whom the citizen names besides.
	rows_of({ members, known }) {
		const home = known[0].members || [];
		if (!home.length) {
			return members.map((one, at) =>
				known[at].recipient
					? { ...one, recipient: known[at].recipient, full_name: known[at].full_name }
					: one
			);
		}
		const registered = home.map((one) => ({ ...one, full_name: one.member_name }));
		const applicant = registered.findIndex((one) => one.recipient === known[0].recipient);
		return [
			{ ...registered[applicant], phone: members[0].phone },
			...registered.filter((_one, at) => at !== applicant),
			...members.filter((_one, at) => !home.some((one) => one.recipient === known[at].recipient)),
		];
	}

	show_online() {
		const $card = card(this.$body, __("Online Application {0}", [this.online])).addClass("counter-online");
		$card
			.find(".card-fields")
			.append($("<p></p>").text(__("Entered here, it becomes this family's case with the citizen's papers and code.")));
	}

	show_beside({ beside, papers, same_person, remarks }) {
		const $box = this.$body.find(".counter-online .card-fields");
		const $rows = beside.map(({ said, known, differs }) =>
			$("<tr></tr>")
				.toggleClass("counter-differs", differs)
				.append($("<td></td>").text(said), $("<td></td>").text(known))
		);
		$(`<table class="table table-bordered table-sm"><thead><tr><th></th><th></th></tr></thead><tbody></tbody></table>`)
			.appendTo($box)
			.find("th")
			.first()
			.text(__("As the Citizen Wrote"))
			.next()
			.text(__("As Registered"))
			.closest("table")
			.find("tbody")
			.append($rows);
		const say = (text) => $("<p></p>").text(text).appendTo($box);
		say(papers.length ? __("Papers sent along: {0}", [papers.join("、")]) : __("No papers were sent along."));
		if (remarks) say(__("Added by the citizen: {0}", [remarks]));
		if (same_person) say(__("The same person sent {0} a short while ago. Look at it first.", [same_person]));
	}

	row_fields(table) {
		const fields = table_fields(frappe.meta.get_docfield(APPLICATION, table).options);
		if (table !== "incomes") return fields;
		const options = this.names();
		return [
			{ fieldname: "member", fieldtype: "Select", label: __("Whose"), options, default: "1", reqd: 1 },
			...fields.filter((df) => df.fieldname !== "recipient"),
		];
	}

	names() {
		return this.members
			.values()
			.map((row, at) => ({ value: String(at + 1), label: `${at + 1} ${row.full_name || ""}` }));
	}

	// Whose income it may be follows the names above.
	watch_members(row) {
		row.group.get_field("member").$input.on("focus", () =>
			row.group.set_df_property("member", "options", this.names())
		);
	}

	// --- who is known already ---------------------------------------------------------------------------------
	watch_number(row) {
		const field = row.group.get_field("id_number");
		socaid.watch_id_number(field);
		field.$input.on("change", () => this.look_up(row));
	}

	look_up(row) {
		const number = row.group.get_value("id_number");
		if (!socaid.read_id_number(number) || row.recipient) return;
		return frappe.xcall(`${METHODS}.look_up`, { id_number: number }).then((known) => {
			if (known.elsewhere) {
				row.tell(ELSEWHERE());
			} else if (known.recipient) {
				row.tell("");
				this.take_up(row, known);
			} else {
				row.tell("");
			}
		});
	}

	take_up(row, known) {
		const first = this.members.rows[0] === row;
		if (!first || !known.members.length) return row.know(known.recipient, known.full_name);
		if (known.division && !this.case.get_value("division")) {
			this.case.set_value("division", known.division);
		}
		// the whole family is on the register: nothing is asked twice
		this.members.clear();
		const applicant = known.members.findIndex((one) => one.recipient === known.recipient);
		const rows = [known.members[applicant], ...known.members.filter((_one, at) => at !== applicant)];
		rows.forEach((one) => this.members.add({ ...one, full_name: one.member_name }));
		frappe.show_alert({
			message: __("{0} is on the register: household {1} was filled in.", [
				frappe.utils.escape_html(known.full_name),
				known.household,
			]),
			indicator: "green",
		});
		this.keep_draft();
	}

	// --- handing in -------------------------------------------------------------------------------------------
	hand_in() {
		const complete = [
			this.case,
			...this.members.rows.map((row) => row.group),
			this.means,
			...this.tables.flatMap((rows) => rows.rows.map((row) => row.group)),
			this.consents,
		].every((group) => group.get_values());
		if (!complete) return;
		this.members.rows.forEach((row) => row.tell(""));
		frappe.call({
			method: `${METHODS}.open_case`,
			args: { case: this.collect() },
			freeze: true,
			freeze_message: __("Entering the family…"),
			callback: ({ message }) => {
				this.begin_anew();
				frappe.show_alert({
					message: __("Application {0} was entered. What it still lacks stands on top.", [message]),
					indicator: "green",
				});
				frappe.set_route("Form", APPLICATION, message);
			},
			error: (answer) => this.show_problems(answer),
		});
	}

	show_problems(answer) {
		const problems = (answer && (answer.problems || (answer.responseJSON || {}).problems)) || [];
		problems
			.filter(({ table, row }) => table === "members" && this.members.rows[row - 1])
			.forEach(({ row, message }) => this.members.rows[row - 1].tell(message));
		const first = this.$body.find(".counter-row.has-problem").get(0);
		if (first) first.scrollIntoView({ block: "center" });
	}
}

// Rows of one kind, each a card of its own; ``none``: the field that says there are none.
class Rows {
	constructor(counter, name, { title, add, fields, begun, none }) {
		Object.assign(this, { counter, name, fields, begun, none, rows: [] });
		this.$card = card(counter.$body, title).attr("data-table", name);
		this.$rows = $(`<div></div>`).appendTo(this.$card.find(".card-fields"));
		const $foot = $(`<div class="counter-foot"></div>`).appendTo(this.$card);
		$(`<button type="button" class="btn btn-default btn-sm">${add}</button>`)
			.on("click", () => this.add({}, true))
			.appendTo($foot);
		if (none) {
			const label = __(frappe.meta.get_label(APPLICATION, none), null, APPLICATION);
			this.$none = $(`<label class="counter-none"><input type="checkbox"> ${label}</label>`)
				.appendTo($foot)
				.find("input");
		}
	}

	add(values, focus) {
		const row = new Row(this, values);
		this.rows.push(row);
		this.number();
		if (this.none) this.set_none(0);
		if (focus) row.group.fields_list.find((field) => field.$input).$input.focus();
		return row;
	}

	remove(row) {
		row.$row.remove();
		this.rows = this.rows.filter((one) => one !== row);
		this.number();
		this.counter.keep_draft();
	}

	clear() {
		this.rows.forEach((row) => row.$row.remove());
		this.rows = [];
	}

	number() {
		this.rows.forEach((row, at) => {
			const title = this.name === "members" && !at ? __("Applicant") : String(at + 1);
			row.$row.find(".counter-number").text(title);
			row.$row.find(".counter-remove").toggle(this.name !== "members" || at > 0);
		});
	}

	values() {
		return this.rows.map((row) => row.values());
	}

	set_none(value) {
		if (this.$none) this.$none.prop("checked", Boolean(value));
	}

	is_none() {
		return this.rows.length ? 0 : Number(this.$none.prop("checked"));
	}
}

class Row {
	constructor(rows, values) {
		this.$row = $(`<div class="counter-row">
			<div class="counter-head">
				<span class="counter-number"></span>
				<span class="counter-problem" role="alert"></span>
				<button type="button" class="btn btn-xs btn-link counter-remove">${__("Take Away")}</button>
			</div>
			<div class="counter-fields"></div>
		</div>`).appendTo(rows.$rows);
		this.$row.find(".counter-remove").on("click", () => rows.remove(this));
		this.group = field_group(this.$row.find(".counter-fields"), rows.fields());
		this.group.set_values(values);
		if (rows.begun) rows.begun(this);
		if (values.recipient && rows.name === "members") this.know(values.recipient, values.full_name);
	}

	// Somebody of the register: name and number are theirs.
	know(recipient, full_name) {
		this.recipient = recipient;
		this.group.set_value("full_name", full_name);
		["full_name", "id_number"].forEach((field) => {
			this.group.set_df_property(field, "read_only", 1);
			this.group.set_df_property(field, "reqd", 0);
		});
		this.$row.find(".counter-known").remove();
		$(`<span class="indicator-pill green counter-known">${__("On the Register")}</span>`).insertAfter(
			this.$row.find(".counter-number")
		);
	}

	tell(problem) {
		this.$row.toggleClass("has-problem", Boolean(problem));
		this.$row.find(".counter-problem").text(problem ? strip_html(problem) : "");
	}

	values() {
		const values = this.group.get_values(true);
		return this.recipient ? { ...values, recipient: this.recipient } : values;
	}
}

// The papers of the category's checklist: ticked, or ticked by their scan. Of several scans sent at once each finds the
// paper that its name says; for the others it is chosen.
class Papers {
	constructor(counter) {
		Object.assign(this, { counter, rows: [], kept: [] });
		const $card = card(counter.$body, __("Papers Handed In")).attr("data-table", "materials");
		this.$rows = $(`<div class="counter-papers"></div>`).appendTo($card.find(".card-fields"));
		this.$strange = $(`<div class="counter-papers"></div>`).appendTo($card.find(".card-fields"));
		this.$all = $(`<button type="button" class="btn btn-default btn-sm">${__("Upload Scans")}</button>`)
			.on("click", () => this.upload((file) => this.sort(file), true))
			.appendTo($(`<div class="counter-foot"></div>`).appendTo($card));
		this.draw();
	}

	follow(category) {
		if (category === this.category) return;
		this.category = category;
		const asked = category ? frappe.xcall(`${METHODS}.papers`, { category }) : Promise.resolve([]);
		asked.then((rows) => {
			if (category !== this.category) return;
			const before = [...this.kept, ...this.values()];
			this.rows = rows.map((row) => ({ ...row, ...before.find((one) => one.material === row.material) }));
			this.draw();
		});
	}

	draw() {
		this.$all.toggle(this.rows.length > 0);
		this.$rows.empty();
		if (!this.rows.length) $(`<p class="text-muted"></p>`).text(__("Choose the category first.")).appendTo(this.$rows);
		this.rows.forEach((row) => this.draw_row(row));
	}

	draw_row(row) {
		const $row = $(`<div class="counter-paper">
			<label class="counter-none"><input type="checkbox"> <span class="counter-material"></span></label>
			<small class="text-muted"></small>
			<a target="_blank" rel="noopener"></a>
			<button type="button" class="btn btn-default btn-xs">${__("Add Scan")}</button>
		</div>`).appendTo(this.$rows);
		const required = row.requirement === "Required";
		$row.find(".counter-material").text(row.material).toggleClass("font-weight-bold", required);
		$row.find("small").text(row.note || "");
		if (row.file) $row.find("a").attr("href", row.file.replace(/#/g, "%23")).text(row.file.split("/").pop());
		$row
			.find("input")
			.prop("checked", Boolean(row.received))
			.on("change", ({ currentTarget }) => (row.received = Number(currentTarget.checked)));
		$row.find("button").on("click", () => this.upload((file) => this.take(row, file.file_url)));
	}

	upload(on_success, allow_multiple = false) {
		new frappe.ui.FileUploader({ allow_multiple, make_attachments_public: false, on_success });
	}

	take(row, file) {
		Object.assign(row, { file, received: 1 });
		this.draw();
		this.counter.keep_draft();
	}

	sort({ file_name, file_url }) {
		const says = (word) => word.length > 1 && file_name.includes(word);
		const row = this.rows.find(({ material, file }) => !file && material.split(/[、及和或（）]/).some(says));
		if (row) return this.take(row, file_url);
		const options = this.rows.map(({ material }) => `<option>${frappe.utils.escape_html(material)}</option>`);
		const $row = $(`<label class="counter-paper"><span></span>
			<select class="form-control input-xs"><option value="">${__("Which paper is it?")}</option>${options.join("")}</select></label>`);
		$row.find("span").text(file_name);
		$row.find("select").on("change", ({ currentTarget }) => {
			this.take(this.rows[currentTarget.selectedIndex - 1], file_url);
			$row.remove();
		});
		$row.appendTo(this.$strange);
	}

	// of a draft, until the checklist is there
	values() {
		if (!this.rows.length) return this.kept;
		return this.rows
			.filter((row) => row.received)
			.map(({ material, received, file }) => ({ material, received, file }));
	}
}

// --- fields: as their DocTypes have them, with what an administrator changed --------------------------------------
const NONE_OF = { incomes: "no_income", properties: "no_property", expenses: "no_expenses" };
const COLUMN = { fieldtype: "Column Break" };

function field(doctype, fieldname, more = {}) {
	const df = frappe.meta.get_docfield(doctype, fieldname);
	// shown in a group of its own: what belongs to the form's layout stays behind
	const { depends_on, mandatory_depends_on, read_only_depends_on, read_only, hidden, ...kept } = df;
	return { ...kept, parent: doctype, label: __(df.label, null, doctype), ...more };
}

function case_fields() {
	const added = frappe.get_meta(APPLICATION).fields.filter((df) => df.is_custom_field && df.reqd);
	return [
		field(APPLICATION, "category", {
			reqd: 1,
			get_query: () => ({ filters: { disabled: 0, takes_applications: 1 } }),
		}),
		field(APPLICATION, "division", { reqd: 1, get_query: () => ({ filters: { level: "Village" } }) }),
		COLUMN,
		field(APPLICATION, "applied_on", { reqd: 1, default: frappe.datetime.get_today() }),
		field(APPLICATION, "channel", { default: "Counter" }),
		COLUMN,
		field(APPLICATION, "cause"),
		field(APPLICATION, "requested_amount"),
		COLUMN,
		field(APPLICATION, "need_text"),
		...added.map((df) => field(APPLICATION, df.fieldname, { reqd: 1 })),
	];
}

function member_fields() {
	const other = 'eval:doc.document_kind && doc.document_kind !== "Resident ID"';
	const member = (name, more) => field("Application Member", name, more);
	return [
		field("Recipient", "id_number", {
			description: "",
			depends_on: `eval:!(${other.slice(5)})`,
			mandatory_depends_on: `eval:!(${other.slice(5)})`,
		}),
		field("Recipient", "full_name", { reqd: 1 }),
		member("kinship", { reqd: 1 }),
		field("Recipient", "phone"),
		COLUMN,
		member("marital"),
		member("schooling"),
		member("employment"),
		member("labour_capacity"),
		COLUMN,
		member("health"),
		member("disability_type"),
		member("disability_grade", { depends_on: "eval:doc.disability_type" }),
		member("residence"),
		COLUMN,
		field("Recipient", "document_kind", { label: __("Another Document"), default: "Resident ID" }),
		field("Recipient", "nationality", { depends_on: 'eval:doc.document_kind === "Foreign Passport"' }),
		field("Recipient", "document_number", {
			depends_on: `${other} && doc.document_kind !== "None"`,
		}),
		field("Recipient", "no_document_reason", { depends_on: 'eval:doc.document_kind === "None"' }),
		field("Recipient", "no_document_note", { depends_on: 'eval:doc.document_kind === "None"' }),
		field("Recipient", "birth_date", { depends_on: other }),
		field("Recipient", "sex", { depends_on: other }),
		field("Check Authorization", "guardian_name", {
			label: __("Guardian Who Signs"),
			description: __("For a child."),
		}),
	];
}

function family_fields() {
	return [
		field("Recipient", "address", { fieldtype: "Data" }),
		COLUMN,
		field("Recipient", "hukou_type"),
		COLUMN,
		field("Recipient", "bank_name"),
		COLUMN,
		field("Recipient", "bank_account", { label: __("Account of the Applicant") }),
	];
}

function consent_fields() {
	return [
		field(APPLICATION, "applicant_signed"),
		COLUMN,
		{
			fieldname: "consent_file",
			fieldtype: "Attach",
			label: __("Consent Signed by All"),
			options: { make_attachments_public: false },
		},
		COLUMN,
		{
			fieldname: "consent_signed_on",
			fieldtype: "Date",
			label: __("Consent Signed On"),
			depends_on: "eval:doc.consent_file",
			default: frappe.datetime.get_today(),
		},
		COLUMN,
		field(APPLICATION, "agent_name"),
		field(APPLICATION, "agent_relation", { depends_on: "eval:doc.agent_name" }),
		field(APPLICATION, "agent_phone", { depends_on: "eval:doc.agent_name" }),
	];
}

function table_fields(doctype) {
	const fields = frappe
		.get_meta(doctype)
		.fields.filter((df) => !df.read_only && !frappe.model.no_value_type.includes(df.fieldtype))
		.filter((df) => df.fieldtype !== "Attach");
	return fields.flatMap((df, at) => {
		const own = field(doctype, df.fieldname, { depends_on: df.depends_on });
		return at && at % Math.ceil(fields.length / 4) === 0 ? [COLUMN, own] : [own];
	});
}

function field_group($parent, fields) {
	const group = new frappe.ui.FieldGroup({ fields, body: $parent, no_submit_on_enter: true });
	group.make();
	return group;
}

function card($parent, title) {
	return $(`<section class="counter-card frappe-card">
		<h4></h4><div class="card-fields"></div>
	</section>`)
		.appendTo($parent)
		.find("h4")
		.text(title)
		.end();
}

// --- drafts: of this tab and this user alone ----------------------------------------------------------------------
function read_draft() {
	const stored = sessionStorage.getItem(DRAFTS + frappe.session.user);
	return stored ? JSON.parse(stored) : null;
}

function forget_drafts_of_others() {
	Object.keys(sessionStorage)
		.filter((key) => key.startsWith(DRAFTS) && key !== DRAFTS + frappe.session.user)
		.forEach((key) => sessionStorage.removeItem(key));
}

function forget_at_logout() {
	const theirs = frappe.app.logout;
	if (theirs.of_counter) return;
	frappe.app.logout = function (...args) {
		sessionStorage.removeItem(DRAFTS + frappe.session.user);
		return theirs.apply(this, args);
	};
	frappe.app.logout.of_counter = true;
}
