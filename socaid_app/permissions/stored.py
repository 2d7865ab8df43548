"""A record is what is stored under its name, whatever a request says of itself.

Frappe makes documents out of requests: a record that calls itself new passes a check that looks at what was sent,
and its methods and prints then reach the stored one, or show what others' records say about whomever it names. Here
permission, methods and prints go by the stored record.
"""

from __future__ import annotations

import inspect

import frappe
from frappe import _, handler
from frappe.api import v2
from frappe.model.document import Document
from frappe.utils import cint
from frappe.utils import print_format as print_formats
from frappe.www import printview

from socaid_app.frappe_versions import NO_OBJECTION
from socaid_app.permissions import doors

# Frappe's own methods of any document, and the right each needs.
RIGHTS = {"submit": "submit", "cancel": "cancel"}


class NotSaved(frappe.ValidationError):
	pass


def stored_value(doc, fields: str | list[str]):
	"""What is stored under the name of a document; None where nothing is."""
	name = doc.get("name")
	return frappe.db.get_value(doc.doctype, str(name), fields) if name else None


def is_stored(doc) -> bool:
	return bool(stored_value(doc, "name"))


def judge_owner(doc, ptype: str | None = None, user: str | None = None, debug: bool = False) -> bool | None:
	"""Hook ``has_permission`` of all DocTypes: whose record it is, is stored; no, or no objection.

	Where a role may do something with its own records only, Frappe looks at the owner that was sent.
	"""
	user = user or frappe.session.user
	if user == "Administrator" or not isinstance(doc, Document) or doc.get("owner") != user:
		return NO_OBJECTION
	owned = frappe.permissions.get_role_permissions(doc.meta, user=user).get("if_owner") or {}
	if owned.get(ptype or "read"):
		owner = stored_value(doc, "owner")
		if owner and owner != user:
			return False
	return NO_OBJECTION


# --- methods of documents -----------------------------------------------------------------------------------------
def run_doc_method(method: str, docs=None, dt=None, dn=None, arg=None, args=None):
	"""In place of Frappe's, under all its names: the method runs on the stored document, with the right it needs.

	A method of another DocType than ours may look at what stands in the form (a form of settings that is not saved
	yet); permission is asked of the stored record all the same.
	"""
	doc = _document(dt, dn, docs)
	function = getattr(type(doc), str(method), None)
	if not callable(function):
		frappe.throw(_("{0} has no such action.").format(_(doc.doctype)), frappe.PermissionError)
	doc.check_permission(
		RIGHTS.get(method) or ("read" if "GET" in doors.door_of(function).verbs else "write")
	)
	doc.is_whitelisted(method)
	answer = _run(doc, method, frappe.parse_json(args if args is not None else arg))
	frappe.response.docs.append(doc)
	if answer is None:
		return None
	if cint(frappe.form_dict.get("as_csv")):
		handler.build_csv_response(answer, _(doc.doctype).replace(" ", ""))
		return None
	return answer


def run_document_method(method: str, document, kwargs=None):
	"""The same for version 2 of the interface."""
	return run_doc_method(method, docs=document, args=kwargs or {})


def _document(doctype: str | None, name: str | None, sent) -> Document:
	if doctype:
		return frappe.get_doc(doctype, name or doctype)
	sent = frappe.parse_json(sent)
	if not isinstance(sent, dict) or not sent.get("doctype"):
		frappe.throw(_("Name the record."), NotSaved)
	kind, name = sent["doctype"], sent.get("name") or sent["doctype"]
	stored = frappe.get_doc(kind, name) if is_stored(frappe._dict(doctype=kind, name=name)) else None
	if _is_ours(kind):
		return stored or frappe.throw(_("Save the record first."), NotSaved)
	doc = frappe.get_doc(sent)
	if stored:
		stored.check_permission("read")
		doc.owner = stored.owner
	doc._original_modified = doc.modified
	doc.check_if_latest()
	return doc


def _is_ours(doctype: str) -> bool:
	"""Whether this app made the DocType or limits who sees which of its records."""
	module = frappe.db.get_value("DocType", doctype, "module", cache=True)
	made = frappe.local.module_app.get(frappe.scrub(module or "")) == "socaid_app"
	return made or doctype in frappe.get_hooks("permission_query_conditions")


def _run(doc: Document, method: str, arguments):
	bound = getattr(doc, method)
	wanted = [name for name in inspect.signature(bound).parameters if name != "self"]
	if not wanted:
		return doc.run_method(method)
	if "args" in wanted or not isinstance(arguments, dict):
		return doc.run_method(method, arguments)
	return doc.run_method(method, **{name: value for name, value in arguments.items() if name in wanted})


def install() -> None:
	"""Once a process: Frappe calls these by the names of its own modules, which no hook replaces."""
	theirs, theirs_v2 = handler.run_doc_method, v2.run_doc_method

	def run(method, docs=None, dt=None, dn=None, arg=None, args=None):
		ours = run_doc_method if frappe.flags.socaid_fence else theirs
		return ours(method, docs=docs, dt=dt, dn=dn, arg=arg, args=args)

	def run_v2(method: str, document, kwargs=None):
		ours = run_document_method if frappe.flags.socaid_fence else theirs_v2
		return ours(method, document, kwargs)

	handler.run_doc_method = handler.runserverobj = run
	v2.run_doc_method = run_v2


# --- prints -------------------------------------------------------------------------------------------------------
def printed(doc, name=None) -> tuple[str, str]:
	"""DocType and name of what a request wants printed; raises NotSaved where nothing is stored."""
	if isinstance(name, str):
		return doc, name
	sent = frappe.parse_json(doc)
	if isinstance(sent, dict) and sent.get("doctype") and is_stored(frappe._dict(sent)):
		return sent["doctype"], str(sent["name"])
	return frappe.throw(_("Save the record before you print it."), NotSaved)


@frappe.whitelist()
def get_html_and_style(
	doc: str | dict,
	name: str | None = None,
	print_format: str | None = None,
	no_letterhead: bool | None = None,
	letterhead: str | None = None,
	trigger_print: bool = False,
	style: str | None = None,
	settings: str | dict | None = None,
):
	"""Frappe's preview of a print; of the stored record."""
	return printview.get_html_and_style(
		*printed(doc, name), print_format, no_letterhead, letterhead, trigger_print, style, settings
	)


@frappe.whitelist()
def get_rendered_raw_commands(doc: str | dict, name: str | None = None, print_format: str | None = None):
	"""Frappe's commands for a printer; of the stored record."""
	return printview.get_rendered_raw_commands(*printed(doc, name), print_format)


@frappe.whitelist()
def download_pdf(
	doctype: str, name: str, format=None, doc=None, no_letterhead=0, language=None, letterhead=None
):
	"""Frappe's PDF of a record; of the stored one, for those who are logged in."""
	return print_formats.download_pdf(doctype, name, format, None, no_letterhead, language, letterhead)


def print_what_is_stored() -> None:
	"""Hook ``before_request``: the page of a print takes a document out of its own address."""
	if frappe.local.request.path.strip("/") in ("printview", "print"):
		frappe.local.form_dict.pop("doc", None)
