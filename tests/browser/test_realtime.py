"""Messages reach a screen at once, over a WebSocket on the port that the user has opened."""

import frappe

SOCKET = "frappe.realtime.socket"


def test_a_message_arrives_over_the_port_of_the_page(desk_as, staff):
	desk = desk_as(staff.officer, "realtime-")
	# Frappe connects with the first listener
	desk.page.evaluate(f"() => frappe.realtime.on('socaid_test', (told) => {{ {SOCKET}.told = told; }})")
	desk.page.wait_for_function(f"() => {SOCKET}.connected")
	desk.page.wait_for_function(f"() => {SOCKET}.io.engine.transport.name === 'websocket'")
	assert desk.page.evaluate(f"() => new URL({SOCKET}.io.uri).host === location.host")

	frappe.publish_realtime("socaid_test", "到了", user=staff.officer, after_commit=False)
	desk.page.wait_for_function(f"() => {SOCKET}.told === '到了'")
	assert desk.page.refused == []
