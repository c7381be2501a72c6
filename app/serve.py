"""The web process: `python -m app.serve`, a threaded server of its own for both profiles."""

import gc
import logging
import signal
import sys
from collections.abc import Mapping
from typing import Any

from waitress import create_server

from app import create_app
from config import LOOPBACK


def main() -> None:
    """Serves until it is told to stop; prints where."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    app = create_app()
    gc.collect()
    gc.freeze()  # what lives as long as the process is not looked through again and again for cycles
    host, port = app.config["HOST"], app.config["PORT"]
    server = create_server(app, host=host, port=port, threads=8, ident=None, **limits(app.config))
    if not app.config["TRUSTED_HOSTS"] and host not in LOOPBACK:
        print("TRUSTED_HOSTS is not set: requests for any host name are taken", flush=True)
    with app.app_context():
        from app.demo.people import accounts_table

        if app.config["DEMO"]:
            print(accounts_table(), flush=True)
    print(f"http://{host}:{port}/", flush=True)
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        server.close()


def limits(config: Mapping[str, Any]) -> dict[str, Any]:
    """How much is read before the application is asked, and from whom alone a caller's address and scheme are believed."""
    most = max(2 * config["MAX_CONTENT_LENGTH"], config["MAX_DELIVERY_LENGTH"])  # up to there, errors are ours
    found: dict[str, Any] = {"max_request_body_size": most}
    if config["TRUSTED_PROXY"]:
        found |= {
            "trusted_proxy": config["TRUSTED_PROXY"], "trusted_proxy_count": 1,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        }
    return found


if __name__ == "__main__":
    main()
