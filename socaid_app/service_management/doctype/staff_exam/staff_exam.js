// Whoever begins an exam is led to its questions.
socaid.steps.then["Staff Exam.begin_exam"] = (frm, attempt) => frappe.set_route("Form", "Exam Attempt", attempt).then(() => true);
