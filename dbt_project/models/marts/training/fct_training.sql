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
inner join {{ ref('int_published_versions') }} as versions
    on classes.submission_id = versions.submission_id
where
    -- A line of noughts without a day, as under the types that a template lists, says that no class was given.
    (
        classes.started_on is not null
        or greatest(
            classes.days,
            classes.participants,
            classes.participants_women,
            classes.participants_ethnic_minority
        ) > 0
    )
