"""DuckDB on the same events, with one thread: the peer of the ingest and open benches.

`peer.py ingest <events.ndjson> <out.parquet>` converts, `peer.py open <cache>` counts; prints one JSON object, the best of five rounds.
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


ACTIONS = {"ingest": ingest, "open": open_}
print(json.dumps(ACTIONS[sys.argv[1]](*sys.argv[2:])))
