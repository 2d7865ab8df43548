"""The workers of one county, where several share a bench.

Frappe names a queue after ``bench_id`` and reads that from the configuration of the site at work. With the site's name
there (``make deploy`` writes it) a county's jobs wait in queues of its own, which workers of its own take from: however
many jobs one county has, no other waits behind them. How many workers it has is how many of its jobs run at once.
"""

import frappe
from frappe.utils import background_jobs, get_bench_path
from rq import Worker


def queue_names(wanted: list[str]) -> list[str]:
	"""The county's queues in the order of ``wanted``; behind them the bench's: what was put there before it had its own."""
	common = get_bench_path().strip("/").replace("/", "-")
	own = background_jobs.get_queue_list(wanted, build_queue_name=True)
	return list(dict.fromkeys([*own, *(f"{common}:{name}" for name in wanted)]))


def work(wanted: list[str], burst: bool = False) -> None:
	"""Until it is stopped, or with ``burst`` until the queues are empty; as Frappe's own workers, but of this site."""
	names = queue_names(wanted)
	connection = background_jobs.get_redis_conn()
	background_jobs.set_niceness()
	frappe.destroy()
	Worker(names, connection=connection).work(
		burst=burst,
		logging_level="WARNING",
		date_format="%Y-%m-%d %H:%M:%S",
		log_format="%(asctime)s,%(msecs)03d %(message)s",
	)
