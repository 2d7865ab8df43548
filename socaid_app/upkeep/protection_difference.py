"""One way in which an installation is not as the third level of protection (等保三级, GB/T 22239-2019) asks.

The words are Chinese in the source, as those of all commands (commands.py): they are read on the server of a Chinese
county, beside the standard and the table in manual/protection.zh.md.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
	"""``certain``: not as it should be; otherwise somebody has to look, because the system cannot know."""

	says: str
	to_do: str
	certain: bool = True
