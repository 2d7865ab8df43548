"""A stored file is used by those who may read it: neither its address, nor what a request says of it, is a key."""

from pathlib import Path
from types import SimpleNamespace

import frappe
import pytest
from frappe.core.doctype.file.utils import find_file_by_url
from frappe.utils import get_files_path

from socaid_app.assistance_archives import binding, fixity
from socaid_app.assistance_archives.backups import keys, staging
from socaid_app.casework import copies
from socaid_app.permissions import files
from socaid_app.permissions.files import AddressRefused, FileKept
from socaid_app.petition_desk import attachments
from tests import builders
from tests.builders import archives as archive_builders
from tests.builders import fieldwork
from tests.builders import petitions as petition_cases

HOUSEHOLD, PETITION, PERSON = "Recipient Household", "Petition", "Recipient"


@pytest.fixture(scope="module")
def people(site):
	"""Made once and committed: users are slow to make, and requests have connections of their own."""
	frappe.set_user("Administrator")
	found = SimpleNamespace(
		ours=petition_cases.user("files.ours", "Township Officer", builders.TOWNSHIP_A),
		theirs=petition_cases.user("files.theirs", "Township Officer", builders.TOWNSHIP_B),
		archivist=petition_cases.user("files.archivist", "Archivist"),
	)
	frappe.db.commit()
	return found


def write(name: str = "证明.txt", content: str | None = None, **values):
	return frappe.get_doc(
		{
			"doctype": "File",
			"file_name": name,
			"content": content or f"机密 {frappe.generate_hash()}",
			"is_private": 1,
			**values,
		}
	).insert()


@pytest.fixture
def paper(site):
	"""A private file of a household of township B, where `ours` has no business."""
	household = fieldwork.store_household(division=builders.VILLAGE_B)
	return write(attached_to_doctype=HOUSEHOLD, attached_to_name=household)


def on_disk(file) -> Path:
	return Path(get_files_path(file.file_url.rsplit("/", 1)[1], is_private=file.is_private))


# --- the address of a file --------------------------------------------------------------------------------
def test_who_knows_the_address_of_a_private_file_gets_no_copy_of_it(people, paper, client):
	ours = client(people.ours)
	answer = ours.post("/api/resource/File", file_url=paper.file_url, is_private=1)
	assert answer.status_code == 403
	assert ours.get(paper.file_url).status_code == 403
	assert frappe.db.count("File", {"file_url": paper.file_url}) == 1


def test_who_may_read_a_file_may_use_its_address(people, as_user, site):
	household = fieldwork.store_household()
	with as_user(people.ours):
		mine = write()
		again = frappe.get_doc({"doctype": "File", "file_url": mine.file_url, "is_private": 1}).insert()
		assert again.get_content() == mine.get_content()
		theirs = write(attached_to_doctype=HOUSEHOLD, attached_to_name=household)
		assert files.may_use(theirs.file_url)


@pytest.mark.parametrize(
	"address",
	[
		"/private/files/../../site_config.json",
		"/files/../../private/files/{name}",
		"/private/files/./{name}",
		"/private/files//{name}",
		"/private/files/%2E%2E/%2E%2E/site_config.json",
		"/private/backups/x.sql.gz",
	],
)
def test_no_address_leads_out_of_the_files(people, paper, as_user, address):
	address = address.format(name=paper.file_url.rsplit("/", 1)[1])
	for user in (people.ours, "Administrator"):
		with as_user(user), pytest.raises((AddressRefused, frappe.ValidationError)):
			frappe.get_doc({"doctype": "File", "file_url": address, "is_private": 1}).insert()


def test_no_name_for_this_site_turns_a_foreign_address_into_a_local_one(site, monkeypatch):
	file = frappe.get_doc({"doctype": "File", "file_name": "x", "file_url": "http://evil/private/files/x"})
	monkeypatch.setattr(frappe.core.doctype.file.file, "get_url", lambda: "http://evil")
	assert file.get_full_path() == "http://evil/private/files/x"


def test_a_name_that_decodes_into_another_s_name_is_refused(people, paper, as_user):
	encoded = paper.file_url.rsplit("/", 1)[1].replace(".", "%2E")
	with as_user(people.ours), pytest.raises(AddressRefused):
		write(encoded)


def test_capital_letters_make_another_address(people, as_user, client, site):
	name = frappe.generate_hash(length=12)
	theirs = write(f"{name}.txt")
	with as_user(people.ours):
		write(f"{name.upper()}.TXT")
		assert not files.may_use(theirs.file_url)
	assert client(people.ours).get(theirs.file_url).status_code == 403


