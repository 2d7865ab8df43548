"""``/apply/status``: with code and telephone tail, how far an application is, what is wanted of the citizen, who is to
act and until when; from there the citizen adds what is missing, withdraws, or reports a change of the family.

It works for what was sent from the public page and for what was taken at the counter. No name, no number and no amount
is shown: the code may have been seen by somebody else.
"""

from __future__ import annotations

import frappe
from frappe.core.doctype.file.utils import get_content_hash
from frappe.utils import cint, getdate, today
from werkzeug.wrappers import Response

from socaid_app import printing, visitors, website
from socaid_app.assistance_intake import materials, online_applications, online_at_counter
from socaid_app.assistance_intake.desk import APPLICATION
from socaid_app.casework import tracking_codes, waiting
from socaid_app.dynamic_management import application_page, change_page, change_reports
from socaid_app.petition_desk import attachments, attempts, public_intake, tracking
from socaid_app.petition_desk.attachments import AttachmentRefused
from socaid_app.petition_desk.attempts import SlowDown
from socaid_app.policy import terms

ONLINE = {
	online_applications.RECEIVED: (
		"已收到",
		"您的申请已经送到乡镇，工作人员正在查看，必要时会打电话联系您。",
	),
	online_applications.SENT_BACK: ("需要您补充", "请按下面写的，把缺少的一次补齐。"),
	online_applications.ELSEWHERE: ("不归本县办理", "您家的情况应当向下面写的地方申请。"),
	online_applications.WITHDRAWN: ("已撤回", "您已经撤回了这份申请。以后需要时可以重新申请。"),
}
CASE = {
	terms.DRAFT: ("正在核对材料", "工作人员已经录入您的申请，正在核对材料是否齐全。"),
	terms.SUPPLEMENT: ("需要您补充材料", "请把下面的材料交到乡镇。"),
	terms.NOT_ACCEPTED: ("没有受理", "理由和可以怎样申诉，见送给您的书面通知。"),
	terms.ACCEPTED: ("已经受理", "接下来核对信息，并到家里看一看。"),
	terms.INVESTIGATION: ("正在调查", "工作人员正在核对信息、入户了解情况。"),
	terms.DELIBERATION: ("正在民主评议", "村（社区）正在组织评议。"),
	terms.PUBLICITY: ("正在公示", "初步意见正在村（社区）公示。"),
	terms.REVIEW: ("正在审核", "公示已经结束，正在审核。"),
	terms.CONFIRMATION: ("等待确认", "审核已经完成，等待最后确认。"),
	terms.CONFIRMED: ("已经批准", "具体内容见送给您的书面决定。"),
	terms.REJECTED: ("没有批准", "理由和可以怎样申诉，见送给您的书面决定。"),
	terms.TERMINATED: ("已经终止办理", "理由和可以怎样申诉，见送给您的书面决定。"),
	terms.WITHDRAWN: ("已撤回", "这份申请已经撤回。以后需要时可以重新申请。"),
}
ADD, WITHDRAW, CHANGE = "add", "withdraw", "change"
MOST_PAPERS = 20
LONGEST_WORDS = 500
OTHER_PAPER = "其他材料"


class Refused(frappe.ValidationError):
	"""The sentence says to the citizen, in Chinese, what to do."""


def page() -> dict | Response:
	values = {
		"title": "办理进度",
		"crumbs": (("apply", "我要申请"),),
		"error": "",
		"notice": "",
		"progress": None,
		"code": "",
		"tail": "",
		"kinds": change_page.KINDS,
		"latest": today(),
		"most_files": attachments.MOST,
		"largest_file": attachments.LARGEST,
		"largest_together": public_intake.largest_request(),
	}
	if frappe.request.method != "POST":
		return values
	code, tail = _sent("code", 40), _sent("tail", 20)
	values |= {"code": code, "tail": tail}
	try:
		found = find(code, tail)
		with public_intake.as_guest():
			values["notice"] = _act(found, code, tail)
	except SlowDown as wait:
		return website.too_many(wait.retry_after)
	except tracking.NotFound:
		return values | {"error": "没有查到。请核对查询码和电话后四位。", "http_status": 404}
	except (Refused, AttachmentRefused) as refusal:
		values |= {"error": str(refusal), "http_status": 422}
	except (waiting.ChangedMeanwhile, frappe.TimestampMismatchError, online_applications.OnlineRefused):
		frappe.db.rollback()
		frappe.clear_messages()
		values |= {"error": "工作人员刚刚处理了这份申请，请看下面现在的情况。", "http_status": 409}
	return values | {
		"progress": progress(find(code, tail), code, tail),
		"code": tracking_codes.spaced(tracking_codes.normalise(code)),
	}


