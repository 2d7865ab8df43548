"""Who may use a stored file: its address is no key.

Frappe takes any address for a new File or an Attach field, reads what lies there, and makes whoever typed it the
owner of a copy; whether a stored File may be changed it asks of the changed values. Here an address is used only
by those who may read one of the files stored under it, a File is judged by what is stored as well as by what is
sent, and what its record says about the file on the disk is not written by clients. Which files are public is not
asked of the client either (public_files.py).
"""

from __future__ import annotations

import errno
import mimetypes
import re
from pathlib import Path
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.core.doctype.file import file as core
from frappe.core.doctype.file.file import URL_PREFIXES, File
from frappe.model.document import Document
from frappe.utils import cint, cstr, flt, get_files_path

from socaid_app import documents
from socaid_app.frappe_versions import aggregate
from socaid_app.permissions import public_files
from socaid_app.permissions.scope import scoped_doctypes

# Both directories are flat: a further slash leads elsewhere.
ADDRESS = re.compile(r"(?:/private)?/files/(?!\.{1,2}$)[^/]+")
LOCAL = ("/files", "/private")
GIB = 1024**3
ATTACHES = ("Attach", "Attach Image")
# What the record says about the file on the disk: set by the system alone.
WRITTEN = ("owner", "file_url", "content_hash", "thumbnail_url")
REFERENCE = ("is_private", "attached_to_doctype", "attached_to_name")


class AddressRefused(frappe.PermissionError):
	pass


class FileKept(frappe.ValidationError):
	pass


class PictureUnopenable(frappe.ValidationError):
	pass


class DiskFull(frappe.ValidationError):
	pass


class SpaceUsedUp(frappe.ValidationError):
	pass


