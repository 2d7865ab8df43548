"""Read and change a bench's common_site_config.json.

Fed to the bench user's Python on standard input, because that user may be unable to read the checkout:

    bench_config.py FILE get KEY
    bench_config.py FILE set KEY=VALUE ...     prints "changed" when the file changed

A VALUE that parses as JSON is stored as that, and anything else as text; `@NAME` takes the text of the
environment variable NAME, so that a password is never seen on a command line. The file is kept at mode 0600.
"""

import json
import os
import sys


def read(path: str) -> dict:
	with open(path) as file:
		return json.load(file)


def parse(value: str):
	if value.startswith("@"):
		return os.environ[value[1:]]
	try:
		return json.loads(value)
	except ValueError:
		return value


def main(path: str, action: str, *args: str) -> None:
	config = read(path)
	if action == "get":
		print(config.get(args[0], ""))
		return

	changed = config | {key: parse(value) for key, _, value in (arg.partition("=") for arg in args)}
	if changed == config:
		return
	# written beside and moved over: a running server never reads half a file
	beside = f"{path}.new"
	with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
		json.dump(changed, file, indent=1, sort_keys=True)
	os.replace(beside, path)
	print("changed")


if __name__ == "__main__":
	main(*sys.argv[1:])
