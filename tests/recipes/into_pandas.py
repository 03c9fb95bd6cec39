import pandas as pd

from flexflows import FlexFlow, FlexFlows

with FlexFlows() as flows:
    records = [flow.to_dict() for flow in flows.stream()]
columns = None if records else list(FlexFlow().to_dict())  # an empty account has the same columns
frame = pd.DataFrame(records, columns=columns)
