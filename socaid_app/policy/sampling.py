"""Which visits are checked again, and what their results say about all of them.

A stratified sample that anybody can draw again: the same population, share and seed give the same visits,
in whatever order the population was read and under whatever Python version.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from socaid_app.policy import terms
from socaid_app.policy.parameters import ParameterSet

# Two-sided 95 % of the normal distribution.
Z_95 = 1.959963984540054


# The least share of confirmed cases that the county checks itself, by scheme (43号 Art. 16; for 低保 by custom).
COUNTY_RATIO = {terms.DIBAO: "dibao_spot_check_ratio", terms.TEKUN: "tekun_spot_check_ratio"}


class SamplingError(ValueError):
	pass


@dataclass(frozen=True)
class Sample:
	"""``names`` in alphabetical order; ``strata``: stratum → (size, drawn); ``fingerprint``: SHA-256."""

	names: tuple[str, ...]
	strata: dict[str, tuple[int, int]]
	fingerprint: str


@dataclass(frozen=True)
class Rate:
	"""Shares between 0 and 1: the one observed and the 95 % interval of the true one."""

	value: float
	low: float
	high: float


def county_percent(scheme: str, on: date, parameters: ParameterSet) -> Decimal:
	"""Per cent of a scheme's confirmed cases that the county has to draw; 低保边缘 follows 低保."""
	return Decimal(str(parameters.get(COUNTY_RATIO.get(scheme, COUNTY_RATIO[terms.DIBAO]), on))) * 100


def draw(population: Mapping[str, str], percent: float | str | Decimal, at_least: int, seed: int) -> Sample:
	"""Draw from ``population`` (name → stratum) ``percent`` (0-100) of every stratum, rounded up.

	Every stratum gives at least ``at_least`` or all it has. Raises SamplingError for impossible settings.
	"""
	share = Decimal(str(percent)) / 100
	if not 0 <= share <= 1:
		raise SamplingError(f"percent {percent} is not between 0 and 100")
	if at_least < 0:
		raise SamplingError(f"at_least {at_least} is negative")
	# Python promises the same sequence of random() for ever, but not the same result of sample():
	# every unit draws a number, the smallest numbers are in the sample.
	numbers = random.Random(seed)
	lots: dict[str, list[tuple[float, str]]] = {}
	for name in sorted(population):
		lots.setdefault(population[name], []).append((numbers.random(), name))
	drawn: list[str] = []
	strata = {}
	for stratum, units in sorted(lots.items()):
		wanted = max(at_least, int((len(units) * share).to_integral_value(ROUND_CEILING)))
		chosen = sorted(units)[:wanted]
		drawn += (name for _lot, name in chosen)
		strata[stratum] = (len(units), len(chosen))
	names = tuple(sorted(drawn))
	return Sample(names, strata, fingerprint(population, percent, at_least, seed, names))


def fingerprint(
	population: Mapping[str, str],
	percent: float | str | Decimal,
	at_least: int,
	seed: int,
	names: Iterable[str],
) -> str:
	"""SHA-256 over population, settings and sample: it changes with any of them."""
	content = [
		sorted(population.items()),
		str(Decimal(str(percent)).normalize()),
		at_least,
		seed,
		sorted(names),
	]
	return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def wilson(errors: int, checked: int, z: float = Z_95) -> Rate:
	"""The error rate of a sample and its Wilson score interval, with p = errors/checked and n = checked:

	    (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n)

	It holds for small samples and rates near 0, where the usual p ± z·√(p(1-p)/n) leaves the unit interval.
	Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, Journal of the
	American Statistical Association 22 (1927) 209-212. Nothing checked: rate 0, interval 0 to 1.
	Raises SamplingError when there are more errors than checks.
	"""
	if not 0 <= errors <= checked:
		raise SamplingError(f"{errors} errors in {checked} checks")
	if not checked:
		return Rate(0.0, 0.0, 1.0)
	p, square = errors / checked, z * z / checked
	centre = p + square / 2
	half = z * ((p * (1 - p) + square / 4) / checked) ** 0.5
	low, high = (centre - half) / (1 + square), (centre + half) / (1 + square)
	# Rounding may push a limit past the rate itself when there is no error or nothing else.
	return Rate(p, min(p, max(0.0, low)), max(p, min(1.0, high)))
