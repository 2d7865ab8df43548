"""Petitions of the demo county, told step by step: who petitions, who handles it, and each step so many days ago."""

from __future__ import annotations

from datetime import timedelta

import frappe

from socaid_app.casework import tracking_codes
from socaid_app.petition_desk import (
	answering,
	delivering,
	extensions,
	handling,
	joining,
	ratings,
	recording,
	reviews,
	taking_up,
	transfers,
)
from socaid_app.policy import petitions as law
from socaid_demo.daybook import GUEST, Daybook
from socaid_demo.invented_numbers import phone

# Telephone numbers of petitioners and visitors begin here, beyond those of the register.
FIRST_PHONE = 90_000_000
OPINION = {
	"findings": "经调取档案、入户核实并与申请人核对，情况如下：{}",
	"legal_basis": "《社会救助暂行办法》；《最低生活保障审核确认办法》（民发〔2021〕57号）",
}


class PetitionDesk:
	"""Knows who petitions (families of the county) and who handles it."""

	def __init__(self, book: Daybook):
		self.book = book
		self.people = _families()
		self._phones = FIRST_PHONE

	def family(self, township: str) -> frappe._dict:
		"""The next family of a township, in their order: name, household, recipient, village, benefit."""
		waiting = self.people.get(township) or next(iter(self.people.values()))
		waiting.append(waiting.pop(0))
		return waiting[-1]

	def next_phone(self) -> str:
		self._phones += 1
		return phone(self._phones)

	def record(
		self,
		ago: int,
		township: str,
		user: str | None = None,
		named: bool = True,
		exact: bool = False,
		**values,
	) -> Tale:
		"""A petition received so many days ago, or on the working day before. A named one is by the head of a
		family of the township."""
		family = self.family(township)
		web = values.get("channel") == law.WEB
		day = self.book.day(ago, working=not exact)
		tail = self.next_phone()
		if named:
			values = {
				"petitioner_name": family.head_name,
				"phone": tail,
				"household": None if web else family.name,
				"recipient": None if web else family.head,
				"assistance_category": family.category,
			} | values
		if web:
			tail = values.get("phone", "")[-4:]
			code = tracking_codes.make_code(frappe.generate_hash(), alone=not tail)
			values |= {"tracking_hash": tracking_codes.fingerprint(code, tail), "phone_tail": tail}
		user = GUEST if web else user or self.book.county("petitions")
		with self.book.acting(user, day):
			doc = recording.record(
				{"received_on": day, "division": family.division, "real_name": int(named), **values}
			)
		handler = "accusations" if doc.restricted else "petitions"
		return Tale(self.book, doc.name, self.book.county(handler), web)


def _families() -> dict[str, list]:
	"""Township → families that live on a benefit and have nobody who must stay out of sight."""
	household, person = frappe.qb.DocType("Recipient Household"), frappe.qb.DocType("Recipient")
	rows = (
		frappe.qb.from_(household)
		.join(person)
		.on(person.name == household.head)
		.select(household.name, household.head, household.head_name, household.division, household.township)
		.select(household.current_benefit)
		.where((household.status == "Active") & household.current_benefit.isnotnull())
		.where((person.protected_person == 0) & (person.status == "Active"))
		.orderby(household.name)
		.run(as_dict=True)
	)
	found: dict[str, list] = {}
	for row in rows:
		row.category = row.current_benefit.split("、")[0]
		found.setdefault(row.township, []).append(row)
	return found


