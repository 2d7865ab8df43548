"""What has to be known of a case before it may go on; the Frappe app collects it from its records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from socaid_app.policy import terms
from socaid_app.policy.breach import Breach


@dataclass(frozen=True)
class Person:
	"""A member or supporter whose data is checked. ``consent_until`` is the last valid day of the consent."""

	name: str
	consent_from: date | None = None
	consent_until: date | None = None
	withdrawn: bool = False
	on_register: bool = True
	needs_guardian: bool = False
	guardian_signed: bool = False


@dataclass(frozen=True)
class Investigation:
	on: date | None = None
	investigators: tuple[str, ...] = ()
	signed: int = 0
	member_signed: bool = False
	remote_reason: str = ""
	by_relative: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
	"""What is known of a case. Every default means "not there"."""

	today: date
	scheme: str = terms.DIBAO
	route: str = terms.STANDARD
	from_state: str = terms.DRAFT
	actor: str = ""
	applicant_died_on: date | None = None
	dead_but_counted: tuple[str, ...] = ()
	left_but_counted: tuple[str, ...] = ()
	signed_by_applicant: bool = False
	counted: int = 0
	# Whose income counts or is checked (policy/consent.py).
	asked: tuple[Person, ...] = ()
	undeclared: tuple[str, ...] = ()
	missing_materials: tuple[str, ...] = ()
	forbidden_demands: tuple[str, ...] = ()
	demanded: tuple[str, ...] = ()
	supplements_before: int = 0
	investigation: Investigation | None = None
	county_visit: Investigation | None = None
	check_report_on: date | None = None
	check_report_until: date | None = None
	check_conclusion: str = ""
	check_exempt: bool = False
	recognised_family: bool = False
	publicity_done: bool = False
	publicity_ends: date | None = None
	objection_open: bool = False
	statements_waiting: bool = False
	objection_since_investigation: bool = False
	protected: bool = False
	eligible: bool = False
	assessed: bool = False
	special_deliberation: bool = False
	deliberation_recorded: bool = False
	propose_rejection: bool = False
	opinion: str = ""
	reason: str = ""
	legal_basis: str = ""
	remedy: str = ""
	entered_by: str = ""
	# Who last changed what the next person approves.
	changed_by: str = ""
	# Who granted another amount than the assessed one, and what forbids it (policy/departure_limits.py).
	departure_by: str = ""
	departure_breaches: tuple[Breach, ...] = ()
	# What is wrong with the plan of a case paid in stages (policy/stages.py).
	stage_breaches: tuple[Breach, ...] = ()
	second_checked_by: str = ""
	first_reviewer: str = ""
	second_reviewer: str = ""
	# 先行救助 (policy/relief.py): papers are made up later; what was paid, and what becomes of it.
	relief_first: bool = False
	# Taken over from the last application, too old to be taken for granted.
	unconfirmed: tuple[str, ...] = ()
	relief_paid: Decimal = Decimal(0)
	relief_settlement: str = ""
	granted: Decimal = Decimal(0)
	relatives: tuple[str, ...] = ()
	relative_case: bool = False
	complaint: bool = False
	confirming_authority: str = terms.TOWNSHIP
	actor_authorities: tuple[str, ...] = ()
	other_benefits: tuple[str, ...] = ()
	other_households: tuple[str, ...] = ()
	members_left_out: tuple[str, ...] = ()
	single_application: str = ""
	unreviewed_changes: int = 0
