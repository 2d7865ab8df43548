"""Warnings of low-income monitoring (国办发〔2023〕39号三（四）): what in the registry is a risk, and the four routes.

A warning says that something has happened to a family that may need another kind of help, or help no more. Where policy
was not carried out it is; who may qualify is led to the help that fits; what is complicated is decided case by case; who
may not qualify any more is verified. None of them does anything by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from socaid_app.policy import terms
from socaid_app.policy.key_groups import is_severely_disabled

ILLNESS, DISABILITY, EXPENSES, JOB_LOST, EARNER_DIED, INCOME, PROPERTY, NOT_CARRIED_OUT, OTHER = (
	"New Severe Illness",
	"New Severe Disability",
	"High Necessary Expenses",
	"Job Lost",
	"Earner Died",
	"More Income Than Known",
	"More Property Than Known",
	"Policy Not Carried Out",
	"Other Risk",
)
KINDS = (ILLNESS, DISABILITY, EXPENSES, JOB_LOST, EARNER_DIED, INCOME, PROPERTY, NOT_CARRIED_OUT, OTHER)

CARRY_OUT, PUSH, DECIDE_JOINTLY, VERIFY = (
	"Carry Out the Policy",
	"Lead to the Help That Fits",
	"Decide Case by Case",
	"Verify Whether It Still Qualifies",
)
ROUTES = (CARRY_OUT, PUSH, DECIDE_JOINTLY, VERIFY)
USUAL_ROUTE = {INCOME: VERIFY, PROPERTY: VERIFY, NOT_CARRIED_OUT: CARRY_OUT}

EARNING = frozenset({"Employed", "Self-employed", "Casual Work"})
# What of a person the rules look at.
WATCHED = ("health", "disability_type", "disability_grade", "employment")


@dataclass(frozen=True)
class Fact:
	"""``key`` tells one fact of a person from another of the same kind."""

	kind: str
	words: str
	key: str = ""


def usual_route(kind: str) -> str:
	return USUAL_ROUTE.get(kind, PUSH)


def new_facts(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> list[Fact]:
	"""What has become of a person since the registry last said something else; a first entry is no change."""
	found = []
	if after.get("health") == terms.SERIOUS_ILLNESS and before.get("health") != terms.SERIOUS_ILLNESS:
		found.append(Fact(ILLNESS, "登记为重病"))
	if _severe(after) and not _severe(before):
		found.append(Fact(DISABILITY, f"登记为重度残疾（{after['disability_grade']}级）"))
	if before.get("employment") in EARNING and after.get("employment") == "Not Working":
		found.append(Fact(JOB_LOST, "失去工作"))
	return found


def _severe(person: Mapping[str, str | None]) -> bool:
	return is_severely_disabled(person.get("disability_type") or "", person.get("disability_grade") or "")


def high_expenses(expenses: Decimal, income: Decimal, ratio: Decimal) -> bool:
	"""Whether necessary expenses *exceed* the ratio to the income by which rigid expenditure is known (Art. 22)."""
	return expenses > 0 and expenses > income * ratio


def fact_key(household: str, recipient: str, kind: str, key: str) -> str:
	"""The same fact is the same warning, whoever finds it and however often."""
	return sha256("\n".join((household, recipient, kind, key)).encode()).hexdigest()
