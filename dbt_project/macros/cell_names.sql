{#- A cell's name as it is spoken: without `Chi bộ`, with the usual abbreviations written out and single blanks. -#}
{% macro spoken_cell_name(name) -%}
    {%- set spoken = namespace(sql='lower(' ~ name ~ ')') -%}
    {%- for written, meant in [
        ('^\\s*(chi bộ|cb)\\s+', ''),
        ('\\b(tdp|tổ dp)\\b', 'tổ dân phố'),
        ('\\bmn\\b', 'mầm non'),
        ('\\bth\\b', 'tiểu học'),
        ('\\bthcs\\b', 'trung học cơ sở'),
        ('\\bthpt\\b', 'trung học phổ thông'),
        ('\\bsố\\b|[.,\\-()]', ' '),
        ('\\s+', ' '),
    ] -%}
        {%- set spoken.sql = 'regexp_replace(' ~ spoken.sql ~ ", '" ~ written ~ "', '" ~ meant ~ "', 'g')" -%}
    {%- endfor -%}
    trim({{ spoken.sql }})
{%- endmacro %}


{#- The same without diacritics, for names typed without them or with the wrong ones. -#}
{% macro without_diacritics(name) -%}
    replace(strip_accents({{ name }}), 'đ', 'd')
{%- endmacro %}
