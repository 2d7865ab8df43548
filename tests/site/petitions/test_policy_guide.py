"""A published answer stays as it was said; citizens find it by their own words."""

import frappe
import pytest
from frappe.client import save as client_save
from frappe.client import set_value as client_set_value
from frappe.utils import add_days, getdate, today

from socaid_app.permissions.rows import OnlyThroughTheRecord
from socaid_app.permissions.scope import NeverDeleted
from socaid_app.petition_desk import guide_search, guides
from socaid_app.petition_desk.guides import (
	GuidePublished,
	GuideWithoutSource,
	SecondPersonApproves,
	VersionInPreparation,
)
from socaid_app.setup import seeds
from tests import builders
from tests.builders.guide_queries import QUERIES

GUIDE = guides.DOCTYPE


@pytest.fixture(scope="module", autouse=True)
def seeded(site):
	seeds.seed_policy_guides()
	guide_search.add_indexes()
	guide_search.reindex()
	# the full-text index of InnoDB holds committed rows only
	frappe.db.commit()


def make_guide(question: str = "测试问题一号怎么处理", **values):
	return frappe.get_doc(
		{
			"doctype": GUIDE,
			"question": question,
			"topic": "Other Matter",
			"answer": "<p>测试回答。</p>",
			"sources": [{"document": "测试文件", "article": "第一条"}],
			"effective_from": today(),
			**values,
		}
	).insert()


def published(as_user, **values):
	doc = make_guide(**values)
	with as_user(builders.make_user("County Approver")):
		guides.approve(doc.name)
	doc.reload()
	return doc


@pytest.fixture
def stored_guide(site):
	"""Guides made by the function given are committed, so that the index knows them, and taken away after."""
	made = []

	def make(**values):
		doc = make_guide(**values)
		doc.db_set(
			{"status": guides.IN_FORCE, **{k: values[k] for k in ("status", "effective_to") if k in values}}
		)
		made.append(doc.name)
		frappe.db.commit()
		return doc

	yield make
	frappe.db.rollback()
	for name in made:
		frappe.db.delete("Policy Guide Source", {"parent": name})
		frappe.db.delete(GUIDE, name)
	frappe.db.commit()


# --- versions ---------------------------------------------------------------------------------------------
def test_a_guide_is_approved_by_another_person_than_its_writer(site, as_user):
	with as_user(builders.make_user("Service Manager")):
		doc = make_guide()
		with pytest.raises(SecondPersonApproves):
			guides.approve(doc.name)
	approver = builders.make_user("County Approver")
	with as_user(approver):
		guides.approve(doc.name)
	doc.reload()
	assert (doc.status, doc.approved_by, doc.approved_on) == ("In Force", approver, getdate(today()))


def test_whoever_changed_it_meanwhile_has_written_on_it(site, as_user):
	doc = make_guide()
	second = builders.make_user("County Reviewer")
	with as_user(second):
		client_set_value(GUIDE, doc.name, "answer", "<p>改过的回答</p>")
	with as_user(builders.make_user("Service Manager")):
		client_set_value(GUIDE, doc.name, "keywords", "三个字")
	with as_user(second), pytest.raises(SecondPersonApproves):
		guides.approve(doc.name)


def test_without_a_source_nothing_is_published(site, as_user):
	doc = make_guide(sources=[])
	with as_user(builders.make_user("County Approver")), pytest.raises(GuideWithoutSource):
		guides.approve(doc.name)


@pytest.mark.parametrize("answer", ["", "<p> </p>", "<p><b></b></p>"])
def test_an_empty_answer_is_not_published(site, as_user, answer):
	doc = make_guide()
	frappe.db.set_value(GUIDE, doc.name, "answer", answer)
	with as_user(builders.make_user("County Approver")), pytest.raises(frappe.ValidationError):
		guides.approve(doc.name)


@pytest.mark.parametrize(
	("field", "value"),
	[
		("answer", "<p>改口</p>"),
		("question", "换了问题吗"),
		("effective_from", "2020-01-01"),
		("public", 0),
	],
)
def test_a_published_answer_is_never_edited(site, as_user, field, value):
	doc = published(as_user)
	with pytest.raises(GuidePublished):
		client_set_value(GUIDE, doc.name, field, value)


def test_sources_of_a_published_answer_stay(site, as_user):
	doc = published(as_user)
	values = doc.as_dict(convert_dates_to_str=True)
	values["sources"][0]["article"] = "第九条"
	with pytest.raises(GuidePublished):
		client_save(values)
	row = frappe.get_doc("Policy Guide Source", doc.sources[0].name)
	row.article = "第九条"
	with pytest.raises(OnlyThroughTheRecord):
		row.save()


