"""Settings that all tests share: hypothesis runs the same examples on every machine, without a database."""

import signal

from hypothesis import HealthCheck, settings

settings.register_profile(
    "suite", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")

# A background shell makes its programs ignore Ctrl-C, and nohup SIGHUP; the commands that tests start would, too.
for number in [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]:
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)
