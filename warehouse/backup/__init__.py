"""Everything that a rebuild needs in one folder, with checksums, and from there back onto an empty home.

`contents` says what is kept, `manifest` lists it, `folder` is where it lies, `make` and `restore` are the two ways,
`last` remembers when a backup was made.
"""