def test_status_is_not_taken_from_a_client(site):
	doc = make_guide(status="In Force", version=7, approved_by="Administrator", effective_to="2030-01-01")
	assert (doc.status, doc.version, doc.approved_by, doc.effective_to) == ("Being Written", 1, None, None)
	client_set_value(GUIDE, doc.name, "status", "In Force")
	assert frappe.db.get_value(GUIDE, doc.name, "status") == "Being Written"


def test_a_new_version_replaces_the_old_one_from_its_day(site, as_user):
	old = published(as_user, effective_from="2026-07-01")
	with as_user(builders.make_user("Petition Handler")):
		new = guides.new_version(old.name)
		client_set_value(GUIDE, new, "answer", "<p>新的回答</p>")
	old.reload()
	assert (old.status, old.effective_to) == ("In Force", None)
	with as_user(builders.make_user("County Approver")):
		guides.approve(new)
	old.reload()
	fresh = frappe.get_doc(GUIDE, new)
	assert (fresh.version, fresh.replaces, fresh.status) == (2, old.name, "In Force")
	assert (old.status, old.effective_to) == ("Replaced", getdate(add_days(today(), -1)))
	assert "测试回答" in old.answer and "新的回答" in fresh.answer
	assert [row.document for row in fresh.sources] == ["测试文件"]


def test_a_version_for_later_leaves_today_as_it_is(site, as_user):
	old = published(as_user)
	new = guides.new_version(old.name)
	client_set_value(GUIDE, new, "effective_from", add_days(today(), 10))
	with as_user(builders.make_user("County Approver")):
		guides.approve(new)
	old.reload()
	assert (old.status, old.effective_to) == ("In Force", getdate(add_days(today(), 9)))
	guides.mark_replaced(add_days(today(), 9))
	assert frappe.db.get_value(GUIDE, old.name, "status") == "In Force"
	guides.mark_replaced(add_days(today(), 10))
	assert frappe.db.get_value(GUIDE, old.name, "status") == "Replaced"


def test_a_new_version_cannot_rewrite_the_past(site, as_user):
	old = published(as_user, effective_from="2026-07-01")
	new = guides.new_version(old.name)
	client_set_value(GUIDE, new, "effective_from", "2026-08-01")
	with as_user(builders.make_user("County Approver")):
		guides.approve(new)
	assert frappe.db.get_value(GUIDE, new, "effective_from") == getdate(today())


def test_only_one_new_version_at_a_time(site, as_user):
	old = published(as_user)
	guides.new_version(old.name)
	with pytest.raises(VersionInPreparation):
		guides.new_version(old.name)
	with pytest.raises(GuidePublished):
		guides.new_version(make_guide("测试问题二号怎么处理").name)


def test_a_wrong_answer_is_withdrawn_at_once_with_a_reason(site, as_user):
	doc = published(as_user)
	with as_user(builders.make_user("County Approver")):
		with pytest.raises(frappe.ValidationError):
			guides.withdraw(doc.name, " ")
		guides.withdraw(doc.name, "依据已废止")
	doc.reload()
	assert (doc.status, doc.change_note) == ("Withdrawn", "依据已废止")
	assert doc.effective_to < getdate(today())


def test_published_answers_are_never_deleted(site, as_user):
	with pytest.raises(NeverDeleted):
		frappe.delete_doc(GUIDE, published(as_user).name)


@pytest.mark.parametrize(
	"role", ["Petition Handler", "Township Officer", "Socaid Auditor", "Disclosure Officer"]
)
def test_who_does_not_approve_cannot_publish_or_withdraw(site, as_user, role):
	doc, live = make_guide(), published(as_user, question="测试问题三号怎么处理")
	with as_user(builders.make_user(role)):
		with pytest.raises(frappe.PermissionError):
			guides.approve(doc.name)
		with pytest.raises(frappe.PermissionError):
			guides.withdraw(live.name, "试试")


def test_who_only_reads_makes_no_version(site, as_user):
	live = published(as_user)
	with as_user(builders.make_user("Village Assistant", builders.VILLAGE_A)):
		with pytest.raises(frappe.PermissionError):
			guides.new_version(live.name)
		assert frappe.get_doc(GUIDE, live.name).has_permission("read")


