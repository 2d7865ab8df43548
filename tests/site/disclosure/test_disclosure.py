"""Rolls, announcements, corrections, the catalogue and its inspection: what is public, since when, until when."""

import base64
import json
from types import SimpleNamespace

import frappe
import pytest
from frappe.utils import add_days, add_months, getdate, today

from socaid_app.casework import clocks, steps
from socaid_app.permissions.rows import OnlyThroughTheRecord
from socaid_app.policy import publicity as rules_of
from socaid_app.public_disclosure import (
	catalogue,
	content,
	corrections,
	hanging,
	inspections,
	notice_drafts,
	notice_objections,
	posting,
	results,
	rolls,
	taking_down,
	timeliness,
)
from socaid_app.public_disclosure.catalogue import PublicationRefused
from socaid_app.public_disclosure.content import NOTICE, ForbiddenContent, PublicityRefused
from socaid_app.public_disclosure.corrections import CorrectionRefused
from socaid_app.public_disclosure.inspections import InspectionRefused
from socaid_app.public_disclosure.report.disclosure_accuracy import disclosure_accuracy
from socaid_app.socaid_app import registry, rules
from socaid_demo.completion import SCAN
from tests import builders
from tests.builders import TOWNSHIP_A, TOWNSHIP_B, VILLAGE_A, VILLAGE_B, acting_as, adjustments

MONTH = builders.TODAY.replace(day=1)
NAMES = ("测试01", "测试02", "测试03")
COUNTED = ("looked_at", "inaccurate", "indiscreet", "not_hung", "faulty", "put_right", "overdue")


@pytest.fixture
def team(site):
	return builders.make_team()


@pytest.fixture
def village(site):
	"""A village of its own, so that the demo's families do not stand on its rolls."""
	return make_village("220422201979")


def make_village(code):
	if not frappe.db.exists("Administrative Division", code):
		frappe.get_doc(
			{
				"doctype": "Administrative Division",
				"code": code,
				"division_name": f"测试{code[-2:]}村",
				"level": "Village",
				"area": "Rural",
				"parent_administrative_division": TOWNSHIP_A,
			}
		).insert()
	return code


def family(village, name="测试01", born="1970-05-06", category="农村低保", amount=500, **person):
	"""A single person with a benefit since this month; returns household, person and entitlement."""
	head = builders.make_person(name, village, born, **person)
	household = builders.registry.enter_household(
		{"head": head.name, "division": village, "members": [{"recipient": head.name, "kinship": "02"}]}
	)
	benefit = builders.grant_benefit(household, category, amount, start=MONTH)
	return SimpleNamespace(household=household, person=head, benefit=benefit)


def draft_roll(village, team, month=MONTH):
	with acting_as(team.officer):
		return frappe.get_doc(
			{"doctype": NOTICE, "kind": rules_of.ROLL, "division": village, "roll_month": month}
		).insert()


def posted_roll(village, team, month=MONTH):
	notice = draft_roll(village, team, month)
	with acting_as(team.disclosure):
		posting.publish(notice.name)
	return frappe.get_doc(NOTICE, notice.name)


def shown(notice) -> dict:
	return json.loads(frappe.db.get_value(NOTICE, notice.name, "published_content"))


# --- rolls ------------------------------------------------------------------------------------------------
def test_a_roll_names_everybody_in_benefit_and_says_no_more_than_its_columns(village, team):
	for name in NAMES:
		family(village, name)
	posted = shown(posted_roll(village, team))
	assert [row["person_name"] for row in posted["rows"]] == sorted(NAMES)
	allowed = {field for field, _label in rules_of.COLUMNS[rules_of.ROLL]}
	assert all(set(row) == allowed for row in posted["rows"])
	assert posted["month"] == MONTH.isoformat() and posted["ends_on"] is None


def test_minors_are_counted_and_protected_persons_are_not_there_at_all(village, team):
	family(village, "测试01")
	family(village, "测试02", born=str(add_months(today(), -12 * 10)))
	family(village, "测试03", protected_person=1)
	notice = posted_roll(village, team)
	assert [row.person_name for row in notice.entries] == ["测试01"]
	assert notice.left_out_count == 1
	text = json.dumps(notice.as_dict(), default=str)
	assert "测试02" not in text and "测试03" not in text


def test_whoever_lives_with_a_protected_person_is_not_named_either(village, team):
	family(village, "测试01")
	other = family(village, "测试02")
	child = builders.make_person("测试03", village, "1995-01-01", protected_person=1)
	registry.add_member(other.household.name, child.name, "20")
	assert [row.person_name for row in draft_roll(village, team).entries] == ["测试01"]


def test_small_quick_relief_is_on_no_roll_and_other_aid_says_its_ground(village, team):
	family(village, "测试01", category="临时-急难（小额快救）")
	family(village, "测试02", category="临时-急难（一般）")
	entries = draft_roll(village, team).entries
	assert [(row.person_name, row.ground) for row in entries] == [("测试02", rules_of.URGENT)]


def test_a_roll_hangs_until_the_next_months_is_posted(village, team):
	family(village)
	old = posted_roll(village, team)
	taking_down.complete_expired()
	assert content.public_notice(old.public_key)
	new = posted_roll(village, team, add_months(MONTH, 1))
	old.reload()
	assert (old.status, getdate(old.taken_down_on)) == ("Completed", getdate(today()))
	assert content.public_notice(old.public_key) is None
	assert content.public_notice(new.public_key)["rows"][0]["person_name"] == "测试01"


