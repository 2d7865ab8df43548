"""A half-done visit goes from one visitor's phone to the other's by codes that their cameras read, without a network."""

import frappe
import pytest

from tests.browser.phones import latest, picture, visiting_team
from tests.browser.test_visits_offline import check

HEAD = "谷长林"
ADDRESS = "甲山乡谷家村一组新房"


@pytest.fixture(scope="module")
def team(site):
	found = visiting_team({HEAD: "No Sign"}, "甲山乡谷家村一组")
	frappe.get_doc(
		{
			"doctype": "Service Callback",
			"household": frappe.db.get_value("Home Visit", found.visits[0], "household"),
			"kind": "Phone",
			"due_on": frappe.utils.today(),
		}
	).insert(ignore_permissions=True)
	frappe.db.commit()
	return found


def test_the_other_visitor_goes_on_where_the_first_has_stopped(phones, team, tmp_path, shoot):
	first, second = phones("first"), phones("second")
	(visit,) = team.visits
	first.begin(team.first, HEAD)
	first.visit(visit)
	first.arrive()
	first.fill(team.members[0], ADDRESS, illness="慢性病")
	second.begin(team.second, HEAD)
	second.visit(visit)
	second.part("两部手机交接")
	second.press("从同伴接手")
	second.page.locator("canvas.code").wait_for()
	check(second, shoot, "12-接手")

	first.sees(second.codes())
	first.part("两部手机交接")
	first.press("交给同伴")
	first.page.get_by_text("共 2 项").wait_for()
	check(first, shoot, "13-交给同伴")
	codes = first.codes()
	assert len(codes) > 5
	second.sees(codes)
	second.press("扫描")
	second.page.get_by_text("收齐 2 项").wait_for()

	# the second goes on, and answers the callback that is due
	second.press("继续走访")
	second.page.get_by_text("已签到。").wait_for()
	second.part("家庭与经济")
	assert second.page.get_by_label("实际住址").input_value() == ADDRESS
	second.page.get_by_label("实际住址").fill(f"{ADDRESS}二号")
	second.part("回访（")
	callback = second.page.locator("details", has_text="回访（")
	for box in callback.locator("textarea").all():
		box.fill("没有谈到")
	for choice in callback.locator("select").all():
		choice.select_option(index=1)
	check(second, shoot, "15-回访")
	second.photograph(picture(tmp_path / "photo.jpg"))
	second.part("签名")
	second.sign()
	second.press("签退并交上传")
	second.page.get_by_role("heading", name="我的走访").wait_for()
	for phone in (second, first):
		phone.context.set_offline(False)
		phone.page.get_by_role("navigation").get_by_role("button", name="上传").tap()
		phone.page.get_by_text("没有等待上传的内容").wait_for()
	doc = latest(visit)
	assert (doc.status, doc.found_address, doc.illness) == ("Finished", f"{ADDRESS}二号", "慢性病")
	assert frappe.db.count("Visit Sync Item", {"visit": visit, "kind": "Check In"}) == 1
	assert frappe.db.get_value("Service Callback", {"household": doc.household}, "status") == "Done"
	first.page.get_by_role("navigation").get_by_role("button", name="帮助").tap()
	first.press("政策问答")
	first.page.get_by_label("找什么").fill("低保")
	first.page.locator("main summary").first.tap()
	check(first, shoot, "16-政策问答")
	assert (first.errors, second.errors) == ([], [])
