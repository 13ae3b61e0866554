"""What stands beside the monthly forms: targets (CT-1) and training classes (BD-1)."""