def test_an_older_months_roll_does_not_replace_a_newer_one(village, team):
	family(village)
	older = draft_roll(village, team)
	posted_roll(village, team, add_months(MONTH, 1))
	with acting_as(team.disclosure), pytest.raises(PublicityRefused):
		posting.publish(older.name)


def test_the_monthly_job_drafts_every_village_once(village, team, count_queries):
	family(village)
	# the calendar of holidays is read once and kept
	rules.calendar()
	with count_queries() as queries:
		made = rolls.generate(MONTH)
	assert made >= 1 and len(queries) < 20
	notice = frappe.get_doc(NOTICE, {"kind": rules_of.ROLL, "division": village, "roll_month": MONTH})
	assert notice.status == "Draft" and notice.public_key and len(notice.log) == 1
	assert [row.person_name for row in notice.entries] == ["测试01"]
	assert rolls.generate(MONTH) == 0


def test_a_drafted_roll_is_drawn_again_when_it_is_posted(village, team):
	family(village, "测试01")
	rolls.generate(MONTH, [village])
	family(village, "测试02")
	name = frappe.db.get_value(NOTICE, {"division": village, "kind": rules_of.ROLL}, "name")
	seen = posting.preview(name)["seen"]
	family(village, "测试03")
	with acting_as(team.reviewer):
		with pytest.raises(PublicityRefused):
			posting.publish(name, seen=seen)
		posting.publish(name, seen=posting.preview(name)["seen"])
	assert len(frappe.get_doc(NOTICE, name).entries) == 3


def test_a_village_where_nobody_is_helped_has_no_roll(village, team):
	assert rolls.generate(MONTH, [village]) == 0
	empty = draft_roll(village, team)
	with acting_as(team.disclosure), pytest.raises(PublicityRefused):
		posting.publish(empty.name)


def test_a_number_behind_a_name_stops_the_notice_and_not_the_other_villages(village, team):
	family(village, "测试 13812345678")
	family(VILLAGE_B, "测试02")
	with pytest.raises(ForbiddenContent):
		draft_roll(village, team)
	rolls.generate(MONTH, [village, VILLAGE_B])
	assert not frappe.db.exists(NOTICE, {"kind": rules_of.ROLL, "division": village})
	assert frappe.db.exists(NOTICE, {"kind": rules_of.ROLL, "division": VILLAGE_B})


# --- announcements ----------------------------------------------------------------------------------------
def test_a_confirmation_drafts_its_announcement_once(team):
	case = builders.advance_to(builders.make_application(team), "Confirmed", team)
	notice = frappe.get_doc(NOTICE, {"kind": rules_of.CONFIRMED, "application": case.name})
	assert notice.status == "Draft" and notice.prepared_by == team.approver
	row = notice.entries[0]
	assert (row.person_name, row.amount, row.member_count) == (
		case.applicant_name,
		case.confirmed_amount,
		case.member_count,
	)
	results.catch_up()
	assert frappe.db.count(NOTICE, {"kind": rules_of.CONFIRMED, "application": case.name}) == 1


def test_the_night_drafts_an_announcement_that_was_missed(team):
	case = builders.advance_to(builders.make_application(team), "Confirmed", team)
	frappe.db.delete(NOTICE, {"application": case.name, "kind": rules_of.CONFIRMED})
	assert results.catch_up() >= 1
	assert frappe.db.exists(NOTICE, {"kind": rules_of.CONFIRMED, "application": case.name})


def test_who_confirmed_does_not_post_the_announcement(team):
	case = builders.advance_to(builders.make_application(team), "Confirmed", team)
	name = frappe.db.get_value(NOTICE, {"kind": rules_of.CONFIRMED, "application": case.name})
	with acting_as(team.approver), pytest.raises(PublicityRefused):
		posting.publish(name)
	with acting_as(team.disclosure):
		assert posting.publish(name) == "In Publicity"


def test_who_becomes_protected_is_off_the_board_at_once_and_the_log_does_not_say_why(village, team):
	family(village, "测试01")
	other = family(village, "测试02")
	notice = posted_roll(village, team)
	person = frappe.get_doc("Recipient", other.person.name)
	person.protected_person = 1
	person.save()
	notice.reload()
	assert notice.status == "Withdrawn" and content.public_notice(notice.public_key) is None
	assert results.NEUTRAL_REASON == notice.withdrawal_reason == notice.log[-1].note
	again = frappe.get_doc(NOTICE, {"replaces": notice.name})
	assert [row.person_name for row in again.entries] == ["测试01"] and again.status == "Draft"


def test_a_household_that_takes_in_a_protected_person_is_off_the_board_at_once(village, team):
	other = family(village, "测试02")
	notice = posted_roll(village, team)
	hidden = builders.make_person("测试03", village, "1995-01-01", protected_person=1)
	builders.registry.add_member(other.household.name, hidden.name, "20")
	assert frappe.db.get_value(NOTICE, notice.name, "status") == "Withdrawn"


