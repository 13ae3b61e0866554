"""What is measured, against what, and the last figures. Ratios within one run, since machines are noisy."""
