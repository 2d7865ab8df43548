"""What hangs on a record, lies beside one or belongs to nothing is private, whatever the upload says."""

import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import frappe
import pytest
from frappe.utils import get_files_path

from socaid_app.patches.v1_0 import make_files_private
from socaid_app.permissions.public_files import FileIsPrivate
from tests import builders
from tests.builders import fieldwork
from tests.builders import petitions as petition_cases

HOUSEHOLD, PERSON = "Recipient Household", "Recipient"
PAGE = b"<script>top.hacked = 1</script>"
HEAD = "测试信头"


@pytest.fixture(scope="module")
def people(site):
	"""Made once and committed: users are slow to make, and requests have connections of their own."""
	frappe.set_user("Administrator")
	found = SimpleNamespace(
		clerk=petition_cases.user("private.clerk", "Township Officer", builders.TOWNSHIP_A),
		webmaster=petition_cases.user("private.webmaster", "Website Manager"),
	)
	frappe.db.commit()
	yield found
	# a letter head that stays would stand on every print of the site
	frappe.set_user("Administrator")
	for head in frappe.get_all("Letter Head", {"name": ["like", f"{HEAD}%"]}, pluck="name", order_by="name"):
		frappe.delete_doc("Letter Head", head, force=True)
	frappe.db.commit()


@pytest.fixture
def household(site):
	return fieldwork.store_household()


def name(suffix: str = "html") -> str:
	return f"{builders.digits(9)}.{suffix}"


def stored(**filters) -> frappe._dict:
	return frappe.get_all("File", filters=filters, fields=["*"], order_by="creation desc")[0]


def assert_private(file) -> None:
	assert file.is_private and file.file_url.startswith("/private/files/"), file.file_url
	public = Path(get_files_path(file.file_url.rsplit("/", 1)[1]))
	assert not public.exists()


def letter_head(content: str = "") -> str:
	return (
		frappe.get_doc(
			{
				"doctype": "Letter Head",
				"letter_head_name": f"{HEAD}{builders.digits(9)}",
				"source": "HTML",
				"content": content or "<p>1</p>",
			}
		)
		.insert()
		.name
	)


def picture(**values):
	return frappe.get_doc(
		{
			"doctype": "File",
			"file_name": name("png"),
			"content": builders.digits(12),
			"is_private": 0,
			**values,
		}
	)


# --- every way in -----------------------------------------------------------------------------------------
def upload(client, method: str, file_name: str, **values):
	data = {"is_private": "0", "file": (io.BytesIO(PAGE + file_name.encode()), file_name), **values}
	return client.request("POST", f"/api/method/{method}", data=data)


@pytest.mark.parametrize("hung", [True, False])
def test_an_upload_that_says_it_is_public_is_private(people, household, client, hung):
	clerk, file_name = client(people.clerk), name()
	values = {"doctype": HOUSEHOLD, "docname": household} if hung else {}
	answer = upload(clerk, "upload_file", file_name, **values)
	assert answer.status_code == 200, answer.text
	assert_private(stored(file_name=file_name))
	url = answer.json["message"]["file_url"]
	assert url.startswith("/private/") and client("Guest").get(url).status_code == 403


def test_the_older_upload_is_private_too(household, client):
	"""It answers administrators alone (doors.csv)."""
	file_name = name()
	answer = client("Administrator").call(
		"uploadfile",
		from_form=1,
		doctype=HOUSEHOLD,
		docname=household,
		filename=file_name,
		filedata="data:text/html;base64,PHA+MTwvcD4=",
		is_private=0,
	)
	assert answer.status_code == 200, answer.text
	assert_private(stored(file_name=file_name))


@pytest.mark.parametrize("path", ["/api/resource/File", "/api/v2/document/File"])
def test_a_file_made_by_rest_is_private(people, household, client, path):
	file_name = name()
	answer = client(people.clerk).post(
		path,
		file_name=file_name,
		content=f"<p>{file_name}</p>",
		is_private=0,
		attached_to_doctype=HOUSEHOLD,
		attached_to_name=household,
	)
	assert answer.status_code == 200, answer.text
	assert_private(stored(file_name=file_name))


