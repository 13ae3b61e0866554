select
    rows_of.form,
    rows_of.edition,
    left(rows_of.form, 1) as form_number,
    rows_of.position,
    rows_of.label,
    nullif(rows_of.field, '') as field,
    rows_of.kind,
    forms.valid_from,
    coalesce(forms.valid_to, date '9999-12-31') as valid_to
from {{ ref('official_forms') }} as rows_of
inner join {{ ref('forms') }} as forms on rows_of.form = forms.form and rows_of.edition = forms.edition
