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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import get_type_hints

import frappe
from frappe import _
from frappe.model.base_document import get_controller
from frappe.model.document import Document
from frappe.utils import now_datetime, today
from frappe.utils.typing_validations import validate_argument_types

from socaid_app.casework import duties, people, records, waiting

# In ``not_by``: whoever wrote last what the step approves.
AUTHOR = "author"
# As ``mandatory_depends_on``: the dialog wants an answer; who calls the function may leave it to that.
IN_THE_DIALOG = "eval:true"
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
	its own or as a field ``of`` another DocType, something that only the step's function knows what to do with.

	``keeps``: left blank, what stands in the record is the answer; ``on_form``: so it is, and it is written on the form
	and not in the dialog.
	"""

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
	of: str = ""
	keeps: bool = False
	on_form: bool = False
	# Of a link: which records may be chosen; or a function of the record.
	filters: Mapping | Callable | None = None

	@property
	def is_of_record(self) -> bool:
		return not (self.label or self.of)

	def is_blank(self, doc: Document, value) -> bool:
		if _blank(value) and (self.keeps or self.on_form):
			value = doc.get(self.fieldname)
		return _blank(value)

	def field(self, doc: Document) -> dict:
		"""The field of the dialog, in the user's language."""
		home = self.of or doc.doctype
		df = frappe.get_meta(home).get_field(self.fieldname) if self.of or not self.label else None
		fieldtype = self.fieldtype or (df.fieldtype if df else "Small Text")
		label = self.label or _(df.label, context=home)
		options = self.options(doc) if callable(self.options) else self.options or (df.options if df else "")
		if fieldtype == "Select":
			words = options.split("\n") if isinstance(options, str) else list(options)
			context = self.context or home
			options = [
				word
				if isinstance(word, dict)
				else {"value": word, "label": word and _(word, context=context)}
				for word in words
			]
		default = self.default(doc) if callable(self.default) else self.default
		if self.is_of_record and default is None and df and doc.has_permlevel_access_to(self.fieldname, df):
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
			"filters": self.filters(doc) if callable(self.filters) else self.filters,
		}

	def name(self, doc: Document) -> str:
		return self.field(doc)["label"]


def _blank(value) -> bool:
	return value is None or (isinstance(value, str) and not value.strip())


@dataclass(frozen=True)
class Turn:
	"""One of several buttons of a step: with values that are given instead of asked, or with a record to open."""

	label: str = ""
	values: Mapping = field(default_factory=dict)
	title: str = ""
	primary: bool = False
	# Instead of those of the step.
	asks: tuple[Ask, ...] | None = None
	# Of a button that opens another record: its name; without it a new one is begun with the values.
	name: str = ""


