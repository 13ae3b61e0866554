"""The JSON interface at `/api/v1`: the same cases, figures and decisions for programs, described by OpenAPI."""
