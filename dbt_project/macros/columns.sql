{#- The place of a column of a sheet, from the left: `A` is 1, `AA` 27; NULL for none. -#}
{% macro column_number(letters) -%}
    case length({{ letters }})
        when 1 then ascii({{ letters }}) - 64
        when 2 then 26 * (ascii({{ letters }}) - 64) + ascii(right({{ letters }}, 1)) - 64
        else
            676 * (ascii({{ letters }}) - 64) + 26 * (ascii(substr({{ letters }}, 2, 1)) - 64)
            + ascii(right({{ letters }}, 1)) - 64
    end
{%- endmacro %}