class StoredFile(File):
	"""Hook ``override_doctype_class`` of File.

	``flags.shown_name``: stored under a random name, shown under this one. ``flags.any_size``: made by the
	system, which no limit of uploads binds.
	"""

	def before_insert(self) -> None:
		# computed from the content, never taken from a client: Frappe deletes and merges files by them
		self.content_hash = self.thumbnail_url = None
		if not self.is_folder:
			self._check_address()
			self._take_copy_of_public()
		super().before_insert()
		self.file_name = self.flags.shown_name or self.file_name

	def validate(self) -> None:
		if not self.is_folder:
			before = self.get_doc_before_save()
			if before:
				self._keep_written(before)
				self._keep_private(before)
			# Frappe decodes the address each time: what was harmless may now name another file
			self.file_url = unquote(self.file_url or "")
			if self.file_url != (before.file_url if before else self.flags.content_address):
				self._check_address()
		super().validate()

	def set_is_private(self) -> None:
		super().set_is_private()
		if not self.is_folder and not self._may_be_public():
			self.is_private = 1

	def save_file(self, content=None, decode=False, ignore_existing_file_check=False, overwrite=False):
		apart = ignore_existing_file_check or bool(self.flags.shown_name)
		if isinstance(content, bytes) and not decode:
			content = self._turned_upright(content)
			# nothing to take away: not one byte is changed (Frappe writes the picture anew, and loses of it)
			self.flags.as_it_came = content if documents.only_pixels(content) else None
		stored = super().save_file(content, decode, apart, overwrite)
		self.flags.content_address = self.file_url
		return stored

	def write_file(self) -> str | None:
		"""A full disk takes nothing: no half of a file stays, and whoever attached it is told."""
		path = Path(self.get_full_path())
		was_there = path.exists()
		try:
			return super().write_file()
		except OSError as error:
			if error.errno not in (errno.ENOSPC, errno.EDQUOT):
				raise
			if not was_there:
				path.unlink(missing_ok=True)
			frappe.throw(
				_(
					"The disk of the attachments is full: this one was not stored. Ask the person in charge of the"
					" system to make room, then try again."
				),
				DiskFull,
			)

	def _turned_upright(self, content: bytes) -> bytes:
		"""Frappe takes away what the camera noted, which way up the photo is included: it is turned before."""
		strips = frappe.get_system_settings("strip_exif_metadata_from_uploaded_images")
		if not strips or mimetypes.guess_type(self.file_name or "")[0] != "image/jpeg":
			return content
		try:
			documents.open_image(content, self.file_name)
		except documents.UnreadableDocument as error:
			frappe.throw(str(error), PictureUnopenable)
		return documents.upright(content, "image/jpeg")[0]

	def validate_duplicate_entry(self) -> None:
		if not self.flags.shown_name:
			super().validate_duplicate_entry()

	def check_max_file_size(self) -> int:
		if self.flags.as_it_came:
			self._content = self.flags.as_it_came
		size = len(self._content or b"") if self.flags.any_size else super().check_max_file_size()
		if (limit := space_allowed()) and not self.flags.any_size and space_used() + size > limit:
			frappe.throw(
				_(
					"The space of this site ({0} GB) is used up: this file was not stored. Ask the person in charge of the system."
				).format(limit // GIB),
				SpaceUsedUp,
			)
		return size

	def get_full_path(self) -> str:
		"""Where the file lies: in one of the two directories, or elsewhere on the web; never elsewhere on the disk,
		and never here because a request calls this site by the name of that address."""
		if (self.file_url or "").startswith(URL_PREFIXES):
			return self.file_url
		path = super().get_full_path()
		if Path(path).resolve().parent not in _directories():
			frappe.throw(_("{0} is not the address of a stored file.").format(self.file_url), AddressRefused)
		return path

	def is_downloadable(self) -> bool:
		# not self.has_permission(): what this object was allowed to do itself is no right to hand it out
		return self._is_requested() and (
			not self.is_private or frappe.has_permission("File", "read", doc=self)
		)

	def unzip(self) -> list[File]:
		self.check_permission("write")
		return super().unzip()

	@frappe.whitelist()
	def optimize_file(self) -> None:
		frappe.throw(_("Files are kept as they were received. Upload a smaller picture instead."), FileKept)

	def _delete_file_on_disk(self) -> None:
		"""What no other record names goes from the disk, whatever Frappe's hash says."""
		if not self.is_remote_file and not self.is_folder:
			self.delete_file_data_content(only_thumbnail=bool(records(self.file_url, besides=self.name)))

	def _is_requested(self) -> bool:
		"""The database takes a capital letter for a small one, the disk does not: the address asked for is this."""
		path = frappe.request.path if frappe.request else ""
		return not path.startswith("/private/files/") or path == self.file_url

	def _check_address(self) -> None:
		if not self.file_url or self.file_url.startswith(URL_PREFIXES):
			return
		if self.flags.ignore_permissions and self._stands_in_field():
			return
		check_address(self.file_url)

	def _stands_in_field(self) -> bool:
		"""Whether a stored record holds this address: it was judged when it was entered."""
		if not self.attached_to_field or not ADDRESS.fullmatch(self.file_url):
			return False
		meta = frappe.get_meta(self.attached_to_doctype)
		return meta.has_field(self.attached_to_field) and self.file_url == frappe.db.get_value(
			self.attached_to_doctype, self.attached_to_name, self.attached_to_field
		)

	def _keep_written(self, before: Document) -> None:
		if _is_trusted():
			return
		if any(cstr(self.get(field)) != cstr(before.get(field)) for field in WRITTEN):
			frappe.throw(
				_("The address and the owner of a stored file do not change. Upload the file again."),
				FileKept,
			)
		if cint(self.is_private) != cint(before.is_private) and self._is_shared():
			frappe.throw(
				_("Other records use the same file. Upload it again where others should see it."), FileKept
			)

	def _may_be_public(self) -> bool:
		return public_files.may_be_public(self, frappe.session.user)

	def _take_copy_of_public(self) -> None:
		"""Who picks a public file for a record gets a private file of its own: the logo stays where it is."""
		if (self.file_url or "").startswith(public_files.PUBLIC) and not self._may_be_public():
			self.file_name = self.file_name or self.file_url.rsplit("/", 1)[1]
			self.content = self.get_content()
			self.file_url = None

	def _keep_private(self, before: Document) -> None:
		changed = any(cstr(self.get(field)) != cstr(before.get(field)) for field in REFERENCE)
		if changed and not self.is_private and not self._may_be_public():
			frappe.throw(
				_("Files of records are private. Publish what everybody may read as a disclosure."),
				public_files.FileIsPrivate,
			)

	def _is_shared(self) -> bool:
		others = {"name": ["!=", self.name]}
		return bool(
			records(self.file_url, besides=self.name)
			or (self.content_hash and frappe.db.exists("File", others | {"content_hash": self.content_hash}))
		)


# --- addresses --------------------------------------------------------------------------------------------
def check_attachments(doc: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of all DocTypes: an Attach field takes only private files that its author may read."""
	trusted, before = _is_trusted(), doc.get_doc_before_save()
	known = {row.name: row for row in (before, *before.get_all_children())} if before else {}
	for row in (doc, *doc.get_all_children()):
		earlier = known.get(row.name)
		for field in row.meta.get("fields", {"fieldtype": ["in", ATTACHES]}):
			address = row.get(field.fieldname)
			if address and not (earlier and earlier.get(field.fieldname) == address):
				public_files.refuse_public_address(row, address)
				if not trusted:
					check_address(address)


def check_address(address: str) -> None:
	"""Raises AddressRefused for a local address that leads elsewhere, or under which the session's user may read no
	file."""
	if not address.startswith(LOCAL) or may_use(address) or (_is_trusted() and ADDRESS.fullmatch(address)):
		return
	frappe.throw(
		_("{0} is not a file you may use. Upload the file itself instead of its address.").format(address),
		AddressRefused,
	)


def may_use(address: str) -> bool:
	"""Whether a File of this address, stored and readable for the session's user, exists."""
	return bool(ADDRESS.fullmatch(address) and readable(address))


def attached(doc: Document, field: str) -> Path | None:
	"""Where the file of a field lies, if it is a private file of this very record."""
	name = frappe.db.get_value(
		"File",
		{
			"file_url": doc.get(field),
			"attached_to_doctype": doc.doctype,
			"attached_to_name": doc.name,
			"is_private": 1,
		},
	)
	return Path(frappe.get_doc("File", name).get_full_path()) if name else None


def readable(address: str | None) -> Document | None:
	"""A stored File of this address that the session's user may read."""
	for row in records(address):
		file = frappe.get_doc(row)
		if not file.is_private or file.has_permission("read"):
			return file
	return None


def records(address: str | None, besides: str | None = None) -> list[frappe._dict]:
	"""The stored Files of exactly this address; the database alone does not tell capital letters."""
	if not address:
		# folders have none
		return []
	rows = frappe.get_all("File", filters={"file_url": address}, fields=["*"], order_by="creation, name")
	return [
		row.update({"doctype": "File"}) for row in rows if row.file_url == address and row.name != besides
	]


def space_allowed() -> int:
	"""Bytes that files and database of this site may take, by its configuration (``socaid_space_gib``); 0: no limit."""
	return int(flt(frappe.conf.socaid_space_gib) * GIB)


def space_used() -> int:
	"""Bytes of files and database of this site, as of the last five minutes."""
	used = frappe.cache.get_value("socaid_space_used", expires=True)
	if used is None:
		stored = frappe.get_all(
			"File", {"is_folder": 0}, [aggregate("sum", "file_size", "size")], order_by=""
		)[0].size
		# Raw SQL: the database's own account of its tables
		tables = frappe.db.sql(
			"select sum(data_length + index_length) from information_schema.tables where table_schema = database()"
		)[0][0]
		used = int(stored or 0) + int(tables or 0)
		frappe.cache.set_value("socaid_space_used", used, expires_in_sec=300)
	return used


def _directories() -> set[Path]:
	return {Path(get_files_path(is_private=private)).resolve() for private in (0, 1)}


def _is_trusted() -> bool:
	flags = frappe.flags
	return frappe.session.user == "Administrator" or flags.in_install or flags.in_migrate or flags.in_patch


# --- permission -------------------------------------------------------------------------------------------
def has_permission(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool:
	"""Hook ``has_permission`` of File: Frappe's rule for the stored File, and for the File as it would become."""
	stored = doc.get("name") and frappe.db.get_value(
		"File", str(doc.name), ["name", "owner", *REFERENCE], as_dict=True
	)
	if not stored:
		return doc.is_new() and core.has_permission(doc, ptype, user) and _may_attach(doc, user)
	if not core.has_permission(stored, ptype, user):
		return False
	moved = any(cstr(doc.get(field)) != cstr(stored.get(field)) for field in REFERENCE)
	return not moved or _may_attach(doc, user)


def _may_attach(doc: Document, user: str | None) -> bool:
	"""A file is attached by those who may change the record; one that is not saved yet is nobody's."""
	kind, name = doc.attached_to_doctype, doc.attached_to_name
	if not kind or not name or not frappe.db.exists(kind, name):
		return True
	return frappe.has_permission(kind, "write", doc=cstr(name), user=user)


def query_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook ``permission_query_conditions`` of File: what hangs on a record is listed to whom the record is."""
	user = user or frappe.session.user
	hooks = frappe.get_hooks("permission_query_conditions")
	limited = {}
	for kind in sorted(scoped_doctypes()):
		conditions = [frappe.call(frappe.get_attr(method), user, doctype=kind) for method in hooks[kind]]
		if condition := " and ".join(filter(None, conditions)):
			limited[kind] = condition
	if not limited:
		return ""
	kinds = ", ".join(frappe.db.escape(kind) for kind in limited)
	listed = [
		f"`tabFile`.`owner` = {frappe.db.escape(user)}",
		f"ifnull(`tabFile`.`attached_to_doctype`, '') not in ({kinds})",
		*(
			f"(`tabFile`.`attached_to_doctype` = '{kind}' and `tabFile`.`attached_to_name` in"
			f" (select `tab{kind}`.`name` from `tab{kind}` where {condition}))"
			for kind, condition in limited.items()
		),
	]
	return f"({' or '.join(listed)})"


# --- files the system stores ------------------------------------------------------------------------------
def keep(content: bytes, name: str, **values) -> Document:
	"""Store a private file under a random address, shown as ``name``: nobody finds it by guessing."""
	suffix = Path(name).suffix
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{frappe.generate_hash(length=20)}{suffix}",
			"is_private": 1,
			"content": content,
			**values,
		}
	)
	file.flags.update({"shown_name": name, "any_size": True})
	return file.insert(ignore_permissions=True)


def add_indexes() -> None:
	"""After every migrate: files are found by their address."""
	frappe.db.add_index("File", ["file_url(140)"], "file_url")
