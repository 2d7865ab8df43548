from dataclasses import asdict

from socaid_app.casework.records import Guard, Guarded
from socaid_app.moving_in import onboarding


class CountyOnboarding(Guarded):
	"""How far a new county has come, and what was confirmed by name (moving_in/onboarding.py)."""

	GUARD = Guard(writable={})

	def onload(self) -> None:
		self.set_onload("checklist", [asdict(one) for one in onboarding.checklist()])
