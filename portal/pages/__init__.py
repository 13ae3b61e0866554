"""The pages, a module a subject: it reads the address, asks `answers/` or the published file, fills a template."""
