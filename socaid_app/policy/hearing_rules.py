"""Hearing the persons concerned before something is taken from them (听取意见, 社会救助法第48条).

Form D21 of the dossier: the facts and the proposed change, what was said, the signature or why there is none, and how
the opinion was handled. Two people where the household is visited (as 民发〔2021〕57号第16条 asks of every visit to a
home); one is enough at the counter and on the telephone, where a recording or a note proves the call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from socaid_app.policy.articles import article
from socaid_app.policy.breach import Breach
from socaid_app.policy.losses import NOTHING, Support, losses

AT_HOME, AT_OFFICE, BY_PHONE, IN_WRITING = "At Home", "At the Office", "By Phone", "In Writing"
WAYS = (AT_HOME, AT_OFFICE, BY_PHONE, IN_WRITING)
# Where the words are on record, a signature is not asked for.
PROVED = (BY_PHONE, IN_WRITING)


@dataclass(frozen=True)
class Statement:
	"""What the record of a hearing says. ``answered``: somebody spoke; if not, when they were ``invited``."""

	held_on: date | None
	how: str
	hearers: Sequence[str]
	heard: str
	told: str
	said: str
	answered: bool = True
	invited_on: date | None = None
	signed: bool = False
	refused: bool = False
	witness: str = ""
	proof: bool = False


def breaches(statement: Statement, on: date, rule: str = "adjust_hearing") -> list[Breach]:
	"""What the record still lacks; ``on`` is today, ``rule`` what the hearing rests on."""
	rests_on = article(rule, on)

	def lacks(rule: str, message: str, remedy: str) -> Breach:
		return Breach(rule, message, rests_on, remedy)

	found = []
	if not statement.held_on or statement.held_on > on:
		found.append(
			lacks("hearing_day", "没有写明听取意见的日期，或者日期在今天之后", "请填写实际听取的日期。")
		)
	if not statement.told.strip():
		found.append(
			lacks(
				"hearing_facts",
				"没有写明告知的事实和拟作的决定",
				"请用通俗的话写明查明了什么、打算怎样决定。",
			)
		)
	hearers = [name for name in statement.hearers if name]
	if not hearers:
		found.append(lacks("hearing_hearer", "没有写明由谁听取", "请填写听取人。"))
	elif statement.how == AT_HOME and len(set(hearers)) < 2:
		found.append(lacks("hearing_two", "入户听取意见只有一人", "入户须二人同行，请填写第二名听取人。"))
	if not statement.answered:
		if not (statement.invited_on and statement.proof):
			found.append(
				lacks(
					"hearing_invitation",
					"当事人没有表达意见，但没有通知的日期或者凭证",
					"请填写通知日期，并附送达或通话凭证；通知过的，视为放弃陈述。",
				)
			)
		return found
	if not statement.heard.strip():
		found.append(lacks("hearing_heard", "没有写明听取了谁的意见", "请填写陈述人。"))
	if not statement.said.strip():
		found.append(
			lacks("hearing_said", "没有记录当事人的陈述", "请记录当事人说了什么；没有意见的，写“无意见”。")
		)
	if statement.how in PROVED:
		if not statement.proof:
			found.append(
				lacks("hearing_proof", "电话或书面听取意见没有凭证", "请附通话录音、短信截图或书面材料。")
			)
	elif statement.refused:
		if not statement.witness.strip():
			found.append(
				lacks("hearing_witness", "当事人拒绝签名，没有见证人", "请由在场见证人签名并填写姓名。")
			)
	elif not statement.signed:
		found.append(
			lacks("hearing_signed", "记录没有当事人签名", "请当事人签名；拒绝签名的，注明并由见证人签名。")
		)
	return found


def coverage(
	heard_on: date | None,
	about: Support | None,
	first_month: date | None,
	after: Support,
	month: date,
	on: date,
) -> list[Breach]:
	"""Whether a hearing on ``heard_on``, about a change to ``about`` from ``first_month``, stands before the change
	to ``after`` from ``month``."""
	rests_on = article("adjust_hearing", on)
	if not heard_on or about is None:
		return [
			Breach(
				"adjust_hearing",
				"减发、停发、暂停或者责令退回之前没有听取当事人意见",
				rests_on,
				"请先办理“听取意见记录”，并写明意见如何处理。",
			)
		]
	if heard_on > on:
		return [Breach("adjust_hearing_after", "听取意见在决定之后", rests_on, "决定之前先听取意见。")]
	if about.end and month > about.end:
		about = NOTHING
	more = losses(about, after)
	if more or (first_month and month < first_month):
		taken = "；".join(map(str, more)) or f"起始月份提前到{month:%Y-%m}"
		return [
			Breach(
				"adjust_hearing_other",
				f"听取意见时告知的不是这一调整（{taken}）",
				rests_on,
				"请就现在拟作的调整重新听取意见。",
			)
		]
	return []
