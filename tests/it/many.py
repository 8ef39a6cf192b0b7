"""Copies a node of Ironic's SQLite database many times: what would take the API hours.

many.py DATABASE NAME COUNT FORMAT

FORMAT makes a copy's name out of its number, as "rack-{:05}"; empty gives none. Numbers are in no order.
"""

import random
import sqlite3
import sys
import uuid


def main():
    database, name, count, form = sys.argv[1:]
    connection = sqlite3.connect(database, timeout=60)
    rows = connection.execute("SELECT * FROM nodes WHERE name = ?", (name,))
    columns = [column[0] for column in rows.description]
    original = dict(zip(columns, rows.fetchone()))
    kept = [column for column in columns if column != "id"]
    numbers = list(range(1, int(count) + 1))
    random.Random(1).shuffle(numbers)
    copies = (
        original | {"uuid": str(uuid.uuid4()), "name": form.format(number) if form else None}
        for number in numbers
    )
    marks = ", ".join("?" for _ in kept)
    with connection:
        connection.executemany(
            f"INSERT INTO nodes ({', '.join(kept)}) VALUES ({marks})",
            ([copy[column] for column in kept] for copy in copies),
        )


main()
