"""dbt and the check for tests: processes of their own as in production, forked from one with everything imported."""