@pytest.mark.parametrize("method", ["frappe.client.attach_file", "frappe.client.insert", "savedocs"])
def test_the_other_doors_make_private_files_too(people, household, client, method):
	file_name = name()
	doc = {
		"doctype": "File",
		"file_name": file_name,
		"content": f"<p>{file_name}</p>",
		"is_private": 0,
		"attached_to_doctype": HOUSEHOLD,
		"attached_to_name": household,
	}
	arguments = {
		"frappe.client.attach_file": {
			"filename": file_name,
			"filedata": f"<p>{file_name}</p>",
			"doctype": HOUSEHOLD,
			"docname": household,
			"is_private": 0,
		},
		"frappe.client.insert": {"doc": doc},
		"savedocs": {"doc": json.dumps(doc | {"__islocal": 1, "name": "new-file-1"}), "action": "Save"},
	}[method]
	path = "frappe.desk.form.save.savedocs" if method == "savedocs" else method
	answer = client(people.clerk).call(path, **arguments)
	assert answer.status_code == 200, answer.text
	assert_private(stored(file_name=file_name))


@pytest.mark.parametrize("channel", ["rest", "savedocs", "set_value"])
def test_a_private_file_is_not_made_public(people, household, client, as_user, channel):
	with as_user(people.clerk):
		file = picture(attached_to_doctype=HOUSEHOLD, attached_to_name=household).insert()
	clerk = client(people.clerk)
	if channel == "rest":
		answer = clerk.put(f"/api/resource/File/{file.name}", is_private=0)
	elif channel == "savedocs":
		doc = json.loads(frappe.get_doc("File", file.name).as_json()) | {"is_private": 0}
		answer = clerk.call("frappe.desk.form.save.savedocs", doc=json.dumps(doc), action="Save")
	else:
		answer = clerk.call(
			"frappe.client.set_value", doctype="File", name=file.name, fieldname="is_private", value=0
		)
	assert answer.status_code == 417 and "FileIsPrivate" in answer.text
	assert_private(stored(name=file.name))


def test_not_even_an_administrator_makes_a_paper_of_a_case_public(household):
	file = picture(attached_to_doctype=HOUSEHOLD, attached_to_name=household).insert()
	assert_private(file)
	file.is_private = 0
	with pytest.raises(FileIsPrivate):
		file.save()


def test_what_is_unpacked_is_private(people, as_user, household):
	packed, inner = io.BytesIO(), name("svg")
	with zipfile.ZipFile(packed, "w") as archive:
		archive.writestr(inner, "<svg/>")
	with as_user(people.clerk):
		file = picture(
			file_name=name("zip"),
			content=packed.getvalue(),
			attached_to_doctype=HOUSEHOLD,
			attached_to_name=household,
		).insert()
		for unpacked in file.unzip():
			assert_private(unpacked)


def test_pictures_in_a_text_are_private(people, as_user, household):
	pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGN4BQAA7ADrKJ2d0gAAAABJRU5ErkJggg=="
	communication = frappe.get_doc(
		{
			"doctype": "Communication",
			"subject": "1",
			"content": f'<img src="data:image/png;filename={name("png")};base64,{pixel}">',
			"reference_doctype": HOUSEHOLD,
			"reference_name": household,
		}
	).insert()
	for file in frappe.get_all("File", {"attached_to_name": communication.name}, ["*"], order_by="name"):
		assert_private(file)


def test_an_attach_field_takes_no_public_file(people, client):
	logo = picture(attached_to_doctype="Letter Head", attached_to_name=letter_head()).insert()
	person = builders.make_person(f"附件{builders.digits()}")
	for user in (people.clerk, "Administrator"):
		answer = client(user).put(f"/api/resource/{PERSON}/{person.name}", photo=logo.file_url)
		assert answer.status_code == 417 and "FileIsPrivate" in answer.text


def test_who_picks_a_public_file_for_a_record_gets_a_private_copy(people, household, client):
	logo = picture(attached_to_doctype="Letter Head", attached_to_name=letter_head()).insert()
	answer = client(people.clerk).call(
		"upload_file", doctype=HOUSEHOLD, docname=household, library_file_name=logo.name
	)
	assert answer.status_code == 200, answer.text
	copy = frappe.get_doc("File", answer.json["message"]["name"])
	assert copy.is_private and copy.file_url.startswith("/private/")
	assert copy.get_content() == logo.get_content()
	assert Path(logo.get_full_path()).is_file()


# --- what stays public ------------------------------------------------------------------------------------
def test_letter_heads_and_logos_of_administrators_stay_public(people, as_user, site):
	head = letter_head()
	for user in ("Administrator", people.webmaster):
		with as_user(user):
			file = picture(attached_to_doctype="Letter Head", attached_to_name=head)
			assert file.insert(ignore_permissions=True).file_url.startswith("/files/")
	with as_user("Administrator"):
		logo = picture(attached_to_doctype="Navbar Settings", attached_to_name="Navbar Settings").insert()
		assert not logo.is_private
		navbar = frappe.get_single("Navbar Settings")
		navbar.app_logo = logo.file_url
		navbar.save()


