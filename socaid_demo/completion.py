"""What generated rows take from the site: wording of its settings, numbers of its notices, hashes, files."""

from __future__ import annotations

import base64
from collections import Counter

import frappe

from socaid_app.assistance_intake import notices
from socaid_app.casework import letters
from socaid_app.policy import terms
from socaid_app.public_disclosure import content
from socaid_demo.database_rows import APPLICATION

SETTINGS = "Socaid Settings"
# 0437 is Liaoyuan; no subscriber's number begins with 0.
OFFICE = {
	"bureau_phone": "12345",
	"bureau_address": "东辽县白泉镇（演示地址）",
	"fonds_code": "0000",
}
SCAN_NAME = "socaid-demo-consent.png"
FILE_COLUMNS = ("file_name", "file_url", "file_size", "file_type", "content_hash", "is_private")
# One grey pixel: the demo has no signed papers to show.
SCAN = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGN4BQAA7ADrKJ2d0gAAAABJRU5ErkJggg=="


def settings() -> None:
	"""Fill in what notices need, where the county has not."""
	for field, value in OFFICE.items():
		if not frappe.db.get_single_value(SETTINGS, field, cache=False):
			frappe.db.set_single_value(SETTINGS, field, value)
	# nobody moves the demo county in
	frappe.db.set_single_value(
		"County Onboarding", {"dismissed_by": "Administrator", "dismissal_reason": "演示县"}
	)


def scan_url() -> str:
	"""The address of the one picture that stands for every signed paper."""
	return frappe.db.get_value("File", {"file_name": SCAN_NAME}, "file_url") or store_scan()


def store_scan() -> str:
	"""The picture, uploaded by the session's user: an address is used only by who may read a file of it."""
	file = frappe.get_doc(
		{"doctype": "File", "file_name": SCAN_NAME, "content": base64.b64decode(SCAN), "is_private": 1}
	)
	return file.insert(ignore_permissions=True).file_url


class Completion:
	"""Completes the rows of one family after the other; ``series`` counts the notices' numbers."""

	def __init__(self, villages: dict[str, str]):
		self.villages = villages
		self.series: Counter[str] = Counter()
		self.scan = scan_url()
		self.file = frappe.db.get_value("File", {"file_url": self.scan}, FILE_COLUMNS, as_dict=True)
		self.legal_basis = frappe.db.get_single_value(SETTINGS, "legal_basis_text")
		self.remedy = frappe.db.get_single_value(SETTINGS, "remedy_text")
		self.phone = frappe.db.get_single_value(SETTINGS, "bureau_phone")

	def __call__(self, tables: dict[str, list[dict]]) -> None:
		cases = {row["name"]: row for row in tables.get(APPLICATION, ())}
		for row in cases.values():
			self._decision(row)
		for row in tables.get("Check Authorization", ()):
			row["file"] = self.scan
			tables.setdefault("File", []).append(self._attached("Check Authorization", row))
		for row in tables.get("Document Delivery", ()):
			self._delivery(row, cases[row["reference_name"]])
		for row in tables.get("Publicity Notice", ()):
			self._publicity(row, cases[row["application"]], tables)

	def _attached(self, doctype: str, row: dict) -> dict:
		"""The picture as the paper of this record: the archives take only what is attached to it."""
		kept = ("owner", "modified_by", "creation", "modified", "docstatus", "idx")
		return {
			"name": f"demo-{row['name']}",
			**{column: row[column] for column in kept},
			**self.file,
			"folder": "Home/Attachments",
			"attached_to_doctype": doctype,
			"attached_to_name": row["name"],
			"attached_to_field": "file",
		}

	def _decision(self, row: dict) -> None:
		state = row["workflow_state"]
		if state in (terms.CONFIRMED, terms.REJECTED, terms.TERMINATED, terms.NOT_ACCEPTED):
			row["decision_basis"] = self.legal_basis
		if state in (terms.REJECTED, terms.TERMINATED, terms.NOT_ACCEPTED):
			row["remedy_text"] = self.remedy

	def _delivery(self, row: dict, case: dict) -> None:
		kind, year = row["document_kind"], row["issued_on"].year
		series = letters.series(kind, year)
		self.series[series] += 1
		row["document_number"] = letters.number(kind, year, self.series[series])
		if kind in notices.ADVERSE:
			parts = (case.get("decision_reason"), case.get("decision_basis"), case.get("remedy_text"))
			row["content"] = "\n".join(part for part in parts if part)

	def _publicity(self, row: dict, case: dict, tables: dict[str, list[dict]]) -> None:
		row["complaint_phone"] = self.phone
		row["village_name"] = self.villages[row["division"]]
		births = {person["name"]: person["birth_date"] for person in tables["Recipient"]}
		row.update(content.row_values(row, births[case["applicant"]]))
