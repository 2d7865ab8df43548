"""Steps: what becomes of a record over time, said on the function that does it.

    step = Steps("Archive Handover", refusal=HandoverInvalid)

    @step(_lt("Conclude Handover"), at=RECONCILING, to=SIGNED, missing=what_is_missing, stamps=("signed_on",))
    def sign(doc): ...

The record is locked, permission, state, duty and second person are asked, what the step needs is complete, and only
then the function runs; what it leaves in the record is saved, once. The form learns which steps are open to the
session's user and what each still lacks, and draws buttons and dialogs from that (public/js/socaid/steps.js); there is
one door for all of them (:func:`take`). Called from Python, a step takes the name of the record, or the record.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import get_type_hints

import frappe
from frappe import _
from frappe.model.base_document import get_controller
from frappe.model.document import Document
from frappe.utils import now_datetime, today
from frappe.utils.typing_validations import validate_argument_types

from socaid_app.casework import duties, records

# In ``not_by``: whoever wrote last what the step approves.
AUTHOR = "author"
TEXTS = ("Small Text", "Text", "Long Text")
_REGISTERED: dict[str, dict[str, Step]] = {}


class StepNotOpen(frappe.ValidationError):
	pass


class StepIncomplete(frappe.ValidationError):
	pass


class NoSuchStep(frappe.ValidationError):
	pass


@dataclass(frozen=True)
class Ask:
	"""What a step asks in its dialog: a field of the record, and then the answer is entered there; or, with a label of
	its own, something that only the step's function knows what to do with."""

	fieldname: str
	reqd: bool = True
	label: str = ""
	fieldtype: str = ""
	options: str | Sequence[str] | Callable = ""
	# A value, or a function of the record.
	default: object = None
	description: str = ""
	depends_on: str = ""
	mandatory_depends_on: str = ""
	# Of the words to choose from, where they are not those of the record.
	context: str = ""

	@property
	def is_of_record(self) -> bool:
		return not self.label

	def field(self, doc: Document) -> dict:
		"""The field of the dialog, in the user's language."""
		df = doc.meta.get_field(self.fieldname) if self.is_of_record else None
		fieldtype = self.fieldtype or (df.fieldtype if df else "Small Text")
		label = _(df.label, context=doc.doctype) if df else self.label
		options = self.options(doc) if callable(self.options) else self.options or (df.options if df else "")
		if fieldtype == "Select":
			words = options.split("\n") if isinstance(options, str) else list(options)
			context = self.context or doc.doctype
			options = [
				word
				if isinstance(word, dict)
				else {"value": word, "label": word and _(word, context=context)}
				for word in words
			]
		default = self.default(doc) if callable(self.default) else self.default
		if df and default is None and doc.has_permlevel_access_to(self.fieldname, df):
			default = doc.get(self.fieldname)
		return {
			"fieldname": self.fieldname,
			"fieldtype": fieldtype,
			"label": str(label),
			"options": options,
			"reqd": int(self.reqd),
			"default": default,
			"description": str(self.description or ""),
			"depends_on": self.depends_on,
			"mandatory_depends_on": self.mandatory_depends_on,
		}

	def name(self, doc: Document) -> str:
		return self.field(doc)["label"]


