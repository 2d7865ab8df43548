"""How far forms and lists are the Socaid Administrator's to change: words, order, columns, fields of the county's own.

Whoever is neither the Administrator nor a system manager keeps to what a form may become without code: nothing that
the law needs is hidden, no field comes to be seen by more people, nothing is read from records of others, and no
condition is more than a comparison of fields, since it runs in the browser of those who see cases. Customize Form is
judged by what it would change (Frappe writes past the hooks there), its records by their own hooks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import frappe
from frappe import _
from frappe.custom.doctype.customize_form.customize_form import (
	CustomizeForm,
	docfield_properties,
	doctype_action_properties,
	doctype_link_properties,
	doctype_properties,
	doctype_state_properties,
)
from frappe.model import no_value_fields
from frappe.model.base_document import get_controller
from frappe.model.document import Document
from frappe.utils import cint, cstr, escape_html

from socaid_app.assistance_intake import mending
from socaid_app.casework import collation, records
from socaid_app.petition_desk import secrecy
from socaid_app.petition_desk.guards import is_administrator
from socaid_app.printing import is_ours
from socaid_app.setup import mandatory_fields

SETTER, CUSTOM = "Property Setter", "Custom Field"
# Of a shipped field: what may be written freely, what only upwards, what is a condition.
FREE = frozenset(
	[
		"label",
		"description",
		"placeholder",
		"default",
		"width",
		"print_width",
		"columns",
		"precision",
		"in_list_view",
		"in_standard_filter",
		"bold",
		"print_hide",
		"print_hide_if_no_value",
		"report_hide",
		"allow_in_quick_entry",
		"collapsible",
		"hide_border",
		"hide_days",
		"hide_seconds",
		"sort_options",
	]
)
ONLY_MORE = frozenset({"reqd", "read_only", "non_negative"})
CONDITIONS = frozenset(
	{"depends_on", "mandatory_depends_on", "read_only_depends_on", "collapsible_depends_on"}
)
# Of a DocType.
OF_LISTS = frozenset(
	{
		"sort_field",
		"sort_order",
		"quick_entry",
		"editable_grid",
		"max_attachments",
		"default_view",
		"default_print_format",
		"track_views",
		"field_order",
	}
)
# Of a field of the county's own: what would read other records, run, or show more than the form does.
NEVER = (
	"is_virtual",
	"fetch_from",
	"fetch_if_empty",
	"ignore_user_permissions",
	"ignore_xss_filter",
	"in_global_search",
	"in_preview",
	"link_filters",
	"remember_last_selected_value",
	"show_dashboard",
	"translatable",
	"unique",
)
KINDS = frozenset(
	{
		"Attach",
		"Attach Image",
		"Check",
		"Column Break",
		"Currency",
		"Data",
		"Date",
		"Datetime",
		"Float",
		"Int",
		"Link",
		"Long Text",
		"Percent",
		"Phone",
		"Section Break",
		"Select",
		"Small Text",
		"Tab Break",
		"Text",
		"Time",
	}
)
OWN_NAME = re.compile(r"custom_\w+")
WORDS = ("label", "description")
TEXTS = ("label", "description", "placeholder", "default", "options")
# The words of a comparison of the record's own fields, as Frappe's forms evaluate it.
WORD = re.compile(
	r"""\s*(?:(?P<value>doc\.(?!_|constructor\b)\w+(?:\.length\b)?|"[^"\\<>`]*"|'[^'\\<>`]*'|\d+(?:\.\d+)?
	|(?:true|false|null)\b)|(?P<function>\.includes(?=\()|in_list(?=\())
	|(?P<operator>===|!==|==|!=|<=|>=|<|>|&&|\|\||!|,)|(?P<open>[(\[])|(?P<close>[)\]]))""",
	re.VERBOSE,
)


class FormRefused(frappe.ValidationError):
	pass


def is_free() -> bool:
	"""Whoever may write code anyway."""
	return is_administrator() or "System Manager" in frappe.get_roles()


class CustomizedForm(CustomizeForm):
	"""Hook ``override_doctype_class`` of Customize Form: its words are those of the screens, and stored where changed."""

	def load_properties(self, meta) -> None:
		super().load_properties(meta)
		for row in self.fields:
			for part in WORDS:
				row.set(part, _(row.get(part), context=meta.name) if row.get(part) else row.get(part))

	def keep_words(self) -> None:
		meta = frappe.get_meta(self.doc_type)
		for row in self.fields:
			stored = meta.get_field(row.fieldname) if row.fieldname else None
			for part in WORDS if stored else ():
				if stored.get(part) and row.get(part) == _(stored.get(part), context=meta.name):
					row.set(part, stored.get(part))

	@frappe.whitelist()
	def save_customization(self) -> None:
		self.keep_words()
		check_form(self)
		super().save_customization()
		# Frappe writes a changed column anew, with the collation of its table
		collation.compare_as_text(self.doc_type)


# --- what is judged -----------------------------------------------------------------------------------------------
def check_form(form: Document) -> None:
	"""Customize Form before it is saved; raises FormRefused."""
	if is_free():
		return
	_require_ours(form.doc_type)
	meta = frappe.get_meta(form.doc_type)
	for name in doctype_properties:
		if cstr(form.get(name)) != cstr(meta.get(name)):
			_judge(_of_doctype(form.doc_type, name, form.get(name)))
	for table, parts in (
		("links", doctype_link_properties),
		("actions", doctype_action_properties),
		("states", doctype_state_properties),
	):
		if _rows(form.get(table), parts) != _rows(meta.get(table), parts):
			_refuse(_("Connections, actions and colours of states stay as they are."))
	if form.label and form.label != (getattr(form.get_name_translation(), "translated_text", "") or ""):
		_refuse(_("What a record type is called stays as it is; name the fields instead."))
	for row in form.fields:
		stored = meta.get_field(row.fieldname) if row.fieldname else None
		if stored and not _is_own(stored):
			for name in docfield_properties:
				if name != "idx" and cstr(row.get(name) or "") != cstr(stored.get(name) or ""):
					_judge(_of_field(form.doc_type, row.fieldname, name, row.get(name)))
		elif not stored or any(cstr(row.get(name)) != cstr(stored.get(name)) for name in docfield_properties):
			_judge(_of_own(form.doc_type, row, stored))
	kept = {row.fieldname for row in form.fields}
	if gone := [df.fieldname for df in meta.fields if df.fieldname not in kept and not _is_own(df)]:
		_refuse(_("{0} comes with the system and stays. Hide it instead.").format("、".join(gone)))


def check_setter(setter: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of Property Setter; raises FormRefused."""
	if is_free():
		return
	_require_ours(setter.doc_type)
	before = setter.get_doc_before_save()
	if before and any(
		before.get(part) != setter.get(part) for part in ("doc_type", "field_name", "property")
	):
		_refuse(_("A property stays with its field. Enter another one."))
	if setter.doctype_or_field == "DocType" and not setter.field_name and not setter.row_name:
		_judge(_of_doctype(setter.doc_type, setter.property, setter.value))
	elif setter.doctype_or_field == "DocField" and setter.field_name:
		_judge(_of_field(setter.doc_type, setter.field_name, setter.property, setter.value))
	else:
		_refuse(_("Connections, actions and colours of states stay as they are."))


def keep_setter(setter: Document, method: str | None = None) -> None:
	"""Hook ``on_trash``: what a county has set is taken back as far as it could have been set."""
	if is_free():
		return
	_require_ours(setter.doc_type)
	if setter.property not in FREE | OF_LISTS | {"hidden"} | CONDITIONS:
		_refuse(_("“{0}” was set by the Administrator and stays.").format(setter.property))


def check_own(field: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of Custom Field; raises FormRefused."""
	if is_free():
		return
	_require_ours(field.dt)
	before = field.get_doc_before_save()
	if before and (before.dt != field.dt or before.fieldname != field.fieldname):
		_refuse(_("A field stays on its form. Add another one."))
	if field.is_system_generated or (before and before.is_system_generated):
		_refuse(_("{0} comes with the system and stays. Hide it instead.").format(field.fieldname))
	_judge(_of_own(field.dt, field, before))


def keep_own(field: Document, method: str | None = None, *args) -> None:
	"""Hook ``on_trash`` and ``before_rename`` of Custom Field."""
	if is_free():
		return
	_require_ours(field.dt)
	if field.is_system_generated or method == "before_rename":
		_refuse(_("{0} comes with the system and stays. Hide it instead.").format(field.fieldname))


# --- the rules ----------------------------------------------------------------------------------------------------
def _require_ours(doctype: str) -> None:
	if not is_ours(doctype):
		_refuse(_("Only forms of social assistance are changed here."))
	meta = frappe.get_meta(doctype)
	parents = frappe.get_hooks("socaid_child_tables").get(doctype) or []
	if {doctype, *parents} & set(secrecy.petition_doctypes()):
		_refuse(_("Forms of petitions are changed by the Administrator alone."))
	if not meta.istable and not meta.permissions:
		_refuse(_("{0} is nobody's to see, and stays as it is.").format(_(doctype)))


def _of_doctype(doctype: str, name: str, value) -> Iterator[str]:
	if name not in OF_LISTS:
		yield _("“{0}” of a record type stays as it is.").format(name)
	if name == "sort_field" and not frappe.get_meta(doctype).has_field(cstr(value)):
		if value not in (None, "", "name", "creation", "modified", "idx"):
			yield _("There is no field {0}.").format(value)


def _of_field(doctype: str, fieldname: str, name: str, value) -> Iterator[str]:
	df = frappe.get_meta(doctype).get_field(fieldname)
	if not df:
		yield _("There is no field {0}.").format(fieldname)
		return
	shipped = records.shipped(doctype).get(fieldname) or frappe._dict()
	label = _(shipped.label or df.label or fieldname, context=doctype)
	needed = is_needed(doctype, fieldname, shipped)
	by_system = fieldname in _of_system(doctype)
	if name in FREE:
		if name in TEXTS:
			yield from _of_text(value)
		# a new record begins with it, whatever its author may write
		if name == "default" and value and (by_system or df.fieldtype == "Check"):
			yield _("“{0}” is set by the system or declared by a person: it has no preset.").format(label)
	elif name in ONLY_MORE:
		if not cint(value) and cint(shipped.get(name)):
			yield _("“{0}” was shipped as “{1}” and stays so.").format(label, name)
		if name == "reqd" and cint(value) and by_system:
			yield _("“{0}” is set by the system: nobody could fill it in.").format(label)
		if name == "read_only" and cint(value) and needed:
			yield _("“{0}” is needed by the law or for a step: it stays open.").format(label)
	elif name == "hidden":
		if not cint(value) and cint(shipped.hidden):
			yield _("“{0}” is hidden for a reason, and stays hidden.").format(label)
		if cint(value) and (needed or df.fieldtype in no_value_fields):
			yield _("“{0}” is needed by the law or for a step: it stays to be seen.").format(label)
	elif name in CONDITIONS:
		yield from _of_condition(value)
		if name == "mandatory_depends_on" and value and by_system:
			yield _("“{0}” is set by the system: nobody could fill it in.").format(label)
		if name == "mandatory_depends_on" and shipped.get(name):
			if not mandatory_fields.is_no_narrower(value, shipped[name]):
				yield _("“{0}” was mandatory under {1}. Add to it with || only.").format(label, shipped[name])
		elif name in ("depends_on", "read_only_depends_on") and (needed or df.fieldtype in no_value_fields):
			widened = name == "depends_on" and (
				not value or (df.depends_on and mandatory_fields.is_no_narrower(value, df.depends_on))
			)
			if not widened:
				yield _("“{0}” is needed by the law or for a step: it stays to be seen.").format(label)
	else:
		yield _("“{0}” of the field “{1}” stays as it is.").format(name, label)


def _of_system(doctype: str) -> set[str]:
	guard = getattr(get_controller(doctype), "GUARD", None)
	return {*records.system_fields(doctype, guard), *_state_fields(doctype)}


def _state_fields(doctype: str) -> set[str]:
	guard = getattr(get_controller(doctype), "GUARD", None)
	return {"workflow_state", guard.state} if guard else {"workflow_state"}


def is_needed(doctype: str, fieldname: str, shipped: Mapping) -> bool:
	"""Whether the law or a step asks for a field, so that it has to be there to be filled in."""
	return bool(
		shipped.get("reqd")
		or shipped.get("mandatory_depends_on")
		or fieldname in {"division", *_state_fields(doctype)}
		or (doctype == "Assistance Application" and fieldname in mending.FIELDS.values())
	)


def _of_own(doctype: str, field, before) -> Iterator[str]:
	label = cstr(field.label or field.fieldname)
	if field.fieldtype not in KINDS:
		yield _("“{0}”: fields of this kind are made by the Administrator.").format(label)
	if field.fieldname and not before and not OWN_NAME.fullmatch(field.fieldname):
		yield _("“{0}”: the name of a field of your own begins with custom_.").format(field.fieldname)
	for name in NEVER:
		if field.get(name) and not (before and before.get(name) == field.get(name)):
			yield _("“{0}”: “{1}” is set by the Administrator alone.").format(label, name)
	if before and cint(field.permlevel) < cint(before.permlevel):
		yield _("“{0}”: its level stays, or more people would see it.").format(label)
	for name in TEXTS:
		yield from _of_text(field.get(name))
	for name in CONDITIONS:
		yield from _of_condition(field.get(name))
	if field.fieldtype == "Link" and not _may_link(cstr(field.options)):
		yield _("“{0}”: it may lead to a record type of social assistance, or to users.").format(label)


def _may_link(doctype: str) -> bool:
	if doctype == "User":
		return True
	return bool(
		frappe.db.exists("DocType", {"name": doctype, "istable": 0, "issingle": 0})
		and is_ours(doctype)
		and frappe.get_meta(doctype).permissions
		and doctype not in secrecy.petition_doctypes()
	)


def _of_text(value) -> Iterator[str]:
	if "<" in cstr(value):
		yield _("Words of a form are plain text, without “<”.")


def _of_condition(value) -> Iterator[str]:
	if not is_plain_condition(value):
		yield _("The condition {0} is more than a comparison of the record's own fields.").format(value)


def is_plain_condition(value) -> bool:
	"""A field's name, or ``eval:`` and comparisons."""
	text = cstr(value).strip()
	if not text.startswith("eval:"):
		return bool(re.fullmatch(r"\w*", text))
	text, at, before = text.removeprefix("eval:").rstrip(), 0, "operator"
	while at < len(text):
		word = WORD.match(text, at)
		if not word:
			return False
		at, kind = word.end(), word.lastgroup
		# what stands behind a value would call it or look into it
		if kind == "open" and before in ("value", "close"):
			return False
		before = kind
	return True


def _is_own(df) -> bool:
	return bool(df.get("is_custom_field") and not df.get("is_system_generated"))


def _rows(rows, parts) -> list[tuple]:
	return [tuple(cstr(row.get(part)) for part in parts) for row in rows or []]


def _judge(sentences: Iterator[str]) -> None:
	for sentence in sentences:
		_refuse(sentence)


def _refuse(sentence: str) -> None:
	frappe.throw(escape_html(sentence), FormRefused, title=_("The law needs more"))