def test_a_case_that_becomes_protected_is_off_the_board_at_once(team):
	case = builders.advance_to(builders.make_application(team), "Preliminary Publicity", team)
	notice = frappe.get_doc(NOTICE, frappe.db.get_value(NOTICE, {"application": case.name}))
	case.reload()
	# as a save leaves it, whichever step it was that found the person out
	case.load_doc_before_save()
	case.protected_case = 1
	case.db_update()
	case.run_method("on_change")
	assert frappe.db.get_value(NOTICE, notice.name, "status") == "Withdrawn"


def tekun(village, name="测试01"):
	return family(village, name, born="1950-01-01", category="特困-分散", amount=806)


def test_the_end_of_support_for_the_destitute_is_publicised_for_seven_days_with_a_closed_ground(
	village, team
):
	benefit = tekun(village).benefit
	with acting_as(team.officer):
		name = notice_drafts.prepare_termination(benefit.name, rules_of.LEFT)
	with acting_as(team.reviewer):
		posting.publish(name)
	notice = frappe.get_doc(NOTICE, name)
	assert getdate(notice.ends_on) == getdate(add_days(today(), 7))
	row = shown(notice)["rows"][0]
	assert row["ground"] == rules_of.TERMINATION_GROUNDS[rules_of.LEFT] and "amount" not in row
	assert not notice_objections.cleared_termination(benefit.name)
	frappe.db.set_value(NOTICE, name, "ends_on", add_days(today(), -1), update_modified=False)
	taking_down.complete_expired()
	assert notice_objections.cleared_termination(benefit.name).ground == rules_of.LEFT


def test_a_ground_of_ones_own_words_is_refused(village, team):
	benefit = tekun(village).benefit
	with acting_as(team.officer), pytest.raises(frappe.ValidationError):
		notice_drafts.prepare_termination(benefit.name, "赌博")


def test_a_dibao_end_is_not_publicised_beforehand(village, team):
	with acting_as(team.officer), pytest.raises(PublicityRefused):
		notice_drafts.prepare_termination(family(village).benefit.name, rules_of.LEFT)


def test_an_objection_to_a_termination_asks_for_a_recheck_and_a_new_notice(village, team):
	benefit = tekun(village).benefit
	with acting_as(team.officer):
		name = notice_drafts.prepare_termination(benefit.name, rules_of.MEANS)
	with acting_as(team.reviewer):
		posting.publish(name)
		notice_objections.record_objection(name, "并无收入")
	waiting = [item for item in clocks.open_items(getdate(add_days(today(), 40))) if item.name == name]
	assert len(waiting) == 1
	with acting_as(team.officer):
		notice = frappe.get_doc(NOTICE, name)
		notice_objections.resolve_objection(name, notice.objections[0].name, "已复核")
		assert frappe.db.get_value(NOTICE, name, "status") == "Objection Raised"
		again = frappe.get_doc(NOTICE, notice_drafts.redraft(name))
	with acting_as(team.reviewer):
		posting.publish(again.name)
	again.reload()
	assert again.replaces == name and getdate(again.ends_on) == getdate(add_days(today(), 7))
	assert frappe.db.get_value(NOTICE, name, "taken_down_on")
	assert not notice_objections.cleared_termination(benefit.name)


def publicised_end(benefit, team, ground=rules_of.LEFT):
	with acting_as(team.officer):
		name = notice_drafts.prepare_termination(benefit.name, ground)
	with acting_as(team.reviewer):
		posting.publish(name)
	frappe.db.set_value(NOTICE, name, "ends_on", add_days(today(), -1), update_modified=False)
	taking_down.complete_expired()
	return name


def end(benefit, month=MONTH, reason="自愿退出"):
	"""Heard about and decided: what is asked here is the publicity."""
	adjustments.heard_and_decided(benefit)
	builders.entitlements.end(benefit.name, month, reason)
	return frappe.get_doc("Entitlement", benefit.name)


def test_support_for_the_destitute_does_not_end_before_its_end_was_publicised(village, team):
	benefit = tekun(village).benefit
	for reason in ("自愿退出", "保障对象死亡"):
		with pytest.raises(PublicityRefused, match="43号"):
			end(benefit, reason=reason)
	adjustments.heard_and_decided(benefit)
	benefit.reload()
	benefit.flags.by_step = True
	benefit.end_month = MONTH
	with pytest.raises(PublicityRefused):
		benefit.save()
	publicised_end(benefit, team)
	assert getdate(end(benefit).end_month) == MONTH


def test_nor_while_the_notice_of_its_end_hangs_or_met_an_objection(village, team):
	benefit = tekun(village).benefit
	with acting_as(team.officer):
		name = notice_drafts.prepare_termination(benefit.name, rules_of.MEANS)
	with acting_as(team.reviewer):
		posting.publish(name)
		with pytest.raises(PublicityRefused):
			end(benefit)
		notice_objections.record_objection(name, "并无收入")
	with pytest.raises(PublicityRefused):
		end(benefit)


def test_support_stops_from_the_month_after_the_publicity_except_after_a_death(village, team):
	left, died = tekun(village, "测试01").benefit, tekun(village, "测试02").benefit
	for benefit in (left, died):
		frappe.db.set_value("Entitlement", benefit.name, "start_month", add_months(MONTH, -3))
	publicised_end(left, team)
	publicised_end(died, team, rules_of.DIED)
	with pytest.raises(PublicityRefused):
		end(left, add_months(MONTH, -1))
	assert getdate(end(left, MONTH).end_month) == MONTH
	assert end(died, add_months(MONTH, -1)).status == "Ended"


