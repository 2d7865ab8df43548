"""一户一档: files open and fill by themselves, are checked, numbered, bound and printed as a whole."""

import io
import json
import random
import re
from contextlib import suppress
from threading import Thread

import frappe
import pytest
from frappe import _
from frappe.client import insert as client_insert
from frappe.client import set_value as client_set_value
from frappe.desk import query_report
from frappe.utils import add_days, now_datetime, today
from pypdf import PdfReader, PdfWriter

from socaid_app import hooks
from socaid_app.assistance_archives import (
	archive_files,
	binding,
	completeness,
	file_catalogue,
	filing,
	filing_by_hand,
	numbering,
	rendering,
)
from socaid_app.assistance_archives.doctype.archive_document.archive_document import FileBound, ScanInvalid
from socaid_app.assistance_archives.doctype.archive_file.archive_file import OpenedByTheSystem
from socaid_app.assistance_archives.doctype.archive_template.archive_template import TemplateInvalid
from socaid_app.assistance_archives.report.missing_papers import missing_papers
from socaid_app.assistance_archives.sources import BY_DOCTYPE, SOURCES
from socaid_app.casework import copies
from socaid_app.permissions.scope import NeverDeleted
from socaid_app.policy import archives
from socaid_app.setup import seeds
from tests import builders
from tests.builders import fieldwork

FILE, DOCUMENT, APPLICATION = "Archive File", "Archive Document", "Assistance Application"
RURAL = "农村低保"
OF_CASES = [source for source in SOURCES if source.case != "null"]


@pytest.fixture(autouse=True)
def clean(site, monkeypatch):
	frappe.db.delete(DOCUMENT)
	frappe.db.delete(FILE)
	seeds.seed_archive_templates()
	frappe.db.set_single_value("Socaid Settings", "fonds_code", "0123")
	# Jobs run when their transaction is committed; these tests commit nothing.
	monkeypatch.setattr(filing, "note", lambda doc, method=None: filing.file_record(doc.doctype, doc.name))


@pytest.fixture
def no_cases():
	"""Without the cases a demo county may have, so that the nightly job has only the test's own to file."""
	for source in OF_CASES:
		frappe.db.delete(source.doctype)


@pytest.fixture
def blank_pages(monkeypatch):
	"""Printing a record gives one blank page, at once."""

	def pages(htmls):
		writer = PdfWriter()
		return [[writer.add_blank_page(595, 842)] for _html in htmls]

	monkeypatch.setattr(rendering, "print_together", pages)


@pytest.fixture
def team():
	return builders.make_team()


def accepted(team, **values):
	return builders.advance_to(builders.make_application(team, **values), "Accepted", team)


def file_of(application) -> str:
	return frappe.db.get_value(DOCUMENT, {"source_name": application.name}, "archive_file")


def kinds(file: str) -> list[str]:
	return [row.document_kind for row in file_catalogue.documents(file)]


def make_file(division: str = builders.VILLAGE_A, household: str | None = None, **values) -> str:
	"""An empty open file of a family, as opening one stores it."""
	household = household or builders.make_household(division=division, name="档案户").name
	(name,) = archive_files.open_files(
		{
			f"{RURAL}|{household}|1": {
				"household": household,
				"category": RURAL,
				"volume": 1,
				"division": division,
			}
		}
	).values()
	if values:
		frappe.db.set_value(FILE, name, values)
	return name


def make_document(file: str, kind: str = "其他材料", section: str = "Other Papers", **values):
	doc = frappe.get_doc(
		{
			"doctype": DOCUMENT,
			"archive_file": file,
			"section": section,
			"document_kind": kind,
			"title": kind,
			"document_date": today(),
			**values,
		}
	)
	doc.flags.by_step = bool(values.get("decision_stage") or values.get("decision_key"))
	return doc.insert()


def pdf(pages: int) -> bytes:
	writer = PdfWriter()
	for _page in range(pages):
		writer.add_blank_page(595, 842)
	writer.add_metadata({"/Title": frappe.generate_hash()})
	stream = io.BytesIO()
	writer.write(stream)
	return stream.getvalue()


def upload(content: bytes, name: str, doctype: str | None = None, record: str | None = None):
	return (
		frappe.get_doc(
			{
				"doctype": "File",
				"file_name": name,
				"content": content,
				"is_private": 1,
				"attached_to_doctype": doctype,
				"attached_to_name": record,
			}
		)
		.insert()
		.file_url
	)


# --- templates --------------------------------------------------------------------------------------------
def test_every_category_has_its_template_and_daily_management_one(site):
	for category in frappe.get_all("Assistance Category", pluck="name", order_by="name"):
		template = frappe.get_doc("Archive Template", archive_files.template_of(category))
		assert template.archive_class == "Approval Files" and template.class_code
		required = {row.document_kind for row in template.items if row.requirement == "Required"}
		assert "审核确认表" in required and "送达回证" in required, category
	assert frappe.db.get_value("Archive Template", archive_files.template_of(None), "archive_class") == (
		"Daily Management Files"
	)