def _sent(name: str, longest: int) -> str:
	return str(frappe.form_dict.get(name) or "").replace("\r\n", "\n").replace("\x00", "").strip()[:longest]


# --- finding ------------------------------------------------------------------------------------------------------
def find(code: str, tail: str) -> tuple[str, str]:
	"""DocType and name. Raises SlowDown while the address has to wait, NotFound otherwise: for an unknown code as for a
	wrong tail."""
	attempts.require_patience()
	fingerprint = {"tracking_hash": tracking_codes.fingerprint(code, tail)}
	online = frappe.db.get_value(online_applications.DOCTYPE, fingerprint, ["name", "application"])
	case = frappe.db.get_value(APPLICATION, fingerprint)
	if not online and not case:
		attempts.failed()
		raise tracking.NotFound
	attempts.forgive()
	return (APPLICATION, case) if case else (online_applications.DOCTYPE, online[0])


# --- what is shown --------------------------------------------------------------------------------------------------
def progress(found: tuple[str, str], code: str, tail: str) -> dict:
	doctype, name = found
	doc = frappe.get_doc(doctype, name)
	shown = _of_case(doc) if doctype == APPLICATION else _of_submission(doc)
	reports = frappe.get_all(
		change_reports.DOCTYPE,
		filters={"tracking_hash": tracking_codes.fingerprint(code, tail)},
		fields=["status", "received_on", "answered_on", "answer"],
		order_by="creation",
	)
	return shown | {
		"office": printing.township_office(doc.division),
		"reports": [
			{
				"state": change_page.PROGRESS[row.status][0],
				"received_on": row.received_on,
				"answer": row.answer or change_page.PROGRESS[row.status][1],
			}
			for row in reports
		],
	}


NOTHING_WANTED = {
	"wanted": [],
	"wanted_words": "",
	"wanted_until": None,
	"answer_by": None,
	"elsewhere": "",
	"may_add": False,
	"may_withdraw": False,
	"may_report": False,
}


def _of_submission(doc) -> dict:
	status, words = ONLINE[doc.status]
	is_open = doc.status in online_applications.OPEN
	return NOTHING_WANTED | {
		"status": status,
		"words": words,
		"received_on": doc.received_on,
		"wanted_words": doc.supplement_words if doc.status == online_applications.SENT_BACK else "",
		"answer_by": online_applications.waits_until(doc),
		"elsewhere": doc.referred_to if doc.status == online_applications.ELSEWHERE else "",
		"may_add": is_open,
		"may_withdraw": is_open,
	}


def _of_case(doc) -> dict:
	status, words = CASE[doc.workflow_state]
	wanted = doc.workflow_state == terms.SUPPLEMENT
	running = doc.workflow_state in terms.RUNNING_STATES
	return NOTHING_WANTED | {
		"status": status,
		"words": words,
		"received_on": doc.applied_on,
		"wanted": materials.missing(doc) if wanted else [],
		"wanted_words": (doc.supplement_note or "") if wanted else "",
		"wanted_until": getdate(doc.supplement_due) if wanted and doc.supplement_due else None,
		"answer_by": getdate(doc.statutory_due) if running and doc.statutory_due else None,
		"may_report": doc.workflow_state in (*terms.RUNNING_STATES, terms.CONFIRMED),
	}


