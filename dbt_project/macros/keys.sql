{#- Surrogate key: MD5 of the natural key's parts with a bar between them. The commune's formula is also in
    reference/communes.py. A date reads as YYYY-MM-DD; a part that is NULL would make the key NULL. -#}
{% macro key_of(parts) -%}
    md5(
        {%- for part in parts %}
        cast({{ part }} as varchar){{ " || '|' ||" if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