def test_templates_differ_by_kind_of_family(site):
	def required(category):
		template = frappe.get_doc("Archive Template", archive_files.template_of(category))
		return {row.document_kind for row in template.items if row.requirement == "Required"}

	assert "集中供养协议" in required("特困-集中") and "照料服务协议" in required("特困-分散")
	assert "医疗、教育等支出票据" in required("刚性支出困难")
	assert "发放签收单" in required("临时-急难（小额快救）")
	assert not {"初审公示单", "家庭经济状况核对报告"} & required("临时-急难（小额快救）")
	assert {"初审公示单", "入户调查表", "家庭经济状况核对报告"} <= required(RURAL)


def test_templates_are_seeded_once(site):
	template = archive_files.template_of(RURAL)
	frappe.db.set_value("Archive Template", template, "class_code", "XX")
	count = frappe.db.count("Archive Template")
	seeds.seed_archive_templates()
	assert frappe.db.count("Archive Template") == count
	assert frappe.db.get_value("Archive Template", template, "class_code") == "XX"


def test_what_is_filed_on_a_change_is_what_the_archive_knows():
	assert set(hooks.archived_doctypes) == set(BY_DOCTYPE)


def test_every_source_named_in_a_template_is_filed(site):
	for source in frappe.get_all(
		"Archive Template Item", filters={"source": ["is", "set"]}, pluck="source", order_by="source"
	):
		doctype = source.partition(":")[0]
		assert doctype in BY_DOCTYPE or doctype == "Application Material", source


def test_every_source_is_hooked(site):
	hooks = frappe.get_doc_hooks()
	for source in SOURCES:
		assert "socaid_app.assistance_archives.filing.note" in hooks[source.doctype]["on_change"]


@pytest.mark.parametrize(
	"values", [{"class_code": "N-B"}, {"category": None}, {"archive_class": "Daily Management Files"}]
)
def test_a_template_that_cannot_number_or_fit_is_refused(site, values):
	doc = frappe.get_doc("Archive Template", archive_files.template_of(RURAL))
	doc.update(values)
	with pytest.raises(TemplateInvalid):
		doc.save()


# --- opening ----------------------------------------------------------------------------------------------
def test_acceptance_opens_the_file_and_nothing_before_does(site, team):
	application = builders.make_application(team)
	assert not frappe.db.count(FILE)
	application = builders.advance_to(application, "Accepted", team)
	(file,) = frappe.get_all(FILE, fields=["*"])
	assert (file.category, file.opened_by, file.status) == (RURAL, application.name, "Being Filed")
	assert (file.archive_class, file.template) == ("Approval Files", archive_files.template_of(RURAL))
	assert (file.division, file.township) == (application.division, application.township)
	assert application.applicant_name in file.title and not file.file_number
	assert {"社会救助申请表", "受理通知书", "核对授权书"} <= set(kinds(file.name))


def test_a_household_has_one_file_for_a_category_and_another_for_another(site, team):
	household = builders.make_household(builders.CASE_VILLAGE, name="一户")
	people = [{"recipient": row.recipient, "kinship": row.kinship} for row in household.members]

	def apply(**values):
		return accepted(team, applicant=household.head, members=people, incomes=[], **values)

	first = apply()
	builders.act(first, "Withdraw", team.officer)
	second, third = apply(), apply(scheme="Temporary", category="临时-急难（一般）")
	assert file_of(first) == file_of(second) != file_of(third)
	assert frappe.db.count(FILE) == 2
	assert frappe.db.get_value(FILE, file_of(third), "household") == household.name


def test_a_family_new_to_the_register_gets_its_household_with_the_decision(site, team):
	application = accepted(team)
	file = file_of(application)
	assert not frappe.db.get_value(FILE, file, "household")
	application = builders.advance_to(application, "Confirmed", team)
	assert frappe.db.count(FILE) == 1
	assert frappe.db.get_value(FILE, file, "household") == application.household


def test_a_category_corrected_before_the_opinion_takes_its_file_along(site, team):
	application = accepted(team)
	file = file_of(application)
	frappe.db.set_value(APPLICATION, application.name, "category", "低保边缘")
	filing.file_record(APPLICATION, application.name)
	assert frappe.db.count(FILE) == 1
	assert frappe.db.get_value(FILE, file, ["category", "template"]) == (
		"低保边缘",
		archive_files.template_of("低保边缘"),
	)


def test_two_jobs_open_one_file(site):
	wanted = {
		"K|1": {
			"household": None,
			"applicant": None,
			"category": RURAL,
			"volume": 1,
			"division": "220422201200",
		}
	}
	assert archive_files.open_files(wanted) == archive_files.open_files(wanted)
	assert frappe.db.count(FILE) == 1


