"""Prints of our records show as text what people wrote, whichever format draws them: Frappe's standard one, one of the
builder, a copy of one of ours that a county has changed, its letter head.

Frappe compiles all of them without escaping, and what a citizen typed into a form is printed by staff. While one of
our records is drawn, templates are compiled with it; what is HTML by its kind is cleaned.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.email.doctype.auto_email_report import auto_email_report
from frappe.utils import formatters, pdf, sanitize_html, weasyprint
from frappe.www import printview
from markupsafe import Markup, escape

from socaid_app import printing
from socaid_app.permissions.fence import wrap

TAGGED = ("HTML", "HTML Editor", "Markdown Editor", "Text Editor")
LINED = ("Small Text", "Text", "Long Text")
# Tags that Frappe's standard format puts into a translated sentence.
PAGE_NUMBERS = ('<span class="page"></span>', '<span class="topage"></span>')


def install() -> None:
	wrap(printview, "get_rendered_template", rendered)
	wrap(weasyprint.PrintFormatGenerator, "get_header_footer_html", built)
	wrap(weasyprint.PrintFormatGenerator, "get_main_html", built)
	wrap(formatters, "format_value", shown)
	wrap(frappe, "render_template", nested)
	wrap(auto_email_report, "make_links", mailed_rows)


def is_on() -> bool:
	return bool(frappe.flags.socaid_prints_text)


@contextmanager
def as_text() -> Iterator[None]:
	"""In this block every template escapes."""
	before, earlier = frappe.get_jenv(), frappe.flags.socaid_prints_text
	frappe.local.jenv, frappe.flags.socaid_prints_text = printing.escaping(before), True
	try:
		yield
	finally:
		frappe.local.jenv, frappe.flags.socaid_prints_text = before, earlier


def rendered(theirs, doc, *args, **kwargs) -> str:
	if not printing.is_ours(doc.doctype):
		return theirs(doc, *args, **kwargs)
	with as_text():
		html = theirs(doc, *args, **kwargs)
	for tag in PAGE_NUMBERS:
		html = html.replace(str(escape(tag)), tag)
	return html


def body(template, args: dict, **kwargs) -> str:
	"""Hook ``pdf_body_html``: the letter head is drawn before the rest, by an administrator's own template."""
	if is_on():
		args |= {part: Markup(args[part]) for part in ("letter_head", "footer") if args.get(part)}
	return pdf.pdf_body_html(template=template, args=args, **kwargs)


def built(theirs, generator):
	"""What the newer builder draws; its style sheets are an administrator's."""
	if not printing.is_ours(generator.doc.doctype):
		return theirs(generator)
	for sheet in (generator.print_format, generator.context.print_style):
		if sheet and sheet.css:
			sheet.css = Markup(sheet.css)
	with as_text():
		return theirs(generator)


def nested(theirs, *args, **kwargs) -> str:
	"""A template inside another one: its tags are tags."""
	html = theirs(*args, **kwargs)
	return Markup(html) if is_on() and html else html


def shown(theirs, value, df=None, *args, **kwargs):
	"""A value as its kind shows it, for ``get_formatted`` and the like."""
	if not is_on() or not isinstance(value, str):
		return theirs(value, df, *args, **kwargs)
	kind = df if isinstance(df, str) else (df or {}).get("fieldtype")
	if kind in LINED:
		return escape(theirs(value, "Data", *args, **kwargs)).replace("\n", Markup("<br>"))
	text = theirs(value, df, *args, **kwargs)
	return Markup(sanitize_html(text, always_sanitize=True)) if kind in TAGGED else text


def mailed_rows(theirs, columns: list, data: list):
	"""The rows of a report that is mailed as a page, before Frappe makes links of some."""
	for row in data:
		for key, value in row.items():
			if isinstance(value, str):
				row[key] = str(escape(value))
	return theirs(columns, data)
