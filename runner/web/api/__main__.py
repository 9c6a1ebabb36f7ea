"""``python -m runner.web.api > docs/openapi.json``: the copy of the OpenAPI document in the documentation."""

from runner.web.api.openapi import written

print(written(), end="")
