"""Column descriptions for dbt, rendered from `reference/fields.csv`.

In: the fields. Out: `models/docs/fields.md`, one docs block per form and field (`kn1_admitted`). Run
`python -m dbt_project.describe` after a change of fields.csv; a test compares.
"""

from pathlib import Path

from reference.fields import Field, all_fields

TARGET = Path(__file__).parent / "models" / "docs" / "fields.md"

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


def rendered() -> str:
    """The whole of fields.md."""
    head = "<!-- Rendered from reference/fields.csv by `python -m dbt_project.describe`; do not edit. -->\n"
    blocks = (f"\n{{% docs {block_name(field)} %}}\n{sentence(field)}\n{{% enddocs %}}\n" for field in all_fields())
    return head + "".join(blocks)


def main() -> None:
    """Write fields.md."""
    TARGET.write_text(rendered(), encoding="utf-8")


if __name__ == "__main__":
    main()
