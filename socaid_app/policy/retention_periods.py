"""How long files are kept (《关于加强最低生活保障档案管理的通知》; 档案法实施条例 Art. 19, 24).

审批类 files are kept at least some years after the household has left assistance, 日常管理类 files at least some
years after the end of their year. The county's table of retention periods, approved by the archives authority of
its level, may keep files longer, never shorter. The rule in force on the day the period begins applies to the
whole period, whatever is ruled later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from socaid_app.policy.clock import add_months
from socaid_app.policy.parameters import ParameterSet

# Archive File.archive_class
APPROVAL, DAILY = "Approval Files", "Daily Management Files"
CLASSES = (APPROVAL, DAILY)
MINIMUM: dict[str, str] = {
	APPROVAL: "retention_approval_after_stop_years",
	DAILY: "retention_daily_years",
}
LABEL = {APPROVAL: "审批类", DAILY: "日常管理类"}
FOREVER = "Y"


class ShorterThanLaw(ValueError):
	pass


@dataclass(frozen=True)
class Rule:
	"""One Archive Retention Rule. ``category`` '' applies to every category; ``years`` is 0 when permanent."""

	name: str
	archive_class: str
	category: str
	permanent: bool
	years: int
	effective_from: date
	effective_to: date | None = None

	@property
	def code(self) -> str:
		return code(self.permanent, self.years)

	def in_force(self, on: date) -> bool:
		return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


def code(permanent: bool, years: int) -> str:
	"""The retention code in a file number: Y for permanent, D30, D10, D3 … for a term (DA/T 13)."""
	return FOREVER if permanent else f"D{years}"


def known_from(archive_class: str, parameters: ParameterSet) -> date:
	"""The first day a minimum is known for. Families who left before are treated as if they had left then."""
	return min(record.effective_from for record in parameters if record.key == MINIMUM[archive_class])


def minimum_years(archive_class: str, parameters: ParameterSet, on: date) -> int:
	"""The least number of years for a class of files, from the parameter in force on a day."""
	on = max(on, known_from(archive_class, parameters))
	return int(parameters.get(MINIMUM[archive_class], on))


def assert_not_shorter(archive_class: str, permanent: bool, years: int, minimum: int) -> None:
	"""Raise ShorterThanLaw for a term below the statutory minimum."""
	if not permanent and years < minimum:
		raise ShorterThanLaw(
			f"{LABEL[archive_class]}档案的保管期限不得少于{minimum}年（低保档案管理通知），现为{years}年。"
			f"请改为{minimum}年以上或永久保管。"
		)


def rule_for(rules: Iterable[Rule], archive_class: str, category: str, on: date) -> Rule | None:
	"""The rule in force on a day: one for the category before the general one, then the latest."""
	fitting = [
		rule
		for rule in rules
		if rule.archive_class == archive_class and rule.category in ("", category or "") and rule.in_force(on)
	]
	return max(fitting, key=lambda rule: (bool(rule.category), rule.effective_from), default=None)


def period_begins(archive_class: str, left_on: date | None, file_year: int | None) -> date | None:
	"""The last day before the retention period: leaving assistance, or the end of the year of daily papers.

	None while the household still receives the assistance.
	"""
	if archive_class == APPROVAL:
		return left_on
	return date(file_year, 12, 31) if file_year else None


def retain_until(rule: Rule, begins: date | None) -> date | None:
	"""The last day of the period; None for permanent files and while the period has not begun."""
	if rule.permanent or not begins:
		return None
	return add_months(begins, 12 * rule.years)


def has_expired(until: date | None, on: date) -> bool:
	"""Whether a file may be appraised: the day after its last day at the earliest."""
	return bool(until) and on > until