def test_support_that_goes_on_under_another_number_needs_no_publicity(village, team):
	each = tekun(village)
	with pytest.raises(PublicityRefused):
		end(each.benefit, reason="标准提高")
	builders.grant_benefit(
		each.household,
		"特困-分散",
		900,
		start=add_months(MONTH, 1),
		previous_entitlement=each.benefit.name,
	)
	assert end(each.benefit, reason="标准提高").end_month


def test_support_that_another_kind_follows_has_ended_all_the_same(village, team):
	each = tekun(village)
	adjustments.heard_and_decided(each.benefit)
	builders.grant_benefit(
		each.household,
		"农村低保",
		500,
		start=add_months(MONTH, 1),
		previous_entitlement=each.benefit.name,
	)
	with pytest.raises(PublicityRefused):
		end(each.benefit)


def test_a_household_that_moves_takes_its_support_along(village, team):
	each = tekun(village)
	builders.entitlements.move(each.household.name, VILLAGE_B)
	there = frappe.get_doc("Entitlement", {"previous_entitlement": each.benefit.name})
	assert there.division == VILLAGE_B and not there.end_month
	assert frappe.db.get_value("Entitlement", each.benefit.name, "end_month")


def test_the_end_of_other_support_and_of_protected_cases_is_not_publicised(village, team):
	assert end(family(village).benefit).end_month
	assert end(tekun_protected(village)).end_month
	assert results.catch_up() == 0


def tekun_protected(village):
	return family(village, "测试02", born="1950-01-01", category="特困-分散", protected_person=1).benefit


def test_a_raise_is_publicised_with_the_amount_before_and_after(village, team):
	each = family(village, amount=500)
	raised = frappe.get_doc(
		{
			"doctype": "Standard Raise",
			"household": each.household.name,
			"category": "农村低保",
			"entitlement": each.benefit.name,
			"raise_kind": "Income Fell",
			"found_by": "By Application",
			"received_on": today(),
			"proposed_amount": 620,
			"status": "Accepted",
		}
	)
	with acting_as(team.officer):
		raised.insert()
		raised.update({"status": "Verified", "findings": "收入下降"})
		raised.save()
	with acting_as(team.reviewer):
		raised.update({"status": "Approved", "result_note": "同意"})
		raised.save()
	notice = frappe.get_doc(NOTICE, {"standard_raise": raised.name})
	row = notice.entries[0]
	assert (row.previous_amount, row.amount, row.ground) == (500, 620, rules_of.HOUSEHOLD_CHANGED)


def test_an_objection_to_a_roll_is_answered_and_the_roll_stays(village, team):
	family(village)
	notice = posted_roll(village, team)
	with acting_as(team.officer):
		notice_objections.record_objection(notice.name, "应为两人")
		assert content.public_notice(notice.public_key)
		notice.reload()
		notice_objections.resolve_objection(notice.name, notice.objections[0].name, "已核实")
	notice.reload()
	assert notice.status == "In Publicity"
	assert [row.action for row in notice.log][-2:] == ["Objection Received", "Objection Settled"]


# --- what is frozen ---------------------------------------------------------------------------------------
def test_no_field_of_a_posted_notice_changes_by_any_channel(team, client):
	village = make_village("220422201978")
	family(village)
	notice = posted_roll(village, team)
	before = frappe.get_doc(NOTICE, notice.name).as_dict()
	with acting_as(team.officer):
		doc = frappe.get_doc(NOTICE, notice.name)
		doc.update({"place": "别处", "published_content": "{}", "content_hash": "x", "public_key": "y" * 20})
		doc.update(
			{"title": "标题", "left_out_count": 9, "roll_month": add_months(MONTH, -1), "ends_on": today()}
		)
		doc.entries[0].person_name = "别人"
		doc.log = []
		doc.save()
	frappe.db.commit()
	answer = client(team.officer).put(
		f"/api/resource/{NOTICE}/{notice.name}",
		published_content="{}",
		entries=[{"person_name": "别人"}],
		division=VILLAGE_A,
	)
	assert answer.status_code == 200
	row = client(team.officer).put(
		f"/api/resource/Publicity Entry/{notice.entries[0].name}", person_name="别人"
	)
	assert row.status_code >= 400
	after = frappe.get_doc(NOTICE, notice.name).as_dict()
	for field in ("title", "public_key", "published_content", "content_hash", "place", "ends_on", "division"):
		assert after[field] == before[field]
	assert [row.person_name for row in after.entries] == [row.person_name for row in before.entries]
	assert len(after.log) == len(before.log)
	assert content.digest(after.published_content) == after.content_hash
	with acting_as(team.officer):
		taking_down.withdraw(notice.name, "测试结束")
	frappe.db.commit()


def test_a_row_is_not_changed_by_itself(village, team):
	family(village)
	notice = posted_roll(village, team)
	with pytest.raises(OnlyThroughTheRecord):
		row = frappe.get_doc("Publicity Log", notice.log[0].name)
		row.note = "x"
		row.save()


