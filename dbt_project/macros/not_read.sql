{#- True where every figure that the rule adds up in this line was read, blank or not. -#}
{% macro all_terms_read(rule, line) -%}
    not exists (
        select 1
        from {{ ref('int_unread_terms') }} as unread
        where
            unread.rule_id = {{ rule }}.rule_id
            and unread.submission_number = {{ line }}.submission_number
            and unread.line_id = {{ line }}.line_id
    )
    and not exists (
        select 1
        from {{ ref('int_unread_terms') }} as unread
        where
            unread.rule_id = {{ rule }}.rule_id
            and unread.submission_number = {{ line }}.submission_number
            and unread.line_id is null
    )
{%- endmacro %}


{#- True where a report's sum of a figure is none: no row has it, or it could not be read in one of them. -#}
{% macro lacks(sums, form, figure) -%}
    (
        {{ sums }}.{{ figure }} is null
        or exists (
            select 1
            from unread
            where
                unread.commune_key = {{ sums }}.commune_key
                and unread.month = {{ sums }}.month
                and unread.form = '{{ form }}'
                and unread.field = '{{ figure }}'
        )
    )
{%- endmacro %}
