"""Each column of each form, described once."""

from collections import Counter

from reference.fields import OFFICIAL_FORMS, all_fields, fields_of, forms, number_fields_of


def test_the_forms_have_the_fields_of_the_contract() -> None:
    assert [field.name for field in number_fields_of("KN-1")][:3] == ["admitted", "women", "ethnic_minority"]
    assert {form: len(number_fields_of(form)) for form in ("KN-1", "KN-2", "KN-3")} == {
        "KN-1": 23,
        "KN-2": 12,
        "KN-3": 17,
    }


def test_every_field_is_named_in_both_languages_and_once() -> None:
    assert max(Counter((field.form, field.name) for field in all_fields()).values()) == 1
    for field in all_fields():
        assert field.name_vi
        assert field.name_en
        assert field.header_vi


def test_wholes_and_supersets_are_fields_of_the_same_form() -> None:
    for field in all_fields():
        names = {other.name for other in fields_of(field.form)}
        assert {field.whole, field.subset_of} - {""} <= names


def test_every_form_has_a_sheet_and_a_validity() -> None:
    assert {form.form for form in forms()} == {"KN-1", "KN-2", "KN-3", "BD-1", "CT-1", *OFFICIAL_FORMS}
    for form in forms():
        assert form.sheet_vi
        assert form.valid_from
