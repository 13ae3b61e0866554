{#- Whether a cell of this type belongs to a neighbourhood or village, which has a head; NULL where no type is given.
    The words are those in use between north and south. -#}
{% macro is_neighbourhood(cell_type) -%}
    regexp_matches(
        lower(trim({{ cell_type }})),
        '^(tổ dân phố|tdp|tổ|bản|thôn|ấp|khu phố|khu dân cư|dân cư|khu|khóm|buôn|bon|plei|làng|xóm|phum|sóc|tiểu khu)( |$)'
    )
{%- endmacro %}
