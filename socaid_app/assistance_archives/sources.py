"""What is filed from which record: the pieces, when they are ready, and to which decision they belong.

A piece is one line of the catalogue. Section and kind come from the template whose ``source`` names the piece
("DocType" or "DocType: label"); those given here hold where the template says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from frappe.utils import cint, getdate

from socaid_app.policy import archives, benefit_changes, terms

APPLICATION = "Assistance Application"
MATERIAL = "Application Material"
DELIVERY = "Document Delivery"
# Section and kind of a notice in the catalogue; its letter is printed from the case or adjustment it is about.
NOTICES = {
	"Acceptance Notice": (archives.APPLICATION, "受理通知书"),
	"Supplement Notice": (archives.APPLICATION, "一次性补正告知书"),
	"Refusal of Acceptance": (archives.APPLICATION, "不予受理告知书"),
	"Confirmation Notice": (archives.DECISION, "确认通知书"),
	"Rejection Notice": (archives.DECISION, "不予确认告知书"),
	"Stage Stop Notice": (archives.DECISION, "分阶段救助停止发放告知书"),
	"Termination Notice": (archives.DECISION, "终止程序告知书"),
	"Adjustment Notice": (archives.ADJUSTMENT, "调整告知书"),
	"Stop Notice": (archives.TERMINATION, "停发告知书"),
	"Return Order": (archives.TERMINATION, "退款、追缴通知书"),
	"Violation Referral Letter": (archives.TERMINATION, "移送函"),
}
# Letters whose sheet their own record supplies; here only the proof that they arrived.
RECEIPTS_ONLY = {
	"Finding Notice": (archives.DATA_CHECK, "核对结果告知与异议复查表"),
	"Violation Decision": (archives.TERMINATION, "违规处理意见"),
}
BENEFIT_ADJUSTMENT, FINDING, VIOLATION = "Benefit Adjustment", "Comparison Finding", "Violation Case"
REFERRAL = "Violation Referral"
STAGE = "Relief Stage"
DECISION_OF_STATE = {terms.CONFIRMED: archives.CONFIRMATION, terms.REJECTED: archives.REJECTION}


@dataclass(frozen=True)
class Piece:
	"""One line of the catalogue. ``label`` follows the DocType in a template item's ``source``; ``key`` tells the
	pieces of one record apart; ``of`` is the DocType of the label where it is a row of the record; ``letter``
	its Letter Rule."""

	label: str
	section: str
	kind: str
	date: date | str | datetime | None
	title: str = ""
	key: str = ""
	of: str = ""
	number: str = ""
	attachment: str = ""
	letter: str = ""
	stage: str = ""
	paper: bool = False

	def sources(self, doctype: str) -> tuple[str, ...]:
		"""The names under which a template may ask for the piece, the exact one first."""
		doctype = self.of or doctype
		return (f"{doctype}: {self.label}", doctype) if self.label else (doctype,)


@dataclass(frozen=True)
class Source:
	"""A DocType whose records are filed.

	``ready`` (which records are documents by now), ``case`` (their application), ``household`` and ``category``
	are SQL on the alias ``r``. Records without a file of their household go into the daily-management file of
	their village and year if they are ``daily``, otherwise they are not filed.
	"""

	doctype: str
	ready: str
	pieces: Callable[[dict, dict], Iterator[Piece]]
	columns: tuple[str, ...] = ()
	case: str = "null"
	household: str = "null"
	category: str = "null"
	daily: bool = False
	own_decision: bool = False
	rows: dict[str, tuple[str, ...]] = field(default_factory=dict)


def _text(value) -> str:
	return str(value or "")


def _application(row: dict, context: dict) -> Iterator[Piece]:
	yield Piece(
		"Application Form",
		archives.APPLICATION,
		"社会救助申请表",
		row["applied_on"],
		letter="Application Form",
	)
	yield from _attached(row, "agent_letter", archives.APPLICATION, "委托书", row["applied_on"])
	# minutes of a meeting with a record of its own are filed with that
	if not row["deliberation"]:
		yield from _attached(
			row,
			"deliberation_record",
			archives.DECISION,
			"一事一议会议纪要",
			row["decided_on"] or row["applied_on"],
		)
	for material in context["rows"][MATERIAL]:
		if cint(material["received"]):
			yield Piece(
				material["material"],
				archives.APPLICATION,
				material["material"],
				material["received_on"] or row["applied_on"],
				key=material["name"],
				of=MATERIAL,
				attachment=_text(material["file"]),
				paper=True,
			)
	if row["docstatus"] == 1 and row["workflow_state"] in (terms.CONFIRMED, terms.REJECTED, terms.TERMINATED):
		yield Piece(
			"Decision",
			archives.DECISION,
			"审核确认表",
			row["decided_on"],
			key="Decision",
			letter="Review and Confirmation Form",
			stage=DECISION_OF_STATE.get(row["workflow_state"], ""),
		)


def _attached(row: dict, column: str, section: str, kind: str, day) -> Iterator[Piece]:
	if row[column]:
		yield Piece(column, section, kind, day, key=column, attachment=row[column])


def _recorded(section: str, kind: str, day: str, *, letter: str = "", number: str = "", file: str = ""):
	"""A record that is one document: its scan where there is one, otherwise its print."""

	def pieces(row: dict, context: dict) -> Iterator[Piece]:
		yield Piece(
			"",
			section,
			kind,
			row[day],
			number=_text(row.get(number)),
			attachment=_text(row.get(file)),
			letter=letter,
		)

	return pieces


def _authorisation(row: dict, context: dict) -> Iterator[Piece]:
	yield Piece(
		"",
		archives.DATA_CHECK,
		"核对授权书",
		row["signed_on"],
		title=f"{_text(row['person_name'])}核对授权书",
		attachment=_text(row["file"]),
		letter="Data Check Authorization",
	)


def _investigation(row: dict, context: dict) -> Iterator[Piece]:
	yield Piece(
		"",
		archives.INVESTIGATION,
		"入户调查表",
		row["investigated_on"],
		letter="Household Investigation Form",
	)
	if row["photo"]:
		yield Piece(
			"photo",
			archives.INVESTIGATION,
			"入户调查照片",
			row["investigated_on"],
			key="photo",
			attachment=row["photo"],
		)


def _notice(row: dict, context: dict) -> Iterator[Piece]:
	"""A letter with its proof: about a case, an adjustment, a finding or a violation."""
	sheet, number = NOTICES.get(row["document_kind"]), _text(row["document_number"])
	section, kind = sheet or RECEIPTS_ONLY[row["document_kind"]]
	if sheet:
		yield Piece(
			row["document_kind"],
			section,
			kind,
			row["issued_on"],
			number=number,
			letter=row["document_kind"],
		)
	if row["status"] == "Delivered":
		label, receipt = _receipt(row["reference_doctype"], section)
		yield Piece(
			label,
			section,
			receipt,
			row["delivered_on"],
			title=f"{kind}送达回证",
			key="receipt",
			number=number,
			attachment=_text(row["receipt"]),
			letter="Delivery Receipt",
		)


def _receipt(about: str, section: str) -> tuple[str, str]:
	"""A template asks for the receipt of what was decided on the benefit; no other answers for it."""
	if about not in (APPLICATION, BENEFIT_ADJUSTMENT):
		return "receipt of another letter", "其他文书送达回证"
	return (
		("early receipt", "受理文书送达回证") if section == archives.APPLICATION else ("receipt", "送达回证")
	)


def _adjustment(row: dict, context: dict) -> Iterator[Piece]:
	"""The form on which it was decided; a reduction, whatever it is called, needs its hearing beside it."""
	ends = row["kind"] in benefit_changes.PAYS_NOTHING
	heard = archives.REDUCTION_DECISION if row["hearing"] else archives.ADJUSTMENT_DECISION
	yield Piece(
		"Termination" if ends else "Adjustment",
		archives.TERMINATION if ends else archives.ADJUSTMENT,
		"停发审批表" if ends else "待遇调整审批表",
		row["decided_on"],
		letter="Adjustment Form",
		stage=archives.TERMINATION_DECISION if ends else heard,
	)


def _hearing(row: dict, context: dict) -> Iterator[Piece]:
	ends = row["kind"] in benefit_changes.PAYS_NOTHING
	section = archives.TERMINATION if ends else archives.ADJUSTMENT
	yield Piece(
		"Termination" if ends else "Adjustment",
		section,
		"停发前听取意见记录" if ends else "听取意见记录",
		row["held_on"],
		attachment=_text(row["signed_paper"]),
		letter="Opinion Hearing Record",
	)
	for column, kind in (("proof", "听取意见凭证"), ("evidence", "当事人提交的证据")):
		yield from _attached(row, column, section, kind, row["held_on"])


def _finding(row: dict, context: dict) -> Iterator[Piece]:
	"""What was told, objected and found again, with the papers it was closed on."""
	kind = RECEIPTS_ONLY["Finding Notice"][1]
	yield Piece("", archives.DATA_CHECK, kind, row["concluded_on"], letter="Finding Notice")
	yield from _attached(
		row,
		"objection_evidence",
		archives.DATA_CHECK,
		"核对异议证据",
		row["objected_on"] or row["concluded_on"],
	)
	yield from _attached(row, "proof", archives.DATA_CHECK, "核对疑点核实凭证", row["concluded_on"])


def _violation(row: dict, context: dict) -> Iterator[Piece]:
	"""What was concluded and what the family said to it; the evidence stays with the case, for those who may see it."""
	kind = RECEIPTS_ONLY["Violation Decision"][1]
	yield Piece("", archives.TERMINATION, kind, row["concluded_on"], letter="Violation Decision")
	for column, of in (("statement_paper", "陈述申辩笔录"), ("statement_proof", "陈述申辩通知凭证")):
		yield from _attached(row, column, archives.TERMINATION, of, row["stated_on"] or row["invited_on"])


def _referral(row: dict, context: dict) -> Iterator[Piece]:
	"""What the authority answered; the letter to it is a notice of its own."""
	yield from _attached(row, "reply_paper", archives.TERMINATION, "移送答复函", row["referral_replied_on"])


def _recovery(row: dict, context: dict) -> Iterator[Piece]:
	yield Piece("", archives.TERMINATION, "追回台账", row["confirmed_on"], letter="Recovery Ledger Sheet")
	yield from _attached(row, "consent_paper", archives.TERMINATION, "抵扣同意书", row["consent_on"])


def _stage(row: dict, context: dict) -> Iterator[Piece]:
	yield Piece("", archives.DECISION, "分阶段救助核查发放单", row["decided_on"], letter="Relief Stage Sheet")
	yield from _attached(row, "check_paper", archives.DECISION, "分阶段救助核查材料", row["decided_on"])


def _agreement(row: dict, context: dict) -> Iterator[Piece]:
	yield Piece(
		"",
		archives.DYNAMIC,
		"照料服务协议",
		row["signed_on"],
		title=f"{_text(row['recipient_name'])}照料服务协议",
		attachment=_text(row["signed_paper"]),
		letter="Care Agreement Form",
	)


def _publicity(row: dict, context: dict) -> Iterator[Piece]:
	yield Piece(
		row["kind"],
		archives.PUBLICITY,
		"公示单",
		row["posted_on"],
		title=_text(row["title"]),
		letter="Preliminary Publicity Sheet" if row["kind"] == "Preliminary" else "",
	)
	if row["photo"]:
		yield Piece(
			"photo",
			archives.PUBLICITY,
			"公示照片",
			row["posted_on"],
			key="photo",
			attachment=row["photo"],
		)


def _visit(row: dict, context: dict) -> Iterator[Piece]:
	day = row["check_out_at"] or row["planned_on"]
	yield Piece("", archives.DYNAMIC, "走访记录表", day, letter="Visit Form")
	for photo in context["rows"]["Visit Photo"]:
		if photo["photo"]:
			yield Piece(
				"photo",
				archives.DYNAMIC,
				"走访照片",
				photo["taken_at"] or day,
				title=f"走访照片：{photo['caption']}" if photo["caption"] else "",
				key=photo["name"],
				attachment=photo["photo"],
			)


def _change(row: dict, context: dict) -> Iterator[Piece]:
	yield Piece("", archives.DYNAMIC, "家庭情况变化报告表", row["happened_on"])
	if row["evidence"]:
		yield Piece(
			"evidence",
			archives.DYNAMIC,
			"情况变化佐证",
			row["happened_on"],
			key="evidence",
			attachment=row["evidence"],
		)


def _reassessment(row: dict, context: dict) -> Iterator[Piece]:
	"""What was found; what was decided about it is the adjustment's."""
	yield Piece("", archives.DYNAMIC, "动态复核表", row["assessed_on"])


