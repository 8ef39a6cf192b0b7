"""Copies a node of Ironic's SQLite database into states to which no request leads at once.

in_states.py DATABASE NAME COPIES

COPIES is a list in JSON: for each copy an object with the columns that are other than the node's, its name among them. One
without a name is no copy: it changes the node itself.
"""

import json
import sqlite3
import sys
import uuid


def main():
    database, name, copies = sys.argv[1:]
    connection = sqlite3.connect(database, timeout=60)
    rows = connection.execute("SELECT * FROM nodes WHERE name = ?", (name,))
    columns = [column[0] for column in rows.description]
    original = dict(zip(columns, rows.fetchone()))
    kept = [column for column in columns if column != "id"]
    marks = ", ".join("?" for _ in kept)
    with connection:
        for copy in json.loads(copies):
            if "name" not in copy:
                changes = ", ".join(f"{column} = ?" for column in copy)
                connection.execute(f"UPDATE nodes SET {changes} WHERE name = ?", [*copy.values(), name])
                continue
            row = original | {"uuid": str(uuid.uuid4())} | copy
            connection.execute(
                f"INSERT INTO nodes ({', '.join(kept)}) VALUES ({marks})",
                [row[column] for column in kept],
            )


main()
