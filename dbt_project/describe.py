"""What dbt knows of the forms' fields, rendered from `reference/fields.csv`.

In: the fields. Out: `models/docs/fields.md`, one docs block per form and field (`kn1_admitted`); `macros/fields.sql`,
the figures of each monthly form with their types; and in the models' YAML, between two comments that say so, the
columns of a relation that holds a form's counts. Run `make describe` after a change of fields.csv; a test compares.
"""

import re
from pathlib import Path

from reference.fields import MONTHLY_FORMS, Field, all_fields, number_fields_of

_PROJECT = Path(__file__).parent
_SOURCE = "Rendered from reference/fields.csv by `make describe`; do not edit."
_COUNTS = re.compile(
    r"^(?P<head>(?P<margin> +)# The counts of (?P<form>\S+?)(?P<typed>, with types)?: make describe\.\n)"
    r".*?^(?P<foot> +# End of the counts\.)$",
    re.MULTILINE | re.DOTALL,
)

_CARRIES = {"year": "since the beginning of the calendar year", "term": "since the beginning of the term"}


def block_name(field: Field) -> str:
    """`KN-1`, `admitted` -> `kn1_admitted`."""
    return f"{field.form.lower().replace('-', '')}_{field.name}"


def sentence(field: Field) -> str:
    """What the column holds, in English, with its name on the sheet and what it is part of."""
    sheet_name = " / ".join(part for part in (field.group_vi, field.header_vi) if part)
    text = f"{field.name_en} (form {field.form}, “{sheet_name}”)."
    if field.whole:
        text += f" One of the parts that add up to `{field.whole}`."
    if field.subset_of:
        text += f" Part of `{field.subset_of}`; such parts need not add up."
    if field.carries:
        text += f" Cumulative {_CARRIES[field.carries]}."
    if field.type == "percent":
        text += " In percent points, as on the sheet."
    if field.is_number:
        text += " NULL = not reported, 0 = none."
    return text


def _descriptions() -> str:
    blocks = (f"\n{{% docs {block_name(field)} %}}\n{sentence(field)}\n{{% enddocs %}}\n" for field in all_fields())
    return f"<!-- {_SOURCE} -->\n" + "".join(blocks)


def _figures() -> str:
    lines = [f"{{#- {_SOURCE} -#}}", "{% macro types_of_figures(form) -%}", "    {{- return({"]
    for form in MONTHLY_FORMS:
        lines += [
            f"        '{form}': {{",
            *(f"            '{field.name}': '{field.type}'," for field in number_fields_of(form)),
            "        },",
        ]
    return "\n".join([*lines, "    }[form]) -}}", "{%- endmacro %}", ""])


def _columns(found: re.Match[str]) -> str:
    margin, kind = found["margin"], f"{found['margin']}  data_type: bigint\n" if found["typed"] else ""
    columns = (
        f"{margin}- name: {field.name}\n{kind}{margin}  description: \"{{{{ doc('{block_name(field)}') }}}}\"\n"
        for field in number_fields_of(found["form"])
        if field.type == "count"
    )
    return found["head"] + "".join(columns) + found["foot"]


def with_counts(text: str) -> str:
    """A models' YAML with the counts of the forms between its comments."""
    return _COUNTS.sub(_columns, text)


def rendered() -> dict[Path, str]:
    """What each file is to hold."""
    models = _PROJECT / "models"
    described = {path: with_counts(path.read_text(encoding="utf-8")) for path in sorted(models.rglob("_*.yml"))}
    return described | {models / "docs" / "fields.md": _descriptions(), _PROJECT / "macros" / "fields.sql": _figures()}


def main() -> None:
    """Write them."""
    for path, text in rendered().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
