"""Where files lie: room → cabinet → shelf → box, how full a box is, and every change of place.

One village one box, one township one cabinet (六统一) is suggested, not forced. Movements are written by the
functions here, by loans, handovers and destruction alone, and never change.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import IfNull
from frappe.utils import cint, create_batch, getdate, now, today

from socaid_app.assistance_archives import numbering, retention
from socaid_app.assistance_archives.retention import DESTROYED, FILE, LENT
from socaid_app.casework import duties
from socaid_app.permissions.scope import LinkOutOfScope
from socaid_app.socaid_app import safety

LOCATION, MOVEMENT = "Archive Location", "Archive Movement"
ROOM, CABINET, SHELF, BOX = "Room", "Cabinet", "Shelf", "Box"
# kind → what it stands in
INSIDE = {ROOM: None, CABINET: ROOM, SHELF: CABINET, BOX: SHELF}
SHELVED, MOVED, LENT_OUT, BROUGHT_BACK = "Shelved", "Moved Place", "Lent Out", "Brought Back"
HANDED_OVER = "Handed Over"
KEEP = "Keep Archives"
CHUNK = 2_000
LOCKED_FIELDS = (
	"name",
	"title",
	"status",
	"location",
	"custodian",
	"bound_on",
	"retain_until",
	"permanent",
	"page_count",
	"division",
	"township",
)


class NotInAnyHand(frappe.ValidationError):
	"""A file that is lent or destroyed cannot be put anywhere."""


class BoxFull(frappe.ValidationError):
	pass


class UnknownLabel(frappe.ValidationError):
	pass


class LocationInvalid(frappe.ValidationError):
	pass


# --- files as custody sees them ---------------------------------------------------------------------------
def locked(files: Iterable[str]) -> list[frappe._dict]:
	"""The files, locked until the transaction ends; in order of name, so that two users never wait for each other."""
	names = sorted(set(files))
	file = frappe.qb.DocType(FILE)
	rows: list[frappe._dict] = []
	for some in create_batch(names, CHUNK):
		rows += (
			frappe.qb.from_(file)
			.select(*(file[field] for field in LOCKED_FIELDS))
			.where(file.name.isin(some))
			.orderby(file.name)
			.for_update()
			.run(as_dict=True)
		)
	return rows


def set_files(files: Iterable[str], **values) -> None:
	"""Set custody fields of many files. The form of a file never sets them (Archive File puts them back)."""
	for some in create_batch(sorted(files), CHUNK):
		frappe.db.set_value(FILE, {"name": ["in", some]}, values)
		for name in some:
			frappe.clear_document_cache(FILE, name)


def require_files(files: Iterable[str], ptype: str = "write") -> list[str]:
	"""Names of files the session's user may ``ptype``; raises PermissionError for any other."""
	names = sorted(set(files))
	if not frappe.has_permission(FILE, ptype):
		frappe.throw(_("Your role does not keep archive files."), frappe.PermissionError)
	allowed: set[str] = set()
	for some in create_batch(names, CHUNK):
		allowed.update(
			frappe.get_list(FILE, filters={"name": ["in", some]}, pluck="name", limit_page_length=0)
		)
	if refused := [name for name in names if name not in allowed]:
		frappe.throw(
			_("{0} does not exist or lies outside the divisions you work for.").format(
				"、".join(refused[:5])
			),
			LinkOutOfScope,
		)
	return names


def record_movements(
	kind: str,
	files: list[frappe._dict],
	to_location: str | None,
	reason: str = "",
	reference: Document | None = None,
) -> None:
	"""Write one movement per file (name, location, division, township), from where it lay."""
	if not files:
		return
	moment, user = now(), frappe.session.user
	rows = [
		{
			"name": name,
			"owner": user,
			"creation": moment,
			"modified": moment,
			"modified_by": user,
			"archive_file": file.name,
			"kind": kind,
			"moved_on": moment,
			"moved_by": user,
			"from_location": file.location,
			"to_location": to_location,
			"reason": reason or None,
			"reference_doctype": reference.doctype if reference else None,
			"reference_name": reference.name if reference else None,
			"division": file.division,
			"township": file.township,
		}
		for name, file in zip(numbering.names(MOVEMENT, len(files)), files, strict=True)
	]
	frappe.db.bulk_insert(MOVEMENT, list(rows[0]), (list(row.values()) for row in rows), chunk_size=CHUNK)


