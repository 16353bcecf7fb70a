"""Writes what describes the registry to programs into a folder: `python -m registry.describe openapi`."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from registry.agreements.terms import json_schema
from registry.app import create_app
from registry.db.migrate import migrate
from registry.decisions.wire.openapi import openapi_paths
from registry.oauth.keys import create_token_key
from registry.policy.schema import law_schema
from registry.receipts.keys import create_receipt_key
from registry.settings import Settings
from registry.signers.files import create_key
from registry.web.description import describe


def documents() -> dict[str, str]:
    """The description of the API, the schemas of terms and of the law files, by name; the same everywhere."""
    return {
        "registry.json": _text(_description()),
        "terms-1.json": _text(json_schema()),
        "law-1.json": _text(law_schema()),
    }


def _description() -> dict[str, Any]:
    """The description of the whole application, put together as it is for serving."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), database_url="", base_url="http://127.0.0.1:8000")
        migrate(settings.database)
        create_key(settings.log_key)
        create_token_key(settings.token_key)
        create_receipt_key(settings)
        app = create_app(settings)
        described = describe(app.pages, openapi_paths())
        app.registry.db.dispose()
    return described


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    for name, text in documents().items():
        Path(sys.argv[1], name).write_text(text, encoding="utf-8")
