select
    {{ key_of(['versions.commune_key', 'versions.month', 'classes.line_number']) }} as class_key,
    versions.commune_key,
    versions.month,
    classes.class_type,
    classes.class_type_text,
    classes.started_on,
    classes.days,
    classes.participants,
    classes.participants_women,
    classes.participants_ethnic_minority,
    versions.submission_id,
    classes.line_number
from {{ ref('stg_training_classes') }} as classes
inner join {{ ref('int_report_versions') }} as versions
    on classes.submission_id = versions.submission_id
where
    versions.is_newest
    and versions.variant = 'sent'
    -- A line of noughts without a day, as under the types that a template lists, says that no class was given.
    and (
        classes.started_on is not null
        or greatest(
            classes.days,
            classes.participants,
            classes.participants_women,
            classes.participants_ethnic_minority
        ) > 0
    )
    -- The gate: a month that still contradicts itself is left out whole, not replaced by an older version.
    and not exists (
        select 1
        from {{ ref('stg_held_back') }} as held_back
        where held_back.commune_key = versions.commune_key and held_back.month = versions.month
    )
