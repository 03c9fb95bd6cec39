import polars as pl

from flexflows import FlexFlow, FlexFlows

with FlexFlows() as flows:
    records = [flow.to_dict() for flow in flows.stream()]
columns = None if records else list(FlexFlow().to_dict())  # an empty account has the same columns
frame = pl.DataFrame(records or None, columns, strict=False, infer_schema_length=None)
frame = frame.cast({pl.Null: pl.String})  # a column in which every value is null