def test_files_are_not_opened_by_hand(site):
	with pytest.raises(OpenedByTheSystem):
		client_insert({"doctype": FILE, "category": RURAL, "division": builders.VILLAGE_A})


# --- filing -----------------------------------------------------------------------------------------------
def test_a_confirmed_case_is_filed_in_its_sections_with_page_numbers(site, team):
	application = builders.advance_to(builders.make_application(team), "Confirmed", team)
	rows = file_catalogue.documents(file_of(application))
	found = {(row.section, row.document_kind) for row in rows}
	assert {
		("Application", "社会救助申请表"),
		("Application", "身份证、户口簿"),
		("Application", "受理通知书"),
		("Investigation", "入户调查表"),
		("Data Check", "核对授权书"),
		("Data Check", "家庭经济状况核对报告"),
		("Publicity", "初审公示单"),
		("Decision", "审核确认表"),
		("Decision", "确认通知书"),
	} <= found
	assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
	order = [archives.SECTIONS.index(row.section) for row in rows]
	assert order == sorted(order)
	assert [(row.page_from, row.page_to) for row in rows] == archives.page_ranges(row.pages for row in rows)
	decision = frappe.db.get_value(
		DOCUMENT, {"document_kind": "审核确认表"}, ["decision_stage", "decision_key"]
	)
	assert decision == ("Confirmation", f"{APPLICATION}:{application.name}")
	file = frappe.get_doc(FILE, rows[0].name and file_of(application))
	assert (file.document_count, file.page_count) == (len(rows), rows[-1].page_to)


def test_a_record_queues_its_filing_and_never_waits_for_it(site, team, monkeypatch):
	monkeypatch.undo()
	queued = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **kwargs: queued.append((method, kwargs)))
	builders.make_application(team)
	method, kwargs = next(
		(method, kwargs) for method, kwargs in queued if kwargs.get("doctype") == APPLICATION
	)
	assert method == "socaid_app.assistance_archives.filing.file_record"
	assert kwargs["enqueue_after_commit"] and kwargs["deduplicate"] and kwargs["job_id"]


def test_what_the_events_missed_is_filed_at_night_once(site, team, no_cases, monkeypatch):
	monkeypatch.setattr(filing, "note", lambda doc, method=None: None)
	application = builders.advance_to(builders.make_application(team), "Confirmed", team)
	assert not frappe.db.count(FILE)
	assert filing.catch_up(doctypes=[source.doctype for source in OF_CASES])
	filed = frappe.get_all(DOCUMENT, filters={"archive_file": file_of(application)}, pluck="source_key")
	assert f"{APPLICATION}:{application.name}:Decision" in filed and len(filed) == len(set(filed))
	count = frappe.db.count(DOCUMENT)
	filing.catch_up(doctypes=[APPLICATION, "Document Delivery", "Household Investigation"])
	assert frappe.db.count(DOCUMENT) == count
	assert filing.pending(BY_DOCTYPE[APPLICATION]) == []


def test_statements_do_not_grow_with_the_records(site, team, count_queries):
	household = make_file()
	household = frappe.db.get_value(FILE, household, "household")

	def statements(number):
		names = [
			fieldwork.store(
				"Circumstance Change",
				household=household,
				status="In Effect",
				happened_on=today(),
				division=builders.VILLAGE_A,
				kind="Income Change",
			)
			for _record in range(number)
		]
		with count_queries() as queries:
			filing.file_records(BY_DOCTYPE["Circumstance Change"], names)
		return len(queries)

	assert statements(2) + 2 >= statements(40) > 0


def test_a_material_handed_in_on_paper_is_filed_as_paper(site, team):
	file = file_of(accepted(team))
	paper = frappe.get_doc(DOCUMENT, {"archive_file": file, "document_kind": "身份证、户口簿"})
	assert (paper.fixity, paper.pages, paper.content_hash) == ("Paper Only", 1, None)
	paper.pages = 3
	paper.save()
	assert frappe.db.get_value(DOCUMENT, paper.name, "pages") == 3
	# scanned later
	paper.reload()
	paper.attachment = upload(pdf(4), "card.pdf", DOCUMENT, paper.name)
	paper.save()
	assert (paper.fixity, paper.pages) == ("Not Verified", 4) and len(paper.content_hash) == 64
	filing.file_record(APPLICATION, paper.source_name)
	assert frappe.db.get_value(DOCUMENT, paper.name, "pages") == 4


def test_an_attached_scan_has_its_hash_and_true_page_count(site, team):
	application = accepted(team)
	content = pdf(3)
	url = upload(content, "scan.pdf", APPLICATION, application.name)
	frappe.db.set_value("Application Material", application.materials[0].name, "file", url)
	filing.file_record(APPLICATION, application.name)
	doc = frappe.get_doc(DOCUMENT, {"attachment": url})
	assert (doc.pages, doc.fixity) == (3, "Not Verified")
	assert doc.content_hash == copies.sha256(copies.path_of(frappe.db.get_value("File", {"file_url": url})))
	assert doc.page_to - doc.page_from == 2


