"""A phone as the server sees it: registered, it fetches visits and sends entries (docs/offline-protocol.md)."""

from __future__ import annotations

import base64
import uuid

from frappe.utils import now_datetime

from socaid_app.field_visits.pocket import (
	pocket_conflicts,
	pocket_devices,
	pocket_photos,
	pocket_pull,
	pocket_sync,
)
from tests import builders


class Phone:
	def __init__(self, user):
		self.user = user
		with builders.acting_as(user):
			answer = pocket_devices.register("测试手机", "Android", "1.0")
		self.keys = {"device": answer["device"], "token": answer["token"]}

	def pull(self, **values):
		with builders.acting_as(self.user):
			return pocket_pull.pull(**self.keys, **values)

	def push(self, *items, clock=None):
		with builders.acting_as(self.user):
			return pocket_sync.push(
				**self.keys, protocol=1, clock=str(clock or now_datetime()), items=list(items)
			)

	def one(self, item, **values):
		return self.push(item, **values)["answers"][0]

	def chunk(self, photo, offset, content):
		with builders.acting_as(self.user):
			return pocket_photos.photo_chunk(
				**self.keys, id=photo, offset=offset, data=base64.b64encode(content).decode()
			)

	def resolve(self, **values):
		with builders.acting_as(self.user):
			return pocket_conflicts.resolve(**self.keys, **values)


def item(kind, visit, made_at=None, **data):
	return {
		"id": str(uuid.uuid4()),
		"kind": kind,
		"visit": visit,
		"made_at": str(made_at or now_datetime()),
		"data": data,
	}


def fields(visit, taken, **values):
	return item(
		"fields",
		visit,
		fields=values,
		versions={field: taken["versions"].get(field, 0) for field in values},
		base={field: taken["fields"][field] for field, value in values.items() if isinstance(value, list)},
	)
