"""What answers in Frappe's place. Each file is named after what it overrides.

Frappe has hooks for most of it (``override_whitelisted_methods``, ``override_doctype_class``); what it has none for
is replaced here, once a process, and only in requests and jobs of a site that has this app.
"""

from __future__ import annotations

import frappe

_installed = False


def begin(*args, **kwargs) -> None:
	"""Hooks ``before_request`` and ``before_job``, first of all: the replacements hold for this site from now on."""
	install()
	frappe.flags.socaid_fence = True


def install() -> None:
	"""Put the replacements in place; again and again without effect."""
	global _installed
	if _installed:
		return
	from socaid_app.casework import workflows, written
	from socaid_app.overrides import (
		deadlocks,
		default_letter,
		frappe_words,
		mandatory,
		pdf,
		plain_fields,
		prints,
		readable,
		spreadsheets,
	)
	from socaid_app.permissions import doors, fence, following, masks, stored

	readable.install()
	deadlocks.install()
	mandatory.install()
	spreadsheets.install()
	frappe_words.install()
	doors.install()
	fence.install()
	plain_fields.install()
	written.install()
	workflows.install()
	stored.install()
	pdf.install()
	prints.install()
	default_letter.install()
	following.install()
	masks.install()
	_installed = True