def test_the_log_tells_the_life_of_a_notice(village, team):
	family(village)
	notice = posted_roll(village, team)
	with acting_as(team.officer):
		taking_down.withdraw(notice.name, "张贴有误")
	notice.reload()
	assert [row.action for row in notice.log] == [
		"Notice Drafted",
		"Privacy Reviewed",
		"Notice Posted",
		"Notice Withdrawn",
	]
	assert [row.user for row in notice.log] == [team.officer, team.disclosure, team.disclosure, team.officer]
	assert all(row.content_hash == notice.content_hash for row in notice.log[1:])


@pytest.mark.parametrize(
	("field", "text"),
	[
		("place", "3号楼2单元501室门口"),
		("place", "残疾人张三家门口"),
		("place", "联系13812345678"),
		("complaint_phone", "13812345678"),
	],
)
def test_what_a_person_types_is_searched(village, team, field, text):
	family(village)
	notice = draft_roll(village, team)
	with acting_as(team.officer), pytest.raises(ForbiddenContent):
		notice.update({field: text})
		notice.save()


def test_two_notices_about_one_thing_are_one_too_many(village, team):
	family(village)
	draft_roll(village, team)
	with pytest.raises(PublicityRefused):
		draft_roll(village, team)


# --- the board --------------------------------------------------------------------------------------------
def posted_case(team, days_ago=0):
	case = builders.advance_to(builders.make_application(team), "Preliminary Publicity", team)
	return builders.post_notice(case, team.reviewer, days_ago)


def test_two_steps_ask_for_the_front_and_hanging_again_comes_first(team):
	"""What tests/unit/test_step_buttons.py draws: both steps are offered, in this order."""
	notice = posted_case(team, days_ago=4)
	with acting_as(team.officer):
		hanging.interrupt(notice.name, "公示栏损坏", str(add_days(today(), -2)))
		frappe.db.set_value(NOTICE, notice.name, "photo", None)
		doc = frappe.get_doc(NOTICE, notice.name)
		steps.tell_form(doc)
	offered = doc.get_onload()["steps"]["open"]
	assert [step["key"] for step in offered if step["primary"]] == ["resume", "keep_photo"]


def test_days_the_notice_did_not_hang_are_added(team):
	notice = posted_case(team, days_ago=4)
	ends = getdate(notice.ends_on)
	with acting_as(team.officer):
		assert hanging.interrupt(notice.name, "公示栏损坏", str(add_days(today(), -2))) is None
		assert content.public_notice(notice.public_key)["interrupted"]
		assert getdate(hanging.resume(notice.name)) == getdate(add_days(ends, 2))
	notice.reload()
	assert notice.interruptions[0].recorded_by == team.officer
	assert [row.action for row in notice.log][-2:] == ["Board Interrupted", "Board Resumed"]


def test_a_notice_that_does_not_hang_is_not_completed(team):
	notice = posted_case(team, days_ago=6)
	with acting_as(team.officer):
		hanging.interrupt(notice.name, "水灾", str(add_days(today(), -1)))
	taking_down.complete_expired()
	notice.reload()
	assert notice.status == "In Publicity" and not notice.ends_on
	with acting_as(team.officer), pytest.raises(PublicityRefused):
		notice.status = "Completed"
		notice.save()


def test_interruptions_are_not_invented_removed_or_moved(team):
	notice = posted_case(team, days_ago=3)
	with acting_as(team.officer):
		for start in (add_days(today(), -9), add_days(today(), 1)):
			with pytest.raises(PublicityRefused):
				hanging.interrupt(notice.name, "损坏", str(start))
		hanging.interrupt(notice.name, "损坏", str(add_days(today(), -1)))
		doc = frappe.get_doc(NOTICE, notice.name)
		doc.interruptions = []
		with pytest.raises(PublicityRefused):
			doc.save()


def test_it_comes_down_by_itself_after_its_last_day(team):
	notice = posted_case(team, days_ago=8)
	assert content.public_notice(notice.public_key) is None
	taking_down.complete_expired()
	notice.reload()
	assert notice.status == "Completed" and getdate(notice.taken_down_on) == getdate(today())
	assert notice.log[-1].action == "Notice Taken Down"


def test_the_photo_of_the_board_is_kept_with_its_hash(village, team):
	family(village)
	notice = posted_roll(village, team)
	with acting_as(team.officer):
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": "board77.png",
				"content": base64.b64decode(SCAN),
				"is_private": 1,
			}
		).insert()
		fingerprint = hanging.keep_photo(notice.name, file.file_url)
	notice.reload()
	assert len(fingerprint) == 64 and notice.log[-1].note == fingerprint
	with acting_as(team.officer):
		notice.photo = None
		notice.save()
	assert frappe.db.get_value(NOTICE, notice.name, "photo") == file.file_url


def test_a_public_address_cannot_be_guessed_from_another(village, team):
	family(village)
	notice = posted_roll(village, team)
	assert len(notice.public_key) == 20 and notice.name not in notice.public_key
	for key in (notice.name, "0" * 20, "", None, notice.public_key[:-1]):
		assert content.public_notice(key) is None


def test_what_is_current_is_listed_by_place_and_kind(village, team):
	family(village)
	notice = posted_roll(village, team)
	assert [row.public_key for row in content.current(village=village)] == [notice.public_key]
	assert not content.current(village=village, kind=rules_of.CONFIRMED)
	assert notice.public_key in {row.public_key for row in content.current(township=TOWNSHIP_A)}
	assert notice.public_key not in {row.public_key for row in content.current(township="220422203000")}


