"""Helpers for testing an app that uses flexflows; `flexflows.sandbox` is the API to test it against."""

from ._retries import instant_retries

__all__ = ["instant_retries"]
