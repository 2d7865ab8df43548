from socaid_app.casework.records import ANY, Guard, Guarded
from socaid_app.management_insight import roll_up, statement_lines


class FiguresStatement(Guarded):
	"""What a county tells its prefecture about a month (management_insight/roll_up.py): figures, and no names."""

	GUARD = Guard(
		state="status",
		writable={roll_up.DRAWN: ("month", "file")},
		fixed={ANY: ("month", "file")},
	)

	def onload(self) -> None:
		self.set_onload("figures", statement_lines.table(self.statement))

	def before_insert(self) -> None:
		if self.file:
			roll_up.read_file(self)
		elif self.status != roll_up.RECEIVED:
			roll_up.draw_up(self)

	def after_insert(self) -> None:
		roll_up.kept(self)
