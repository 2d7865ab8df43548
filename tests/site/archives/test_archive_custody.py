"""Where archive files lie, who has them in hand, who keeps them, and who was in the room."""

import base64
import io
import json

import frappe
import pytest
from frappe.client import insert as client_insert
from frappe.client import save as client_save
from frappe.client import set_value as client_set_value
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.utils import add_days, add_to_date, getdate, now_datetime, today
from pypdf import PdfReader

from socaid_app.assistance_archives import appraisals, handovers, labels, loans, rooms, storage
from socaid_app.assistance_archives.doctype.archive_location.archive_location import (
	CustodianByHandover,
	StillInUse,
)
from socaid_app.assistance_archives.doctype.archive_movement.archive_movement import WrittenByMoving
from socaid_app.assistance_archives.doctype.archive_room_check.archive_room_check import CheckIsRecorded
from socaid_app.assistance_archives.handovers import HandoverInvalid, NotReconciled
from socaid_app.assistance_archives.loans import LoanRefused, NotYours
from socaid_app.assistance_archives.rooms import AccessInvalid, CheckIncomplete
from socaid_app.assistance_archives.storage import BoxFull, LocationInvalid, NotInAnyHand, UnknownLabel
from socaid_app.casework import clocks as reminders
from socaid_app.permissions.scope import LinkOutOfScope, NeverDeleted
from tests import builders
from tests.builders import archives as archive_builders
from tests.builders.archives import (
	FILE,
	LOCATION,
	make_box,
	make_shelf,
	movements,
	place,
	status,
	store_expired,
	store_file,
)

LOAN, HANDOVER, CHECK, ACCESS = loans.DOCTYPE, handovers.DOCTYPE, rooms.CHECK, rooms.ACCESS
MOVEMENT, ISSUE = "Archive Movement", "Data Quality Issue"
SIGNATURE = "data:image/png;base64,iVBORw0KGgo="


@pytest.fixture(scope="module")
def team(site):
	return archive_builders.keepers()


@pytest.fixture(autouse=True)
def clean(team):
	for doctype in (FILE, LOCATION, MOVEMENT, LOAN, HANDOVER, handovers.ITEM, CHECK, ACCESS):
		frappe.db.delete(doctype)


def value(file: str, *fields: str):
	return frappe.db.get_value(FILE, file, fields[0] if len(fields) == 1 else fields)


def occupied(place: str) -> int:
	return frappe.db.get_value(LOCATION, place, "occupied")


def above(box) -> list[str]:
	"""A box and what it stands in, the box first."""
	names = [box.name]
	while inside := frappe.db.get_value(LOCATION, names[-1], "parent_archive_location"):
		names.append(inside)
	return names


# --- the tree ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	("kind", "inside"),
	[
		("Room", "Room"),
		("Cabinet", None),
		("Cabinet", "Cabinet"),
		("Cabinet", "Shelf"),
		("Shelf", "Room"),
		("Shelf", None),
		("Box", "Room"),
		("Box", "Cabinet"),
		("Box", "Box"),
		("Box", None),
	],
)
def test_a_place_stands_only_in_the_next_larger_kind(site, kind, inside):
	box = make_box()
	shelf, cabinet, room = above(box)[1:]
	parent = {"Room": room, "Cabinet": cabinet, "Shelf": shelf, "Box": box.name, None: None}[inside]
	with pytest.raises(LocationInvalid):
		place(kind, parent, capacity=1)


def test_a_place_keeps_its_kind_and_stands_in_nothing_that_is_disabled(site):
	box = make_box()
	with pytest.raises(LocationInvalid):
		client_set_value(LOCATION, box.name, "kind", "Shelf")
	empty = make_shelf().name
	client_set_value(LOCATION, empty, "disabled", 1)
	with pytest.raises(LocationInvalid):
		client_set_value(LOCATION, box.name, "parent_archive_location", empty)


@pytest.mark.parametrize(
	"limits",
	[
		{"temperature_min": 25},
		{"humidity_min": 60},
		{"humidity_max": 101},
		{"humidity_min": -1},
		{"check_every_days": 0},
	],
)
def test_a_room_has_limits_that_can_be_kept(site, limits):
	with pytest.raises(LocationInvalid):
		place("Room", **limits)


def test_a_box_takes_as_many_files_as_it_has_room_for(site):
	box = make_box(capacity=2)
	files = [store_file() for _number in range(3)]
	assert storage.shelve(files[:2], box.name) == 2
	with pytest.raises(BoxFull):
		storage.shelve(files[2:], box.name)
	assert storage.shelve(files[:1], box.name) == 0, "a file that lies there already takes no more room"
	with pytest.raises(StillInUse):
		client_set_value(LOCATION, box.name, "capacity", 1)
	with pytest.raises(LocationInvalid):
		client_set_value(LOCATION, make_box().name, "capacity", 0)
	client_set_value(LOCATION, box.name, "capacity", 3)
	assert storage.shelve(files[2:], box.name) == 1


def test_files_lie_in_boxes_in_use_only(site):
	file, box = store_file(), make_box()
	shelf = above(box)[1]
	with pytest.raises(LocationInvalid):
		storage.shelve([file], shelf)
	client_set_value(LOCATION, box.name, "disabled", 1)
	with pytest.raises(LocationInvalid):
		storage.shelve([file], box.name)
	assert value(file, "location") is None


def test_a_place_with_something_in_it_is_not_disabled(site):
	box = make_box()
	storage.shelve([store_file()], box.name)
	for name in above(box):
		with pytest.raises(StillInUse):
			client_set_value(LOCATION, name, "disabled", 1)
	with pytest.raises(StillInUse):
		client_set_value(LOCATION, above(make_box())[1], "disabled", 1)


