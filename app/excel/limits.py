"""How much a workbook may hold: enough for the largest real one, too little to hurt."""

from datetime import timedelta

MOST_ROWS = 200_000
"""Rows of data on one sheet."""
MOST_COLUMNS = 300
"""Columns on one sheet."""
MOST_CELLS = 12_000_000
"""Rows times columns of the area that the filled cells of one sheet span: what reading takes in memory."""

AT_ONCE = 2_000
"""Up to so many rows are checked while the person waits; more go to the background worker."""
CHUNK = 1_000
"""Rows checked and written together."""
FAULTS_KEPT = 20_000
"""Faults kept for the result page and the workbook of faulty rows; further ones are only counted."""

SILENT = timedelta(seconds=90)
"""A run whose heart has not beaten for so long was killed."""
ATTEMPTS = 2
"""How often a run is taken up; then it has failed."""
UPLOADS_KEPT = timedelta(days=30)
"""How long the file of an unfinished import is kept."""
