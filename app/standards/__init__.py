"""National standards as checks of numbers and as code tables. Needs neither the application nor a database."""
