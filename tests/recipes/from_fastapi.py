from fastapi import FastAPI

from flexflows import AsyncFlexFlows, FlexFlow

app = FastAPI()


@app.get("/flows")
async def flows() -> list[FlexFlow]:
    async with AsyncFlexFlows() as client:
        return await client.list()
