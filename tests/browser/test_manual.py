"""“帮助” opens our manual, which finds what is searched for and shows to each whom it is for."""


def test_the_manual_is_found_read_and_searched(desk_as, staff):
	desk = desk_as(staff.officer, "manual-")
	desk.page.locator(".dropdown-help button:visible, .dropdown-help a.nav-link:visible").first.click()
	desk.page.locator(".dropdown-help").get_by_text("使用说明").click()
	manual = desk.body.locator(".socaid-manual")
	manual.get_by_role("heading", name="查人查户").wait_for()
	assert [one.inner_text() for one in manual.locator(".manual-books button").all()] == [
		"工作人员",
		"群众办事",
	]
	chapters = manual.locator("section.chapter:visible")
	everything = chapters.count()
	manual.locator(".manual-search").fill("查询码")
	manual.locator("mark").first.wait_for()
	assert 0 < chapters.count() < everything
	desk.shoot("查找")
	manual.get_by_role("button", name="群众办事").click()
	manual.get_by_role("heading", name="反映问题").wait_for()
	assert "查询码" in manual.locator("mark").first.inner_text()
	manual.locator(".manual-search").fill("没有这样的词")
	manual.locator(".manual-none:visible").wait_for()
	# pictures are where the text says
	assert desk.page.evaluate(
		"[...document.querySelectorAll('.manual-text img')].every((img) => img.complete && img.naturalWidth)"
	)
	assert not desk.page.errors
