from setuptools import setup

setup(name="socaid_app")
