"""DuckDB on the same events or parts, with one thread: the peer of the benches.

`peer.py ingest <events.ndjson> <out.parquet>` converts, `peer.py open <cache>` counts; prints one JSON object, the best of five rounds.
`peer.py query <cache> <questions.json>` asks each question once, and prints one JSON object for it.
"""

import json
import pathlib
import sys
import time

COLUMNS = {
    "timestamp": "BIGINT",
    "sequence_number": "BIGINT",
    "log_id": "VARCHAR",
    "message": "VARCHAR",
    "labels": "VARCHAR[]",
}


def best(action, rounds=5):
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def duckdb_on_one_thread():
    import duckdb

    connection = duckdb.connect()
    connection.execute("set threads = 1")
    return connection


def ingest(events, parquet):
    connection = duckdb_on_one_thread()
    query = (
        f"copy (select * from read_json('{events}', format='newline_delimited', columns={COLUMNS})) "
        f"to '{parquet}' (format parquet, compression zstd)"
    )
    seconds = best(lambda: connection.execute(query))
    return {"seconds": seconds, "bytes": pathlib.Path(parquet).stat().st_size}


def open_(cache):
    connection = duckdb_on_one_thread()
    query = (
        "select count(*), epoch_ms(min(timestamp)), epoch_ms(max(timestamp)) "
        f"from read_parquet('{cache}/logs/*/*/*/*.parquet', hive_partitioning=false)"
    )
    seconds = best(lambda: connection.execute(query).fetchall())
    return {"seconds": seconds, "rows": connection.execute(query).fetchone()[0]}


def query(cache, questions):
    connection = duckdb_on_one_thread()
    files = f"{cache}/logs/*/*/*/*.parquet"
    connection.execute(
        f"create view t as from read_parquet('{files}', hive_partitioning=false, union_by_name=true)"
    )
    for question in json.loads(pathlib.Path(questions).read_text()):
        started = time.perf_counter()
        answer = connection.execute(question["sql"]).fetchone()[0]
        if "and" in question:
            connection.execute(question["and"]).fetchall()
        seconds = time.perf_counter() - started
        yield {"name": question["name"], "seconds": seconds, "answer": answer}


def one(action):
    return lambda *arguments: [action(*arguments)]


ACTIONS = {"ingest": one(ingest), "open": one(open_), "query": query}
for line in ACTIONS[sys.argv[1]](*sys.argv[2:]):
    print(json.dumps(line))