def _about(column: str, *doctypes: str) -> str:
	"""SQL: a column of what a letter is about."""
	found = (
		f"(select a.{column} from `tab{doctype}` a where r.reference_doctype = '{doctype}' and a.name = r.reference_name)"
		for doctype in doctypes
	)
	return f"coalesce({', '.join(found)})"


LETTERS = ", ".join(f"'{kind}'" for kind in (*NOTICES, *RECEIPTS_ONLY))
OF_BENEFIT = "(select e.{} from `tabEntitlement` e where e.name = r.entitlement)"
SOURCES = (
	Source(
		APPLICATION,
		ready="r.accepted_on is not null",
		case="r.name",
		columns=(
			"applied_on",
			"decided_on",
			"docstatus",
			"workflow_state",
			"agent_letter",
			"deliberation_record",
			"deliberation",
		),
		rows={MATERIAL: ("material", "received", "received_on", "file")},
		pieces=_application,
	),
	Source(
		"Check Authorization",
		ready="r.application is not null",
		case="r.application",
		columns=("person_name", "signed_on", "file"),
		pieces=_authorisation,
	),
	Source(
		"Household Investigation",
		ready="r.docstatus = 1",
		case="r.application",
		columns=("investigated_on", "photo"),
		pieces=_investigation,
	),
	Source(
		"Check Report",
		ready="r.docstatus = 1",
		case="r.application",
		columns=("report_date", "report_number", "file"),
		pieces=_recorded(
			archives.DATA_CHECK, "家庭经济状况核对报告", "report_date", number="report_number", file="file"
		),
	),
	Source(
		"Democratic Review",
		ready="r.docstatus = 1",
		case="r.application",
		columns=("held_on",),
		pieces=_recorded(archives.INVESTIGATION, "民主评议会议记录", "held_on"),
	),
	Source(
		"Publicity Notice",
		ready="r.posted_on is not null",
		case="r.application",
		household=OF_BENEFIT.format("household"),
		category=OF_BENEFIT.format("category"),
		daily=True,
		columns=("kind", "title", "posted_on", "photo"),
		pieces=_publicity,
	),
	Source(
		DELIVERY,
		ready=f"""r.reference_doctype in ('{APPLICATION}', '{BENEFIT_ADJUSTMENT}', '{FINDING}', '{VIOLATION}',
			'{REFERRAL}', '{STAGE}')
			and r.document_kind in ({LETTERS})""",
		case=f"""if(r.reference_doctype = '{APPLICATION}', r.reference_name,
			{_about("application", FINDING, STAGE)})""",
		household=_about("household", BENEFIT_ADJUSTMENT, FINDING, VIOLATION, REFERRAL),
		category=_about("category", BENEFIT_ADJUSTMENT, VIOLATION),
		columns=(
			"reference_doctype",
			"document_kind",
			"document_number",
			"issued_on",
			"status",
			"delivered_on",
			"receipt",
		),
		pieces=_notice,
	),
	Source(
		"Home Visit",
		ready="r.status = 'Reviewed'",
		household="r.household",
		category="r.category",
		daily=True,
		columns=("check_out_at", "planned_on"),
		rows={"Visit Photo": ("photo", "caption", "taken_at")},
		pieces=_visit,
	),
	Source(
		"Service Callback",
		ready="r.status = 'Done'",
		household="r.household",
		category="r.category",
		daily=True,
		columns=("called_at",),
		pieces=_recorded(archives.DYNAMIC, "回访记录表", "called_at", letter="Callback Record"),
	),
	Source(
		"Circumstance Change",
		ready="r.status = 'In Effect'",
		household="r.household",
		category=OF_BENEFIT.format("category"),
		daily=True,
		columns=("happened_on", "evidence"),
		pieces=_change,
	),
	Source(
		"Household Reassessment",
		ready="r.status = 'Handled'",
		household="r.household",
		category="r.category",
		daily=True,
		columns=("assessed_on",),
		pieces=_reassessment,
	),
	Source(
		BENEFIT_ADJUSTMENT,
		ready="r.carried_out_on is not null",
		household="r.household",
		category="r.category",
		daily=True,
		own_decision=True,
		columns=("kind", "hearing", "decided_on"),
		pieces=_adjustment,
	),
	Source(
		"Opinion Hearing",
		ready="r.status = 'Opinion Handled'",
		household="r.household",
		category="r.category",
		daily=True,
		columns=("kind", "held_on", "signed_paper", "proof", "evidence"),
		pieces=_hearing,
	),
	Source(
		FINDING,
		ready="r.status = 'Finding Concluded'",
		case="r.application",
		household="r.household",
		daily=True,
		columns=("concluded_on", "objected_on", "objection_evidence", "proof"),
		pieces=_finding,
	),
	Source(
		VIOLATION,
		ready="r.concluded_on is not null",
		household="r.household",
		category="r.category",
		daily=True,
		columns=("concluded_on", "stated_on", "invited_on", "statement_paper", "statement_proof"),
		pieces=_violation,
	),
	Source(
		REFERRAL,
		ready="r.referral_replied_on is not null",
		household="r.household",
		daily=True,
		columns=("referral_replied_on", "reply_paper"),
		pieces=_referral,
	),
	Source(
		"Recovery",
		ready="r.confirmed_on is not null",
		household="r.household",
		category="r.category",
		daily=True,
		columns=("confirmed_on", "consent_on", "consent_paper"),
		pieces=_recovery,
	),
	Source(
		"Care Agreement",
		ready="r.signed_paper is not null and r.status in ('Agreement in Force', 'Agreement Ended')",
		household="r.household",
		category=OF_BENEFIT.format("category"),
		daily=True,
		columns=("recipient_name", "signed_on", "signed_paper"),
		pieces=_agreement,
	),
	Source(
		"Carer Check",
		ready="r.status = 'Check Recorded'",
		household="(select a.household from `tabCare Agreement` a where a.name = r.agreement)",
		columns=("checked_on",),
		pieces=_recorded(archives.DYNAMIC, "照料服务检查记录", "checked_on", letter="Carer Check Record"),
	),
	Source(
		"Assistance Lead",
		ready="r.status in ('Lead Settled', 'Reporter Answered') and r.household is not null",
		household="r.household",
		columns=("settled_on",),
		pieces=_recorded(
			archives.DYNAMIC, "主动发现线索登记表", "settled_on", letter="Lead Registration Form"
		),
	),
	Source(
		STAGE,
		ready="r.decided_on is not null",
		case="r.application",
		columns=("decided_on", "check_paper"),
		pieces=_stage,
	),
	Source(
		"Case Deliberation",
		ready="r.status = 'Meeting Concluded'",
		case="r.application",
		columns=("held_on", "minutes_paper"),
		pieces=_recorded(
			archives.DECISION,
			"一事一议会议纪要",
			"held_on",
			file="minutes_paper",
			letter="Case Deliberation Record",
		),
	),
	Source(
		"Standard Raise",
		ready="r.status in ('Approved', 'Not Approved', 'Notified')",
		household="r.household",
		category="r.category",
		daily=True,
		columns=("received_on",),
		pieces=_recorded(archives.ADJUSTMENT, "提标审批表", "received_on"),
	),
	Source(
		"Individual Plan",
		ready="r.status != 'Draft'",
		household="r.household",
		columns=("starts_on",),
		pieces=_recorded(archives.DYNAMIC, "个性化救助方案", "starts_on", letter="Individual Plan Sheet"),
	),
	Source(
		"Needs Assessment",
		ready="r.status in ('Assessed', 'Replaced') and r.confirmed_on is not null",
		household="r.household",
		columns=("assessed_on",),
		pieces=_recorded(archives.DYNAMIC, "需求评估表", "assessed_on", letter="Needs Assessment Form"),
	),
	Source(
		"Visit Problem",
		ready="r.status = 'Closed'",
		household="r.household",
		columns=("closed_on",),
		pieces=_recorded(archives.DYNAMIC, "问题反馈单", "closed_on", letter="Problem Feedback Sheet"),
	),
	Source(
		"Household Event",
		ready="r.event in ('Head Changed', 'Member Joined', 'Member Left')",
		household="r.household",
		columns=("happened_on",),
		pieces=_recorded(archives.DYNAMIC, "成员增减、户主变更审批表", "happened_on"),
	),
)
BY_DOCTYPE = {source.doctype: source for source in SOURCES}


def day_of(piece: Piece) -> date | None:
	return getdate(piece.date) if piece.date else None
