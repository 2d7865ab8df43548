import frappe
from frappe import _
from frappe.utils import cint

from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.service_management.registers import AT_START, METER, choices


class RegisterInvalid(frappe.ValidationError):
	pass


class ServiceRegister(Guarded):
	"""A register as one record: what is entered, who approves it, who carries it out. Entries keep what they were asked."""

	GUARD = Guard(writable={ANY: ALL})

	def validate(self) -> None:
		if min(cint(self.due_days), cint(self.repeat_every), cint(self.keep_days)) < 0:
			frappe.throw(_("Enter an interval of at least one, and no negative days."), RegisterInvalid)
		items = [row.item for row in self.particulars]
		if len(set(items)) < len(items):
			frappe.throw(_("Two rows ask the same."), RegisterInvalid)
		for row in self.particulars:
			if row.asked_at == AT_START and not self.start_label:
				frappe.throw(
					_("Row {0}: the register is carried out in one step, without a start.").format(row.idx),
					RegisterInvalid,
				)
			if row.answer_kind == "Choice" and len(set(choices(row.choices))) < 2:
				frappe.throw(
					_("Row {0}: write at least two different choices.").format(row.idx), RegisterInvalid
				)
			if row.kept_as and not self.keeps(row):
				frappe.throw(
					_("Row {0}: “{1}” is a {2}, of a register that concerns a thing.").format(
						row.idx,
						_(row.kept_as, context=row.doctype),
						_("Number" if row.kept_as == METER else "Date", context=row.doctype),
					),
					RegisterInvalid,
				)
			if row.not_below and row.not_below not in items:
				frappe.throw(_("Row {0}: there is no “{1}”.").format(row.idx, row.not_below), RegisterInvalid)

	def keeps(self, row) -> bool:
		"""Whether there is a thing to keep it, and it is of the kind that the thing keeps."""
		return self.concerns != "Nothing" and row.answer_kind == (
			"Number" if row.kept_as == METER else "Date"
		)