# --- putting away -----------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def shelve(files: list | str, box: str, reason: str = "") -> int:
	"""Put files into a box, from wherever they are; returns how many changed their place.

	``files`` are names or scanned labels. Raises BoxFull, NotInAnyHand for lent or destroyed files,
	LocationInvalid when it is no box in use.
	"""
	names = require_files(_named(label) for label in frappe.parse_json(files))
	box = _named(box)
	_require_readable(LOCATION, box)
	target = _locked_box(box)
	rows = locked(names)
	refuse_absent(rows)
	moving = [row for row in rows if row.location != box]
	_require_room(target, len(moving))
	for kind, some in (
		(SHELVED, [row for row in moving if not row.location]),
		(MOVED, [row for row in moving if row.location]),
	):
		record_movements(kind, some, box, reason)
	on = getdate(today())
	by_status: dict[str, list[str]] = {}
	for row in moving:
		by_status.setdefault(retention.resting_status(frappe._dict({**row, "location": box}), on), []).append(
			row.name
		)
	for status, some in by_status.items():
		set_files(some, location=box, status=status, custodian=target.custodian)
	recount({box, *(row.location for row in moving if row.location)})
	return len(moving)


def refuse_absent(rows: list[frappe._dict]) -> None:
	"""A lent file is in somebody's hands, a destroyed one in nobody's."""
	if lent := [row.title for row in rows if row.status == LENT]:
		frappe.throw(_("Lent: {0}. Take the return first.").format("、".join(lent[:5])), NotInAnyHand)
	if destroyed := [row.title for row in rows if row.status == DESTROYED]:
		frappe.throw(_("Destroyed: {0}.").format("、".join(destroyed[:5])), NotInAnyHand)


def _locked_box(box: str) -> frappe._dict:
	"""The box, locked before its files: a handover takes both in the same order."""
	row = frappe.db.get_value(
		LOCATION,
		box,
		["name", "location_name", "kind", "disabled", "capacity", "custodian"],
		as_dict=True,
		for_update=True,
	)
	if row.kind != BOX or row.disabled:
		frappe.throw(
			_("{0} is no box in use. Files are put into boxes only.").format(row.location_name),
			LocationInvalid,
		)
	return row


def _require_room(row: frappe._dict, more: int) -> None:
	"""Checks that so many more files go into a box, as it is and not as it was when this transaction began."""
	file = frappe.qb.DocType(FILE)
	inside = len(frappe.qb.from_(file).select(file.name).where(file.location == row.name).for_update().run())
	if inside + more > cint(row.capacity):
		frappe.throw(
			_("{0} holds {1} of {2} files; {3} more do not fit. Choose another box.").format(
				row.location_name, inside, row.capacity, more
			),
			BoxFull,
		)


def _named(label: str) -> str:
	"""The record a scanned label stands for: the address on it, or the name typed by hand."""
	return unquote((label or "").strip().rstrip("/").rsplit("/", 1)[-1])


@frappe.whitelist()
def scanned(label: str) -> dict:
	"""What a scanned label stands for: doctype, name, title, status and place; for a box also its free places.

	Raises UnknownLabel, whether there is no such record or the reader may not know of it.
	"""
	name = _named(label)
	if frappe.db.exists(LOCATION, name):
		doc = _require_readable(LOCATION, name)
		free = cint(doc.capacity) - cint(doc.occupied) if doc.kind == BOX else None
		return {
			"doctype": LOCATION,
			"name": doc.name,
			"title": path_of(doc.name),
			"kind": doc.kind,
			"free": free,
		}
	# also by the number on the back of the file
	name = frappe.db.get_value(FILE, {"file_number": name}, "name") or name
	doc = _require_readable(FILE, name, label)
	return {
		"doctype": FILE,
		"name": doc.name,
		"title": doc.title,
		"file_number": doc.file_number,
		"status": doc.status,
		"location": doc.location,
		"place": path_of(doc.location),
	}


