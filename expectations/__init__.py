"""The catalogue of quality rules, the Great Expectations suites built from it, failures and the gate."""
