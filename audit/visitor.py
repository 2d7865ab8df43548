"""Requests of one user through the whole of Frappe's web stack, in this process: no port is opened."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import frappe
import frappe.app
from frappe.utils.password import set_encrypted_password
from werkzeug.test import Client

# Frappe keeps its state by thread and ends it with the request; one other thread serves them all.
SERVER = ThreadPoolExecutor(max_workers=1)


class Visitor:
	def __init__(self, user: str):
		self.user = user
		self.headers = {"Accept": "application/json"}
		if user != "Guest":
			key, secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
			frappe.db.set_value("User", user, "api_key", key, update_modified=False)
			set_encrypted_password("User", user, secret, "api_secret")
			frappe.db.commit()
			self.headers["Authorization"] = f"token {key}:{secret}"

	def ask(self, verb: str, path: str, arguments: dict) -> tuple[int, str]:
		"""Status and text of the answer."""
		return SERVER.submit(self._ask, verb, path, arguments).result()

	def _ask(self, verb: str, path: str, arguments: dict) -> tuple[int, str]:
		frappe.app._site, frappe.app._sites_path = os.environ["SOCAID_SITE"], os.environ["SITES_PATH"]
		sent = {"query_string": arguments} if verb == "GET" else {"data": arguments}
		response = Client(frappe.app.application, use_cookies=False).open(
			path, method=verb, headers=self.headers, **sent
		)
		text = response.get_data().decode(errors="replace")
		return response.status_code, text.encode().decode(
			"unicode_escape", "ignore"
		) if "\\u" in text else text