def _require_readable(doctype: str, name: str, label: str | None = None) -> Document:
	"""The record; the refusal does not tell a wrong label from one of somebody else's."""
	if not (frappe.db.exists(doctype, name) and frappe.has_permission(doctype, "read", doc=name)):
		frappe.throw(
			_("No file and no place has the label {0}.").format(_named(label or name)),
			UnknownLabel,
		)
	return frappe.get_doc(doctype, name)


# --- the tree ---------------------------------------------------------------------------------------------
def path_of(location: str | None) -> str:
	"""``库房一 / 甲山乡柜 / 二层 / 甲山村盒``."""
	if not location:
		return ""
	bounds = frappe.db.get_value(LOCATION, location, ["lft", "rgt"])
	if not bounds:
		return ""
	above = frappe.get_all(
		LOCATION,
		filters={"lft": ["<=", bounds[0]], "rgt": [">=", bounds[1]]},
		pluck="location_name",
		order_by="lft",
	)
	return " / ".join(above)


def files_in(
	location: str,
	fields: Iterable[str] = LOCKED_FIELDS,
	keeper: str | None = None,
	for_update: bool = False,
) -> list[frappe._dict]:
	"""All files in a place and the places inside it, box by box; with ``keeper`` only those in boxes that this user
	or nobody keeps. ``for_update``: places and files stay as they are until the transaction ends. Not filtered by
	permission."""
	file, box = frappe.qb.DocType(FILE), frappe.qb.DocType(LOCATION)
	left, right = frappe.db.get_value(LOCATION, location, ["lft", "rgt"])
	if for_update:
		# the places first, as who shelves does: a file on its way in is waited for
		within = frappe.qb.from_(box).select(box.name).where((box.lft >= left) & (box.rgt <= right))
		within.orderby(box.name).for_update().run()
	query = (
		frappe.qb.from_(file)
		.join(box)
		.on(box.name == file.location)
		.select(*(file[field] for field in fields))
		.where((box.lft >= left) & (box.rgt <= right))
		.orderby(box.lft)
		.orderby(IfNull(file.file_number, ""))
		.orderby(file.name)
	)
	if keeper:
		query = query.where(IfNull(box.custodian, "").isin(["", keeper]))
	return (query.for_update() if for_update else query).run(as_dict=True)


@frappe.whitelist()
def contents(location: str, limit: int = 200) -> list[dict]:
	"""For the form of a place, and for who scans a box: the files inside that the reader may see."""
	frappe.get_doc(LOCATION, location).check_permission("read")
	if not frappe.has_permission(FILE):
		# whoever looks after the rooms reads no file
		return []
	left, right = frappe.db.get_value(LOCATION, location, ["lft", "rgt"])
	boxes = frappe.get_all(
		LOCATION, filters={"lft": [">=", left], "rgt": ["<=", right]}, pluck="name", order_by="lft"
	)
	return frappe.get_list(
		FILE,
		filters={"location": ["in", boxes]},
		fields=["name", "title", "file_number", "status", "page_count", "on_hold", "location"],
		order_by="file_number, name",
		limit_page_length=min(cint(limit), 500),
	)


def recount(boxes: Iterable[str] | None = None) -> None:
	"""Files Inside of these boxes and of all they stand in; without boxes, of every place. One statement."""
	wanted = None if boxes is None else tuple(sorted(boxes))
	if wanted == ():
		return
	above = (
		""
		if wanted is None
		else "where exists (select 1 from `tabArchive Location` b where b.name in %(boxes)s"
		" and l.lft <= b.lft and l.rgt >= b.rgt)"
	)
	# raw SQL: an update joined with a count, which the query builder cannot write
	frappe.db.sql(
		f"""
		update `tabArchive Location` l
		join (
			select l.name, count(f.name) as files
			from `tabArchive Location` l
			left join `tabArchive Location` box on box.lft between l.lft and l.rgt
			left join `tabArchive File` f on f.location = box.name
			{above} group by l.name
		) counted on counted.name = l.name
		set l.occupied = counted.files where l.occupied != counted.files
		""",
		{"boxes": wanted},
	)


