"""The administrator reads in words how the system is, and takes the support file along."""

from tests import builders


def test_the_condition_of_the_system_is_read_and_taken_along(page_as, shoot):
	import frappe

	user = builders.make_user("Socaid Administrator")
	frappe.db.commit()
	page = page_as(user, "/app/system-condition")
	condition = page.locator(".socaid-condition")
	# a site for tests runs no scheduler
	condition.get_by_text("定时任务已关闭").wait_for()
	condition.get_by_role("row", name="逾期的记录").wait_for()
	with page.expect_download() as taken:
		page.get_by_role("button", name="下载支持文件").click()
	assert taken.value.suggested_filename.startswith("socaid-support-")
	shoot(page, "系统状况")
	page.set_viewport_size({"width": 390, "height": 800})
	assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
	assert not page.errors
