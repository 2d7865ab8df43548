// How a household stands, in one colour everywhere (dynamic_management/standings.py).
frappe.provide("socaid");

socaid.standing_colours = {
	"Never in Benefit": "blue",
	"Under Application": "blue",
	"Granted, Not Begun": "light-blue",
	"In Benefit": "green",
	"Grace Period": "yellow",
	"Benefit Suspended": "orange",
	"Benefit Stopped": "gray",
};
