import frappe
from frappe import _, _lt
from frappe.utils import add_days, cint, getdate, today

from socaid_app.casework.records import ALL, Guard, Guarded, all_but
from socaid_app.policy import clock, terms
from socaid_app.policy.parameters import ParameterError, typed_value
from socaid_app.socaid_app import rules

# Once in force, what a decision may rest on stays as it is; a new value is a new record.
FIXED = ("parameter_key", "value", "value_type", "unit", "scheme", "area", "effective_from")


IN_FORCE, TO_COME = "In Force", "To Come"


class InForceAlready(frappe.ValidationError):
	pass


class OverlappingParameter(frappe.ValidationError):
	pass


class ServiceLimitLooserThanLaw(frappe.ValidationError):
	pass


class PolicyParameter(Guarded):
	GUARD = Guard(
		state="effective_from",
		writable={TO_COME: ALL, IN_FORCE: all_but(*FIXED)},
		refusal=InForceAlready,
		way_out=_lt("Decisions rest on it. Enter the new value as a new record with its own effective date."),
	)
	TURNS = (("parameter_key",),)

	def record_state(self) -> str:
		return IN_FORCE if getdate(self.effective_from) <= getdate(today()) else TO_COME

	def validate(self) -> None:
		self.check_value()
		self.keep_what_is_in_force()
		self.set_badge()
		self.refuse_looser_service_limit()
		self.close_predecessor()
		self.refuse_overlap()

	def on_update(self) -> None:
		rules.forget()

	def on_trash(self) -> None:
		if getdate(self.effective_from) <= getdate(today()):
			frappe.throw(
				_("A parameter that took effect stays on record, because decisions rest on it."),
				InForceAlready,
			)
		rules.forget()

	def check_value(self) -> None:
		try:
			typed_value(self.value, self.value_type)
		except ParameterError as error:
			frappe.throw(str(error))
		if self.effective_to and getdate(self.effective_to) < getdate(self.effective_from):
			frappe.throw(_("The last day lies before the first."))

	def keep_what_is_in_force(self) -> None:
		before = self.get_doc_before_save()
		if not before or getdate(before.effective_from) > getdate(today()):
			return
		last = self.effective_to and getdate(self.effective_to)
		if (
			str(before.effective_to or "") != str(self.effective_to or "")
			and last
			and last < getdate(add_days(today(), -1))
		):
			frappe.throw(
				_("{0} cannot end before today, because decisions up to today rest on it.").format(
					self.label
				),
				InForceAlready,
			)

	def set_badge(self) -> None:
		self.to_be_confirmed = cint(self.confidence in terms.UNCONFIRMED and not self.confirmed_by)

	def _same_rule(self) -> list:
		filters = {
			"parameter_key": self.parameter_key,
			"scheme": self.scheme or "",
			"area": self.area or "",
			"name": ["!=", self.name or ""],
		}
		return frappe.get_all(
			"Policy Parameter",
			filters=filters,
			fields=["name", "effective_from", "effective_to"],
			order_by="effective_from",
		)

	def close_predecessor(self) -> None:
		"""The open record before a new one ends the day before it begins."""
		if not self.is_new():
			return
		for other in self._same_rule():
			if not other.effective_to and getdate(other.effective_from) < getdate(self.effective_from):
				last = add_days(self.effective_from, -1)
				frappe.db.set_value("Policy Parameter", other.name, "effective_to", last)
				rules.forget()
				frappe.msgprint(
					_("The record in force until now ({0}) ends on {1}.").format(other.name, last), alert=True
				)

	def refuse_overlap(self) -> None:
		first, last = getdate(self.effective_from), getdate(self.effective_to or "9999-12-31")
		for other in self._same_rule():
			if getdate(other.effective_from) <= last and first <= getdate(other.effective_to or "9999-12-31"):
				frappe.throw(
					_("The period overlaps with {0} ({1} to {2}) of the same parameter.").format(
						other.name, other.effective_from, other.effective_to or "…"
					),
					OverlappingParameter,
				)

	def refuse_looser_service_limit(self) -> None:
		"""A service limit may not be looser than its law, whichever of the two is being saved."""
		day = max(getdate(self.effective_from), getdate(today()))
		if self.clock == "Service" and self.statutory_key:
			pairs = [(typed_value(self.value, self.value_type), self._value_of(self.statutory_key, day))]
		else:
			services = frappe.get_all(
				"Policy Parameter",
				filters={"statutory_key": self.parameter_key},
				pluck="parameter_key",
				order_by="parameter_key",
			)
			pairs = [
				(self._value_of(key, day), typed_value(self.value, self.value_type)) for key in set(services)
			]
		for service, statutory in pairs:
			if service is None or statutory is None:
				continue
			try:
				clock.assert_not_looser(self.label, service, statutory, self.unit or "")
			except clock.ServiceLimitLooserThanLaw as error:
				frappe.throw(str(error), ServiceLimitLooserThanLaw)

	def _value_of(self, key: str, day):
		try:
			return rules.parameters().get(key, day)
		except ParameterError:
			return None


@frappe.whitelist(methods=["POST"])
def confirm(doctype: str, name: str) -> None:
	"""An officer vouches for a figure that came from a second-hand or inferred source (待核实)."""
	frappe.only_for(("Socaid Administrator", "County Approver", "System Manager"))
	if doctype not in ("Policy Parameter", "Assistance Standard"):
		frappe.throw(_("{0} cannot be confirmed.").format(_(doctype)))
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	doc.db_set({"confirmed_by": frappe.session.user, "confirmed_on": today(), "to_be_confirmed": 0})
	doc.add_comment("Info", _("confirmed this figure"))
	rules.forget()
