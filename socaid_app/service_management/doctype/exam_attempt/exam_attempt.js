// The questions of an exam as one sheet. The server keeps the time and what is ticked; this counts down and sends it.
frappe.ui.form.on("Exam Attempt", {
	refresh(frm) {
		frm.toggle_display("questions", false);
		draw(frm);
		count_down(frm);
	},
});

socaid.steps.collect["Exam Attempt.hand_in"] = (frm, step) =>
	new Promise((resolve) => {
		const open = frm.doc.questions.filter(({ name }) => !answers(frm)[name]).length;
		const words = open ? __("{0} questions are not answered yet.", [open]) : "";
		frappe.confirm(
			`${words} ${step.confirm}`,
			() => resolve({ answers: answers(frm) }),
			() => resolve(undefined)
		);
	});

const LETTERS = "ABCDEFGHIJ";
const mine = (frm) => frm.doc.__onload?.seconds_left !== undefined;

function answers(frm) {
	const given = {};
	for (const row of frm.doc.questions) {
		const $ticked = frm.fields_dict.questions_html.$wrapper.find(`input[name="${row.name}"]:checked`);
		given[row.name] = $ticked
			.map((_, input) => input.value)
			.get()
			.join("");
	}
	return given;
}

function draw(frm) {
	const open = mine(frm);
	const $place = frm.fields_dict.questions_html.$wrapper;
	// what was ticked since the last answers were kept stays when the form is read again
	const drawn = `${frm.docname} ${frm.doc.status}`;
	if (open && frm.exam_drawn === drawn && $place.find(".exam-question").length) return;
	frm.exam_drawn = drawn;
	$place.empty().off("change");
	if (open) $place.append('<div class="exam-clock"><b></b></div>');
	frm.doc.questions?.forEach((row) => {
		const $row = $('<fieldset class="exam-question border-bottom py-3">').appendTo($place);
		$("<legend>")
			.text(`${row.idx}. ${row.question}（${__(row.kind, null, "Exam Attempt Question")}，${__("{0} points", [row.points])}）`)
			.appendTo($row);
		row.choices.split("\n").forEach((words, place) => {
			const letter = LETTERS[place];
			const $label = $('<label class="exam-choice">').appendTo($row);
			$("<input>", {
				type: row.kind === "Multiple Choice" ? "checkbox" : "radio",
				name: row.name,
				value: letter,
				checked: (row.answer || "").includes(letter),
				disabled: !open,
			}).appendTo($label);
			$("<span>").text(` ${letter}. ${words}`).appendTo($label);
		});
		if (frm.doc.status !== "Exam under Way")
			$("<div>")
				.addClass(row.gained >= row.points ? "text-success" : "text-danger")
				.text(__("{0} of {1} points", [row.gained, row.points]))
				.appendTo($row);
	});
	if (open) $place.on("change", "input", frappe.utils.debounce(() => keep(frm), 800));
}

function keep(frm) {
	if (frm.doc.status !== "Exam under Way") return;
	frappe.xcall("socaid_app.casework.steps.take", {
		doctype: frm.doctype,
		name: frm.docname,
		step: "keep_answers",
		values: { answers: answers(frm) },
	});
}

function count_down(frm) {
	clearInterval(frm.exam_clock);
	if (!mine(frm)) return;
	const ends = Date.now() + frm.doc.__onload.seconds_left * 1000;
	const attempt = frm.docname;
	const tick = () => {
		const left = Math.max(0, Math.round((ends - Date.now()) / 1000));
		const words = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
		frm.fields_dict.questions_html.$wrapper.find(".exam-clock b").text(__("Time left: {0}", [words]));
		if (left && frm.docname === attempt) return;
		clearInterval(frm.exam_clock);
		if (!left && frm.docname === attempt) socaid.steps.take(frm, "hand_in", { answers: answers(frm) });
	};
	frm.exam_clock = setInterval(tick, 1000);
	tick();
}
