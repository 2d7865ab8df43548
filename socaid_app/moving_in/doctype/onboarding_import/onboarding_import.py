from frappe import _lt

from socaid_app.casework.records import Guard, Guarded, all_but
from socaid_app.moving_in import onboarding_imports as imports


class OnboardingImport(Guarded):
	"""Divisions or staff of a new county from a file (moving_in/onboarding_imports.py)."""

	GUARD = Guard(
		state="status",
		writable={imports.NOT_READ: all_but()},
		refusal=imports.OnboardingRefused,
		way_out=_lt("A file is checked and written by the steps; enter another import for another file."),
	)