def test_every_change_of_place_is_written_down(team, as_user):
	file = store_file()
	first, second = make_box(), make_box()
	with as_user(team.archivist):
		storage.shelve([file], first.name)
		storage.shelve(json.dumps([file]), labels.address(second.name), "盒破损")
	assert movements(file) == ["Shelved", "Moved Place"]
	assert value(file, "status", "location") == ("Stored", second.name)
	last = frappe.get_last_doc(MOVEMENT, {"archive_file": file, "kind": "Moved Place"})
	assert (last.from_location, last.to_location, last.moved_by, last.reason) == (
		first.name,
		second.name,
		team.archivist,
		"盒破损",
	)
	assert (last.division, last.township) == (builders.VILLAGE_A, builders.TOWNSHIP_A)


def test_the_history_of_places_is_neither_written_nor_changed_nor_deleted_by_hand(site):
	file, box = store_file(), make_box()
	storage.shelve([file], box.name)
	line = frappe.get_last_doc(MOVEMENT, {"archive_file": file})
	forged = {"doctype": MOVEMENT, "archive_file": file, "kind": "Shelved", "moved_on": now_datetime()}
	with pytest.raises(WrittenByMoving):
		client_insert(forged)
	with pytest.raises(WrittenByMoving):
		client_set_value(MOVEMENT, line.name, "reason", "改")
	with pytest.raises(NeverDeleted):
		frappe.delete_doc(MOVEMENT, line.name)


def test_the_place_of_a_file_is_not_set_on_its_form(site):
	file, box = store_file(), make_box()
	client_set_value(FILE, file, {"location": box.name, "custodian": "Administrator", "status": "Stored"})
	assert value(file, "location", "custodian", "status") == (None, None, "Bound")


def test_every_place_knows_how_many_files_are_inside(site):
	shelf = make_shelf().name
	first, second = make_box(shelf=shelf), make_box(shelf=shelf)
	files = [store_file() for _number in range(3)]
	storage.shelve(files, first.name)
	storage.shelve(files[:1], second.name)
	assert [occupied(name) for name in above(first)] == [2, 3, 3, 3]
	assert occupied(second.name) == 1
	client_set_value(LOCATION, first.name, "occupied", 0)
	assert occupied(first.name) == 2
	frappe.db.set_value(LOCATION, first.name, "occupied", 99)
	storage.recount()
	assert occupied(first.name) == 2


def test_who_carries_a_box_elsewhere_carries_its_files(site):
	box, elsewhere = make_box(), make_shelf().name
	files = [store_file(), store_file()]
	storage.shelve(files, box.name)
	before = above(box)[1:]
	client_set_value(LOCATION, box.name, "parent_archive_location", elsewhere)
	assert [occupied(name) for name in before] == [0, 0, 0]
	assert [occupied(name) for name in above(box)] == [2, 2, 2, 2]
	for file in files:
		assert movements(file) == ["Shelved", "Moved Place"]
		assert value(file, "location") == box.name
	assert storage.path_of(box.name) == "库房1 / 柜1 / 层1 / 盒1"


def test_the_box_of_the_village_is_suggested_then_one_of_the_township(site):
	shelf = make_shelf().name
	shared = make_box(shelf=shelf, division=builders.TOWNSHIP_A)
	make_box(shelf=shelf, division=builders.VILLAGE_B)
	file = store_file()
	assert storage.suggest_box(file)["name"] == shared.name
	own = make_box(capacity=1, shelf=shelf)
	assert storage.suggest_box(file)["name"] == own.name
	storage.shelve([store_file()], own.name)
	assert storage.suggest_box(file)["name"] == shared.name
	client_set_value(LOCATION, shared.name, "disabled", 1)
	assert storage.suggest_box(file) is None


# --- scanning and labels ----------------------------------------------------------------------------------
def test_a_scanned_label_tells_what_it_stands_for(site):
	box = make_box(capacity=5)
	file = store_file(file_number="0001-NB-2026-D3-0001")
	storage.shelve([file], box.name)
	found = storage.scanned(labels.address(box.name))
	assert (found["doctype"], found["kind"], found["free"]) == (LOCATION, "Box", 4)
	for label in (file, f" {labels.address(file)} ", "0001-NB-2026-D3-0001"):
		found = storage.scanned(label)
		assert (found["doctype"], found["name"], found["status"]) == (FILE, file, "Stored")
	assert found["place"] == storage.path_of(box.name)


def test_a_label_of_another_township_reads_like_a_wrong_one(team, as_user):
	file, box = store_file(file_number="0001-NB-2026-D3-0002"), make_box()
	with as_user(team.officer):
		assert storage.scanned(file)["name"] == file
	for label in (file, box.name, "0001-NB-2026-D3-0002", "DA-2026-999999"):
		with as_user(team.other_officer), pytest.raises(UnknownLabel) as refusal:
			storage.scanned(label)
		assert str(refusal.value) == frappe._("No file and no place has the label {0}.").format(label)