@dataclass(frozen=True)
class Step:
	"""One step of a DocType; see :class:`Steps` for what each part means."""

	doctype: str
	key: str
	label: str
	at: tuple[str, ...]
	function: Callable
	to: str = ""
	duty: str = ""
	permission: str = "write"
	who: Callable[[Document], str] | None = None
	not_by: tuple[str, ...] = ()
	another: str = ""
	asks: tuple[Ask, ...] | Callable = ()
	stamps: tuple[str, ...] = ()
	when: Callable[[Document], object] | None = None
	missing: Callable[[Document], Iterable] | None = None
	confirm: str = ""
	primary: bool | Callable[[Document], object] = False
	hidden: bool | Callable[[Document], object] = False
	logged: bool = True
	refusal: type[Exception] = StepNotOpen
	incomplete: type[Exception] = StepIncomplete
	foreign: type[Exception] = duties.NotYourDuty

	def questions(self, doc: Document) -> tuple[Ask, ...]:
		return tuple(self.asks(doc)) if callable(self.asks) else self.asks

	def is_open(self, doc: Document) -> bool:
		return (not self.at or state_of(doc) in self.at) and bool(not self.when or self.when(doc))

	def lacks(self, doc: Document) -> list[str]:
		"""Why the session's user cannot take it yet, in sentences."""
		return [sentence for sentence in (self._by_another(doc), *map(str, self._missing(doc))) if sentence]

	def _missing(self, doc: Document) -> list:
		return list(self.missing(doc)) if self.missing else []

	def _by_another(self, doc: Document) -> str:
		concerned = {records.author(doc) if name == AUTHOR else doc.get(name) for name in self.not_by}
		if frappe.session.user not in concerned:
			return ""
		return str(self.another) or _("Another person takes this step than whoever entered it.")

	def why_not_yours(self, doc: Document) -> str:
		"""Why the step is nothing for the session's user at all; '' when it is theirs."""
		if self.duty and not duties.holds(self.duty):
			return duties.refusal(self.duty)
		return str(self.who(doc) or "") if self.who else ""

	# --- taking it ------------------------------------------------------------------------------------------
	def require(self, doc: Document, values: dict) -> None:
		"""Raises ``refusal`` where the step is not open, ``foreign`` where it is somebody else's, ``incomplete``."""
		if not self.is_open(doc):
			frappe.throw(
				_("{0} {1} stands at “{2}”; “{3}” is not open now. Load it again to see what is.").format(
					_(doc.doctype), doc.name, _(state_of(doc), context=doc.doctype), str(self.label)
				),
				self.refusal,
			)
		if sentence := self.why_not_yours(doc) or self._by_another(doc):
			frappe.throw(sentence, self.foreign)
		for ask in self.questions(doc):
			value = values.get(ask.fieldname)
			if ask.reqd and (value is None or (isinstance(value, str) and not value.strip())):
				frappe.throw(_("Fill in “{0}”.").format(ask.name(doc)), self.incomplete)
		if missing := self._missing(doc):
			# what is missing may be an error of its own kind
			kind = type(missing[0]) if isinstance(missing[0], Exception) else self.incomplete
			sentences = [str(sentence) for sentence in missing]
			frappe.throw(sentences if len(sentences) > 1 else sentences[0], kind, as_list=len(sentences) > 1)

	def enter(self, doc: Document, values: dict) -> None:
		"""Blanks at the ends go; what was asked of the record is entered in it."""
		for ask in self.questions(doc):
			value = values.get(ask.fieldname)
			if isinstance(value, str):
				value = values[ask.fieldname] = value.strip()
			if ask.is_of_record:
				doc.set(ask.fieldname, value)

	def offer(self, doc: Document) -> dict:
		return {
			"key": self.key,
			"label": str(self.label),
			"fields": [ask.field(doc) for ask in self.questions(doc)],
			"confirm": str(self.confirm or ""),
			"primary": int(_holds(self.primary, doc)),
			"missing": self.lacks(doc),
		}


@dataclass(frozen=True)
class Steps:
	"""Declares the steps of a DocType; what is given here holds for all of them.

	``at``: the states a step leads from (one, or several; none: any), ``to``: the state it leads to ('': stays, or the
	function says). ``duty``: who may take it (casework/duties.py); ``who``: a function of the record that says why the
	session's user may not, where that depends on the record; ``permission``: what of the record they need for it. ``not_by``: fields that name who may not, AUTHOR
	for whoever wrote last; ``another`` is the sentence then. ``asks``: the dialog, as :class:`Ask`, a field's name, or
	a function of the record. ``stamps``: fields that get who took it, and when. ``when``: a further condition of its
	being open; ``missing``: what has to be mended first, as sentences, findings of the law, or errors of the kind that
	is to be raised. ``primary``: the button in front; ``hidden``: no button; both always, or by a function of the record;
	``logged``: whether the timeline tells of it.
	``refusal``: the error of a step that is not open, ``incomplete`` of one that lacks something (default: the same),
	``foreign`` of one that is somebody else's.
	"""

	doctype: str
	refusal: type[Exception] = StepNotOpen
	incomplete: type[Exception] | None = None
	foreign: type[Exception] = duties.NotYourDuty

	def __call__(self, label: str, *, at: str | Sequence[str] = (), asks=(), **parts) -> Callable:
		def declare(function: Callable) -> Callable:
			# Frappe judges the types of what comes in by what is no text
			function.__annotations__ = get_type_hints(function)
			entry = Step(
				doctype=self.doctype,
				key=function.__name__,
				label=label,
				at=(at,) if isinstance(at, str) else tuple(at),
				asks=asks
				if callable(asks)
				else tuple(Ask(ask) if isinstance(ask, str) else ask for ask in asks),
				function=function,
				**{
					"refusal": self.refusal,
					"incomplete": self.incomplete or self.refusal,
					"foreign": self.foreign,
					**parts,
				},
			)
			_REGISTERED.setdefault(self.doctype, {})[entry.key] = entry
			return _runner(entry)

		return declare


