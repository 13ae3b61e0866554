{#- True for a row beside which nothing stands in a relation of what was not read: `columns` are the same in both,
    `only` is what else counts. -#}
{% macro nothing_unread(relation, row, columns, only='') -%}
    not exists (
        select 1
        from {{ relation }} as unread
        where
            {%- for column in columns %}
            unread.{{ column }} = {{ row }}.{{ column }}{{ ' and' if not loop.last }}
            {%- endfor %}
            {{ 'and ' ~ only if only }}
    )
{%- endmacro %}


{#- True where every figure that the rule adds up in this line was read, blank or not. -#}
{% macro all_terms_read(rule, line) -%}
    {%- set of_the_rule = 'unread.rule_id = ' ~ rule ~ '.rule_id' -%}
    {%- set unread = ref('int_unread_terms') -%}
    {{ nothing_unread(unread, line, ['submission_number', 'line_id'], only=of_the_rule) }}
    and {{ nothing_unread(unread, line, ['submission_number'], only=of_the_rule ~ ' and unread.line_id is null') }}
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