def modules_of(picture: bytes) -> list[list[bool]]:
	"""The dark squares, one for each dot, without the quiet zone."""
	from PIL import Image

	code, dot, quiet = Image.open(io.BytesIO(picture)).convert("1"), labels.DOT, labels.QUIET
	dots = range(quiet, code.width // dot - quiet)
	return [[not code.getpixel((x * dot + dot // 2, y * dot + dot // 2)) for x in dots] for y in dots]


def test_the_code_on_a_label_holds_the_short_address(site):
	import pyqrcode

	head, data = labels.qr_code("DA-2026-000001").split(",", 1)
	assert head == "data:image/png;base64"
	expected = pyqrcode.create(frappe.utils.get_url("/a/DA-2026-000001"), error="M").code
	assert modules_of(base64.b64decode(data)) == [[bool(square) for square in row] for row in expected]


def pages(content: bytes) -> list[str]:
	return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_labels_of_many_boxes_or_files_come_as_one_pdf(site):
	shelf = make_shelf().name
	boxes = [make_box(shelf=shelf, location_name=f"左家村盒{number}").name for number in range(3)]
	labels.sheet(LOCATION, json.dumps(boxes))
	assert frappe.local.response.type == "pdf"
	(text,) = pages(frappe.local.response.filecontent)
	assert all(name in text for name in boxes)
	files = [store_file(file_number=f"0001-NB-2026-D3-{number:04}") for number in range(4)]
	labels.sheet(FILE, files)
	(text,) = pages(frappe.local.response.filecontent)
	assert all(f"0001-NB-2026-D3-{number:04}" in "".join(text.split()) for number in range(4))
	with pytest.raises(labels.NothingToPrint):
		labels.sheet(FILE, [store_file(status="Destroyed")])
	assert [row.name for row in labels.box_labels(above(frappe.get_doc(LOCATION, boxes[0]))[-1])] == boxes


def test_labels_are_printed_for_who_may_see_them(team, as_user):
	file, box = store_file(), make_box()
	for doctype, name in ((FILE, file), (LOCATION, box.name)):
		with as_user(team.other_officer), pytest.raises(labels.NothingToPrint):
			labels.sheet(doctype, [name])


def test_the_address_on_a_label_leads_to_the_form_after_login(team, client):
	file, box = store_file(), make_box()
	for name, doctype in ((file, "archive-file"), (box.name, "archive-location")):
		answer = client(team.officer).get(f"/a/{name}")
		assert answer.status_code in (301, 302)
		assert answer.headers["Location"].endswith(f"/{doctype}/{name}")
		answer = client("Guest").get(f"/a/{name}")
		assert "/login?redirect-to=/a/" in answer.headers["Location"]
	known = client(team.other_officer).get(f"/a/{file}")
	unknown = client(team.other_officer).get("/a/DA-2026-999999")
	assert known.headers["Location"].replace(file, "X") == unknown.headers["Location"].replace(
		"DA-2026-999999", "X"
	)
	opened = client(team.other_officer).get(f"/api/resource/{FILE}/{file}")
	assert opened.status_code == 403
	assert value(file, "title") not in opened.get_data(as_text=True)


# --- loans ------------------------------------------------------------------------------------------------
def request_loan(file: str, borrower: str, by: str | None = None, **values):
	with builders.acting_as(by or borrower):
		return frappe.get_doc(
			{
				"doctype": LOAN,
				"archive_file": file,
				"borrower": borrower,
				"borrower_unit": "县民政局社会救助股",
				"purpose": "复核低保待遇",
				"due_on": add_days(today(), 5),
				**values,
			}
		).insert()


def lend(team, as_user, file: str | None = None, **values):
	"""A file in the hands of the reviewer."""
	file = file or store_file()
	loan = request_loan(file, team.reviewer, **values)
	with as_user(team.approver):
		loans.grant(loan.name)
	with as_user(team.archivist):
		loans.hand_out(loan.name)
	return frappe.get_doc(LOAN, loan.name)


def test_a_file_is_lent_with_the_consent_of_another_and_comes_back(team, as_user):
	file, box = store_file(), make_box()
	storage.shelve([file], box.name)
	loan = lend(team, as_user, file)
	assert (loan.status, loan.approved_by, loan.handed_out_by, loan.pages_lent) == (
		"Lent",
		team.approver,
		team.archivist,
		10,
	)
	assert (status(file), loan.due_status, loan.division) == ("Lent", "On Time", builders.VILLAGE_A)
	with as_user(team.archivist):
		assert loans.give_back(loan.name, 10, "Good Order") is None
	loan.reload()
	assert (loan.status, loan.due_status, loan.returned_to) == ("Given Back", "Done", team.archivist)
	assert value(file, "status", "location") == ("Stored", box.name)
	assert movements(file) == ["Shelved", "Lent Out", "Brought Back"]


def test_nobody_grants_the_own_request(team, as_user):
	loan = request_loan(store_file(), team.both)
	with as_user(team.both), pytest.raises(NotYours):
		loans.grant(loan.name)
	with as_user(team.reviewer), pytest.raises(NotYours):
		loans.grant(loan.name)
	with as_user(team.manager):
		loans.grant(loan.name)
	assert frappe.db.get_value(LOAN, loan.name, "approved_by") == team.manager


def test_a_refusal_has_a_reason_and_is_the_end(team, as_user):
	loan = request_loan(store_file(), team.reviewer)
	with as_user(team.archivist):
		with pytest.raises(LoanRefused):
			loans.refuse(loan.name, " ")
		loans.grant(loan.name)
		loans.refuse(loan.name, "正在核对")
		for step in (loans.grant, loans.hand_out):
			with pytest.raises(LoanRefused):
				step(loan.name)


@pytest.mark.parametrize(
	("kind", "days", "taken"),
	[
		("Take Out", 0, True),
		("Take Out", 30, True),
		("Take Out", 31, False),
		("Take Out", -1, False),
		("On the Spot", 0, True),
		("On the Spot", 1, False),
		("Copy", 1, False),
	],
)
def test_a_file_comes_back_within_the_days_of_the_rule(team, kind, days, taken):
	def request():
		return request_loan(store_file(), team.reviewer, loan_kind=kind, due_on=add_days(today(), days))

	if taken:
		assert request().status == "Requested"
	else:
		with pytest.raises(LoanRefused):
			request()


def test_a_file_is_not_lent_twice(team, as_user):
	file = store_file()
	first, second = (request_loan(file, user) for user in (team.reviewer, team.officer))
	with as_user(team.archivist):
		for loan in (first, second):
			loans.grant(loan.name)
		loans.hand_out(first.name)
		for loan in (first, second):
			with pytest.raises(LoanRefused):
				loans.hand_out(loan.name)
		loans.give_back(first.name, 10, "Good Order")
		loans.hand_out(second.name)


def test_a_lent_file_is_not_moved_destroyed_or_handed_over_as_present(team, as_user):
	file, box = store_expired(), make_box(custodian=team.archivist)
	storage.shelve([file, store_file()], box.name)
	lend(team, as_user, file)
	with pytest.raises(NotInAnyHand):
		storage.shelve([file], make_box().name)
	assert file in appraisals.may_not_be_destroyed([frappe._dict(archive_file=file)])
	with as_user(team.archivist):
		handover = start_handover(box, team)
		with pytest.raises(NotReconciled):
			handovers.check_off(handover, file)
		doc = frappe.get_doc(HANDOVER, handover)
		row = next(row for row in doc.items if row.archive_file == file)
		row.found = "Present"
		doc.save()
	assert found_in(handover)[file] == "Lent"


def test_what_is_expired_is_lent_too_and_waits_for_its_appraisal_again(team, as_user):
	file = store_expired()
	loan = lend(team, as_user, file)
	with as_user(team.archivist):
		loans.give_back(loan.name, 10, "Good Order")
	assert status(file) == "To Appraise"


def test_a_file_is_handed_out_and_taken_back_by_who_keeps_it(team, as_user):
	loan = request_loan(store_file(), team.reviewer)
	with as_user(team.approver):
		loans.grant(loan.name)
		with pytest.raises(NotYours):
			loans.hand_out(loan.name)
	own = request_loan(store_file(), team.archivist)
	with as_user(team.approver):
		loans.grant(own.name)
	with as_user(team.archivist):
		loans.hand_out(own.name)
		with pytest.raises(NotYours):
			loans.give_back(own.name, 10, "Good Order")


@pytest.mark.parametrize(
	("pages", "condition", "note", "stored"),
	[
		(9, "Good Order", "缺第3页", "Pages Missing"),
		(10, "Damaged", "封面撕裂", "Damaged"),
		(9, "Damaged", "缺页且污损", "Pages Missing"),
	],
)
def test_what_comes_back_incomplete_or_damaged_is_put_right(team, as_user, pages, condition, note, stored):
	loan = lend(team, as_user)
	with as_user(team.archivist):
		with pytest.raises(LoanRefused):
			loans.give_back(loan.name, pages, condition)
		issue = frappe.get_doc(ISSUE, loans.give_back(loan.name, pages, condition, note))
	loan.reload()
	assert (loan.condition, loan.pages_returned, loan.issue) == (stored, pages, issue.name)
	assert (issue.responsible, issue.reference_name, issue.severity) == (team.reviewer, loan.name, "Major")
	assert getdate(issue.due_on) == getdate(add_days(today(), 15))


def test_no_page_is_called_missing_when_all_came_back(team, as_user):
	loan = lend(team, as_user)
	with as_user(team.archivist), pytest.raises(LoanRefused):
		loans.give_back(loan.name, 10, "Pages Missing", "缺页")


def test_a_lost_file_stays_lent_until_it_is_found(team, as_user):
	file = store_file()
	loan = lend(team, as_user, file)
	with as_user(team.archivist):
		with pytest.raises(LoanRefused):
			loans.report_lost(loan.name, "")
		issue = loans.report_lost(loan.name, "出差途中遗失，已寻找")
	assert frappe.db.get_value(ISSUE, issue, ["severity", "responsible"]) == ("Critical", team.reviewer)
	assert (frappe.db.get_value(LOAN, loan.name, "status"), status(file)) == ("Lost File", "Lent")
	with as_user(team.archivist):
		loans.give_back(loan.name, 10, "Good Order")
	assert status(file) == "Bound"


@pytest.mark.parametrize(
	("days", "colour", "kind"),
	[(2, "Due Soon", "Due Soon"), (0, "Due Today", "Due Today"), (-1, "Overdue", "Overdue")],
)
def test_borrower_and_archivist_are_reminded_of_what_is_due(team, as_user, days, colour, kind):
	loan = lend(team, as_user)
	frappe.db.set_value(LOAN, loan.name, "due_on", add_days(today(), days))
	reminders.mark_due(LOAN)
	assert frappe.db.get_value(LOAN, loan.name, "due_status") == colour
	reminders.remind(getdate(today()), LOAN)
	told = frappe.get_all(
		"Case Reminder",
		filters={"reference_doctype": LOAN, "reference_name": loan.name},
		fields=["recipient_user", "kind", "status"],
		order_by="recipient_user",
	)
	assert {row.recipient_user for row in told} == {team.reviewer, team.archivist}
	assert {(row.kind, row.status) for row in told} == {(kind, "Sent")}


def test_only_what_is_out_is_due(team, as_user):
	request_loan(store_file(), team.reviewer)
	loan = lend(team, as_user)
	until = getdate(add_days(today(), 40))
	assert [item.name for item in reminders.open_items(until) if item.doctype == LOAN] == [loan.name]
	with as_user(team.archivist):
		loans.give_back(loan.name, 10, "Good Order")
	assert not [item for item in reminders.open_items(until) if item.doctype == LOAN]


FORGED = {"status": "Lent", "approved_by": "Administrator", "pages_lent": 1, "handed_out_on": "2026-01-01"}


def by_insert(_loan, file, borrower):
	values = {"doctype": LOAN, "archive_file": file, "borrower": borrower, "borrower_unit": "股"}
	return client_insert({**values, "purpose": "查", "due_on": today(), **FORGED})["name"]


def by_set_value(loan, _file, _borrower):
	client_set_value(LOAN, loan, FORGED)


def by_save(loan, _file, _borrower):
	client_save({**frappe.get_doc(LOAN, loan).as_dict(convert_dates_to_str=True), **FORGED})


def by_bulk_update(loan, _file, _borrower):
	for field in FORGED:
		submit_cancel_or_update_docs(LOAN, json.dumps([loan]), "update", json.dumps({field: FORGED[field]}))


def by_import(loan, _file, _borrower):
	frappe.flags.in_import = True
	try:
		frappe.get_doc({**frappe.get_doc(LOAN, loan).as_dict(), **FORGED}).save()
	finally:
		frappe.flags.in_import = False


@pytest.mark.parametrize("way", [by_insert, by_set_value, by_save, by_bulk_update, by_import])
def test_the_steps_of_a_loan_are_not_set_from_outside(team, as_user, way):
	file = store_file()
	loan = request_loan(file, team.officer).name
	with as_user(team.officer):
		name = way(loan, file, team.officer) or loan
	after = frappe.get_doc(LOAN, name)
	assert (after.status, after.approved_by, after.pages_lent, after.handed_out_on) == (
		"Requested",
		None,
		0,
		None,
	)
	assert status(file) == "Bound"


def test_the_steps_of_a_loan_are_not_set_by_rest_nor_deleted(team, client):
	file = store_file()
	loan = request_loan(file, team.officer).name
	http = client(team.officer)
	assert http.put(f"/api/resource/{LOAN}/{loan}", **FORGED).status_code == 200
	assert frappe.db.get_value(LOAN, loan, ["status", "pages_lent"]) == ("Requested", 0)
	for step in ("grant", "hand_out"):
		answer = http.call("socaid_app.casework.steps.take", doctype=LOAN, name=loan, step=step)
		assert answer.status_code in (403, 417), step
	by_get = http.get("/api/method/socaid_app.casework.steps.take", doctype=LOAN, name=loan, step="grant")
	assert by_get.status_code == 403
	assert http.delete(f"/api/resource/{LOAN}/{loan}").status_code >= 400
	assert frappe.db.get_value(LOAN, loan, "status") == "Requested"


def test_what_was_decided_stays_as_it_was_asked_for(team, as_user):
	loan = request_loan(store_file(), team.officer)
	client_set_value(LOAN, loan.name, "purpose", "核对年度复核")
	with as_user(team.archivist):
		loans.grant(loan.name)
	for field, changed in (("due_on", add_days(today(), 20)), ("borrower", team.reviewer), ("purpose", "改")):
		with pytest.raises(LoanRefused):
			client_set_value(LOAN, loan.name, field, changed)
	client_save(frappe.get_doc(LOAN, loan.name).as_dict(convert_dates_to_str=True))


# --- handovers --------------------------------------------------------------------------------------------
def start_handover(box, team, **values) -> str:
	"""The archivist hands a place over to the third archivist; the files are listed."""
	doc = frappe.get_doc(
		{
			"doctype": HANDOVER,
			"from_custodian": team.archivist,
			"to_custodian": team.third,
			"supervisor": team.manager,
			"location": box.name,
			"reason": "岗位调整",
			**values,
		}
	).insert()
	handovers.list_files(doc.name)
	return doc.name


def found_in(handover: str) -> dict[str, str]:
	return {row.archive_file: row.found for row in frappe.get_doc(HANDOVER, handover).items}


def draw_signatures(handover: str) -> None:
	doc = frappe.get_doc(HANDOVER, handover)
	for field, person in handovers.SIGNATURES.items():
		with builders.acting_as(doc.get(person)):
			client_set_value(HANDOVER, handover, field, SIGNATURE)


@pytest.fixture
def kept(team):
	"""A box of three files that the archivist keeps."""
	box = make_box(custodian=team.archivist)
	box.files = [store_file() for _number in range(3)]
	storage.shelve(box.files, box.name)
	return box


def test_files_and_places_pass_together_with_the_signatures(team, as_user, kept):
	room = above(kept)[-1]
	with as_user(team.archivist):
		handover = start_handover(kept, team)
		assert set(found_in(handover).values()) == {"Not Yet Checked"}
		left = [handovers.check_off(handover, labels.address(file))["left"] for file in kept.files]
		assert left == [2, 1, 0]
		doc = frappe.get_doc(HANDOVER, handover)
		assert (doc.present_count, doc.absent_count, bool(doc.reconciled_on)) == (3, 0, True)
		with pytest.raises(NotReconciled):
			handovers.sign(handover)
		draw_signatures(handover)
		assert handovers.sign(handover) is None
	assert {value(file, "custodian") for file in kept.files} == {team.third}
	assert frappe.db.get_value(LOCATION, kept.name, "custodian") == team.third
	assert not frappe.db.get_value(LOCATION, room, "custodian")
	assert movements(kept.files[0]) == ["Shelved", "Handed Over"]
	with pytest.raises(HandoverInvalid):
		client_set_value(HANDOVER, handover, "reason", "改")
	with pytest.raises(HandoverInvalid):
		handovers.list_files(handover)
	with pytest.raises(NeverDeleted):
		frappe.delete_doc(HANDOVER, handover)


def test_what_is_not_found_is_explained_and_stays_with_the_giver(team, as_user, kept):
	with as_user(team.archivist):
		handover = start_handover(kept, team)
		handovers.check_off(handover, kept.files[0])
		with pytest.raises(NotReconciled):
			handovers.sign(handover)
		assert handovers.rest_absent(handover) == 2
		draw_signatures(handover)
		with pytest.raises(NotReconciled):
			handovers.sign(handover)
		client_set_value(HANDOVER, handover, "discrepancy_note", "两卷下落不明，继续查找")
		issue = frappe.get_doc(ISSUE, handovers.sign(handover))
	assert (issue.severity, issue.responsible, issue.reference_name) == ("Critical", team.archivist, handover)
	assert [value(file, "custodian") for file in kept.files] == [team.third, team.archivist, team.archivist]


def test_lent_files_are_shown_as_lent_and_pass_as_well(team, as_user, kept):
	lent = kept.files[0]
	lend(team, as_user, lent)
	with as_user(team.archivist):
		handover = start_handover(kept, team)
		assert found_in(handover)[lent] == "Lent"
		for file in kept.files[1:]:
			handovers.check_off(handover, file)
		draw_signatures(handover)
		handovers.sign(handover)
	assert value(lent, "custodian", "status") == (team.third, "Lent")


@pytest.mark.parametrize("change", ["moved out", "moved in", "lent"])
def test_a_place_that_changed_since_it_was_listed_is_listed_again(team, as_user, kept, change):
	with as_user(team.archivist):
		handover = start_handover(kept, team)
		for file in kept.files:
			handovers.check_off(handover, file)
		draw_signatures(handover)
		match change:
			case "moved out":
				storage.shelve(kept.files[:1], make_box().name)
			case "moved in":
				storage.shelve([store_file()], kept.name)
			case "lent":
				lend(team, as_user, kept.files[0])
		with pytest.raises(NotReconciled):
			handovers.sign(handover)
		handovers.list_files(handover)
	doc = frappe.get_doc(HANDOVER, handover)
	assert (doc.from_signature, doc.to_signature) == (None, None), "another list needs new signatures"
	assert {value(file, "custodian") for file in kept.files[1:]} == {team.archivist}


def test_nobody_signs_a_handover_for_the_other(team, as_user, kept):
	with as_user(team.archivist):
		handover = start_handover(kept, team)
		with pytest.raises(frappe.PermissionError):
			client_set_value(HANDOVER, handover, "to_signature", SIGNATURE)
		client_set_value(HANDOVER, handover, "from_signature", SIGNATURE)
	assert not frappe.db.get_value(HANDOVER, handover, "to_signature")


def test_deciders_hear_of_a_request_and_the_borrower_of_the_decision(team, as_user):
	with as_user(team.reviewer):
		loan = request_loan(store_file(), team.reviewer)

	def told(user: str) -> int:
		return frappe.db.count("Notification Log", {"document_name": loan.name, "for_user": user})

	assert (told(team.archivist), told(team.approver), told(team.reviewer)) == (1, 1, 0)
	with as_user(team.approver):
		loans.refuse(loan.name, "正在整理")
	assert told(team.reviewer) == 1


def test_who_asked_for_a_loan_does_not_grant_it(team, as_user):
	loan = request_loan(store_file(), team.reviewer, by=team.approver)
	with as_user(team.approver), pytest.raises(NotYours):
		loans.grant(loan.name)
	with as_user(team.archivist):
		loans.grant(loan.name)


def test_signatures_fall_when_the_list_is_changed_under_them(team, as_user, kept):
	with as_user(team.archivist):
		handover = start_handover(kept, team)
		for file in kept.files:
			handovers.check_off(handover, file)
		draw_signatures(handover)
		doc = frappe.get_doc(HANDOVER, handover)
		doc.items[0].found = "Absent"
		doc.save()
		with pytest.raises(NotReconciled):
			handovers.sign(handover)
	assert not frappe.db.get_value(HANDOVER, handover, "from_signature")


def test_three_persons_take_part_and_the_receiver_is_an_archivist(team, kept):
	for values in (
		{"to_custodian": team.archivist},
		{"supervisor": team.third},
		{"supervisor": team.archivist},
		{"to_custodian": team.reviewer},
		{"from_custodian": team.preparer},
	):
		with pytest.raises(HandoverInvalid):
			start_handover(kept, team, **values)


def test_a_handover_is_concluded_by_one_of_the_three_before_a_supervisor(team, as_user, kept):
	handover = start_handover(kept, team, supervisor=None)
	for file in kept.files:
		handovers.check_off(handover, file)
	draw_signatures(handover)
	with as_user(team.archivist), pytest.raises(NotReconciled):
		handovers.sign(handover)
	client_set_value(HANDOVER, handover, "supervisor", team.manager)
	with as_user(team.both), pytest.raises(frappe.PermissionError):
		handovers.sign(handover)
	with as_user(team.manager):
		handovers.sign(handover)


def test_the_list_is_not_written_by_a_client(team, kept):
	handover = start_handover(kept, team)
	values = frappe.get_doc(HANDOVER, handover).as_dict(convert_dates_to_str=True)
	values["items"] = [{**values["items"][0], "archive_file": store_file(), "found": "Present"}]
	client_save(
		{**values, "status": "Handover Signed", "present_count": 9, "signed_on": "2026-01-01 00:00:00"}
	)
	after = frappe.get_doc(HANDOVER, handover)
	assert (after.status, after.signed_on, after.present_count) == ("Reconciling", None, 1)
	assert {row.archive_file for row in after.items} == set(kept.files)


def test_a_file_that_is_not_on_the_list_lies_in_the_wrong_place(team, kept):
	handover = start_handover(kept, team)
	with pytest.raises(NotReconciled):
		handovers.check_off(handover, store_file())
	with pytest.raises(UnknownLabel):
		handovers.check_off(handover, "DA-2026-999999")


def test_what_somebody_else_keeps_in_the_same_room_stays_with_that_person(team, as_user, kept):
	room, shelf = above(kept)[-1], above(kept)[1]
	client_set_value(LOCATION, room, "custodian", team.archivist)
	other = make_box(shelf=shelf, custodian=team.preparer)
	theirs = store_file()
	storage.shelve([theirs], other.name)
	with as_user(team.archivist):
		handover = start_handover(frappe.get_doc(LOCATION, room), team)
		assert theirs not in found_in(handover)
		for file in kept.files:
			handovers.check_off(handover, file)
		draw_signatures(handover)
		handovers.sign(handover)
	assert value(theirs, "custodian") == team.preparer
	assert frappe.db.get_value(LOCATION, other.name, "custodian") == team.preparer
	assert {frappe.db.get_value(LOCATION, name, "custodian") for name in above(kept)} == {team.third}


def test_the_first_custodian_is_appointed_and_the_next_takes_over(team, kept):
	room = place("Room", custodian=team.archivist)
	cabinet = place("Cabinet", room.name)
	assert cabinet.custodian == team.archivist, "a new place is kept by who keeps the room"
	client_set_value(LOCATION, cabinet.name, "custodian", team.third)
	with pytest.raises(CustodianByHandover):
		client_set_value(LOCATION, kept.name, "custodian", team.third)
	with pytest.raises(CustodianByHandover):
		client_set_value(LOCATION, kept.name, "custodian", None)
	with pytest.raises(LocationInvalid):
		place("Room", custodian=team.reviewer)


def test_who_is_appointed_later_keeps_what_lies_there_already(team):
	box, file = make_box(), store_file()
	storage.shelve([file], box.name)
	client_set_value(LOCATION, above(box)[-1], "custodian", team.archivist)
	assert value(file, "custodian") == team.archivist
	assert frappe.db.get_value(LOCATION, box.name, "custodian") == team.archivist
	later = store_file()
	storage.shelve([later], box.name)
	assert value(later, "custodian") == team.archivist


# --- room checks ------------------------------------------------------------------------------------------
def check_room(room, **values):
	return frappe.get_doc(
		{
			"doctype": CHECK,
			"room": room.name,
			"checked_on": now_datetime(),
			"temperature": 18,
			"humidity": 50,
			**dict.fromkeys(rooms.ASPECTS, "In Order"),
			**values,
		}
	).insert()


def test_a_check_within_the_limits_of_the_room_raises_nothing(team, as_user):
	room = place("Room")
	with as_user(team.archivist):
		check = check_room(room)
	assert (check.result, check.findings, check.issue, check.checked_by) == (
		"Within Limits",
		None,
		None,
		team.archivist,
	)


@pytest.mark.parametrize(
	("values", "aspect"),
	[
		({"temperature": 24.1}, "Temperature (°C)"),
		({"temperature": 13.9}, "Temperature (°C)"),
		({"humidity": 60.5}, "Humidity (%)"),
		({"humidity": 44}, "Humidity (%)"),
		({"fire_safety": "Fault Found"}, "Fire Safety"),
		({"theft_protection": "Fault Found"}, "Theft Protection"),
		({"pest_control": "Fault Found"}, "Pest Control"),
		({"damp_protection": "Fault Found"}, "Water and Damp"),
	],
)
def test_a_fault_has_a_measure_and_becomes_an_issue_of_the_custodian(team, as_user, values, aspect):
	room = place("Room", location_name="一号库房", custodian=team.third)
	with as_user(team.archivist):
		with pytest.raises(CheckIncomplete):
			check_room(room, **values)
		check = check_room(room, measure="已报修", **values)
	assert check.result == "Faults Found"
	issue = frappe.get_doc(ISSUE, check.issue)
	assert (issue.responsible, issue.reference_name) == (team.third, check.name)
	assert frappe._(aspect) in check.findings and "一号库房" in issue.subject


def test_each_room_has_its_own_limits_and_a_check_keeps_those_of_its_day(site):
	room = place("Room", temperature_min=5, temperature_max=12)
	check = check_room(room, temperature=10)
	assert check.result == "Within Limits"
	client_set_value(LOCATION, room.name, {"temperature_min": 14, "temperature_max": 24})
	client_set_value(CHECK, check.name, "measure", "已记录")
	check.reload()
	assert check.findings is None
	assert (check.result, check.temperature_max) == ("Within Limits", 12)


@pytest.mark.parametrize(
	"values",
	[
		{"fire_safety": "Not Looked At"},
		{"humidity": 0},
		{"humidity": 101},
		{"checked_on": "2099-01-01 08:00:00"},
	],
)
def test_a_check_is_complete_and_of_the_past(site, values):
	with pytest.raises(CheckIncomplete):
		check_room(place("Room"), **values)


def test_only_rooms_are_checked(site):
	with pytest.raises(AccessInvalid):
		check_room(make_box())


def test_what_was_read_stays(site):
	check = check_room(place("Room"), humidity=70, measure="开启除湿机")
	for field, changed in (("humidity", 50), ("fire_safety", "Fault Found"), ("room", place("Room").name)):
		with pytest.raises(CheckIsRecorded):
			client_set_value(CHECK, check.name, field, changed)
	client_set_value(CHECK, check.name, {"measure": "已换除湿机", "result": "Within Limits", "issue": None})
	after = frappe.get_doc(CHECK, check.name)
	assert (after.measure, after.result, after.issue) == ("已换除湿机", "Faults Found", check.issue)
	with pytest.raises(NeverDeleted):
		frappe.delete_doc(CHECK, check.name)


def test_the_custodian_is_reminded_when_a_room_is_to_be_checked(team):
	room = place("Room", check_every_days=7, custodian=team.archivist)
	disused = place("Room")
	client_set_value(LOCATION, disused.name, "disabled", 1)
	check_room(room, checked_on=add_to_date(None, days=-3, as_datetime=True))

	def waiting(days: int):
		until = getdate(add_days(today(), days))
		return [item for item in reminders.open_items(until) if item.doctype == LOCATION]

	assert waiting(3) == []
	(item,) = waiting(4)
	assert (item.name, item.due_on, item.users) == (
		room.name,
		getdate(add_days(today(), 4)),
		(team.archivist,),
	)
	check_room(room)
	assert waiting(6) == []


def test_a_room_that_nobody_keeps_is_the_business_of_the_archivists(team):
	place("Room", check_every_days=1)
	(item,) = [
		item for item in reminders.open_items(getdate(add_days(today(), 1))) if item.doctype == LOCATION
	]
	assert team.archivist in item.users


# --- who was in the room ----------------------------------------------------------------------------------
def enter(room, **values):
	return frappe.get_doc(
		{
			"doctype": ACCESS,
			"room": room.name,
			"visitor": "王访客",
			"purpose": "检修空调",
			"entered_at": add_to_date(None, minutes=-30, as_datetime=True),
			**values,
		}
	).insert()


def test_a_stranger_enters_with_a_custodian_and_is_told_of_confidentiality(team):
	room = place("Room", custodian=team.archivist)
	for values in (
		{},
		{"accompanied_by": team.third, "confidentiality": 1},
		{"accompanied_by": team.archivist},
		{"visitor_user": team.reviewer},
	):
		with pytest.raises(AccessInvalid):
			enter(room, **values)
	assert enter(room, accompanied_by=team.archivist, confidentiality=1).visitor == "王访客"
	own = enter(room, visitor_user=team.archivist)
	assert own.visitor == frappe.utils.get_fullname(team.archivist)


def test_the_log_of_the_room_is_only_added_to(team, as_user):
	room = place("Room", custodian=team.archivist)
	with as_user(team.archivist):
		entry = enter(room, accompanied_by=team.archivist, confidentiality=1)
		for field, changed in (
			("visitor", "李访客"),
			("purpose", "改"),
			("entered_at", now_datetime()),
			("confidentiality", 0),
			("left_at", add_to_date(None, hours=-2, as_datetime=True)),
			("left_at", add_to_date(None, hours=2, as_datetime=True)),
		):
			with pytest.raises(AccessInvalid):
				client_set_value(ACCESS, entry.name, field, changed)
		rooms.leave(entry.name)
		with pytest.raises(AccessInvalid):
			rooms.leave(entry.name)
		with pytest.raises(AccessInvalid):
			client_set_value(ACCESS, entry.name, "left_at", now_datetime())
		with pytest.raises((NeverDeleted, frappe.PermissionError)):
			frappe.delete_doc(ACCESS, entry.name)


@pytest.mark.parametrize("doctype", [LOCATION, LOAN, HANDOVER, CHECK, ACCESS])
def test_an_empty_record_is_asked_for_what_is_missing(site, doctype):
	with pytest.raises(frappe.ValidationError):
		frappe.get_doc({"doctype": doctype}).insert()


# --- scope ------------------------------------------------------------------------------------------------
def test_another_township_sees_counts_and_guesses_nothing(team, as_user, client):
	file, box = store_file(title="不为外人知"), make_box(location_name="左家村盒")
	storage.shelve([file], box.name)
	loan = lend(team, as_user, file)
	http = client(team.other_officer)
	for doctype, name in ((FILE, file), (LOCATION, box.name), (LOAN, loan.name)):
		for way in (
			lambda doctype=doctype: http.get(f"/api/resource/{doctype}"),
			lambda doctype=doctype: http.call(
				"frappe.desk.reportview.get", doctype=doctype, fields=["name"], page_length=20
			),
		):
			assert name not in way().get_data(as_text=True)
		for method in ("frappe.client.get_count", "frappe.desk.reportview.get_count"):
			answer = http.call(method, doctype=doctype, filters={"name": name})
			assert answer.get_json().get("message", 0) == 0, (doctype, method)
		answer = http.get(f"/api/resource/{doctype}/{name}")
		assert answer.status_code == 403
		for secret in ("不为外人知", "左家村盒"):
			assert secret not in answer.get_data(as_text=True)
		found = http.call("frappe.desk.search.search_link", doctype=doctype, txt=name)
		assert name not in found.get_data(as_text=True)
	archives = "socaid_app.assistance_archives"
	for method, arguments in (
		("storage.scanned", {"label": file}),
		("storage.contents", {"location": box.name}),
		("storage.suggest_box", {"archive_file": file}),
		("storage.shelve", {"files": [file], "box": box.name}),
		("storage.tree", {"doctype": LOCATION, "is_root": True}),
	):
		text = http.call(f"{archives}.{method}", **arguments).get_data(as_text=True)
		assert "不为外人知" not in text and "左家村盒" not in text, method
	for method, values in (("grant", {}), ("give_back", {"pages": 10, "condition": "Good Order"})):
		taken = {"doctype": LOAN, "name": loan.name, "step": method, "values": json.dumps(values)}
		text = http.call("socaid_app.casework.steps.take", **taken).get_data(as_text=True)
		assert "不为外人知" not in text and "左家村盒" not in text, method
	forged = {"archive_file": file, "borrower_unit": "乡", "purpose": "看", "due_on": today()}
	answer = http.post(f"/api/resource/{LOAN}", borrower=team.other_officer, **forged)
	assert answer.status_code == 403
	assert "不为外人知" not in answer.get_data(as_text=True)
	assert http.call("frappe.client.get_list", doctype=MOVEMENT, parent=None).status_code == 403


def test_the_own_township_sees_its_boxes_but_moves_nothing(team, as_user):
	file, box = store_file(), make_box()
	storage.shelve([file], box.name)
	other = store_file(division=builders.VILLAGE_B)
	storage.shelve([other], box.name)
	with as_user(team.officer):
		assert [row.name for row in storage.contents(box.name)] == [file]
		nodes = storage.tree(LOCATION, is_root=True)
		assert [row.title for row in nodes] == ["柜1"], "rooms of the county begin above the township"
		with pytest.raises(frappe.PermissionError):
			storage.shelve([file], make_box_name())
		with pytest.raises(frappe.PermissionError):
			place("Room")


def make_box_name() -> str:
	return frappe.get_all(LOCATION, filters={"kind": "Box"}, pluck="name", order_by="name", limit=1)[0]


def test_an_archivist_of_a_township_does_not_fetch_a_strangers_file(team, as_user):
	user = builders.make_user(("Archivist",), builders.TOWNSHIP_B)
	file, box = store_file(), make_box(division=builders.VILLAGE_B)
	with as_user(user), pytest.raises(LinkOutOfScope):
		storage.shelve([file], box.name)


def test_an_import_of_places_passes_the_same_gates(site):
	box = make_box()
	storage.shelve([store_file()], box.name)
	frappe.flags.in_import = True
	try:
		doc = frappe.get_doc(LOCATION, box.name)
		doc.update({"kind": "Room", "occupied": 0})
		with pytest.raises(LocationInvalid):
			doc.save()
	finally:
		frappe.flags.in_import = False