def test_an_attach_field_takes_no_foreign_file(people, paper, as_user):
	with as_user(people.ours):
		person = builders.make_person("附件甲")
		person.photo = paper.file_url
		with pytest.raises(AddressRefused):
			person.save()
		me = frappe.get_doc("User", people.ours)
		me.user_image = paper.file_url
		with pytest.raises(AddressRefused):
			me.save(ignore_permissions=True)
	assert not frappe.db.exists("File", {"file_url": paper.file_url, "attached_to_doctype": PERSON})


def test_nobody_attaches_a_file_that_somebody_else_has_just_uploaded(people, as_user, site):
	with as_user(people.theirs):
		loose = write("照片.png")
	with as_user(people.ours):
		person = builders.make_person("附件乙")
		person.photo = loose.file_url
		with pytest.raises(AddressRefused):
			person.save()
	assert not frappe.db.get_value("File", loose.name, "attached_to_name")


def test_an_own_upload_is_attached_when_the_record_is_saved(people, as_user, site):
	with as_user(people.ours):
		person = builders.make_person("附件丙")
		photo = write("照片.png")
		person.photo = photo.file_url
		person.save()
	assert frappe.db.get_value("File", photo.name, "attached_to_name") == person.name


def test_nothing_is_hung_on_a_record_one_may_not_change(people, paper, as_user):
	with as_user(people.ours), pytest.raises(frappe.PermissionError):
		write(attached_to_doctype=HOUSEHOLD, attached_to_name=paper.attached_to_name)


# --- what is stored decides -------------------------------------------------------------------------------
@pytest.mark.parametrize(
	"said",
	[
		{"owner": "{me}"},
		{"attached_to_doctype": None, "attached_to_name": None, "owner": "{me}"},
		{"attached_to_doctype": "User", "attached_to_name": "{me}"},
		{"is_private": 0},
	],
)
def test_a_request_does_not_make_one_the_owner(people, paper, client, said):
	ours = client(people.ours)
	said = {key: people.ours if value == "{me}" else value for key, value in said.items()}
	assert ours.put(f"/api/resource/File/{paper.name}", **said).status_code == 403
	assert ours.get(paper.file_url).status_code == 403
	assert ours.delete(f"/api/resource/File/{paper.name}").status_code == 403


@pytest.mark.parametrize("field", ["owner", "file_url", "content_hash", "thumbnail_url"])
def test_what_is_written_of_the_disk_is_not_written_by_clients(people, as_user, field, site):
	with as_user(people.ours):
		mine, other = write(), write()
		mine.set(field, other.file_url if field.endswith("url") else people.theirs)
		with pytest.raises(FileKept):
			mine.save()


def test_deleting_a_file_takes_no_other_from_the_disk(people, paper, as_user):
	with as_user(people.ours):
		remote = frappe.get_doc(
			{
				"doctype": "File",
				"file_url": f"https://example.invalid/{paper.file_url.rsplit('/', 1)[1]}",
				"content_hash": "x",
				"thumbnail_url": paper.file_url,
			}
		).insert()
		remote.delete()
	assert on_disk(paper).is_file()


def test_the_last_record_takes_the_file_from_the_disk(site):
	first = write()
	second = frappe.get_doc({"doctype": "File", "file_url": first.file_url, "is_private": 1}).insert()
	first.delete()
	assert on_disk(second).is_file()
	second.delete()
	assert not on_disk(second).exists()


def test_a_file_that_others_use_is_not_made_public(people, as_user, site):
	with as_user(people.theirs):
		theirs = write()
	with as_user(people.ours):
		mine = write(content=theirs.get_content())
		mine.is_private = 0
		with pytest.raises(FileKept):
			mine.save()
	assert on_disk(theirs).is_file()


def test_pictures_are_kept_as_they_were_received(people, as_user, site):
	with as_user(people.ours), pytest.raises(FileKept):
		write("照片.png").optimize_file()


def test_lists_of_files_end_where_the_records_end(people, paper, as_user):
	ours = write(attached_to_doctype=HOUSEHOLD, attached_to_name=fieldwork.store_household())
	with as_user(people.ours):
		listed = frappe.get_list("File", pluck="name", order_by="name", limit_page_length=0)
	assert ours.name in listed and paper.name not in listed


def test_a_file_of_an_accusation_is_not_freed_by_naming_another_record(people, as_user):
	accusation = petition_cases.make(category="Accusation")
	hidden = write(attached_to_doctype=PETITION, attached_to_name=accusation.name)
	with as_user(people.archivist):
		hidden.update({"attached_to_doctype": None, "attached_to_name": None})
		assert not hidden.has_permission("read")


