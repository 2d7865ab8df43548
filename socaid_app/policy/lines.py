"""One line of an assessment: what was looked at, what was found, by which rule."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Line:
	"""``outcome``: True met, False not met, None for information. ``amount`` in yuan."""

	subject: str
	text: str
	outcome: bool | None = None
	article: str = ""
	amount: Decimal | None = None
	rule: str = ""

	def to_dict(self) -> dict:
		values = asdict(self)
		values["amount"] = None if self.amount is None else str(self.amount)
		return values

	@classmethod
	def from_dict(cls, values: dict) -> Line:
		amount = values.get("amount")
		return cls(**{**values, "amount": None if amount is None else Decimal(amount)})
