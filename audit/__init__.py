"""`make audit-web`: every function a request can reach, tried by every role with what is not theirs.

See :mod:`audit.scan`. Runs on a throw-away site with a small demo county; nothing leaves the machine.
"""