class Tale:
	"""One petition; every method takes a step so many days ago and returns the tale."""

	def __init__(self, book: Daybook, name: str, handler: str, web: bool):
		self.book, self.name, self.handler, self.web = book, name, handler, web

	def _step(self, ago: int, function, *args, by: str | None = None, **kwargs):
		with self.book.acting(by or self.handler, self.book.day(ago)):
			return function(*args, **kwargs)

	def taken_up(self, ago: int, route: str | None = law.HANDLED, **kwargs) -> Tale:
		self._step(ago, taking_up.take_up, self.name, route, self.handler, **kwargs)
		return self if self.web else self.handed(ago - 1, "Notice of Taking Up")

	def refused(self, ago: int, reason: str) -> Tale:
		self._step(ago, taking_up.refuse, self.name, reason)
		return self if self.web else self.handed(ago - 1, "Notice of Not Taking Up", "By Post")

	def sent_back(self, ago: int, reason: str) -> Tale:
		self._step(ago, transfers.send_back, self.name, reason)
		return self

	def passed_on(
		self, ago: int, unit: str, due: int | None = None, reason: str = "属于该单位职责范围"
	) -> Tale:
		"""``due``: how many days ago (negative: from now) the unit reports back."""
		kind = law.PASSED_TO_UNIT if due is None else law.ASSIGNED_TO_UNIT
		day = None if due is None else str(self.book.today - timedelta(days=due))
		self._step(ago, transfers.pass_on, self.name, unit, kind, day, reason)
		return self if self.web else self.handed(ago - 1, "Transfer Notice", "By Post")

	def reported(self, ago: int, feedback: str) -> Tale:
		name = frappe.db.get_value(transfers.DOCTYPE, {"petition": self.name})
		self._step(ago, transfers.report_back, name, feedback)
		return self

	def assigned(self, ago: int, user: str, unit: str | None = None) -> Tale:
		self._step(ago, handling.assign, self.name, user, unit)
		return self

	def stood_aside(self, ago: int, user: str, reason: str) -> Tale:
		self._step(ago, handling.stand_aside, self.name, reason, by=user)
		return self

	def urgent(self, ago: int) -> Tale:
		self._step(ago, handling.report_urgent, self.name)
		return self

	def extended(self, ago: int, reason: str) -> Tale:
		self._step(ago, extensions.extend, self.name, reason, by=self.book.county("approver"))
		return self

	def answered(self, ago: int, text: str, decision: str = "Explained", found: str = "") -> Tale:
		opinion = {**OPINION, "findings": OPINION["findings"].format(found or text)}
		self._step(ago, answering.answer, self.name, decision=decision, answer=text, **opinion)
		return self

	def handed(self, ago: int, kind: str = "Opinion on Handling", method: str | None = None) -> Tale:
		how = method or ("Electronically" if self.web else "Handed Over")
		self._step(ago, delivering.deliver, self.name, kind, how)
		return self

	def rated(self, ago: int, satisfaction: str, comment: str = "") -> Tale:
		if self.web:
			self._step(ago, ratings.rate, self.name, satisfaction, comment, by=GUEST)
		else:
			self._step(ago, ratings.record_satisfaction, self.name, satisfaction, comment)
		return self

	def concluded(self, ago: int) -> Tale:
		self._step(ago, answering.conclude, self.name)
		return self

	def joined(self, ago: int, into: Tale) -> Tale:
		self._step(ago, joining.join, self.name, into.name)
		return self

	def settled(self, ago: int, **values) -> Tale:
		self._insert(ago, "Petition Settlement", met_on=self.book.day(ago), **values)
		return self

	# --- review and recheck ------------------------------------------------------------------------------
	def review(self, ago: int, stage: str, request: str, body: str) -> Tale:
		self._step(ago, reviews.ask, self.name, stage, request, body)
		return self

	def hearing(self, announced: int, held: int | None = None) -> Tale:
		"""A public hearing in the review that is open; one without ``held`` is still to come."""
		days = {"announced_on": self.book.day(announced)}
		if held is not None:
			days |= {"held_on": self.book.day(held), "ended_on": self.book.day(held)}
			days["minutes"] = "信访人陈述请求和理由，承办单位说明办理情况和依据，双方质证、辩论，听证员评议。"
			days["conclusion"] = "多数听证员认为原意见事实清楚、依据充分。"
		self._insert(
			announced if held is None else held,
			"Petition Hearing",
			review=self._open_review(),
			place="县民政局三楼会议室",
			chair="县信访局听证主持人",
			recorder="县民政局记录员",
			attendees="信访人、承办单位、群众代表、律师",
			**days,
		)
		return self

	def reviewed(self, ago: int, stage: str, conclusion: str, opinion: str) -> Tale:
		review = self._open_review()
		self._step(
			ago,
			reviews.answer,
			review,
			conclusion,
			f"复查了原案卷并听取了双方意见。{opinion}",
			opinion,
			OPINION["legal_basis"],
			by=self.book.county("reviewer1" if stage == law.REVIEW else "approver"),
		)
		kind = {law.REVIEW: "Review Opinion", law.RECHECK: "Recheck Opinion"}[stage]
		self._step(ago - 1, delivering.deliver, self.name, kind, "Handed Over", review=review)
		return self

	def _open_review(self) -> str:
		return frappe.db.get_value(reviews.DOCTYPE, {"petition": self.name, "status": reviews.ASKED_FOR})

	def _insert(self, ago: int, doctype: str, **values) -> None:
		with self.book.acting(self.handler, self.book.day(ago)):
			frappe.get_doc({"doctype": doctype, "petition": self.name, **values}).insert()
