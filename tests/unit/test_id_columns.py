"""Identity numbers of a file: one form for the whole ones, a name for each way of being damaged."""

import random

import duckdb
import pytest

from socaid_app.comparison import id_numbers
from socaid_app.comparison.id_numbers import MASKED, MISSING, OTHER, ROUNDED, WHOLE, WRONG, read_number
from socaid_app.policy.identity import make_check_digit


@pytest.mark.parametrize(
	"written, number, state",
	[
		("220422194001010008", "220422194001010008", WHOLE),
		("２２０４２２１９４００１０１０００８", "220422194001010008", WHOLE),
		("'220422 19400101 0008\t", "220422194001010008", WHOLE),
		("220422400101000", "220422194001010008", WHOLE),
		("11010519491231002x", "11010519491231002X", WHOLE),
		("2.20422E+17", "2.20422E+17", ROUNDED),
		("220422194001010008.0", "220422194001010008.0", ROUNDED),
		("220422194001012000", "220422194001012000", ROUNDED),
		("2204**********0008", "2204**********0008", MASKED),
		("E12345678", "E12345678", OTHER),
		("220422194001010009", "220422194001010009", WRONG),
		("220422194013010004", "220422194013010004", WRONG),
		("22042219400101", "22042219400101", WRONG),
		(" ", "", MISSING),
		(None, "", MISSING),
	],
)
def test_a_number_is_whole_or_told_as_what_it_is(written, number, state):
	reading = read_number(written)
	assert (reading.number, reading.state) == (number, state)
	assert id_numbers.MEANINGS[reading.state]


def test_the_database_reads_numbers_as_python_does():
	dice = random.Random(1)
	written = [
		"",
		" ",
		"2.20422E+17",
		"×",
		"2204**********1234",
		"E12345678",
		"220422000001010000",
		"9999999999999e0041",
		"9999999999999E0042",
		"220422197001011e03",
		"220422197001011E03",
		"220422200002290000",
		"22042220000229000X",
		"0x0DE0B6B3A7640000",
		"-12345678901234567",
		"1_2345678901234567",
	]
	for _ in range(3000):
		number = f"220422{dice.randint(0, 2100):04}{dice.randint(0, 13):02}{dice.randint(0, 32):02}{dice.randint(0, 999):03}"
		number += make_check_digit(number)
		at = dice.randint(0, 17)
		written.append(
			dice.choice(
				(
					number,
					number[:6] + number[8:17],
					number[:15] + "000",
					number[:at] + dice.choice("0123456789XｘЖ -*E.+/") + number[at + 1 :],
					number[:at] + dice.choice(" -'　\u200b’１") + number[at:],
					number.lower(),
				)
			)
		)
	connection = duckdb.connect()
	id_numbers.prepare(connection)
	table = id_numbers.read_sql("(select unnest($1) as x)", "x")
	rows = connection.execute(
		f"""select x, {id_numbers.NUMBER}, {id_numbers.STATE}, {id_numbers.plain_sql("figure")}
			from (select *, {id_numbers.figure_sql("x")} as figure from {table})""",
		[written],
	)
	for cell, found, told, plain in rows.fetchall():
		reading = read_number(cell)
		assert (reading.number, reading.state) == (found, told), cell
		assert plain == (told == WHOLE and found == cell and cell[10:14] != "0229"), cell
