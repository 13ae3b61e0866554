-- The months of which there can be figures: those after the last one that anyone has reported are empty everywhere.
select
    commune_key,
    commune_code,
    commune_name,
    month,
    term,
    term_first_month,
    months_in_term
from {{ ref('int_expected_reports') }}
where month <= (select max(versions.month) from {{ ref('int_report_versions') }} as versions)