@dataclass(frozen=True)
class Step:
	"""One step of a DocType; see :class:`Steps` for what each part means."""

	doctype: str
	key: str
	label: str | Callable[[Document], str]
	at: tuple[str, ...]
	function: Callable | None
	to: str = ""
	duty: str = ""
	permission: str = "write"
	who: Callable[[Document], str] | None = None
	not_by: tuple[str | Callable, ...] = ()
	another: str = ""
	asks: tuple[Ask, ...] | Callable = ()
	stamps: tuple[str, ...] = ()
	when: Callable[[Document], object] | None = None
	missing: Callable[[Document], Iterable] | None = None
	confirm: str | Callable[[Document], str] = ""
	primary: bool | Callable[[Document], object] = False
	hidden: bool | Callable[[Document], object] = False
	logged: bool | Callable[[Document, Step, str], None] = True
	each: Callable[[Document], Iterable[Turn]] | None = None
	opens: str = ""
	group: str = ""
	place: int = 0
	refusal: type[Exception] = StepNotOpen
	incomplete: type[Exception] = StepIncomplete
	foreign: type[Exception] = duties.NotYourDuty

	def questions(self, doc: Document) -> tuple[Ask, ...]:
		return tuple(self.asks(doc)) if callable(self.asks) else self.asks

	def is_open(self, doc: Document) -> bool:
		return (not self.at or state_of(doc) in self.at) and bool(not self.when or self.when(doc))

	def name(self, doc: Document) -> str:
		return str(self.label(doc) if callable(self.label) else self.label)

	def lacks(self, doc: Document, asked: Iterable[Ask] = ()) -> list[str]:
		"""What the step still needs, in sentences; ``asked``: what its dialog does not ask for."""
		blank = [ask for ask in asked if ask.on_form and ask.reqd and ask.is_blank(doc, None)]
		return [*(_("Fill in “{0}”.").format(ask.name(doc)) for ask in blank), *map(str, self._missing(doc))]

	def _missing(self, doc: Document) -> list:
		return list(self.missing(doc)) if self.missing else []

	def by_another(self, doc: Document) -> str | Exception:
		"""Why another person than the session's user has to take it; '' when nothing stands against it."""
		for one in self.not_by:
			if callable(one):
				if ground := one(doc):
					return ground
			elif frappe.session.user == (records.author(doc) if one == AUTHOR else doc.get(one)):
				return str(self.another) or _("Another person takes this step than whoever entered it.")
		return ""

	def writers(self, doc: Document) -> set[str]:
		"""Those who wrote what the step checks; somebody else has to take it."""
		named = (one for one in self.not_by if not callable(one))
		return {records.author(doc) if one == AUTHOR else doc.get(one) for one in named} - {None, ""}

	def why_not_yours(self, doc: Document) -> str:
		"""Why the step is nothing for the session's user at all; '' when it is theirs."""
		if self.duty and not duties.holds(self.duty):
			return duties.refusal(self.duty)
		return str(self.who(doc) or "") if self.who else ""

	# --- taking it ------------------------------------------------------------------------------------------
	def require_open(self, doc: Document) -> None:
		"""Raises ``refusal`` where the step is not open, ``foreign`` where it is somebody else's."""
		if not self.is_open(doc):
			frappe.throw(
				_("{0} {1} stands at “{2}”; “{3}” is not open now. Load it again to see what is.").format(
					_(doc.doctype), doc.name, _(state_of(doc), context=doc.doctype), self.name(doc)
				),
				self.refusal,
			)
		if ground := self.why_not_yours(doc) or self.by_another(doc):
			frappe.throw(str(ground), type(ground) if isinstance(ground, Exception) else self.foreign)

	def require_complete(self, doc: Document, values: dict) -> None:
		"""Raises ``incomplete`` after what was asked is entered, so that the record itself is asked what it lacks."""
		for ask in self.questions(doc):
			if ask.reqd and ask.is_blank(doc, values.get(ask.fieldname)):
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
			if ask.is_of_record and not ((ask.keeps or ask.on_form) and _blank(value)):
				doc.set(ask.fieldname, value)

	# --- offering it ----------------------------------------------------------------------------------------
	def offers(self, doc: Document, foreign: str = "") -> list[dict]:
		"""Its buttons, with what each asks and lacks; ``foreign``: why somebody else has to take it."""
		turns = list(self.each(doc)) if self.each else [Turn()]
		return [self._offer(doc, turn, foreign) for turn in turns]

	def _offer(self, doc: Document, turn: Turn, foreign: str) -> dict:
		asks = self.questions(doc) if turn.asks is None else turn.asks
		label = turn.label or self.name(doc)
		opens = {"doctype": self.opens, "name": turn.name, "values": turn.values} if self.opens else None
		return {
			"key": self.key,
			"label": label,
			"title": turn.title or label,
			"group": str(self.group),
			"fields": [ask.field(doc) for ask in asks if not ask.on_form],
			"values": dict(turn.values),
			"confirm": str((self.confirm(doc) if callable(self.confirm) else self.confirm) or ""),
			"primary": int(turn.primary or _holds(self.primary, doc)),
			"missing": [*filter(None, [foreign]), *self.lacks(doc, asks)],
			"opens": opens,
		}