# --- permissions ------------------------------------------------------------------------------------------
def test_another_townships_notices_are_neither_listed_nor_opened(village, team):
	family(village)
	notice = posted_roll(village, team)
	stranger = builders.make_user("Township Officer", builders.TOWNSHIP_B)
	with acting_as(stranger):
		assert not frappe.get_list(NOTICE, filters={"name": notice.name})
		assert not frappe.get_list("Publicity Log", filters={"parent": notice.name}, parent_doctype=NOTICE)
		for step in (posting.preview, posting.publish):
			with pytest.raises(frappe.PermissionError):
				step(notice.name)


def test_a_visitor_reads_no_record_of_the_desk(village, team):
	family(village)
	posted_roll(village, team)
	with acting_as("Guest"):
		for doctype in (NOTICE, "Disclosure Publication", "Disclosure Correction"):
			with pytest.raises(frappe.PermissionError):
				frappe.get_list(doctype)


# --- corrections ------------------------------------------------------------------------------------------
def reported(notice, team, problem="人数与实际不符"):
	with acting_as(team.reviewer):
		return frappe.get_doc(
			{
				"doctype": "Disclosure Correction",
				"notice": notice.name,
				"problem": problem,
				"channel": "In Person",
			}
		).insert()


def test_a_correction_withdraws_the_notice_drafts_the_right_one_and_says_so_in_public(village, team):
	family(village)
	notice = posted_roll(village, team)
	doc = reported(notice, team)
	assert doc.due_on and doc.township == TOWNSHIP_A
	with acting_as(team.reviewer):
		corrections.look_into(doc.name, "核对台账，人数录入有误")
		made = corrections.put_right(doc.name, "撤回原名单，重新公布")
	notice.reload()
	assert notice.status == "Withdrawn" and notice.log[-1].action == "Notice Corrected"
	right = frappe.get_doc(NOTICE, made["replacement"])
	assert right.replaces == notice.name and right.kind == rules_of.ROLL
	with acting_as(team.disclosure):
		posting.publish(made["correction_notice"])
	said = content.public_notice(frappe.db.get_value(NOTICE, made["correction_notice"], "public_key"))
	assert said["rows"] == [
		{
			"problem": "人数与实际不符",
			"investigation": "核对台账，人数录入有误",
			"measure": "撤回原名单，重新公布",
		}
	]


def test_who_prepared_the_notice_does_not_judge_it(village, team):
	family(village)
	doc = reported(posted_roll(village, team), team)
	with acting_as(team.officer), pytest.raises(CorrectionRefused):
		corrections.look_into(doc.name, "没有问题")


def test_a_correction_names_nobody(village, team):
	family(village, "测试01")
	doc = reported(posted_roll(village, team), team, "测试01家应为两人")
	with acting_as(team.reviewer):
		corrections.look_into(doc.name, "属实")
		with pytest.raises(ForbiddenContent):
			corrections.put_right(doc.name, "更正")
		corrections.put_right(doc.name, "更正", problem_published="一户人数有误")
	doc.reload()
	assert (doc.status, doc.handled_by) == ("Put Right", team.reviewer)


def test_an_unfounded_report_leaves_the_notice_where_it_is(village, team):
	family(village)
	notice = posted_roll(village, team)
	doc = reported(notice, team)
	with acting_as(team.reviewer):
		corrections.look_into(doc.name, "与台账一致")
		corrections.unfounded(doc.name, "已向反映人说明")
	assert content.public_notice(notice.public_key)


def test_the_steps_of_a_correction_are_not_typed_in(village, team):
	family(village)
	doc = reported(posted_roll(village, team), team)
	with acting_as(team.reviewer):
		doc.update({"status": "Put Right", "measure": "x", "problem": "y", "handled_by": team.officer})
		doc.save()
	doc.reload()
	assert (doc.status, doc.measure, doc.problem, doc.handled_by) == (
		"Reported",
		None,
		"人数与实际不符",
		None,
	)
	with acting_as(team.reviewer), pytest.raises(CorrectionRefused):
		corrections.put_right(doc.name, "更正")


# --- the catalogue ----------------------------------------------------------------------------------------
def publish(name: str) -> str:
	doc = frappe.get_doc(catalogue.PUBLICATION, name)
	doc.status = catalogue.ONLINE
	return doc.save().status


def written(user, item="DB-02", **values):
	with acting_as(user):
		return frappe.get_doc(
			{
				"doctype": "Disclosure Publication",
				"title": "低保办事指南",
				"catalogue_item": item,
				"body": "<p>向户籍所在地乡镇人民政府提出申请。</p>",
				**values,
			}
		).insert()


def test_the_catalogue_is_seeded_with_the_four_topics():
	topics = set(frappe.get_all("Disclosure Catalogue Item", pluck="topic", order_by="name"))
	assert topics == {"General", "Minimum Living", "Destitute Support", "Temporary Aid"}
	kinds = set(frappe.get_all("Disclosure Catalogue Item", pluck="notice_kind", order_by="name")) - {""}
	assert kinds == set(rules_of.KINDS)


def test_a_text_is_due_ten_working_days_after_it_was_formed():
	doc = written("Administrator", formed_on="2026-09-28")
	# the holiday of October is passed over, its make-up workday counts
	assert str(doc.due_on) == "2026-10-16" and doc.late == 1


