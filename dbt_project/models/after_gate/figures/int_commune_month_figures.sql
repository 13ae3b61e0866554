-- What is not published (not reported, held back) is NULL; what a held-back report would add has a name of its own.
select -- noqa: AM04
    expected.commune_key,
    expected.commune_code,
    expected.commune_name,
    expected.month,
    expected.term,
    held_back.commune_key is not null as is_held_back,
    held_back.admitted as held_back_admitted,
    coalesce(sums.admission_cells, 0) as admission_cells,
    coalesce(sums.candidate_cells, 0) as candidate_cells,
    coalesce(sums.member_cells, 0) as member_cells,
    coalesce(sums.lacks_admitted, false) as lacks_admitted,
    coalesce(sums.lacks_women, false) as lacks_women,
    coalesce(sums.lacks_ethnic_minority, false) as lacks_ethnic_minority,
    coalesce(sums.lacks_candidates, false) as lacks_candidates,
    coalesce(sums.has_corrected_admissions, false) as has_corrected_admissions,
    coalesce(sums.has_corrected_candidates, false) as has_corrected_candidates,
    coalesce(sums.has_corrected_members, false) as has_corrected_members,
    coalesce(sums.has_corrected_admissions or sums.has_corrected_candidates or sums.has_corrected_members, false)
        as is_corrected,
    sums.* exclude ( -- noqa: AM04
        commune_key, -- noqa: RF02
        month, -- noqa: RF02
        admission_cells,
        candidate_cells,
        member_cells,
        lacks_admitted,
        lacks_women,
        lacks_ethnic_minority,
        lacks_candidates,
        has_corrected_admissions,
        has_corrected_candidates,
        has_corrected_members
    )
from {{ ref('int_commune_months') }} as expected
left join {{ ref('int_commune_month_sums') }} as sums
    on expected.commune_key = sums.commune_key and expected.month = sums.month
left join {{ ref('int_held_back_figures') }} as held_back
    on expected.commune_key = held_back.commune_key and expected.month = held_back.month