@dataclass(frozen=True)
class Steps:
	"""Declares the steps of a DocType; what is given here holds for all of them.

	``at``: the states a step leads from (one, or several; none: any), ``to``: the state it leads to ('': stays, or the
	function says). ``duty``: who may take it (casework/duties.py); ``who``: a function of the record that says why the
	session's user may not, where that depends on the record; ``permission``: what of the record they need for it.
	``not_by``: fields that name who may not, AUTHOR
	for whoever wrote last, ``another`` is the sentence then; or functions of the record that say why the session's user
	may not, as a sentence or an error. ``asks``: the dialog, as :class:`Ask`, a field's name, or
	a function of the record. ``stamps``: fields that get who took it, and when. ``when``: a further condition of its
	being open; ``missing``: what has to be mended first, as sentences, findings of the law, or errors of the kind that
	is to be raised. ``primary``: the button in front, ``hidden``: no button, always or by a function
	of the record; ``each``: several buttons, as :class:`Turn`; ``group``: the menu they stand in. ``logged``: whether the
	timeline tells of it, or a function that writes its line into the record instead (see :func:`note`).
	``refusal``: the error of a step that is not open, ``incomplete`` of one that lacks something (default: the same),
	``foreign`` of one that is somebody else's. ``order``: of the buttons, by the names of the functions; ``every``: parts
	that all steps have.
	"""

	doctype: str
	refusal: type[Exception] = StepNotOpen
	incomplete: type[Exception] | None = None
	foreign: type[Exception] = duties.NotYourDuty
	order: tuple[str, ...] = ()
	every: Mapping = field(default_factory=dict)

	def __call__(self, label: str, *, at: str | Sequence[str] = (), asks=(), **parts) -> Callable:
		def declare(function: Callable) -> Callable:
			# Frappe judges the types of what comes in by what is no text
			function.__annotations__ = get_type_hints(function)
			known = (
				asks if callable(asks) else tuple(Ask(ask) if isinstance(ask, str) else ask for ask in asks)
			)
			return _runner(self._register(function.__name__, label, at, function, asks=known, **parts))

		return declare

	def opens(self, key: str, label: str, doctype: str, *, at: str | Sequence[str] = (), **parts) -> None:
		"""A button beside the steps that opens another record, or begins one (``each``: which)."""
		self._register(key, label, at, None, opens=doctype, **parts)

	def _register(self, key: str, label: str, at: str | Sequence[str], function, **parts) -> Step:
		entry = Step(
			doctype=self.doctype,
			key=key,
			label=label,
			at=(at,) if isinstance(at, str) else tuple(at),
			function=function,
			place=self.order.index(key) if key in self.order else len(self.order),
			**{
				"refusal": self.refusal,
				"incomplete": self.incomplete or self.refusal,
				"foreign": self.foreign,
				**self.every,
				**parts,
			},
		)
		_REGISTERED.setdefault(self.doctype, {})[key] = entry
		return entry


def _runner(entry: Step) -> Callable:
	signature = inspect.signature(entry.function)

	@wraps(entry.function)
	def run(record: str | Document, *args, **values):
		doc = record if isinstance(record, Document) else locked(entry.doctype, record, entry.permission)
		given = signature.bind(doc, *args, **values)
		given.apply_defaults()
		entry.require_open(doc)
		entry.enter(doc, given.arguments)
		entry.require_complete(doc, given.arguments)
		label = entry.name(doc)
		doc.flags.step = entry
		doc.flags.step_note = _texts(doc, entry, given.arguments) if entry.logged else ""
		result = entry.function(*given.args, **given.kwargs)
		if doc.flags.step is entry:
			done(doc)
		if entry.logged is True:
			_comment(doc, label)
		return result

	return run


