"""What all steps of a notice share: its states, and how its steps are declared.

初审公示 (57号 Art. 19; 43号 Art. 15), 确认公布 (57号 Art. 24), 终止公示 (43号 Art. 26), 月度名单, 提标公示, 更正公告. A notice is
drafted from the records (notice_drafts.py), reviewed by a second person and posted (posting.py), hangs (hanging.py),
meets objections (notice_objections.py) and is taken down in time (taking_down.py). What it says is content.py. The
rules of each move are asked by the controller, whichever way it is made.
"""

from typing import NoReturn

import frappe

from socaid_app.casework.steps import Steps
from socaid_app.public_disclosure.content import NOTICE, PublicityRefused

APPLICATION = "Assistance Application"
DRAFT, RUNNING, OBJECTION = "Draft", "In Publicity", "Objection Raised"
COMPLETED, WITHDRAWN = "Completed", "Withdrawn"
OPEN = (DRAFT, RUNNING)
POSTED = (RUNNING, OBJECTION)

# A notice keeps a log of its own.
step = Steps(
	NOTICE,
	refusal=PublicityRefused,
	order=("publish", "resolve_objection", "resume", "keep_photo"),
	every={"logged": False},
)


def refuse(sentence: str) -> NoReturn:
	frappe.throw(sentence, PublicityRefused)