def _runner(entry: Step) -> Callable:
	signature = inspect.signature(entry.function)

	@wraps(entry.function)
	def run(record: str | Document, *args, **values):
		doc = record if isinstance(record, Document) else locked(entry.doctype, record, entry.permission)
		given = signature.bind(doc, *args, **values)
		given.apply_defaults()
		entry.require(doc, given.arguments)
		entry.enter(doc, given.arguments)
		doc.flags.step = entry
		result = entry.function(*given.args, **given.kwargs)
		if doc.flags.step is entry:
			done(doc)
		if entry.logged:
			_log(doc, entry, given.arguments)
		return result

	return run


def locked(doctype: str, name: str, permission: str = "write") -> Document:
	"""The record for a step of the session's user: nobody else changes it until the end of the transaction."""
	doc = frappe.get_doc(doctype, name, for_update=True)
	doc.check_permission(permission)
	return doc


def done(doc: Document, **values) -> None:
	"""Within a step that has more to do after the record is stored: set ``values`` and the new state, and save."""
	entry = doc.flags.pop("step")
	if entry.to:
		doc.set(state_field(doc), entry.to)
	for name in entry.stamps:
		doc.set(name, _stamp(doc.meta.get_field(name).fieldtype))
	doc.update(values)
	with records.step(doc):
		# whoever takes a step for which reading is enough need not be allowed to write the rest
		doc.save(ignore_permissions=True if entry.permission != "write" else None)


def nothing_to_save(doc: Document) -> None:
	"""Within a step that stores the record by another use case, or only makes others."""
	doc.flags.pop("step")


def _stamp(fieldtype: str):
	return {"Date": today, "Datetime": now_datetime}.get(fieldtype, lambda: frappe.session.user)()


def _log(doc: Document, entry: Step, values: dict) -> None:
	"""A line in the record's timeline, as Frappe writes for the steps of a workflow; fields that not everybody may read
	are not repeated in it."""
	texts = [values.get(ask.fieldname) for ask in entry.questions(doc) if _is_open_text(doc, ask)]
	note = "；".join(text for text in texts if isinstance(text, str) and text)
	doc.add_comment("Workflow", frappe.utils.escape_html(f"{entry.label}{f'：{note}' if note else ''}"))


def _is_open_text(doc: Document, ask: Ask) -> bool:
	df = doc.meta.get_field(ask.fieldname) if ask.is_of_record else None
	return ask.field(doc)["fieldtype"] in TEXTS and not (df and df.permlevel)


def state_field(doc: Document) -> str:
	return doc.GUARD.state or "status"


def state_of(doc: Document) -> str:
	return doc.get(state_field(doc)) or ""


# --- what the form shows, and its one door ---------------------------------------------------------------------
def steps_of(doctype: str) -> dict[str, Step]:
	"""The steps of a DocType; its controller imports the module that declares them."""
	get_controller(doctype)
	return _REGISTERED.get(doctype, {})


def tell_form(doc: Document, method: str | None = None) -> None:
	"""Hook ``onload``: the open steps of the session's user, and for whom the others wait."""
	declared = steps_of(doc.doctype).values()
	if not declared or doc.is_new():
		return
	allowed = {right: doc.has_permission(right) for right in {entry.permission for entry in declared}}
	now_open = [
		entry
		for entry in declared
		if allowed[entry.permission] and entry.is_open(doc) and not _holds(entry.hidden, doc)
	]
	if not now_open:
		return
	mine = [entry for entry in now_open if not entry.why_not_yours(doc)]
	doc.set_onload(
		"steps",
		{
			"open": [entry.offer(doc) for entry in mine],
			"waits_for": "" if mine else _duties_of(now_open),
		},
	)


def _holds(condition: bool | Callable, doc: Document) -> bool:
	return bool(condition(doc)) if callable(condition) else condition


def _duties_of(entries: list[Step]) -> str:
	return "；".join(dict.fromkeys(duties.names(entry.duty) for entry in entries if entry.duty))


@frappe.whitelist(methods=["POST"])
def take(doctype: str, name: str, step: str, values: dict | str | None = None):
	"""Take a step by the name of its function; ``values``: what its dialog asked. Returns what the step returns.

	Raises NoSuchStep, and what the step raises; nothing is stored then.
	"""
	entry = steps_of(doctype).get(step) if frappe.db.exists("DocType", doctype) else None
	if not entry:
		frappe.throw(_("There is no such step."), NoSuchStep)
	given = frappe.parse_json(values) or {}
	known = list(inspect.signature(entry.function).parameters)[1:]
	# what comes in is of the types that the function names
	entry = replace(entry, function=validate_argument_types(entry.function))
	return _runner(entry)(name, **{key: given[key] for key in known if key in given})
