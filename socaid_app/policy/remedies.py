"""What somebody may do who does not agree with a decision (Law Art. 76; 行政复议法 Art. 20; 行政诉讼法 Art. 46)."""

from __future__ import annotations

from datetime import date

from socaid_app.policy.parameters import ParameterSet


def remedy_text(on: date, parameters: ParameterSet) -> str:
	"""The sentence that every adverse letter carries, with the periods in force on a day."""
	days, months = (int(parameters.get(key, on)) for key in ("review_apply_days", "litigation_months"))
	return (
		f"如对本决定不服，可以自知道本决定之日起{days}日内向本级人民政府申请行政复议，"
		f"或者自知道本决定之日起{months}个月内依法向人民法院提起行政诉讼。"
	)
