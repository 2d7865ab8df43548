"""Supplies are a ledger: first expiring first out, never below zero, no movement lost, told before they expire."""

from threading import Thread

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.casework import clocks
from socaid_app.casework.duties import NotYourDuty
from socaid_app.casework.records import RecordClosed
from socaid_app.permissions.scope import NeverDeleted
from socaid_app.service_management import stock_keeping
from socaid_app.service_management.report.stock_on_hand import stock_on_hand
from socaid_app.service_management.stock_keeping import MovementInvalid, StockShort
from tests import builders
from tests.builders.parallel import at_once


def soon() -> str:
	return add_days(today(), 20)


def later() -> str:
	return add_days(today(), 200)


@pytest.fixture
def keeper(site):
	return builders.make_user("Township Officer", builders.TOWNSHIP_A)


@pytest.fixture
def masks(keeper):
	place = frappe.get_doc(
		{
			"doctype": "Service Object",
			"object_name": "物资柜",
			"kind": "Room",
			"responsible": keeper,
			"division": builders.TOWNSHIP_A,
		}
	).insert()
	return frappe.get_doc(
		{
			"doctype": "Stock Item",
			"item_name": "医用口罩",
			"category": "Protective Equipment",
			"unit": "只",
			"service_object": place.name,
			"responsible": keeper,
			"minimum": 50,
		}
	).insert()


def move(item, kind, quantity, **values):
	return frappe.get_doc(
		{
			"doctype": "Stock Movement",
			"stock_item": item.name,
			"kind": kind,
			"quantity": quantity,
			"purpose": "入户走访",
			**values,
		}
	).insert()


def stocked(item):
	move(item, "Receipt", 100, batch="乙", expires_on=later())
	move(item, "Receipt", 30, batch="甲", expires_on=soon())
	return item.reload()


def lots(item) -> list[tuple]:
	"""As the supply says, which is what its movements add up to."""
	item.reload()
	said = stock_keeping.lots_of(item)
	assert said == stock_keeping.recomputed(item.name)
	assert item.on_hand == sum(lot.quantity for lot in said)
	return [(lot.batch, lot.quantity) for lot in said]


def test_what_expires_first_is_issued_first_and_comes_back_to_its_lot(masks, keeper):
	stocked(masks)
	with builders.acting_as(keeper):
		issue = move(masks, "Issue", 40, issued_to=keeper)
		assert [(row.batch, row.quantity) for row in issue.lots] == [("甲", -30), ("乙", -10)]
		assert issue.balance == 90 and lots(masks) == [("乙", 90)]
		move(masks, "Return", 15, issue=issue.name)
		assert lots(masks) == [("甲", 5), ("乙", 100)]
		with pytest.raises(StockShort):
			move(masks, "Return", 26, issue=issue.name)
		move(masks, "Return", 25, issue=issue.name)
	assert lots(masks) == [("甲", 30), ("乙", 100)]


def test_what_has_expired_is_not_issued_but_disposed_of(masks):
	stocked(masks)
	move(masks, "Receipt", 10, batch="旧", expires_on=add_days(today(), -1))
	with pytest.raises(StockShort):
		move(masks, "Issue", 131)
	with pytest.raises(MovementInvalid):
		move(masks, "Disposal", 10, batch="旧", expires_on=add_days(today(), -1), purpose=" ")
	assert masks.reload().next_expiry_on == getdate(add_days(today(), -1))
	move(masks, "Disposal", 10, batch="旧", expires_on=add_days(today(), -1), purpose="过期")
	with pytest.raises(StockShort):
		move(masks, "Disposal", 1, batch="旧", expires_on=add_days(today(), -1), purpose="过期")
	assert masks.reload().next_expiry_on == getdate(soon())


def test_a_count_books_the_difference_and_says_why(masks):
	stocked(masks)
	assert move(masks, "Stock Count", 30, batch="甲", expires_on=soon(), purpose="").change_of_stock == 0
	with pytest.raises(MovementInvalid):
		move(masks, "Stock Count", 28, batch="甲", expires_on=soon(), purpose="")
	assert (
		move(masks, "Stock Count", 28, batch="甲", expires_on=soon(), purpose="破损两只").change_of_stock
		== -2
	)
	move(masks, "Stock Count", 5, batch="丙", purpose="柜底找到")
	assert lots(masks) == [("甲", 28), ("乙", 100), ("丙", 5)]


@pytest.mark.parametrize("quantity", [0, -3, None])
def test_pieces_are_whole_and_more_than_none(masks, quantity):
	with pytest.raises((MovementInvalid, frappe.NonNegativeError)):
		move(masks, "Receipt", quantity)


