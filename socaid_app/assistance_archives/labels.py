"""Labels with a QR code for boxes and files. The code holds a short address that outlives any change of the
desk's own addresses: ``/a/<name>`` opens the record after login (www/a.py)."""

from __future__ import annotations

import base64
import io

import frappe
import pyqrcode
from frappe import _
from frappe.utils import cint, get_url, get_url_to_form
from frappe.utils.pdf import get_pdf
from PIL import Image

from socaid_app import printing
from socaid_app.assistance_archives import storage
from socaid_app.assistance_archives.retention import DESTROYED, FILE
from socaid_app.assistance_archives.storage import BOX, LOCATION
from socaid_app.service_management import service_checks

ROUTE = "/a/"
# Of a QR code: white dots around it, pixels of a dot.
QUIET, DOT = 2, 8
# Labels of one sheet are printed as one PDF.
MOST = 500


class NothingToPrint(frappe.ValidationError):
	pass


def address(name: str) -> str:
	return get_url(f"{ROUTE}{name}")


def qr_code(name: str) -> str:
	"""The QR code of a record as a data URI (PNG)."""
	return qr_of(address(name))


def qr_of(text: str) -> str:
	"""Level M still reads with a seventh of it worn off. A bitmap: the enclosed renderer leaves an SVG blank."""
	dots = pyqrcode.create(text, error="M").code
	picture = Image.new("1", (len(dots) + 2 * QUIET,) * 2, 1)
	for row, line in enumerate(dots, QUIET):
		for column, dark in enumerate(line, QUIET):
			picture.putpixel((column, row), 0 if dark else 1)
	stream = io.BytesIO()
	picture.resize((picture.width * DOT,) * 2, Image.Resampling.NEAREST).save(stream, "PNG")
	return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"


def form_of(name: str) -> str:
	"""The address of the form a label stands for: of a place or thing that is checked, the check that waits there.
	Whether it exists, the form itself tells to who may know."""
	if name.startswith(_prefix(service_checks.OBJECT)):
		check = service_checks.of_object(name) if frappe.has_permission(service_checks.DOCTYPE) else None
		return get_url_to_form(*((service_checks.DOCTYPE, check) if check else (service_checks.OBJECT, name)))
	return get_url_to_form(LOCATION if name.startswith(_prefix(LOCATION)) else FILE, name)


def _prefix(doctype: str) -> str:
	"""How the names of its records begin."""
	return frappe.get_meta(doctype).autoname.removeprefix("format:").split("{", 1)[0]


def box_labels(place: str) -> list[frappe._dict]:
	"""For the print format: the label of a box, or those of every box in a larger place."""
	left, right = frappe.db.get_value(LOCATION, place, ["lft", "rgt"])
	return _boxes({"lft": [">=", left], "rgt": ["<=", right]})


def _boxes(filters: dict) -> list[frappe._dict]:
	boxes = frappe.get_list(
		LOCATION,
		filters={"kind": BOX, "disabled": 0, **filters},
		fields=["name", "location_name", "division", "capacity", "lft"],
		order_by="lft",
		limit_page_length=MOST,
	)
	for box in boxes:
		box.place = storage.path_of(box.name)
	return boxes


@frappe.whitelist()
def sheet(doctype: str, names: list | str) -> None:
	"""Send the labels of boxes or files as a PDF, several to an A4 sheet.

	Raises NothingToPrint when none of them is a box in use, or a file that still exists.
	"""
	wanted = frappe.parse_json(names)[:MOST]
	if doctype == LOCATION:
		template, rows = "box", _boxes({"name": ["in", wanted]})
	else:
		template, rows = (
			"file",
			frappe.get_list(
				FILE,
				filters={"name": ["in", wanted], "status": ["!=", DESTROYED]},
				fields=[
					"name",
					"title",
					"file_number",
					"file_year",
					"retention_code",
					"page_count",
					"location",
				],
				order_by="file_number, name",
				limit_page_length=MOST,
			),
		)
	if not rows:
		frappe.throw(_("Choose boxes in use, or files that are not destroyed."), NothingToPrint)
	html = printing.render(f"templates/print/archive_{template}_labels.html", labels=rows)
	frappe.local.response.update(
		{
			"type": "pdf",
			"filename": f"labels-{template}-{cint(len(rows))}.pdf",
			"filecontent": get_pdf(html, {"page-size": "A4", "margin-top": "8mm", "margin-bottom": "8mm"}),
		}
	)