# --- what the citizen does -------------------------------------------------------------------------------------------
def _act(found: tuple[str, str], code: str, tail: str) -> str:
	"""What was done, in a sentence; '' where somebody only looks."""
	action = _sent("action", 20)
	if action not in (ADD, WITHDRAW, CHANGE):
		return ""
	if visitors.tallied("petition", visitors.DAY) >= public_intake.most_a_day():
		attempts.refused(attempts.FILE, "daily limit")
		raise Refused("今天从您所在的网络提交的已经太多。请明天再来，或者打电话告诉工作人员。")
	doctype, name = found
	if action == CHANGE:
		return _report_change(doctype, name, code, tail)
	if doctype != online_applications.DOCTYPE:
		raise Refused("乡镇已经接手办理，请直接与乡镇联系。")
	doc = online_applications.of_citizen(name)
	done = _withdraw(doc) if action == WITHDRAW else _add(doc)
	visitors.tally("petition", visitors.DAY)
	return done


def _withdraw(doc) -> str:
	if _sent("sure", 1) != "1":
		raise Refused("要撤回的，请先勾选“确定撤回”。")
	online_applications.withdraw(doc)
	return "已经撤回。"


def _add(doc) -> str:
	words = _sent("words", LONGEST_WORDS)
	papers = attachments.accept(frappe.request.files.getlist("papers"))
	if not words and not papers:
		raise Refused("请写一句说明，或者选择要补充的照片。")
	known = set(
		frappe.get_all(
			"File",
			filters={"attached_to_doctype": doc.doctype, "attached_to_name": doc.name},
			pluck="content_hash",
			order_by="name",
		)
	)
	# the button was pressed twice
	papers = [paper for paper in papers if get_content_hash(paper.content) not in known]
	if len(doc.papers) + len(papers) > MOST_PAPERS:
		raise Refused(f"一份申请最多{MOST_PAPERS}张照片，其余的请交到乡镇窗口。")
	application_page.keep(doc, [(_material(doc), paper) for paper in papers])
	online_applications.add(doc, words)
	return "补充的内容已经收到。"


def _material(doc) -> str:
	at = _sent("material", 3)
	wanted = [row["material"] for row in online_at_counter.checklist(doc.category)]
	return wanted[cint(at)] if at.isdigit() and cint(at) < len(wanted) else OTHER_PAPER


def _report_change(doctype: str, name: str, code: str, tail: str) -> str:
	"""As a report of the public page, with the code of the application (dynamic_management/change_reports.py)."""
	if doctype != APPLICATION:
		raise Refused("乡镇还没有接手，情况有变化的请写在“补充”里。")
	case = frappe.db.get_value(
		APPLICATION, name, ["household", "division", "applicant_name", "workflow_state"], as_dict=True
	)
	kind, content, day = _sent("kind", 40), _sent("content", 1000), _sent("happened_on", 10)
	report = change_page.Report({"happened_on": day})
	change_page.check_day(report)
	if case.workflow_state not in (*terms.RUNNING_STATES, terms.CONFIRMED):
		raise Refused("这份申请已经结束，家庭变化请在“报告家庭情况变化”页面填写。")
	if kind not in dict(change_page.KINDS) or len(content) < change_page.SHORTEST_CONTENT or report.errors:
		raise Refused(report.errors.get("happened_on") or "请选择是哪方面的变化，并写清楚发生了什么。")
	fingerprint = tracking_codes.fingerprint(code, tail)
	same = {"tracking_hash": fingerprint, "content": content, "received_on": today()}
	if not frappe.db.exists(change_reports.DOCTYPE, same):
		frappe.get_doc(
			{
				"doctype": change_reports.DOCTYPE,
				"channel": change_reports.PUBLIC,
				"reported_by": case.applicant_name,
				"household": case.household,
				"division": case.division,
				"family_words": case.applicant_name,
				"kind": kind,
				"happened_on": day or None,
				**same,
			}
		).insert(ignore_permissions=True)
		visitors.tally("petition", visitors.DAY)
	return "变化已经报告，工作人员核实后在这里答复。"