def test_the_annual_report_is_due_on_the_last_of_january():
	doc = written("Administrator", "ZH-03", title="年度报告", formed_on="2026-11-02")
	assert str(doc.due_on) == "2027-01-31"
	frappe.db.set_value("Disclosure Catalogue Item", "ZH-03", "creation", "2026-01-01", update_modified=False)
	names = [item.name for item in clocks.open_items(getdate("2027-02-03"))]
	assert "ZH-03" in names


def test_a_report_written_after_january_is_about_the_year_before_and_late(team):
	frappe.db.set_value("Disclosure Catalogue Item", "ZH-03", "creation", "2025-01-01", update_modified=False)
	doc = written(team.disclosure, "ZH-03", title="年度报告", formed_on="2026-02-02")
	assert (doc.reported_year, str(doc.due_on), doc.late) == (2025, "2026-01-31", 1)

	def reminded():
		return "ZH-03" in [item.name for item in clocks.open_items(getdate("2026-11-30"))]

	assert reminded()
	with acting_as(team.county_reviewer):
		publish(doc.name)
	assert not reminded() and frappe.db.get_value("Disclosure Publication", doc.name, "late") == 1


def test_a_report_much_too_late_names_its_year():
	doc = written("Administrator", "ZH-03", title="年度报告", formed_on="2026-09-01", reported_year=2025)
	assert (str(doc.due_on), doc.late) == ("2026-01-31", 1)
	assert not written("Administrator", formed_on="2026-09-01", reported_year=2025).reported_year


def test_the_points_to_check_are_written_once(team):
	with acting_as(team.county_reviewer):
		assert catalogue.checklist() == catalogue.CHECKLIST


def test_a_second_person_publishes_and_the_text_stands_from_then_on(team):
	doc = written(team.disclosure)
	with acting_as(team.disclosure), pytest.raises(PublicationRefused):
		publish(doc.name)
	with acting_as(team.county_reviewer):
		publish(doc.name)
	doc.reload()
	assert doc.reviewed_by == team.county_reviewer and doc.content_hash == catalogue.text_hash(doc)
	with acting_as(team.disclosure):
		doc.update(
			{
				"body": "<p>别的</p>",
				"title": "别的",
				"status": "Published Online",
				"published_on": "2020-01-01",
			}
		)
		doc.save()
	doc.reload()
	assert doc.title == "低保办事指南" and catalogue.text_hash(doc) == doc.content_hash


@pytest.mark.parametrize("body", ["张三，电话13812345678", "身份证220422196103050012", "尿毒症患者名单"])
def test_a_text_with_somebodys_own_data_is_not_even_stored(body):
	with pytest.raises(ForbiddenContent):
		written("Administrator", body=f"<p>{body}</p>")


def test_an_attached_text_is_read_too():
	file = frappe.get_doc(
		{"doctype": "File", "file_name": "list77.txt", "content": "张三 13812345678", "is_private": 1}
	).insert()
	with pytest.raises(ForbiddenContent):
		written("Administrator", attachment=file.file_url)


def test_an_attachment_is_read_by_a_person_before_it_is_published(team):
	with acting_as(team.disclosure):
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "scan77.png", "content": base64.b64decode(SCAN), "is_private": 1}
		).insert()
	doc = written(team.disclosure, attachment=file.file_url)
	with acting_as(team.county_reviewer):
		with pytest.raises(PublicationRefused):
			publish(doc.name)
	with acting_as(team.disclosure):
		doc.reload()
		doc.attachment_checked = 1
		doc.save()
	with acting_as(team.county_reviewer):
		assert publish(doc.name) == "Published Online"


def test_a_newer_version_takes_the_older_one_down(team):
	old = written(team.disclosure)
	with acting_as(team.county_reviewer):
		publish(old.name)
	with acting_as(team.disclosure):
		new = catalogue.revise(old.name)
	with acting_as(team.county_reviewer):
		publish(new)
	old.reload()
	assert (old.status, old.replaced_by) == ("Taken Down", new)


def test_what_is_not_published_in_time_is_marked_late_once():
	doc = written("Administrator")
	frappe.db.set_value(
		"Disclosure Publication", doc.name, "due_on", add_days(today(), -1), update_modified=False
	)
	assert catalogue.mark_late() >= 1
	assert frappe.db.get_value("Disclosure Publication", doc.name, "late") == 1
	assert catalogue.mark_late() == 0


def test_a_township_writes_for_itself_only(team):
	doc = written(team.officer)
	assert doc.township == builders.CASE_TOWNSHIP
	with acting_as(team.officer), pytest.raises(frappe.PermissionError):
		frappe.get_doc("Disclosure Publication", written("Administrator").name).check_permission("read")


# --- timeliness and inspection ----------------------------------------------------------------------------
def test_timeliness_counts_what_was_late_and_what_waits(village, team):
	family(village)
	notice = posted_roll(village, team)
	frappe.db.set_value(NOTICE, notice.name, "roll_month", add_months(MONTH, -3), update_modified=False)
	draft_roll(village, team, add_months(MONTH, 1))
	before = timeliness.tallies(getdate(today()), getdate(today()), TOWNSHIP_A)[TOWNSHIP_A, rules_of.ROLL]
	assert before.late >= 1 and before.waiting >= 1
	assert before.rate is not None and 0 <= before.rate < 100


