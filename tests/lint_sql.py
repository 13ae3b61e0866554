"""`python -m tests.lint_sql …`: `sqlfluff …` whose trees are not looked through for garbage time and again.

It keeps millions of small objects as long as it reads a file; Python's collector, as it is set, walks over them for
about half of the time. sqlfluff's own processes import this module, too.
"""

import gc

gc.set_threshold(200_000, 50, 100)

if __name__ == "__main__":
    from sqlfluff.cli.commands import cli

    cli()