def locked(doctype: str, name: str, permission: str = "write") -> Document:
	"""The record for a step of the session's user: nobody else changes it until the end of the transaction."""
	if get_controller(doctype).TURNS:
		# as every save does: the turn first, then the row
		waiting.take(frappe.get_doc(doctype, name).turns())
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
	if callable(entry.logged):
		entry.logged(doc, entry, doc.flags.step_note)
	with records.step(doc):
		# whoever takes a step for which reading is enough need not be allowed to write the rest
		doc.save(ignore_permissions=True if entry.permission != "write" else None)


def nothing_to_save(doc: Document) -> None:
	"""Within a step that stores the record by another use case, or only makes others."""
	doc.flags.pop("step")


def note(doc: Document, text: str) -> None:
	"""Within a step: what the line about it says, instead of the texts that were entered."""
	doc.flags.step_note = text


def _stamp(fieldtype: str):
	return {"Date": today, "Datetime": now_datetime}.get(fieldtype, lambda: frappe.session.user)()


def _texts(doc: Document, entry: Step, values: dict) -> str:
	"""The words that were entered, but for fields that not everybody may read."""
	texts = [values.get(ask.fieldname) for ask in entry.questions(doc) if _is_open_text(doc, ask)]
	return "；".join(text for text in texts if isinstance(text, str) and text)


def _comment(doc: Document, label: str) -> None:
	"""A line in the record's timeline, as Frappe writes for the steps of a workflow."""
	doc.add_comment(
		"Workflow", frappe.utils.escape_html("：".join(filter(None, (label, doc.flags.step_note))))
	)


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
	declared = sorted(steps_of(doc.doctype).values(), key=lambda entry: entry.place)
	if not declared or doc.is_new():
		return
	# the document itself would tell the reader, in a message, of each right that is not theirs
	rights = {entry.permission for entry in declared}
	allowed = {right: frappe.has_permission(doc.doctype, right, doc=doc) for right in rights}
	now_open = [
		entry
		for entry in declared
		if allowed[entry.permission] and entry.is_open(doc) and not _holds(entry.hidden, doc)
	]
	if not now_open:
		return
	mine = [entry for entry in now_open if not entry.why_not_yours(doc)]
	offered, grounds, handed_to = [], {}, ""
	for entry in mine:
		# steps of a family have the same reason, which may be looked for in other records
		family = (entry.not_by, str(entry.another))
		if family not in grounds:
			grounds[family] = str(entry.by_another(doc))
		offered += entry.offers(doc, grounds[family])
		if not handed_to and _is_handed_over(entry, doc):
			handed_to = _who_checks(entry, doc)
	waits_for = "" if mine else _duties_of(now_open)
	doc.set_onload("steps", {"open": offered, "waits_for": waits_for, "handed_to": handed_to})


def _is_handed_over(entry: Step, doc: Document) -> bool:
	"""Whether the session's user did their part, and all that the step still needs is another person."""
	return frappe.session.user in entry.writers(doc) and not entry.lacks(doc, entry.questions(doc))


def _who_checks(entry: Step, doc: Document) -> str:
	"""The names of those who may take the step, at most three; where nobody can be named, the duty."""
	if not entry.duty:
		return _("another person who may take this step")
	able = people.Directory().users(duties.roles_of(entry.duty), doc.get("division"))
	names = people.full_names([user for user in able if user not in entry.writers(doc)][:3])
	return "、".join(names.values()) or duties.names(entry.duty)


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
	if not entry or not entry.function:
		frappe.throw(_("There is no such step."), NoSuchStep)
	given = frappe.parse_json(values) or {}
	wanted = list(inspect.signature(entry.function).parameters.values())[1:]
	# what was left out is blank, and told as such
	values = {
		one.name: given.get(one.name) for one in wanted if one.name in given or one.default is one.empty
	}
	# what comes in is of the types that the function names
	entry = replace(entry, function=validate_argument_types(entry.function))
	return _runner(entry)(name, **values)