@frappe.whitelist()
def suggest_box(archive_file: str) -> dict | None:
	"""The box of the file's village with room in it, else one of its township: name, title (path), free.

	None where no such box has room.
	"""
	file = frappe.get_doc(FILE, archive_file)
	file.check_permission("read")
	boxes = frappe.get_all(
		LOCATION,
		filters={"kind": BOX, "disabled": 0, "township": file.township or ""},
		fields=["name", "division", "capacity", "occupied"],
		order_by="lft",
	)
	with_room = [box for box in boxes if cint(box.occupied) < cint(box.capacity)]
	own = [box for box in with_room if box.division == file.division]
	shared = [box for box in with_room if box.division == file.township]
	for box in (*own, *shared):
		return {"name": box.name, "title": path_of(box.name), "free": box.capacity - box.occupied}
	return None


def pass_places(location: str, keeper: str | None, to: str) -> None:
	"""Make a place, and what stands in it and is kept by ``keeper`` or nobody, the business of ``to``."""
	place = frappe.qb.DocType(LOCATION)
	left, right = frappe.db.get_value(LOCATION, location, ["lft", "rgt"])
	(
		frappe.qb.update(place)
		.set(place.custodian, to)
		.set(place.modified, now())
		.where((place.lft >= left) & (place.rgt <= right))
		.where(IfNull(place.custodian, "").isin(["", keeper or ""]))
		.run()
	)
	frappe.clear_document_cache(LOCATION)


def require_archivist(user: str, error: type[Exception]) -> None:
	"""Archives are kept by appointed staff (专人保管)."""
	if not duties.holds(KEEP, user) or not frappe.db.get_value("User", user, "enabled"):
		frappe.throw(
			_("{0} is no archivist. Give the role first, or choose somebody else.").format(
				frappe.utils.get_fullname(user)
			),
			error,
		)
	safety.require_proofs(today(), users=[user])


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def archivist_query(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | None = None
) -> list:
	"""Users who may keep archives, by name: for the link fields of custodians."""
	if not frappe.has_permission(LOCATION, "read"):
		return []
	user, role = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
	return (
		frappe.qb.from_(user)
		.join(role)
		.on((role.parent == user.name) & (role.parenttype == "User") & role.role.isin(duties.roles_of(KEEP)))
		.select(user.name, user.full_name)
		.distinct()
		.where((user.enabled == 1) & (user.full_name.like(f"%{txt}%") | user.name.like(f"%{txt}%")))
		.where(user.name.notin(["Administrator", "Guest"]))
		.orderby(user.full_name)
		.limit(page_len)
		.offset(start)
		.run()
	)


def custodians_of(location: str) -> set[str]:
	"""Who keeps a place or one inside it."""
	left, right = frappe.db.get_value(LOCATION, location, ["lft", "rgt"])
	keepers = frappe.get_all(
		LOCATION, filters={"lft": [">=", left], "rgt": ["<=", right]}, pluck="custodian", order_by="lft"
	)
	return {user for user in keepers if user}


@frappe.whitelist()
def tree(doctype: str, parent: str | None = None, is_root: bool = False, **_filters) -> list[dict]:
	"""Nodes of the tree view. Who sees no room starts at the cabinets or boxes of the own township."""
	if not is_root:
		return _nodes({"parent_archive_location": parent})
	visible = _nodes({})
	names = {row.value for row in visible}
	return [row for row in visible if row.parent not in names]


def _nodes(filters: dict) -> list[frappe._dict]:
	return frappe.get_list(
		LOCATION,
		filters={**filters, "disabled": 0},
		fields=[
			"name as value",
			"location_name as title",
			"kind",
			"occupied",
			"is_group as expandable",
			"parent_archive_location as parent",
		],
		order_by="lft",
		limit_page_length=0,
	)