def test_a_movement_stays_as_it_was_booked(masks, keeper, client):
	stocked(masks)
	movement = move(masks, "Issue", 4)
	http = client(keeper)
	answer = http.put(f"/api/resource/Stock Movement/{movement.name}", quantity=1)
	assert answer.status_code >= 400
	answer = http.put(
		f"/api/resource/Stock Item/{masks.name}", on_hand=999, lots="[]", short_since="2020-01-01"
	)
	masks.reload()
	assert (masks.on_hand, masks.short_since) == (126, None)
	movement.reload()
	with builders.acting_as(keeper), pytest.raises(RecordClosed):
		movement.update({"quantity": 1}).save()
	with pytest.raises(NeverDeleted):
		frappe.delete_doc("Stock Movement", movement.name)
	assert lots(masks) == [("甲", 26), ("乙", 100)]
	forget(masks)


def forget(item) -> None:
	"""What was committed for other connections to see."""
	frappe.db.rollback()
	movements = frappe.get_all("Stock Movement", filters={"stock_item": item.name}, pluck="name")
	frappe.db.delete("Stock Movement Lot", {"parent": ["in", movements]})
	frappe.db.delete("Stock Movement", {"stock_item": item.name})
	frappe.db.delete("Stock Item", item.name)
	frappe.db.delete("Service Object", item.service_object)
	frappe.db.commit()


def test_two_at_once_never_take_more_than_there_is(masks):
	stocked(masks)
	frappe.db.commit()
	outcomes = at_once(*(lambda: move(masks, "Issue", 90).name for _n in range(3)))
	refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
	assert [type(error) for error in refused] == [StockShort, StockShort]
	assert sum(quantity for _batch, quantity in lots(masks)) == 40
	forget(masks)


def test_none_of_many_parallel_movements_is_lost(masks, site):
	"""Real connections: eight clerks, ten movements each, receipts and issues of the same supply."""
	stocked(masks)
	frappe.db.commit()
	failed: list = []

	def clerk(number: int) -> None:
		import os

		frappe.init(site=site, sites_path=os.environ["SITES_PATH"])
		frappe.connect()
		frappe.set_user("Administrator")
		try:
			for turn in range(10):
				kind, pieces = ("Receipt", 2) if (number + turn) % 2 else ("Issue", 3)
				try:
					move(masks, kind, pieces, batch="乙", expires_on=later())
					frappe.db.commit()
				except Exception as error:
					frappe.db.rollback()
					failed.append(error)
		finally:
			frappe.destroy()

	clerks = [Thread(target=clerk, args=(number,)) for number in range(8)]
	for thread in clerks:
		thread.start()
	for thread in clerks:
		thread.join()
	frappe.db.rollback()
	assert failed == []
	assert frappe.db.count("Stock Movement", {"stock_item": masks.name}) == 82
	assert sum(quantity for _batch, quantity in lots(masks)) == 130 + 40 * 2 - 40 * 3
	forget(masks)


def test_whoever_does_not_keep_the_stock_books_nothing(masks):
	stranger = builders.make_user("Township Officer", builders.TOWNSHIP_B)
	with builders.acting_as(stranger), pytest.raises(frappe.PermissionError):
		move(masks, "Receipt", 5)
	reviewer = builders.make_user("County Reviewer")
	with builders.acting_as(reviewer), pytest.raises((frappe.PermissionError, NotYourDuty)):
		move(masks, "Receipt", 5)


def test_below_the_minimum_and_soon_expired_are_told(masks, keeper):
	assert str(masks.short_since) == today()
	stocked(masks)
	assert masks.short_since is None
	move(masks, "Issue", 100)
	assert getdate(masks.reload().short_since) == getdate(today())
	clocks.nightly()
	told = frappe.get_all(
		"Case Reminder",
		filters={"reference_doctype": "Stock Item", "reference_name": masks.name, "recipient_user": keeper},
		pluck="kind",
	)
	assert "Due Today" in told
	masks.minimum = 20
	masks.save()
	assert masks.short_since is None


def test_the_report_says_what_is_missing_and_what_will_not_be_used(masks, keeper):
	stocked(masks)
	move(masks, "Issue", 15, moved_on=add_days(today(), -29))

	def rows(**filters):
		with builders.acting_as(keeper):
			return stock_on_hand.execute({"service_object": masks.service_object, **filters})[1]

	found = rows()
	# fifteen pieces in thirty days: one in two days, for twenty-one and for two hundred and one days
	assert [(row["batch"], row["quantity"], row["wasted"]) for row in found] == [
		("甲", 15, 5),
		("乙", 100, 10),
	]
	assert found[0]["per_month"] == 15 and found[0]["object_name"] == "物资柜"
	move(masks, "Receipt", 500, batch="丙", expires_on=later())
	wasted = {row["batch"]: row["wasted"] for row in rows(only="Not Used in Time")}
	assert wasted == {"甲": 5, "丙": 410, "乙": 100}
	assert [row["batch"] for row in rows(only="Expiring", days=30)] == ["甲"]
	assert rows(only="Below the Minimum") == []
	html = frappe.get_print(
		"Stock Movement", frappe.get_last_doc("Stock Movement").name, "Stock Movement Slip"
	)
	assert "物资入库单" in html and "医用口罩" in html