def test_the_scan_of_another_record_is_not_pulled_in_by_its_address(site, team, as_user):
	other = make_file()
	with as_user(builders.make_user("Archivist")):
		url = upload(pdf(2), "secret.pdf", FILE, other)
	application = accepted(team)
	frappe.db.set_value("Application Material", application.materials[0].name, "file", url)
	filing.file_record(APPLICATION, application.name)
	doc = frappe.get_doc(DOCUMENT, {"attachment": url})
	assert (doc.fixity, doc.content_hash) == ("Missing Copy", None)
	assert copies.of_document(doc) is None


def test_a_document_follows_its_record(site, team):
	application = accepted(team)
	notice = frappe.get_doc("Document Delivery", {"reference_name": application.name})
	assert "受理文书送达回证" not in kinds(file_of(application))
	notice.update(
		{"status": "Delivered", "method": "Handed Over", "delivered_on": today(), "received_by": "本人"}
	)
	notice.save()
	assert "受理文书送达回证" in kinds(file_of(application))


def test_what_is_cancelled_is_taken_out(site, team):
	application = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	survey = frappe.get_last_doc("Household Investigation", {"application": application.name})
	file = file_of(application)
	assert kinds(file).count("入户调查表") == 1
	survey.cancel()
	assert "入户调查表" not in kinds(file)
	gone = frappe.get_doc(DOCUMENT, {"source_name": survey.name})
	assert gone.withdrawn and gone.withdrawal_reason and not gone.sequence


def test_visits_and_changes_go_into_the_household_s_file(site):
	file = make_file()
	household = frappe.db.get_value(FILE, file, "household")
	visit = fieldwork.store_visit(household, category=RURAL)
	planned = fieldwork.store_visit(household, category=RURAL, status="Planned")
	for name in (visit, planned):
		filing.file_record("Home Visit", name)
	assert kinds(file) == ["走访记录表"]
	assert frappe.db.get_value(DOCUMENT, {"archive_file": file}, "source_name") == visit


def test_without_a_file_they_go_into_the_village_s_daily_file_of_the_year(site):
	visits = [fieldwork.store_visit(days_ago=2), fieldwork.store_visit(days_ago=3)]
	filing.file_records(BY_DOCTYPE["Home Visit"], visits)
	(file,) = frappe.get_all(FILE, fields=["*"])
	year = add_days(now_datetime(), -2).year
	assert (file.archive_class, file.file_year, file.division) == (
		"Daily Management Files",
		year,
		builders.VILLAGE_A,
	)
	assert kinds(file.name) == ["日常入户调查材料"] * 2


def test_moving_household_takes_its_file_along(site):
	file = make_file()
	make_document(file)
	household = frappe.db.get_value(FILE, file, "household")
	frappe.db.set_value(
		"Recipient Household",
		household,
		{"division": builders.VILLAGE_B, "township": builders.TOWNSHIP_B},
	)
	archive_files.follow_households()
	assert frappe.db.get_value(FILE, file, "township") == builders.TOWNSHIP_B
	assert frappe.db.get_value(DOCUMENT, {"archive_file": file}, "township") == builders.TOWNSHIP_B


# --- by hand ----------------------------------------------------------------------------------------------
def test_several_scans_are_filed_at_once(site, as_user):
	file = make_file()
	with as_user(builders.make_user("Archivist")):
		urls = [upload(pdf(pages), f"{pages}.pdf", FILE, file) for pages in (2, 5)]
		filing_by_hand.add_scans(file, "Investigation", "邻里访问记录", json.dumps(urls))
	rows = file_catalogue.documents(file)
	assert [(row.pages, row.page_from, row.page_to) for row in rows] == [(2, 1, 2), (5, 3, 7)]
	assert frappe.db.get_value(FILE, file, "page_count") == 7


def test_a_scan_must_be_a_private_file_one_may_read(site, as_user):
	file, other = make_file(), make_file(builders.VILLAGE_B)
	foreign = upload(pdf(1), "x.pdf", "User", "Administrator")
	public = upload(pdf(1), "y.pdf", FILE, other)
	# as uploads were stored before files of records became private
	frappe.db.set_value("File", {"file_url": public}, "is_private", 0)
	with as_user(builders.make_user("Archivist")):
		for url in (foreign, public, "/private/files/none.pdf", "https://example.invalid/x.pdf"):
			with pytest.raises(ScanInvalid):
				filing_by_hand.add_scans(file, "Other Papers", "其他材料", json.dumps([url]))


