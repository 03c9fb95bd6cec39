"""What all tests share: how hypothesis runs, the same on every machine and without a database of its own."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "suite", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("fuzz", settings.get_profile("suite"), derandomize=False, max_examples=20_000)
settings.load_profile("suite")
