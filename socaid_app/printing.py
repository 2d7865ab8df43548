"""What the print formats call: Chinese dates and amounts, numbers in full only for those who may see them.

The letters are Chinese documents; their sentences are in the templates, not in the translation file. Whatever a
template prints is escaped (overrides/prints.py), also in the formats that a county makes itself.
"""

from __future__ import annotations

import base64
import json
import mimetypes
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import frappe
from frappe import _
from frappe.modules.utils import scrub
from frappe.utils import flt, getdate
from frappe.utils.jinja_globals import include_style
from frappe.www.printview import get_print_format
from jinja2 import Environment, Template
from markupsafe import Markup

from socaid_app import documents
from socaid_app.casework import copies, deliveries
from socaid_app.policy import benefit_changes

DIGITS = "零壹贰叁肆伍陆柒捌玖"
SMALL_UNITS = ("", "拾", "佰", "仟")
LARGE_UNITS = ("", "万", "亿")


def format_template(jenv: Environment, print_format) -> Template | None:
	"""Hook ``get_print_format_template``: the formats of this app's DocTypes, those of a county's own as well; None
	leaves Frappe's way to all others."""
	is_built = print_format.standard != "Yes" and not print_format.custom_format
	if is_built or not is_ours(print_format.doc_type):
		return None
	return escaping(jenv).from_string(get_print_format(print_format.doc_type, print_format))


def show_template(doc, method: str | None = None) -> None:
	"""Hook ``onload`` of Print Format: the template, which is a file, so that a duplicate in Desk has one as well."""
	if doc.standard == "Yes" and doc.custom_format and not doc.html and is_ours(doc.doc_type):
		doc.html = get_print_format(doc.doc_type, doc)


def is_ours(doctype: str) -> bool:
	"""Whether records of a DocType are this app's."""
	module = frappe.db.get_value("DocType", doctype, "module", cache=True)
	return frappe.local.module_app.get(scrub(module or "")) == "socaid_app"


def render(template: str, **values) -> str:
	"""A template of ``templates/print``, escaped like the print formats."""
	return escaping(frappe.get_jenv()).get_template(template).render(values)


def escaping(jenv: Environment) -> Environment:
	"""The environment of this request with escaping; kept, so that shared pieces are compiled once."""
	if getattr(frappe.local, "socaid_jenv", None) is None:
		found = frappe.local.socaid_jenv = jenv.overlay(autoescape=True)
		# what Frappe's own templates call and print as it is
		found.globals = jenv.globals | {
			"_": _translated,
			"include_style": lambda path, rtl=None, preload=True: Markup(include_style(path, rtl, preload)),
		}
	return frappe.local.socaid_jenv


def _translated(message: str, *args, **kwargs) -> str:
	"""Frappe's templates translate what they have just drawn; tags stay tags, and texts texts."""
	return (
		type(message)(_(message, *args, **kwargs))
		if isinstance(message, Markup)
		else _(message, *args, **kwargs)
	)


def picture(doc, field: str) -> str:
	"""The picture in an Attach field of a record as a data URI, '' where it is not this record's own: a renderer
	fetches what an address says, with the rights of whoever prints."""
	url = doc.get(field)
	path = copies.of_record([url], doc.doctype, [doc.name]).get(url) if url else None
	kind = path and mimetypes.guess_type(path.name)[0]
	if not kind or not kind.startswith("image/"):
		return ""
	content, kind = documents.upright(path.read_bytes(), kind)
	return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def cn_date(value: date | str | None) -> str:
	"""``2026-09-07`` → ``2026年9月7日``; nothing → a blank to be filled in by hand."""
	if not value:
		return "　　年　　月　　日"
	day = getdate(value)
	return f"{day.year}年{day.month}月{day.day}日"


def cn_month(value: date | str | None) -> str:
	"""``2026-10-01`` → ``2026年10月``."""
	if not value:
		return "　　年　　月"
	day = getdate(value)
	return f"{day.year}年{day.month}月"


def yuan(value: float | None) -> str:
	"""``1234.5`` → ``1,234.50``; no trailing zeros are dropped, as in bookkeeping."""
	return f"{flt(value, 2):,.2f}"


def capital_yuan(value: float | None) -> str:
	"""The amount in the characters that cannot be altered: ``1234.5`` → ``壹仟贰佰叁拾肆元伍角整``."""
	cents = int((Decimal(str(value or 0)) * 100).to_integral_value(ROUND_HALF_UP))
	yuan_part, cents_part = divmod(abs(cents), 100)
	jiao, fen = divmod(cents_part, 10)
	text = (_capital_integer(yuan_part) + "元") if yuan_part else ""
	if jiao:
		text += DIGITS[jiao] + "角"
	elif text and fen:
		text += "零"
	if fen:
		return text + DIGITS[fen] + "分"
	return (text or "零元") + "整"


def _capital_integer(number: int) -> str:
	text, pending_zero = "", False
	groups = []
	while number:
		number, group = divmod(number, 10000)
		groups.append(group)
	for index in range(len(groups) - 1, -1, -1):
		group = groups[index]
		if not group:
			pending_zero = bool(text)
			continue
		if text and (pending_zero or group < 1000):
			text += "零"
		pending_zero = False
		text += _capital_group(group) + LARGE_UNITS[index]
	return text