# --- seeds ------------------------------------------------------------------------------------------------
def test_the_seeded_guides_are_complete(site):
	rows = frappe.get_all(GUIDE, filters={"status": "In Force", "public": 1}, pluck="name")
	assert len(rows) >= 40
	without = frappe.get_all(
		"Policy Guide Source", filters={"parenttype": GUIDE}, pluck="parent", distinct=True
	)
	assert set(rows) <= set(without)


def test_seeding_again_adds_nothing_and_keeps_what_the_county_changed(site):
	count = frappe.db.count(GUIDE)
	name = frappe.get_all(GUIDE, filters={"status": "In Force"}, pluck="name", limit=1)[0]
	frappe.db.set_value(GUIDE, name, "keywords", "本县改的")
	seeds.seed_policy_guides()
	assert frappe.db.count(GUIDE) == count
	assert frappe.db.get_value(GUIDE, name, "keywords") == "本县改的"


# --- search -----------------------------------------------------------------------------------------------
def test_citizens_find_the_answer_among_the_first_three(site):
	missed = []
	for asked, wanted in QUERIES:
		found = [row["question"] for row in guide_search.search(asked, limit=3)]
		if not any(part in question for question in found for part in wanted.split("|")):
			missed.append((asked, found))
	assert len(missed) <= len(QUERIES) * 0.05, missed


def test_the_indexes_survive_a_migration(site):
	guide_search.add_indexes()
	there = frappe.db.sql("show index from `tabPolicy Guide` where Index_type = 'FULLTEXT'", as_dict=True)
	assert {row.Key_name: row.Column_name for row in there} == {
		"search_title_words": "search_title",
		"search_text_words": "search_text",
	}


def test_a_two_character_word_is_found(site):
	assert guide_search.search("低保") and guide_search.search("特困")


def test_a_mistyped_question_is_still_found(site):
	assert "低保怎么申请" in guide_search.search("低宝怎么申清")[0]["question"]


@pytest.mark.parametrize("asked", ["", "   ", "的了吗", "???", "+-*\"'()", "%_"])
def test_a_text_without_words_finds_nothing(site, asked):
	assert guide_search.search(asked) == []


def test_a_long_or_hostile_text_does_no_harm(site):
	assert isinstance(guide_search.search("低保" * 3000), list)
	assert isinstance(guide_search.search("'; drop table tabUser; -- 低保 +(*\\"), list)


def test_the_public_sees_public_answers_in_force_only(site, stored_guide):
	inner = stored_guide(question="量子火箭补贴内部口径", public=0)
	draft = stored_guide(question="量子火箭补贴草稿口径", status="Being Written")
	live = stored_guide(question="量子火箭补贴公开口径")
	names = [row["name"] for row in guide_search.search("量子火箭补贴", limit=50)]
	assert live.name in names and inner.name not in names and draft.name not in names
	staff = [row["name"] for row in guide_search.search("量子火箭补贴", public_only=False, limit=50)]
	assert inner.name in staff and draft.name not in staff


def test_the_answer_of_a_day_is_the_version_of_that_day(site, stored_guide):
	old = stored_guide(
		question="量子火箭补贴多少", effective_from="2026-01-01", effective_to="2026-06-30", status="Replaced"
	)
	new = stored_guide(question="量子火箭补贴多少", effective_from="2026-07-01")

	def found(day):
		return [row["name"] for row in guide_search.search("量子火箭补贴", on_date=day)]

	assert found("2026-03-01")[0] == old.name and new.name not in found("2026-03-01")
	assert found("2026-08-01")[0] == new.name and old.name not in found("2026-08-01")


def test_a_hit_shows_where_it_matched_without_markup(site):
	(row, *_rest) = guide_search.search("单人保", limit=1)
	assert set(row) == {"name", "question", "snippet", "score"}
	assert "<" not in row["snippet"] and len(row["snippet"]) <= guide_search.SNIPPET + 2


def test_the_picker_brings_answer_and_sources_to_staff_only(site, as_user):
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		row = guide_search.find("公示要几天")[0]
		assert "《" in row["sources"] and "<p>" not in row["answer"]
	with as_user("Guest"), pytest.raises(frappe.PermissionError):
		guide_search.find("公示要几天")


def test_words_are_kept_up_to_date(site):
	doc = make_guide()
	before = doc.search_title
	client_set_value(GUIDE, doc.name, "keywords", "敬老院")
	doc.reload()
	assert before != doc.search_title and "敬老院_" in doc.search_title
	frappe.db.set_value(GUIDE, doc.name, "search_text", "旧", update_modified=False)
	assert guide_search.reindex() == 1
	assert guide_search.reindex() == 0
