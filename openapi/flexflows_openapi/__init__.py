"""The code behind `make gen`, `make gen-check`, `make gen-diff`, `make drift` and `make lint`."""
