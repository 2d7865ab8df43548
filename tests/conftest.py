"""What the site and browser tiers share: one connection to the throw-away site that `make test` made.

The unit tier never asks for these fixtures, and therefore needs no Frappe.
"""

import os
from importlib import import_module

import pytest


def pytest_make_parametrize_id(val, argname):
	"""Bytes by the name of their argument: an archive made at collection holds the time, and each process made its own."""
	return argname if isinstance(val, bytes) else None


def pytest_configure():
	# Frappe 16 opens logs beside the working directory while it is imported, which is before the fixture below
	os.makedirs(os.path.join("..", "logs"), exist_ok=True)


@pytest.fixture(scope="session")
def site():
	"""The name of the connected site. Its data may be changed at will: the site is dropped afterwards.

	Each process of pytest-xdist has a copy of the site to itself (scripts/test.sh makes them).
	"""
	name, sites_path = os.environ.get("SOCAID_SITE"), os.environ.get("SITES_PATH")
	if not (name and sites_path):
		pytest.exit("没有测试站点：请用 make test-site 或 make test-browser 运行这一级测试。", returncode=3)
	if worker := os.environ.get("PYTEST_XDIST_WORKER"):
		name = f"{worker}.{name}"

	import frappe

	# Frappe finds its logs and apps.txt relative to the sites directory
	os.chdir(sites_path)
	frappe.init(site=name, sites_path=sites_path)
	frappe.connect()
	# in_test switches off checks that must hold in production, so it stays off
	frappe.flags.in_test = False
	frappe.flags.mute_emails = True
	frappe.set_user("Administrator")
	# what stands in Frappe's place in requests and jobs stands there in tests as well
	import_module("socaid_app.overrides").begin()
	yield name
	frappe.destroy()