def test_a_document_is_taken_out_only_with_a_reason_and_never_deleted(site):
	doc = make_document(make_file())
	with pytest.raises(filing_by_hand.FilingRefused):
		filing_by_hand.take_out(doc.name, " ")
	filing_by_hand.take_out(doc.name, "归错档")
	assert file_catalogue.documents(doc.archive_file) == []
	with pytest.raises(NeverDeleted):
		frappe.delete_doc(DOCUMENT, doc.name)


def test_what_a_record_says_is_not_rewritten_in_its_copy(site, team):
	file = file_of(accepted(team))
	doc = frappe.get_doc(DOCUMENT, {"archive_file": file, "document_kind": "受理通知书"})
	other = make_file()
	for field, value in {
		"title": "改名",
		"archive_file": other,
		"source_name": "X",
		"content_hash": "0" * 64,
		"pages": 99,
		"withdrawn": 1,
		"decision_stage": "Confirmation",
	}.items():
		# a record that does not exist is refused, everything else put back
		with suppress(frappe.LinkValidationError):
			client_set_value(DOCUMENT, doc.name, field, value)
		assert frappe.db.get_value(DOCUMENT, doc.name, field) == doc.get(field), field


# --- completeness -----------------------------------------------------------------------------------------
def test_the_statement_says_what_the_policy_says(site):
	"""Random papers and decisions in some files, against policy.archives.missing."""
	chance = random.Random(4)
	template = frappe.get_doc("Archive Template", archive_files.template_of(RURAL))
	items = [
		archives.Item(row.section, row.document_kind, row.requirement, row.stage, row.owed_by)
		for row in template.items
	]
	expected = {}
	for _file in range(8):
		file = make_file()
		keys = [f"X:{number}" for number in range(chance.randrange(4))]
		decisions = [
			archives.Decision(key, chance.choice(list(archives.STAGES)), chance.random() < 0.3)
			for key in keys
		]
		papers = [
			archives.Paper(item.kind, chance.choice([*keys, ""])) for item in items if chance.random() < 0.6
		]
		for decision in decisions:
			store_document(
				file, "决定", decision.key, decision_stage=decision.stage, unpublished=decision.unpublished
			)
		for paper in papers:
			store_document(file, paper.kind, paper.decision or None)
		store_document(file, items[0].kind, None, withdrawn=1)
		expected[file] = sorted(
			(decision.key, item.kind) for decision, item in archives.missing(items, papers, decisions)
		)
	completeness.check()
	for file, wanted in expected.items():
		found = sorted((row.decision_key, row.document_kind) for row in completeness.missing([file]))
		assert found == wanted
		assert frappe.db.get_value(FILE, file, "missing_count") == len(wanted)


def store_document(file: str, kind: str, decision_key: str | None, **values) -> str:
	return fieldwork.store(
		DOCUMENT,
		archive_file=file,
		document_kind=kind,
		title=kind,
		section="Other Papers",
		decision_key=decision_key,
		**{"withdrawn": 0, "pages": 1, "document_date": today(), **values},
	)


def test_the_result_stands_on_the_file_and_changes_with_it(site):
	file = make_file()
	completeness.check([file])
	assert frappe.db.get_value(FILE, file, "completeness") == "Not Checked"
	store_document(file, "审核确认表", "X:1", decision_stage="Rejection")
	completeness.check([file])
	row = frappe.db.get_value(FILE, file, ["completeness", "missing_count", "checked_on"], as_dict=True)
	assert row.completeness == "Papers Missing" and row.missing_count and str(row.checked_on) == today()
	for paper in completeness.missing([file]):
		make_document(file, paper.document_kind, paper.section)
	assert frappe.db.get_value(FILE, file, ["completeness", "missing_count"]) == ("Complete File", 0)


def test_a_confirmed_case_lacks_only_what_nobody_has_handed_in(site, team):
	application = builders.advance_to(builders.make_application(team), "Confirmed", team)
	(row,) = completeness.missing([file_of(application)])
	# the notice has been made out, but not delivered yet
	assert (row.document_kind, row.owed_by) == ("送达回证", "Township")
	notice = frappe.get_doc(
		"Document Delivery", {"reference_name": application.name, "document_kind": "Confirmation Notice"}
	)
	notice.update(
		{"status": "Delivered", "method": "Handed Over", "delivered_on": today(), "received_by": "本人"}
	)
	notice.save()
	assert frappe.db.get_value(FILE, file_of(application), "completeness") == "Complete File"


def test_the_report_shows_a_township_its_own_gaps(site, as_user):
	ours, theirs = make_file(), make_file(builders.VILLAGE_B)
	for file in (ours, theirs):
		store_document(file, "审核确认表", "X:1", decision_stage="Rejection")
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		_columns, rows, *_rest = missing_papers.execute()
		assert {row.archive_file for row in rows} == {ours}
		assert not missing_papers.execute({"township": builders.TOWNSHIP_B})[1]
	applicant = missing_papers.execute({"owed_by": "Applicant"})[1]
	assert {row.owed_by for row in applicant} == {"Applicant"}


