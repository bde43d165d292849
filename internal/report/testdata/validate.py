"""Validates reports with programs that are not this project's.

validate.py SCHEMA COLUMNS NAME...: NAME.json by the JSON Schema, NAME.csv by the list of columns. Prints each fault."""
import csv
import json
import re
import sys

import jsonschema

schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
columns = [row["column"] for row in csv.DictReader(open(sys.argv[2], encoding="utf-8", newline=""), strict=True)]
states = schema["$defs"]["item"]["properties"]["state"]["enum"]
date = re.compile(schema["$defs"]["item"]["properties"]["date"]["pattern"])

for name in sys.argv[3:]:
    report = json.load(open(name + ".json", encoding="utf-8"))
    for fault in validator.iter_errors(report):
        print(f"{name}.json: {fault.json_path}: {fault.message}")
    with open(name + ".csv", encoding="utf-8-sig", newline="") as f:
        rows = list(csv.reader(f, strict=True))
    if rows[0] != columns:
        print(f"{name}.csv: columns {rows[0]}, documented are {columns}")
    if len(rows) - 1 != len(report["items"]):
        print(f"{name}.csv: {len(rows) - 1} items, the report has {len(report['items'])}")
    for row in rows[1:]:
        if len(row) != len(columns) or row[0] not in states or not date.search(row[4]):
            print(f"{name}.csv: {row}")