# --- filed copies -----------------------------------------------------------------------------------------
@pytest.fixture
def bound(site):
	"""The bound copy of a file of the archive."""
	name = archive_builders.store_file()
	copy = binding._keep(b"%PDF-1.4 bound", "档号.pdf", "Administrator")
	frappe.db.set_value("Archive File", name, {"bound_copy": copy.name, "bound_copy_hash": "x"})
	return copy


@pytest.fixture
def filed(site):
	"""A scan of a household that was filed."""
	household = fieldwork.store_household()
	scan = write(attached_to_doctype=HOUSEHOLD, attached_to_name=household)
	archive_builders.store_document(
		archive_builders.store_file(household=household),
		source_doctype=HOUSEHOLD,
		source_name=household,
		attachment=scan.file_url,
		content_hash=copies.sha256(on_disk(scan)),
	)
	return scan


CHANGES = [
	{"owner": "Guest"},
	{"is_private": 0},
	{"attached_to_doctype": "User", "attached_to_name": "Administrator"},
	{"file_url": "/private/files/x"},
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", ["bound", "filed"])
def test_a_filed_copy_stays_what_and_where_it_is(request, kind, change):
	file = frappe.get_doc("File", request.getfixturevalue(kind).name)
	file.update(change)
	with pytest.raises(fixity.CopyIsFiled):
		file.save()
	assert on_disk(request.getfixturevalue(kind)).is_file()


def test_a_filed_copy_is_not_deleted_under_another_name(filed, bound):
	for file in (filed, bound):
		file = frappe.get_doc("File", file.name)
		file.update({"attached_to_doctype": "User", "attached_to_name": "Administrator"})
		for change in ("save", "delete"):
			with pytest.raises(fixity.CopyIsFiled):
				getattr(file, change)()


def test_who_says_to_own_a_bound_copy_neither_reads_nor_writes_it(people, bound, as_user):
	with as_user(people.archivist):
		for said in ({"owner": people.archivist}, {"is_private": 0}):
			file = frappe.get_doc("File", bound.name).update(said)
			assert not file.has_permission("read") and not file.has_permission("write")
		assert not find_file_by_url(bound.file_url)


def test_an_appraisal_still_removes_copies(bound):
	file = frappe.get_doc("File", bound.name)
	file.flags.by_appraisal = True
	file.delete(ignore_permissions=True, delete_permanently=True)
	assert not on_disk(bound).exists()


# --- names on the disk ------------------------------------------------------------------------------------
def test_papers_of_citizens_and_whole_files_lie_under_random_names(site, bound):
	petition = petition_cases.make()
	attachments.store(petition.name, [attachments.Paper("低保证.pdf", b"%PDF-1.4 paper")])
	stored = frappe.get_doc("File", {"attached_to_doctype": PETITION, "attached_to_name": petition.name})
	for file, shown in ((stored, "低保证.pdf"), (frappe.get_doc("File", bound.name), "档号.pdf")):
		assert file.file_name == shown and shown.split(".")[0] not in file.file_url
		assert on_disk(file).read_bytes().startswith(b"%PDF")


def test_what_the_system_stores_knows_no_limit_of_uploads(site, monkeypatch):
	monkeypatch.setitem(frappe.conf, "max_file_size", 100)
	frappe.db.set_single_value("System Settings", "max_file_size", 0)
	assert binding._keep(b"%PDF" + b"0" * 200, "整卷.pdf", "Administrator").file_size > 100


# --- keys -------------------------------------------------------------------------------------------------
def test_keys_and_staged_copies_lie_outside_the_site(site, monkeypatch):
	for setting in ("backup_key_dir", "backup_work_dir"):
		monkeypatch.delitem(frappe.conf, setting, raising=False)
	inside = Path(frappe.get_site_path()).resolve()
	for place in (keys.directory(), staging.work_directory()):
		assert inside not in place.parents and place.stat().st_mode & 0o077 == 0


def test_a_key_of_earlier_times_is_found_and_moved(site, monkeypatch, tmp_path):
	monkeypatch.setitem(frappe.conf, "backup_key_dir", str(tmp_path))
	earlier = Path(frappe.get_site_path("backup-keys"))
	earlier.mkdir(mode=0o700, exist_ok=True)
	key = earlier / "20260101-0123abcd.key"
	key.write_text("key")
	key.chmod(0o600)
	assert keys.file_of("20260101-0123abcd").read_text() == "key"
	assert not key.exists()


def test_a_file_is_found_by_its_address_for_who_may_read_it(people, paper, as_user):
	with as_user(people.theirs):
		assert find_file_by_url(paper.file_url)
	with as_user(people.ours):
		assert not find_file_by_url(paper.file_url)