def test_a_clerk_publishes_no_letter_head(people, as_user, site):
	head = letter_head()
	with as_user(people.clerk):
		assert_private(
			picture(attached_to_doctype="Letter Head", attached_to_name=head).insert(ignore_permissions=True)
		)


def test_a_public_file_is_not_hung_on_a_record(household):
	logo = picture(attached_to_doctype="Letter Head", attached_to_name=letter_head()).insert()
	logo.update({"attached_to_doctype": HOUSEHOLD, "attached_to_name": household})
	with pytest.raises(FileIsPrivate):
		logo.save()


# --- those already there ----------------------------------------------------------------------------------
def earlier(content: str, **values) -> SimpleNamespace:
	"""A public file as uploads stored it before: the row and the file, past the rule."""
	file_name = f"诊断 {builders.digits(9)}.png"
	path = Path(get_files_path(file_name))
	path.write_text(content)
	row = fieldwork.store(
		"File",
		file_name=file_name,
		file_url=f"/files/{file_name}",
		is_private=0,
		content_hash=frappe.generate_hash(),
		folder="Home",
		**values,
	)
	return SimpleNamespace(name=row, path=path, url=f"/files/{file_name}")


@pytest.fixture
def photographed(site):
	"""A person with a public photo, and a text that names it as a link, a picture, a word and in JSON."""
	person = builders.make_person(f"附件{builders.digits()}")
	file = earlier(
		"诊断1", attached_to_doctype=PERSON, attached_to_name=person.name, attached_to_field="photo"
	)
	frappe.db.set_value(PERSON, person.name, "photo", file.url, update_modified=False)
	text = f"<a href='{file.url}'>1</a> <img src=\"{frappe.utils.quote(file.url)}?fid=1\"> {file.url}"
	text += " " + json.dumps({"changed": [["photo", None, file.url]]})
	comment = fieldwork.store(
		"Comment", comment_type="Comment", reference_doctype=PERSON, reference_name=person.name, content=text
	)
	return SimpleNamespace(person=person.name, file=file, comment=comment)


def test_what_lay_open_is_moved_and_named_anew_everywhere(photographed):
	make_files_private.execute()
	row = stored(name=photographed.file.name)
	assert_private(row)
	assert not photographed.file.path.exists()
	assert frappe.get_doc("File", row.name).get_content() == "诊断1"
	assert frappe.db.get_value(PERSON, photographed.person, "photo") == row.file_url
	content = frappe.db.get_value("Comment", photographed.comment, "content")
	assert content.count("/private/files/") == 4 and content.count("/files/") == 4


def test_moving_them_twice_changes_nothing(photographed):
	make_files_private.execute()
	before = stored(name=photographed.file.name)
	make_files_private.execute()
	assert stored(name=photographed.file.name) == before


def test_a_move_that_was_interrupted_is_taken_up_again(photographed):
	address, path = photographed.file.url, photographed.file.path
	target = make_files_private.private_path(address)
	path.rename(target)
	make_files_private.execute()
	row = stored(name=photographed.file.name)
	assert_private(row)
	assert Path(frappe.get_doc("File", row.name).get_full_path()) == target
	assert frappe.db.get_value(PERSON, photographed.person, "photo") == row.file_url


def test_no_other_file_of_the_same_name_is_touched(photographed):
	beside = Path(get_files_path(photographed.file.path.name, is_private=1))
	beside.write_text("另一份")
	make_files_private.execute()
	assert beside.read_text() == "另一份"
	assert frappe.get_doc("File", photographed.file.name).get_content() == "诊断1"


def test_a_logo_that_a_case_uses_as_well_stays_where_it_is(photographed):
	file = photographed.file
	head = letter_head(f'<img src="{file.url}">')
	logo = fieldwork.store(
		"File",
		file_name=file.path.name,
		file_url=file.url,
		is_private=0,
		folder="Home",
		attached_to_doctype="Letter Head",
		attached_to_name=head,
	)
	make_files_private.execute()
	assert file.path.is_file() and not stored(name=logo).is_private
	assert file.url in frappe.db.get_value("Letter Head", head, "content")
	moved = frappe.get_doc("File", file.name)
	assert moved.is_private and Path(moved.get_full_path()).is_file()
