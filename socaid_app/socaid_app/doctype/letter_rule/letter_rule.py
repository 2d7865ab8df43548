import json
from string import Formatter

import frappe
from frappe import _
from frappe.utils import cint

from socaid_app.casework import letters, result_texts
from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.frappe_versions import meets
from socaid_app.socaid_app import rules

KIND = ("document_kind", "document_type")
OF_A_NUMBER = frozenset({"mark", "year", "number"})


class LetterRuleInvalid(frappe.ValidationError):
	pass


class LetterRule(Guarded):
	"""Which print format is the letter of which stage (casework/letters.py)."""

	GUARD = Guard(writable={ANY: ALL}, fixed={ANY: KIND})

	def validate(self) -> None:
		self.check_format()
		self.check_stages()
		self.check_filters()
		self.check_number()
		self.check_delivery()
		self.check_text()

	def onload(self) -> None:
		"""The stages in the reader's words, which the form shows beside what is stored."""
		stages = (_(stage, context=self.document_type) for stage in letters.lines(self.stages))
		self.set_onload("stages", "、".join(stages))

	def on_update(self) -> None:
		letters.forget()

	def on_trash(self) -> None:
		letters.forget()

	def check_format(self) -> None:
		of, disabled = frappe.db.get_value("Print Format", self.print_format, ["doc_type", "disabled"]) or (
			None,
			0,
		)
		if of != self.document_type:
			frappe.throw(
				_("{0} prints {1}. Choose a print format of {2}.").format(
					_(self.print_format), _(of or ""), _(self.document_type)
				),
				LetterRuleInvalid,
			)
		if cint(disabled):
			frappe.throw(
				_("The print format {0} is disabled. Enable it, or choose another.").format(
					_(self.print_format)
				),
				LetterRuleInvalid,
			)

	def check_stages(self) -> None:
		"""Stages are stored as the record stores its state, however the clerk wrote them."""
		wanted = letters.lines(self.stages)
		known = letters.known_stages(self.document_type)
		named = known | {_(stage, context=self.document_type): value for stage, value in known.items()}
		if strange := [stage for stage in wanted if stage not in named]:
			frappe.throw(
				_("{0}: no stage of {1}. Its stages are: {2}.").format(
					"、".join(strange),
					_(self.document_type),
					"、".join(_(stage, context=self.document_type) for stage in known) or "—",
				),
				LetterRuleInvalid,
			)
		self.stages = "\n".join(named[stage] for stage in wanted)

	def check_filters(self) -> None:
		if not (self.filters or "").strip():
			self.filters = None
			return
		try:
			filters = json.loads(self.filters)
			meets(frappe.new_doc(self.document_type), filters)
			fields = [row[-3] for row in filters]
		except Exception:
			frappe.throw(
				_("Further Condition: write filters such as {0}.").format('[["status", "=", "Open"]]'),
				LetterRuleInvalid,
			)
		meta = frappe.get_meta(self.document_type)
		if strange := [field for field in fields if not meta.has_field(field)]:
			frappe.throw(
				_("{0} has no field {1}.").format(_(self.document_type), "、".join(strange)),
				LetterRuleInvalid,
			)

	def check_number(self) -> None:
		if not self.number_mark:
			return
		try:
			parts = {
				field for _text, field, _spec, _conversion in Formatter().parse(self.number_format or "")
			}
		except ValueError:
			parts = set()
		if not {"year", "number"} <= parts <= OF_A_NUMBER | {None}:
			frappe.throw(
				_("Document Number: write it with {0} and {1}, for example {2}.").format(
					"{year}", "{number}", "社救{mark}〔{year}〕{number}号"
				),
				LetterRuleInvalid,
			)

	def check_delivery(self) -> None:
		if cint(self.is_delivered) and self.delivery_days not in rules.parameters():
			frappe.throw(
				_("{0} is no policy parameter. Enter the key of the one that says the days.").format(
					self.delivery_days or ""
				),
				LetterRuleInvalid,
			)

	def check_text(self) -> None:
		if self.text_message and self.has_value_changed("text_message"):
			result_texts.check(frappe.get_doc(result_texts.TEMPLATE, self.text_message))
