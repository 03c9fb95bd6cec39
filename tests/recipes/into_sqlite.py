import json
import sqlite3
from contextlib import closing

from flexflows import FlexFlows

with closing(sqlite3.connect("flows.db")) as database, database, FlexFlows() as flows:
    database.execute("CREATE TABLE IF NOT EXISTS flows (sid TEXT PRIMARY KEY, record TEXT)")
    rows = ((flow.sid, json.dumps(flow.to_dict())) for flow in flows.stream())
    database.executemany("INSERT OR REPLACE INTO flows VALUES (?, ?)", rows)
    channels = database.execute("SELECT record ->> 'channel_type', count(*) FROM flows GROUP BY 1").fetchall()
