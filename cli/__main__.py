"""`python -m cli`: the same as the console script `admissions`."""

from cli.commands import main

main()