# --- numbers ----------------------------------------------------------------------------------------------
def test_numbers_run_without_gaps_within_class_year_and_period(site, blank_pages):
	numbers = []
	for _file in range(3):
		file = make_file()
		make_document(file)
		numbers.append(binding.bind(file))
	head, items = {number[:-4] for number in numbers}, [int(number[-4:]) for number in numbers]
	assert len(head) == 1 and items == list(range(items[0], items[0] + 3))
	fonds, class_code, year, retention, _item = numbers[0].split("-")
	assert (fonds, class_code, int(year)) == ("0123", "NB", now_datetime().year)
	assert retention == frappe.db.get_value(FILE, file, "retention_code")


def test_a_number_taken_in_vain_is_given_again(site):
	frappe.db.savepoint("number")
	(first,) = numbering.take("SOCAID-TEST-GAP")
	frappe.db.rollback(save_point="number")
	assert list(numbering.take("SOCAID-TEST-GAP")) == [first]


def test_numbers_taken_at_once_do_not_collide(site):
	import os

	key, taken = f"SOCAID-TEST-{frappe.generate_hash(length=8)}", []

	def clerk(site_name):
		frappe.init(site=site_name, sites_path=os.environ["SITES_PATH"])
		frappe.connect()
		try:
			for _number in range(5):
				taken.extend(numbering.take(key))
				frappe.db.commit()
		finally:
			frappe.destroy()

	threads = [Thread(target=clerk, args=(frappe.local.site,)) for _clerk in range(4)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	assert sorted(taken) == list(range(1, 21))


# --- binding ----------------------------------------------------------------------------------------------
def test_binding_names_all_that_is_in_the_way(site, team, blank_pages):
	file = file_of(accepted(team))
	frappe.db.set_single_value("Socaid Settings", "fonds_code", "")
	with pytest.raises(binding.NotReadyToBind) as refused:
		binding.bind(file)
	assert "SQ-" in str(refused.value) and "全宗号" in str(refused.value)


def test_missing_papers_need_an_explanation_that_stays_on_the_file(site, blank_pages):
	file = make_file()
	store_document(file, "审核确认表", "X:1", decision_stage="Rejection")
	file_catalogue.renumber([file])
	with pytest.raises(binding.NotReadyToBind):
		binding.bind(file)
	assert binding.bind(file, "原件移交法院")
	assert frappe.db.get_value(FILE, file, ["status", "file_note"]) == ("Bound", "原件移交法院")


def test_a_bound_file_is_frozen_and_later_papers_begin_the_next_volume(site, team, no_cases, blank_pages):
	application = builders.advance_to(builders.make_application(team), "Confirmed", team)
	file = file_of(application)
	binding.bind(file, "送达回证后补")
	before = [(row.name, row.title, row.page_from) for row in file_catalogue.documents(file)]
	for name in (before[0][0], before[-1][0]):
		doc = frappe.get_doc(DOCUMENT, name)
		doc.remarks = "改"
		with pytest.raises(FileBound):
			doc.save()
	with pytest.raises(FileBound):
		make_document(file)
	notice = frappe.get_doc(
		"Document Delivery", {"reference_name": application.name, "document_kind": "Confirmation Notice"}
	)
	notice.update(
		{"status": "Delivered", "method": "Handed Over", "delivered_on": today(), "received_by": "本人"}
	)
	notice.save()
	assert [(row.name, row.title, row.page_from) for row in file_catalogue.documents(file)] == before
	receipt = frappe.get_doc(DOCUMENT, {"source_name": notice.name, "document_kind": "送达回证"})
	assert frappe.db.get_value(FILE, receipt.archive_file, "volume") == 2
	filing.catch_up(doctypes=[APPLICATION, "Document Delivery"])
	assert [(row.name, row.title, row.page_from) for row in file_catalogue.documents(file)] == before


def test_a_record_changed_after_binding_opens_no_empty_volume(site, team, no_cases, blank_pages):
	application = builders.advance_to(builders.make_application(team), "Confirmed", team)
	binding.bind(file_of(application), "送达回证后补")
	frappe.db.set_value(APPLICATION, application.name, "need_text", "补记")
	filing.catch_up(doctypes=[APPLICATION])
	assert frappe.db.count(FILE) == 1
	assert filing.pending(BY_DOCTYPE[APPLICATION]) == []


def test_another_person_inspects_the_bound_file(site, blank_pages, as_user):
	file = make_file()
	make_document(file)
	archivist, reviewer = builders.make_user("Archivist"), builders.make_user("County Reviewer")
	officer = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	with as_user(archivist):
		binding.bind(file)
		with pytest.raises(binding.BindingRefused):
			binding.inspect(file)
	with as_user(officer), pytest.raises(frappe.PermissionError):
		binding.inspect(file)
	with as_user(reviewer):
		binding.inspect(file)
		with pytest.raises(binding.BindingRefused):
			binding.inspect(file)
	assert frappe.db.get_value(FILE, file, ["bound_by", "inspected_by"]) == (archivist, reviewer)


def test_a_file_is_unbound_with_a_reason_and_keeps_its_number(site, blank_pages):
	file = make_file()
	make_document(file)
	number = binding.bind(file)
	with pytest.raises(binding.BindingRefused):
		binding.unbind(file, "")
	binding.unbind(file, "漏归一份材料")
	row = frappe.db.get_value(FILE, file, ["status", "bound_on", "bound_copy", "unbind_reason"])
	assert row == ("Being Filed", None, None, "漏归一份材料")
	make_document(file)
	assert binding.bind(file) == number
	frappe.db.set_value(FILE, file, "status", "Lent")
	with pytest.raises(binding.BindingRefused):
		binding.unbind(file, "再改")


def test_steps_are_not_taken_by_writing_fields(site, as_user):
	file = make_file()
	with as_user(builders.make_user("Archivist")):
		for field, value in {
			"status": "Bound",
			"file_number": "1",
			"bound_on": today(),
			"missing_count": 9,
			"retain_until": today(),
			"division": builders.VILLAGE_B,
		}.items():
			before = frappe.db.get_value(FILE, file, field)
			client_set_value(FILE, file, field, value)
			assert frappe.db.get_value(FILE, file, field) == before, field
		client_set_value(FILE, file, "file_note", "说明")
	assert frappe.db.get_value(FILE, file, "file_note") == "说明"


# --- the whole file ---------------------------------------------------------------------------------------
def test_the_whole_file_is_one_pdf_with_numbers_and_bookmarks(site, team):
	application = builders.advance_to(builders.make_application(team), "Confirmed", team)
	file = file_of(application)
	paper = frappe.get_doc(DOCUMENT, {"archive_file": file, "document_kind": "身份证、户口簿"})
	paper.pages = 3
	paper.save()
	make_document(file, attachment=upload(pdf(2), "more.pdf", FILE, file))
	reader = PdfReader(io.BytesIO(binding.build(file)))
	rows = file_catalogue.documents(file)
	# cover and catalogue before, end sheet after; one sheet stands for the three pages in the box
	assert len(reader.pages) == 2 + rows[-1].page_to - 2 + 1
	texts = [page.extract_text() for page in reader.pages]
	assert all(row.title in texts[1].replace("⼾", "户") for row in rows if row.title.isascii())
	at = 2
	for row in rows:
		wanted = (
			f"{row.page_from}-{row.page_to}"
			if row.fixity == "Paper Only" and row.pages > 1
			else row.page_from
		)
		# stamped last, whatever line it is read with
		assert re.search(rf"(?<!\d){wanted}$", texts[at]), row.title
		at += 1 if row.fixity == "Paper Only" else row.pages
	sections = [entry for entry in reader.outline if not isinstance(entry, list)]
	assert len(sections) == 3 + len({row.section for row in rows})
	leaves = [entry for group in reader.outline if isinstance(group, list) for entry in group]
	assert len(leaves) == len(rows)


def test_a_bound_file_is_printed_as_it_was_bound(site, team, as_user, monkeypatch):
	application = builders.advance_to(builders.make_application(team), "Confirmed", team)
	file = file_of(application)
	# numbers are looked for in what is given to the printer: it sometimes writes digits that no program reads back
	sheets, print_pdf = [], rendering.get_pdf
	monkeypatch.setattr(rendering, "get_pdf", lambda html: sheets.append(html) or print_pdf(html))
	number = frappe.db.get_value("Recipient Identity", application.applicant, "id_number")
	with as_user(builders.make_user("Archivist")):
		binding.bind(file, "送达回证后补")
	assert number in "".join(sheets)
	frappe.db.set_value(APPLICATION, application.name, "need_text", "立卷之后改的理由")
	copy = copies.path_of(frappe.db.get_value(FILE, file, "bound_copy"))

	def texts(data: bytes) -> list[str]:
		return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]

	bound = texts(copy.read_bytes())

	def built_for(user) -> tuple[list[str], str]:
		sheets.clear()
		with as_user(user):
			return texts(binding.build(file)), "".join(sheets)

	# the archive's copy has the numbers in full, for those who may see them
	pages, printed = built_for(builders.make_user("Township Officer", builders.CASE_TOWNSHIP))
	assert pages[2 : 2 + len(bound)] == bound and number not in printed
	assert "立卷之后" not in "".join(pages)
	pages, printed = built_for(builders.make_user("Service Manager"))
	assert pages[2 : 2 + len(bound)] != bound and number not in printed
	copy.write_bytes(copy.read_bytes() + b"x")
	with pytest.raises(binding.BindingRefused):
		binding.build(file)


