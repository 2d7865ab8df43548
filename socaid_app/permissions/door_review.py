"""Which functions of Frappe wait for a release that judges them; looked for after each migrate.

What is not judged answers administrators alone whether anybody looks or not (doors.py). Here the administrators are
told of it: a message at the bell of each, and the report *Functions Not Yet Reviewed*. Both end with the release
that has judged them. The functions of other apps are not judged by us at all: the report names the apps.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import frappe
from frappe import _
from frappe.utils import get_url_to_report

from socaid_app.permissions import doors, signatures

REPORT = "Functions Not Yet Reviewed"
NEW, CHANGED, UNGUARDED, OTHER_APP = "New", "Changed", "Unguarded", "Other App"
# Modules of tests, patches and commands answer no request.
SERVING_NONE = re.compile(r"\.tests?(\.|$)|\.test_|\.patches\.|\.commands|\.testing|boilerplate|\.sentry")


class Finding(NamedTuple):
	kind: str
	function: str
	judged: str = ""
	found: str = ""


def whitelisted(package: str) -> list[Callable]:
	"""Every function of a package that a request can reach."""
	for _module in _modules(importlib.import_module(package)):
		pass
	found = {
		signatures.path_of(function): function
		for function in list(frappe.whitelisted)
		if function.__module__.split(".")[0] == package
		and not SERVING_NONE.search(function.__module__)
		and "<locals>" not in function.__qualname__
	}
	return [function for _path, function in sorted(found.items())]


def _modules(package) -> Iterator:
	for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
		if SERVING_NONE.search(module.name):
			continue
		try:
			yield importlib.import_module(module.name)
		except ImportError:
			# what needs a library that is not installed answers nobody
			continue


def outstanding() -> list[Finding]:
	"""What administrators alone can call for now, and what no longer stands in front of a function of Frappe's."""
	return [*_unjudged(), *_unguarded(), *_other_apps()]


def _unjudged() -> Iterator[Finding]:
	for function in whitelisted("frappe"):
		path = signatures.path_of(function)
		if path not in doors.listed():
			yield Finding(NEW, path, "", _told(signatures.shape_of(function)))
		elif not signatures.is_as_judged(function):
			was = signatures.judged().get(path)
			yield Finding(CHANGED, path, _told(was) if was else "", _told(signatures.shape_of(function)))


def _told(shape: signatures.Shape) -> str:
	guest = _("without login") if shape.guest else ""
	return " ".join(filter(None, (shape.signature, shape.verbs, guest)))


def _unguarded() -> Iterator[Finding]:
	"""A function of ours answers for a name of Frappe's; what has moved on is called by its new name."""
	for path, replacements in frappe.get_hooks("override_whitelisted_methods").items():
		ours = [name for name in replacements if name.startswith("socaid_app.")]
		if not ours or not path.startswith("frappe."):
			continue
		if replacements[-1] != ours[-1]:
			yield Finding(UNGUARDED, path, ours[-1], replacements[-1])
		elif (now := _where(path)) != path:
			yield Finding(UNGUARDED, path, ours[-1], now)


def _where(path: str) -> str:
	"""Where the function is defined that goes by a name; empty where nothing does."""
	try:
		return signatures.path_of(frappe.get_attr(path))
	except Exception:
		return ""


def _other_apps() -> Iterator[Finding]:
	for app in frappe.get_installed_apps():
		if app not in ("frappe", "socaid_app"):
			yield Finding(OTHER_APP, f"{app}.*")


def tell_administrators() -> None:
	"""Hook ``after_migrate``: what waits for review is said at the bell of the administrators, once, while it does."""
	frappe.db.delete("Notification Log", {"document_type": "Report", "document_name": REPORT})
	waiting = [finding for finding in outstanding() if finding.kind != OTHER_APP]
	if not waiting:
		return
	subject = _(
		"{0} functions of this Frappe are not yet reviewed by the app; until its next release they answer"
		" administrators only"
	).format(len(waiting))
	print(subject)
	# without the host, which a migrate can only guess
	link = urlsplit(get_url_to_report(REPORT)).path
	for user in _administrators():
		frappe.get_doc(
			{
				"doctype": "Notification Log",
				"type": "Alert",
				"subject": subject,
				"document_type": "Report",
				"document_name": REPORT,
				"link": link,
				"for_user": user,
				"from_user": "Administrator",
			}
		).insert(ignore_permissions=True)


def _administrators() -> set[str]:
	managers = frappe.get_all(
		"Has Role",
		filters={"role": "System Manager", "parenttype": "User"},
		pluck="parent",
		order_by="parent",
	)
	return set(
		frappe.get_all(
			"User",
			filters={"name": ["in", [*managers, "Administrator"]], "enabled": 1},
			pluck="name",
			order_by="name",
		)
	)
