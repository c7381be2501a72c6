"""`flask demo load`: a made-up year of seven providers, tens of thousands of enterprises, brought in by the real path."""