def _capital_group(group: int) -> str:
	text, zero = "", False
	for place in range(3, -1, -1):
		digit = group // 10**place % 10
		if digit:
			text += ("零" if zero and text else "") + DIGITS[digit] + SMALL_UNITS[place]
			zero = False
		else:
			zero = True
	return text


def division_path(code: str | None) -> str:
	"""``220422201203`` → ``东辽县甲山乡甲山村``: the county and what lies below it, for addresses."""
	names, seen = [], set()
	while code and code not in seen:
		seen.add(code)
		row = frappe.get_cached_value(
			"Administrative Division",
			code,
			["division_name", "level", "parent_administrative_division"],
			as_dict=True,
		)
		if not row or row.level in ("Province", "Prefecture"):
			break
		names.append(row.division_name)
		code = row.parent_administrative_division
	return "".join(reversed(names))


def township_office(code: str | None) -> str:
	"""The office that signs: ``甲山乡人民政府``, or the county bureau where there is no township."""
	from socaid_app.permissions.divisions import township_of

	township = township_of(code)
	name = township and frappe.db.get_value("Administrative Division", township, "division_name")
	return f"{name}人民政府" if name else settings().bureau_name


def deciding_office(application) -> str:
	"""Who decides: the township by delegation (吉民发〔2024〕5号), otherwise the county bureau."""
	if application.confirming_authority == "County":
		return settings().bureau_name
	return township_office(application.division)


def settings():
	return frappe.get_cached_doc("Socaid Settings")


# Which documents go to authorities that need a number in full, and which numbers: an application and the form on
# which it is decided, the authorisation under which data are compared. Elsewhere a mask is printed, also by a
# county's own print formats.
FULL_NUMBERS = {
	"Assistance Application": frozenset({"id_number", "phone", "bank_account"}),
	"Check Authorization": frozenset({"id_number"}),
}


def full_number(recipient: str | None, field: str, document) -> str:
	"""A number in full where the document has a reason for it (:data:`FULL_NUMBERS`), for a role that may see it and
	may read the person; a mask otherwise, and nothing of a person the user may not read.

	Every number printed in full is written to the Sensitive Access Log with the printed document.
	"""
	from socaid_app.permissions import access_log, sensitive

	if not recipient or not _may_take("Recipient", recipient):
		return ""
	if frappe.flags.archive_copy:
		# The archive's own copy, shown to nobody yet; binding logs it as a whole (assistance_archives/binding.py).
		return sensitive.full_value(recipient, field) or ""
	if field not in FULL_NUMBERS.get(document.doctype, ()) or not sensitive.may_reveal():
		return frappe.db.get_value("Recipient", recipient, field) or ""
	access_log.record(
		"Print",
		"Recipient",
		recipient,
		f"打印{document.doctype} {document.name}",
		field=field,
		case=document.get("application") or document.name,
	)
	return sensitive.full_value(recipient, field) or ""


def _may_take(doctype: str, name: str | None) -> bool:
	"""Whether a print may take values from a record that the printed one names: whoever prints may read it."""
	return bool(name) and (
		bool(frappe.flags.archive_copy) or bool(frappe.has_permission(doctype, "read", doc=name))
	)


def linked(doctype: str, name: str | None):
	"""The record behind a link, or an empty one, so that a form prints with blanks."""
	if name and frappe.db.exists(doctype, name) and _may_take(doctype, name):
		return frappe.get_cached_doc(doctype, name)
	return frappe._dict()


def person(recipient: str | None):
	"""The Recipient behind a link, or an empty record."""
	return linked("Recipient", recipient)


def kinship(code: str | None) -> str:
	return (code and frappe.get_cached_value("Kinship Code", code, "kinship_name")) or ""


def assessment(application) -> dict:
	"""The assessment as it was frozen, or as it stands while the case is open."""
	return json.loads(application.get("assessment") or "{}")


def delivery(application, document_kind: str):
	"""The latest delivery record of a letter; carries its number and dates."""
	return linked(deliveries.DOCTYPE, deliveries.latest(application, document_kind))


def latest(doctype: str, application: str):
	"""The newest submitted record of ``doctype`` on a case."""
	name = frappe.db.get_value(
		doctype, {"application": application, "docstatus": 1}, "name", order_by="creation desc"
	)
	return linked(doctype, name)


def opinion_to(application, *states: str):
	"""The latest recorded opinion that moved the case to one of ``states``."""
	for row in reversed(application.get("opinions") or []):
		if row.to_state in states:
			return row
	return frappe._dict()


def user_name(user: str | None) -> str:
	return frappe.utils.get_fullname(user) if user else ""


def adjustment_name(adjustment) -> str:
	"""What kind of adjustment it is: 增发, 减发, 停发 …"""
	return benefit_changes.NAMES.get(adjustment.kind, "")


def adjusting_office(adjustment) -> str:
	"""Who decides on an adjustment: whoever confirms the category."""
	authority = frappe.get_cached_value("Assistance Category", adjustment.category, "confirming_authority")
	return settings().bureau_name if authority == "County" else township_office(adjustment.division)
