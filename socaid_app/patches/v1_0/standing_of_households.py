"""The word for how a household stands, for those that were there before it was kept."""

from socaid_app.dynamic_management import standings


def execute() -> None:
	standings.refresh()
