"""Prints a pstats file as JSON, one function a line, straight from marshal: what tests compare our reader with.

python3 pstats-rows.py FILE > FILE.python.json

Rows keep the file's order and Python's field order: functions are [file, line, name, cc, nc, tt, ct, callers]
(primitive calls first), callers are [file, line, name, nc, cc, tt, ct] (all calls first).
"""
import json
import marshal
import sys

with open(sys.argv[1], "rb") as file:
    stats = marshal.load(file)

rows = []
for (path, line, name), (cc, nc, tt, ct, callers) in stats.items():
    edges = [[*caller, *values] for caller, values in callers.items()]
    rows.append(json.dumps([path, line, name, cc, nc, tt, ct, edges]))

# As pstats.Stats counts: own time of all functions; calls of all functions.
summary = {
    "python": sys.version.split()[0],
    "functions": len(rows),
    "edges": sum(len(row[4]) for row in stats.values()),
    "calls": sum(row[1] for row in stats.values()),
    "primitiveCalls": sum(row[0] for row in stats.values()),
    "total": sum(row[2] for row in stats.values()),
}
print('{\n"summary": ' + json.dumps(summary) + ',\n"rows": [\n' + ",\n".join(rows) + "\n]\n}")
