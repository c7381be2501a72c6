"""Made-up people, organisations and documents, to look around in; none of them exists."""
