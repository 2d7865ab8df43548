"""What becomes of a petition, for whoever calls it from Python: recorded, taken up or not, passed on, answered,
delivered, concluded. Each step takes the petition or its name (casework/steps.py); the form learns which are open.
"""

from socaid_app.petition_desk.answering import answer, conclude, tell_sender
from socaid_app.petition_desk.delivering import deliver
from socaid_app.petition_desk.extensions import NotTheHead, ask_extension, extend, refuse_extension
from socaid_app.petition_desk.handling import assign, report_urgent, stand_aside
from socaid_app.petition_desk.joining import join, separate
from socaid_app.petition_desk.procedure import DOCTYPE, Incomplete, RuleBroken, StepNotOpen
from socaid_app.petition_desk.ratings import RATINGS, AlreadyRated, rate, record_satisfaction
from socaid_app.petition_desk.reclassifying import reclassify
from socaid_app.petition_desk.recording import record
from socaid_app.petition_desk.taking_up import refuse, take_up
from socaid_app.petition_desk.transfers import pass_on, send_back

__all__ = (
	"DOCTYPE",
	"RATINGS",
	"AlreadyRated",
	"Incomplete",
	"NotTheHead",
	"RuleBroken",
	"StepNotOpen",
	"answer",
	"ask_extension",
	"assign",
	"conclude",
	"deliver",
	"extend",
	"join",
	"pass_on",
	"rate",
	"reclassify",
	"record",
	"record_satisfaction",
	"refuse",
	"refuse_extension",
	"report_urgent",
	"send_back",
	"separate",
	"stand_aside",
	"take_up",
	"tell_sender",
)
