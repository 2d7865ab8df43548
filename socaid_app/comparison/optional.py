"""Libraries that only some of the comparison needs, and what to say when one is not there."""

from __future__ import annotations

import importlib
from types import ModuleType


class LibraryMissing(RuntimeError):
	"""The message says what to install."""


def library(name: str, extra: str, purpose: str) -> ModuleType:
	"""The library, imported only now. Raises LibraryMissing with a sentence for the administrator."""
	try:
		return importlib.import_module(name)
	except ImportError as error:
		raise LibraryMissing(
			f"{purpose}需要程序库{name}，服务器上没有安装或装得不完整（{error}）。"
			f"请管理员执行“bench pip install 'socaid_app[{extra}]'”（命令行使用时执行“pip install 'socaid_app[{extra}]'”），"
			"再重启服务。其余功能不受影响。"
		) from error