def inspection(team, village):
	with acting_as(team.county_reviewer):
		return frappe.get_doc(
			{
				"doctype": "Disclosure Inspection",
				"inspected_on": today(),
				"period_from": today(),
				"period_to": today(),
				"division": village,
			}
		).insert()


def test_the_inspection_finds_what_the_records_show_and_follows_it_up(village, team):
	each = family(village)
	notice = posted_roll(village, team)
	frappe.db.set_value("Entitlement", each.benefit.name, "amount", 480, update_modified=False)
	doc = inspection(team, village)
	with acting_as(team.county_reviewer):
		assert inspections.draw(doc.name, seed=7) == 1
		doc.reload()
		item = doc.items[0]
		assert (item.notice, item.accurate, item.privacy_kept, item.on_board) == (
			notice.name,
			"No",
			"Yes",
			"No",
		)
		assert item.on_time in ("Yes", "No")
		issues = inspections.finish(doc.name)
	issue = frappe.get_doc("Data Quality Issue", issues[0])
	assert (issue.reference_name, issue.responsible, issue.severity) == (notice.name, team.officer, "Major")
	doc.reload()
	assert doc.status == "Inspection Finished" and doc.fault_count == 1 and doc.items[0].rectify_by


def test_a_text_changed_behind_the_applications_back_is_found(village, team):
	family(village)
	notice = posted_roll(village, team)
	frappe.db.set_value(
		NOTICE, notice.name, "published_content", notice.published_content.replace("500", "900")
	)
	assert inspections.look_at("notice", notice.name)["accurate"] == "No"


def test_a_right_notice_with_a_photo_has_no_fault(village, team):
	family(village)
	notice = posted_roll(village, team)
	frappe.db.set_value(NOTICE, notice.name, {"photo": "/x.png", "roll_month": add_months(MONTH, 1)})
	assert set(inspections.look_at("notice", notice.name).values()) == {"Yes", ""}


def test_what_is_inspected_was_drawn_and_is_not_picked(village, team):
	family(village)
	posted_roll(village, team)
	doc = inspection(team, village)
	with acting_as(team.county_reviewer):
		inspections.draw(doc.name)
		with pytest.raises(InspectionRefused):
			inspections.draw(doc.name)
		doc.reload()
		doc.items = []
		with pytest.raises(InspectionRefused):
			doc.save()


def test_the_accuracy_report_counts_faults_by_township_and_within_the_scope(village, team):
	each = family(village)
	posted_roll(village, team)
	frappe.db.set_value("Entitlement", each.benefit.name, "amount", 480, update_modified=False)
	filters = {"township": TOWNSHIP_A}

	def counted() -> frappe._dict:
		rows = disclosure_accuracy.execute(filters)[1]
		return rows[0] if rows else frappe._dict(dict.fromkeys(COUNTED, 0))

	before = counted()
	doc = inspection(team, village)
	with acting_as(team.county_reviewer):
		inspections.draw(doc.name, seed=7)
		# what is not finished is not counted
		assert counted().looked_at == before.looked_at
		inspections.finish(doc.name)
	after = counted()
	assert {field: after[field] - before[field] for field in COUNTED} == {
		"looked_at": 1,
		"inaccurate": 1,
		"indiscreet": 0,
		"not_hung": 1,
		"faulty": 1,
		"put_right": 0,
		"overdue": 0,
	}
	assert 0 <= after.accuracy < 100 and after.township_name
	frappe.db.set_value(
		"Disclosure Inspection Item", {"parent": doc.name}, "rectify_by", add_days(today(), -1)
	)
	assert counted().overdue == before.overdue + 1
	frappe.db.set_value("Disclosure Inspection Item", {"parent": doc.name}, "rectified_on", today())
	assert (counted().overdue, counted().put_right) == (before.overdue, before.put_right + 1)
	with acting_as(builders.make_user("Township Officer", TOWNSHIP_B)):
		assert disclosure_accuracy.execute({})[1] == []
	with acting_as(team.officer):
		assert [row.township for row in disclosure_accuracy.execute({})[1]] == [TOWNSHIP_A]


def test_coverage_shows_the_villages_without_a_roll(village, team):
	family(village)
	row = next(row for row in inspections.coverage(MONTH, TOWNSHIP_A) if row.village == village)
	assert (row.listed, row.roll) == (1, None)
	notice = posted_roll(village, team)
	row = next(row for row in inspections.coverage(MONTH, TOWNSHIP_A) if row.village == village)
	assert (row.roll, row.roll_status) == (notice.name, "In Publicity")


# --- reminders --------------------------------------------------------------------------------------------
def test_drafts_of_a_township_make_one_reminder(village, team):
	family(village)
	family(VILLAGE_A)
	rolls.generate(MONTH, [TOWNSHIP_A])
	items = [i for i in clocks.open_items(getdate(add_days(today(), 40))) if i.name == TOWNSHIP_A]
	assert items and len({(item.label, item.due_on) for item in items}) == len(items)


def test_a_completed_notice_without_a_photo_is_reminded_of(team):
	notice = posted_case(team, days_ago=8)
	taking_down.complete_expired()
	assert notice.name in {item.name for item in clocks.open_items(getdate(today()))}
