"""Which print format is the letter of which stage is a record: a county's own copy is the one that is used."""

import io
import json
from contextlib import contextmanager
from unicodedata import normalize

import frappe
import pytest
from frappe.translate import print_language
from frappe.utils import print_format as print_formats
from pypdf import PdfReader

from socaid_app import overrides
from socaid_app.assistance_archives import rendering
from socaid_app.casework import letters
from socaid_app.setup import seeds
from socaid_app.socaid_app.doctype.letter_rule.letter_rule import LetterRuleInvalid
from tests import builders
from tests.builders.petition_records import make_petition

APPLICATION = "Assistance Application"
OURS = "县版文书"


def copy_of(print_format: str) -> str:
	"""What an administrator makes in Desk: a copy with a line of the county's own."""
	original = frappe.get_doc("Print Format", print_format)
	path = frappe.get_module_path(original.module, "print_format", frappe.scrub(print_format))
	with open(f"{path}/{frappe.scrub(print_format)}.html", encoding="utf-8") as file:
		html = file.read()
	copy = frappe.copy_doc(original)
	copy.update({"name": f"{OURS}{builders.digits()}", "standard": "No", "html": f"{html}<p>{OURS}</p>"})
	copy.insert()
	return copy.name


def point(document_kind: str, print_format: str) -> None:
	rule = frappe.get_doc(letters.DOCTYPE, document_kind)
	rule.print_format = print_format
	rule.save()


def words(pdf: bytes) -> str:
	"""Letters that the renderer took for radicals are read back as the letters they stand for."""
	return normalize("NFKC", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


@contextmanager
def printing():
	"""As in a request, where what answers in Frappe's place is in force; the log of the print commits nothing."""
	before = dict(frappe.flags)
	overrides.begin()
	frappe.flags.in_test = True
	frappe.local.response = frappe._dict()
	try:
		yield
	finally:
		frappe.flags.in_test, frappe.flags.socaid_fence = before.get("in_test"), before.get("socaid_fence")


@pytest.fixture
def case(site):
	team = builders.make_team()
	case = builders.make_application(team)
	builders.advance_to(case, "Under Investigation", team)
	return frappe.get_doc(APPLICATION, case.name)


def test_every_print_format_of_the_app_has_a_rule(site):
	ours = frappe.get_all(
		"Print Format",
		filters={"standard": "Yes", "module": ["in", seeds.OUR_MODULES]},
		fields=["name", "doc_type"],
	)
	ruled = {
		(row.print_format, row.document_type)
		for row in frappe.get_all(letters.DOCTYPE, fields=["print_format", "document_type"])
	}
	assert ours and {(row.name, row.doc_type) for row in ours} <= ruled


@pytest.mark.parametrize(
	("state", "papers"),
	[
		("Draft", ["Application Form"]),
		("Supplement Required", ["Supplement Notice"]),
		("Democratic Review", ["Acceptance Notice"]),
		("Under Review", ["Review and Confirmation Form"]),
		("Confirmed", ["Confirmation Notice"]),
		("Terminated", ["Rejection Notice"]),
		("Withdrawn", ["Application Form"]),
	],
)
def test_the_letter_of_a_stage_of_a_case(site, state, papers):
	case = frappe.new_doc(APPLICATION)
	case.workflow_state = state
	assert letters.letters_of(case) == papers


def test_a_stage_can_have_several_papers_the_most_important_first(site):
	petition = make_petition(status="Under Way", extended_until="2027-01-01")
	assert letters.letters_of(petition) == ["Petition Extension Notice", "Petition Acceptance Notice"]


def test_all_papers_of_the_stage_are_one_pdf(site):
	petition = make_petition(status="Under Way", extended_until="2027-01-01")
	with printing():
		letters.print_papers("Petition", petition.name)
	text = words(frappe.local.response.filecontent)
	assert "延期告知书" in text and "受理告知书" in text


def test_who_may_not_read_a_record_gets_no_papers_of_it(case, as_user):
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_B)):
		with pytest.raises(frappe.PermissionError):
			letters.print_papers(APPLICATION, case.name)


