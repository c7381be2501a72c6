"""Flask-AppBuilder's security, adapted: positions as roles, permissions from the catalogue, one look-up a request."""
