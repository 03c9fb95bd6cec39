import polars

from flexflows import FlexFlow, FlexFlows

with FlexFlows() as flows:
    records = [flow.to_dict() for flow in flows.stream()]
columns = None if records else list(FlexFlow().to_dict())  # an empty account has the same columns
frame = polars.DataFrame(records or None, columns, strict=False, infer_schema_length=None)
frame = frame.cast({polars.Null: polars.String})  # a column in which every value is null