def test_the_pdf_belongs_to_who_asked_and_is_logged(site, blank_pages, as_user):
	file = make_file()
	make_document(file)
	officer = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	with as_user(officer):
		first, pdf_file = binding.whole_file(file), binding.whole_file(file)
		assert not frappe.db.exists("File", first)
		assert frappe.get_doc("File", pdf_file).is_downloadable()
		binding.download(pdf_file)
		assert frappe.response.filecontent.startswith(b"%PDF")
	stored = frappe.get_doc("File", pdf_file)
	assert stored.is_private and stored.owner == officer
	for role in ("Archivist", "Socaid Auditor", "County Approver"):
		with as_user(builders.make_user(role)):
			assert not frappe.get_doc("File", pdf_file).is_downloadable()
			with pytest.raises(frappe.PermissionError):
				binding.download(pdf_file)
	assert frappe.db.exists(
		"Sensitive Access Log", {"reference_doctype": FILE, "reference_name": file, "user": officer}
	)


def test_who_may_not_print_gets_no_pdf(site, as_user):
	file = make_file()
	for user in (
		builders.make_user("Socaid Auditor"),
		builders.make_user("Township Officer", builders.TOWNSHIP_B),
		builders.make_user("Village Assistant", builders.VILLAGE_A),
	):
		with as_user(user), pytest.raises(frappe.PermissionError):
			binding.whole_file(file)


