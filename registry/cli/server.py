"""How the servers of this project are run."""

from typing import Any

SERVER: dict[str, Any] = {
    "http": "httptools",
    "loop": "uvloop",
    "lifespan": "on",
    "log_level": "warning",
    "access_log": False,
    "server_header": False,
    "timeout_graceful_shutdown": 10,
}
"""What uvicorn is told, for the registry and for a witness."""
