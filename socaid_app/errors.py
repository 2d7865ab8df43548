"""Errors in matters whose words must not be logged."""

from __future__ import annotations

import traceback

import frappe


def log_without_words(title: str, error: Exception) -> None:
	"""Where it failed, without what was said: Frappe's own log would keep every variable."""
	frames = "".join(traceback.format_tb(error.__traceback__))
	frappe.log_error(title=f"{title}: {type(error).__name__}", message=frames)