def test_a_county_s_copy_is_printed_on_every_channel(case):
	copy = copy_of("Acceptance Notice")
	point("Acceptance Notice", copy)

	# the printer button
	case.run_method("onload")
	assert case.get_onload("letters") == [copy]
	# the print of several records, an attachment of an e-mail, a download
	with printing():
		print_formats.download_multi_pdf(APPLICATION, json.dumps([case.name]))
		mailed = frappe.attach_print(case.doctype, case.name)["fcontent"]
	assert OURS in words(frappe.local.response.filecontent)
	assert OURS in words(mailed)
	# the archive's copy of the notice
	notice = frappe.get_last_doc("Document Delivery", {"reference_name": case.name})
	filed = frappe._dict(
		source_doctype=notice.doctype,
		source_name=notice.name,
		source_key=f"{notice.doctype}:{notice.name}:",
		letter="Acceptance Notice",
		decision_key=f"{APPLICATION}:{case.name}",
	)
	with printing():
		html = rendering.html_of(filed)
	assert OURS in html and notice.document_number in html


def test_what_is_chosen_by_hand_is_printed(case):
	point("Acceptance Notice", copy_of("Acceptance Notice"))
	with printing():
		html = frappe.get_print(case.doctype, case.name, "Application Form")
	assert OURS not in html and "社会救助申请书" in html


def test_the_copy_escapes_and_has_our_functions(case):
	point("Acceptance Notice", copy_of("Acceptance Notice"))
	frappe.db.set_value(APPLICATION, case.name, "applicant_name", "<img src=x onerror=alert(1)>")
	with printing():
		html = frappe.get_print(case.doctype, case.name)
	assert "<img src=x" not in html and OURS in html


def test_a_migrate_leaves_the_county_s_choice(site):
	copy = copy_of("Acceptance Notice")
	point("Acceptance Notice", copy)
	frappe.db.set_value(
		letters.DOCTYPE, "Confirmation Notice", "number_format", "东民救{mark}〔{year}〕{number}号"
	)
	seeds.seed_letter_rules()
	assert letters.print_format("Acceptance Notice") == copy
	assert letters.number("Confirmation Notice", 2026, 7) == "东民救确〔2026〕000007号"


def test_a_rule_that_is_missing_comes_back(site):
	frappe.delete_doc(letters.DOCTYPE, "Route Sheet")
	assert letters.letters_of(frappe.new_doc("Route Plan")) == []
	seeds.seed_letter_rules()
	assert letters.letters_of(frappe.new_doc("Route Plan")) == ["Route Sheet"]


def test_the_number_comes_from_the_rule(case):
	notice = frappe.get_last_doc("Document Delivery", {"reference_name": case.name})
	year = notice.issued_on.year
	assert notice.document_number.startswith(f"社救受〔{year}〕") and notice.document_number.endswith("号")
	assert letters.next_number("Application Form", year) == ""


@pytest.mark.parametrize(
	"values",
	[
		{"print_format": "Route Sheet"},
		{"stages": "没有这一步"},
		{"filters": "status = 1"},
		{"filters": '[["no_such_field", "=", 1]]'},
		{"number_format": "{mark.__class__}{year}{number}"},
		{"number_format": "无号"},
		{"delivery_days": "no_such_parameter"},
	],
)
def test_a_rule_that_cannot_work_is_refused(site, values):
	rule = frappe.get_doc(letters.DOCTYPE, "Acceptance Notice").update(values)
	with pytest.raises(LetterRuleInvalid):
		rule.save()


def test_a_stage_may_be_written_as_it_is_shown(site):
	rule = frappe.get_doc(letters.DOCTYPE, "Acceptance Notice")
	rule.stages = "已受理"
	with print_language("zh"):
		rule.save()
	assert rule.stages == "Accepted"


def test_only_the_administrator_of_the_county_writes_rules(site, as_user):
	with as_user(builders.make_user("Socaid Administrator")):
		frappe.get_doc(letters.DOCTYPE, "Acceptance Notice").save()
	for role in ("Township Officer", "County Approver", "Service Manager"):
		with as_user(builders.make_user(role)), pytest.raises(frappe.PermissionError):
			frappe.get_doc(letters.DOCTYPE, "Acceptance Notice").save()


def test_the_desk_knows_which_lists_have_letters(site):
	boot = frappe._dict()
	letters.tell_desk(boot)
	assert boot.socaid_letters[APPLICATION] == "Application Form"
	assert "ToDo" not in boot.socaid_letters
