"""A car is asked for on a telephone, let go at a desk, and comes home with more miles; what was bought is in stock
without being entered twice."""

import frappe
from frappe.utils import today

from socaid_app.service_management import registers
from tests import builders
from tests.browser.latin import Reader
from tests.browser.people import TOWNSHIP

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def answer(desk, **values) -> None:
	"""What a register asks, by its words."""
	for item, value in values.items():
		label = desk.page.get_by_text(item, exact=True)
		# the table that holds the same is there too, hidden
		fields = desk.form.locator('[data-fieldname="particulars_html"] .frappe-control')
		control = fields.filter(has=label).locator("input, textarea, select").first
		if control.evaluate("(element) => element.tagName") == "SELECT":
			control.select_option(label=value)
		else:
			control.fill(value)
			control.press("Tab")


def step(desk, label: str, state: str) -> None:
	desk.save().press(label)
	desk.page.wait_for_function("(state) => cur_frm.doc.status === state", arg=state)
	desk.settle()


def make_thing(staff, name: str, kind: str) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": registers.OBJECT,
				"object_name": name,
				"kind": kind,
				"responsible": staff.officer,
				"division": TOWNSHIP,
			}
		)
		.insert()
		.name
	)


def test_registers_are_kept_where_people_stand(desk_as, staff):
	mark = builders.digits(4)
	car, room = f"走访车{mark}", f"物资柜{mark}"
	make_thing(staff, car, "Vehicle")
	supply = frappe.get_doc(
		{
			"doctype": "Stock Item",
			"item_name": f"口罩{mark}",
			"category": "Protective Equipment",
			"unit": "只",
			"service_object": make_thing(staff, room, "Room"),
			"responsible": staff.officer,
		}
	).insert()
	frappe.db.commit()
	reader = Reader()

	phone = desk_as(staff.officer, "registers-phone-", **PHONE)
	phone.open("List", "Register Entry").shoot("登记事项")
	phone.new("Register Entry")
	phone.fill(register=("派车", "派车"), subject=f"去甲山村{mark}")
	phone.fill(service_object=(car, car))
	answer(
		phone,
		用车事由="入户走访",
		目的地="甲山村",
		乘车人数="2",
		驾驶人="王师傅",
		计划出发时间=f"{today()} 09:00:00",
	)
	phone.shoot("派车单")
	step(phone, "提交审批", "To Approve")
	trip = phone.name()
	reader.read(phone, "trip asked for")

	desk = desk_as(staff.manager, "registers-")
	desk.open("Form", "Register Entry", trip).shoot("待审批")
	desk.press("批准")
	dialog = desk.dialog("批准")
	desk.shoot("审批意见")
	desk.press("批准", dialog)
	desk.page.wait_for_function("() => cur_frm.doc.status === 'Approved'")
	reader.read(desk, "trip approved")

	phone.reload()
	answer(phone, 出车里程表读数="1200")
	step(phone, "出车", "Under Way")
	answer(phone, 收车里程表读数="1260", 车况="良好")
	step(phone, "收车", "Done")
	phone.shoot("已收车")
	reader.read(phone, "trip over")
	assert (
		frappe.db.get_value(registers.OBJECT, {"object_name": car}, "meter_reading", for_update=True) == 1260
	)
	frappe.db.rollback()

	with builders.acting_as(staff.officer):
		bought = frappe.get_doc(
			{
				"doctype": "Register Entry",
				"register": "采购申请",
				"subject": f"采购口罩{mark}",
				"particulars": [
					{"item": item, "value": value}
					for item, value in {
						"采购物品": "口罩",
						"数量及规格": "200只",
						"预算（元）": "100",
						"采购理由": "库存不足",
					}.items()
				],
			}
		).insert()
		registers.submit_entry(bought.name)
	with builders.acting_as(staff.manager):
		registers.approve_entry(bought.name)
	frappe.db.commit()
	desk = desk_as(staff.officer, "registers-")
	desk.open("Form", "Register Entry", bought.name)
	answer(desk, 供应单位="县医药公司", **{"成交价格（元）": "96"})
	step(desk, "下单采购", "Under Way")
	answer(desk, 验收数量及质量="200只，合格", 验收人="王保管")
	desk.add_row("supplies", stock_item=(f"口罩{mark}", f"口罩{mark}"), quantity=200)
	desk.shoot("验收")
	step(desk, "验收入库", "Done")
	desk.shoot("已入库")
	reader.read(desk, "purchase over")
	frappe.db.rollback()
	assert frappe.db.get_value("Stock Item", supply.name, "on_hand") == 200
	desk.open("query-report", "Register Ledger").shoot("台账")
	reader.read(desk, "ledger")
	reader.assert_chinese()
	assert not phone.page.errors and not desk.page.errors