def test_large_files_are_made_in_the_background(site, monkeypatch):
	file = make_file()
	for _document in range(binding.AT_ONCE + 1):
		store_document(file, "其他材料", None)
	file_catalogue.renumber([file])
	queued = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **kwargs: queued.append(kwargs))
	assert binding.whole_file(file) == ""
	(job,) = queued
	assert job["method_name"] == "make_whole_file" and job["deduplicate"] and job["enqueue_after_commit"]


def test_covers_and_lists_print(site, blank_pages):
	file = make_file()
	make_document(file)
	number = binding.bind(file)
	for name in (binding.COVER, binding.CATALOGUE, binding.END_SHEET):
		html = frappe.get_print(FILE, file, name)
		assert number in html
	listed = query_report.run("Archive File List", {"archive_file": file})
	assert [row["file_number"] for row in listed["result"]] == [number]


def test_the_list_of_bound_files_is_that_of_catalogues(site, as_user):
	"""归档文件目录: in the order of the file, numbered, with the day as catalogues have it, in Chinese."""
	ours, theirs = make_file(), make_file(builders.VILLAGE_B)
	for file in (ours, theirs):
		make_document(file)
		binding.bind(file)
	frappe.db.set_value(DOCUMENT, {"archive_file": ours}, "document_date", "2026-09-07")
	listed = query_report.run("Archive File List", {"archive_file": ours, "file_year": 0})
	assert [column["label"] for column in listed["columns"]][:3] == ["序号", "档号", "文号"]
	(row,) = listed["result"]
	assert (row["number"], row["day"]) == (1, "20260907")
	assert row["secrecy"] == _("Personal Data", context=DOCUMENT) != "Personal Data"
	assert query_report.run("Archive File List", {"file_year": 1999})["result"] == []
	with as_user(builders.make_user("County Reviewer")):
		assert len(query_report.run("Archive File List", {})["result"]) >= 2
	with as_user(builders.make_user(("Archivist",), builders.TOWNSHIP_A)):
		found = {row["file_number"] for row in query_report.run("Archive File List", {})["result"]}
	numbers = {file: frappe.db.get_value(FILE, file, "file_number") for file in (ours, theirs)}
	assert numbers[ours] in found and numbers[theirs] not in found


# --- who sees what ----------------------------------------------------------------------------------------
def test_a_township_reads_its_own_files_and_writes_none(site, as_user, client):
	ours, theirs = make_file(), make_file(builders.VILLAGE_B)
	document = make_document(ours)
	user = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	with as_user(user):
		assert frappe.get_list(FILE, pluck="name") == [ours]
		assert frappe.get_list(DOCUMENT, pluck="name") == [document.name]
		for call in (
			completeness.check_file,
			filing_by_hand.kinds,
			filing_by_hand.decisions,
		):
			with pytest.raises(frappe.PermissionError):
				call(theirs)
		for call in (
			lambda: binding.bind(ours),
			lambda: filing_by_hand.add_scans(ours, "Other Papers", "其他材料", "[]"),
			lambda: filing_by_hand.take_out(document.name, "x"),
			lambda: binding.unbind(ours, "x"),
			lambda: make_document(ours),
		):
			with pytest.raises(frappe.PermissionError):
				call()


def test_the_nightly_job_is_scheduled(site):
	assert (
		"socaid_app.assistance_archives.filing.nightly" in frappe.get_hooks("scheduler_events")["daily_long"]
	)
