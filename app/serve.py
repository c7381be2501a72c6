"""The web process: `python -m app.serve`, a threaded server of its own for both profiles."""

import logging
import signal
import sys

from waitress import create_server

from app import create_app


def main() -> None:
    """Serves until it is told to stop; prints where."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    app = create_app()
    host, port = app.config["HOST"], app.config["PORT"]
    server = create_server(app, host=host, port=port, threads=8, ident=None)
    with app.app_context():
        from app.demo.people import accounts_table

        if app.config["DEMO"]:
            print(accounts_table(), flush=True)
    print(f"http://{host}:{port}/", flush=True)
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        server.close()


if __name__ == "__main__":
    main()
