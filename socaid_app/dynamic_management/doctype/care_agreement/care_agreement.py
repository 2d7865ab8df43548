from frappe import _lt

from socaid_app.casework.records import ALL, Guard, GuardedRecord
from socaid_app.dynamic_management import care_agreements


class CareAgreement(GuardedRecord):
	"""Who cares for a 特困 person, and for what (dynamic_management/care_agreements.py)."""

	GUARD = Guard(
		state="status",
		writable={care_agreements.DRAFTED: ALL, care_agreements.IN_FORCE: ("phone", "carer_address")},
		fixed={"": ("recipient",)},
		refusal=care_agreements.AgreementRefused,
		way_out=_lt("What was signed stays as it is. Renew the agreement to change it."),
	)
	TURNS = ("recipient",)

	division_from = "recipient"

	def before_validate(self) -> None:
		if self.status == care_agreements.DRAFTED and self.recipient:
			care_agreements.fill(self)
		self.set_division()

	def validate(self) -> None:
		if self.status == care_agreements.DRAFTED and self.recipient:
			care_agreements.check(self)
