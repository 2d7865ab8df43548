"""Statistical division codes: twelve digits whose leading part names the level.

220422000000 is a county (6 significant digits), 220422201000 a township (9), 220422201205 a village (12).
Because a code begins with its superior's code, "everything below a division" is one range of codes.
"""

PROVINCE, PREFECTURE, COUNTY, TOWNSHIP, VILLAGE = 2, 4, 6, 9, 12


def significant(code: str) -> str:
	"""The leading part of a 12-digit code that names it: ``220422201000`` → ``220422201``."""
	for length in (PROVINCE, PREFECTURE, COUNTY, TOWNSHIP):
		if not code[length:].strip("0"):
			return code[:length]
	return code


def bounds(code: str) -> tuple[str, str]:
	"""First and last code at or below a division."""
	lead = significant(code)
	return lead.ljust(12, "0"), lead.ljust(12, "9")


def township_of(code: str | None) -> str | None:
	"""The township a division lies in; None for the county and above."""
	if not code or len(significant(code)) < TOWNSHIP:
		return None
	return code[:TOWNSHIP].ljust(12, "0")
