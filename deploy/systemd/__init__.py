"""Units of systemd for an office without Docker: `python -m deploy.systemd`."""
