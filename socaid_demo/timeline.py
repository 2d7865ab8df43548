"""When the steps of an invented case happened, so that it stands today where its scenario wants it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from socaid_app.policy import clock, terms
from socaid_demo import scenarios
from socaid_demo.benefit_history import DAY, Rules
from socaid_demo.scenarios import Scenario

# How far back an accepted day is looked for.
LOOK_BACK = 120


@dataclass(frozen=True)
class Timeline:
	"""The days of a case that is handled without delay from ``accepted`` on."""

	accepted: date
	started: date
	visited: date
	reported: date
	published: date
	objected: date
	convened: date
	ends: date
	submitted: date
	recommended: date
	decided: date

	def entered(self, state: str) -> date:
		"""The first day on which the case can stand at ``state``."""
		return {
			terms.ACCEPTED: self.accepted,
			terms.INVESTIGATION: self.visited,
			terms.DELIBERATION: self.convened,
			terms.PUBLICITY: self.published,
			terms.REVIEW: self.submitted,
			terms.CONFIRMATION: self.recommended,
		}.get(state, self.decided)


def laid_out(accepted: date, route: str, rules: Rules) -> Timeline:
	"""Every step as soon as an ordinary office takes it."""
	after = rules.workdays_after
	if route == terms.QUICK_RELIEF:
		return Timeline(*[accepted] * 9, recommended=accepted, decided=after(accepted, 1))
	started, published = after(accepted, 1), after(accepted, 6)
	ends = clock.publicity_deadline(published, rules.parameters, rules.calendar).due
	submitted = after(ends, 1)
	recommended = after(submitted, 1)
	return Timeline(
		accepted,
		started,
		after(accepted, 2),
		after(accepted, 4),
		published,
		after(published, 3),
		after(published, 4),
		ends,
		submitted,
		recommended,
		after(recommended, 1),
	)


def total_due(accepted: date, scenario: Scenario, authority: str, rules: Rules) -> date | None:
	"""The last day for the decision; None where the law sets no total."""
	key = clock.total_parameter(scenario.scheme, scenario.route, authority)
	if not key:
		return None
	record = rules.parameters.record(key, accepted)
	return clock.after(accepted, int(record.value), record.unit, rules.calendar)[0]


def plan(rng: Random, scenario: Scenario, authority: str, today: date, rules: Rules) -> Timeline:
	"""The timeline that fits the scenario best; where no day fits (a due day on a weekend), an unhurried one."""
	latest = today - DAY * rng.randrange(0, 75) if scenario.timing == scenarios.DECIDED else today
	wanted = {
		scenarios.DUE_TODAY: (today, today),
		scenarios.DUE_SOON: (today + DAY, today + 3 * DAY),
		scenarios.OVERDUE: (today - rng.randrange(9, 14) * DAY, today - 2 * DAY),
	}.get(scenario.timing)
	fallback = None
	entry = _standing(scenario)
	for back in range(LOOK_BACK):
		accepted = latest - timedelta(days=back)
		if not rules.calendar.is_workday(accepted):
			continue
		found = laid_out(accepted, scenario.route, rules)
		if found.entered(entry) > latest:
			continue
		fallback = fallback or found
		due = total_due(accepted, scenario, authority, rules) if wanted else None
		if not wanted or (due and wanted[0] <= due <= wanted[1]):
			return found
	if not fallback:
		raise LookupError(scenario)
	return fallback


def _standing(scenario: Scenario) -> str:
	"""The station whose day decides: cases that met an objection have been in publicity before."""
	return terms.DELIBERATION if scenario.twist == scenarios.OBJECTION else scenario.state
