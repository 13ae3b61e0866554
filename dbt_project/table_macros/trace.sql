-- vi: Từ một dòng của một bảng tới từng ô của các tệp báo cáo đã làm nên nó; khóa ghi các cột nhận biết dòng, cách nhau bằng |.
-- en: From a row of a relation to the workbook cells that it was made of; the key is what tells the row, parts joined by |.
--
-- Keys (docs/analyst.md lists them): cell_key|month, commune_key|month, city|month, commune_key|term, city|term,
-- commune_key|period_kind|period|month, city|period_kind|period|month (without the month: the whole period), cell_key, or the relation's own key column.
-- figure: one field only (such as 'women'); by default the figures of the forms that the relation is made of.
CREATE OR REPLACE MACRO marts.trace(relation, key, figure := NULL) AS TABLE
WITH known AS (
    SELECT * FROM (VALUES
        ('fct_admissions', 'cell_month', ['KN-1']),
        ('fct_candidates', 'cell_month', ['KN-2']),
        ('fct_membership', 'cell_month', ['KN-3']),
        ('mart_target_attainment', 'commune_month', ['KN-1']),
        ('mart_candidate_funnel', 'commune_month', ['KN-1', 'KN-2']),
        ('mart_neighbourhood_heads', 'commune_month', ['KN-3']),
        ('mart_commune_month_restated', 'restated_month', ['KN-1']),
        ('mart_reporting_rates', 'commune_month', ['KN-1', 'KN-2', 'KN-3']),
        ('mart_city_attainment', 'month', ['KN-1']),
        ('mart_term_review', 'commune_term', ['KN-1']),
        ('mart_composition', 'commune_period', ['KN-1']),
        ('fct_commune_periods', 'commune_period_key', ['KN-1', 'KN-3']),
        ('mart_dormant_cells', 'cell', ['KN-1']),
        ('mart_ageing_cells', 'ageing', ['KN-3']),
        ('fct_commune_month_versions', 'version_key', ['KN-1']),
        ('mart_planning', 'commune_month', ['KN-2']),
        ('mart_training', 'training_month', ['BD-1']),
        ('fct_training', 'class_key', ['BD-1']),
        ('fct_resubmission_changes', 'change_key', ['changes']),
        ('fct_targets', 'target_key', ['CT-1']),
        ('fct_official_figures', 'official_figure_key', ['official']),
        ('mart_official_report', 'official_row_key', ['KN-1', 'KN-3', 'official'])
    ) AS listed (name, shape, forms)
),

asked AS (
    SELECT
        coalesce(
            (SELECT known.shape FROM known WHERE known.name = replace(CAST(relation AS VARCHAR), 'marts.', '')),
            error('trace: ' || CAST(relation AS VARCHAR) || ' is none of the relations that can be traced: '
                || (SELECT string_agg(known.name, ', ') FROM known))
        ) AS shape,
        (SELECT known.forms FROM known WHERE known.name = replace(CAST(relation AS VARCHAR), 'marts.', '')) AS forms,
        CAST(key AS VARCHAR) AS key,
        string_split(CAST(key AS VARCHAR), '|') AS parts
),

-- The commune asked for with those that it came of and those that it went into.
relatives AS (
    SELECT parts.commune_key
    FROM (
        WITH RECURSIVE ancestors AS (
            SELECT asked.parts[1] AS commune_key FROM asked WHERE asked.shape = 'restated_month'
            UNION
            SELECT bridges.predecessor_key
            FROM ancestors INNER JOIN marts.bridge_commune_succession AS bridges
                ON bridges.successor_key = ancestors.commune_key
        ),

        descendants AS (
            SELECT asked.parts[1] AS commune_key FROM asked WHERE asked.shape = 'restated_month'
            UNION
            SELECT bridges.successor_key
            FROM descendants INNER JOIN marts.bridge_commune_succession AS bridges
                ON bridges.predecessor_key = descendants.commune_key
        )

        SELECT ancestors.commune_key FROM ancestors
        UNION
        SELECT descendants.commune_key FROM descendants
    ) AS parts
),

-- Communes and months behind the row. A commune is every one of the city where the key says so.
months AS (
    SELECT
        communes.commune_key,
        asked.parts[1] AS cell_key,
        TRY_CAST(asked.parts[2] AS DATE) AS first_month,
        TRY_CAST(asked.parts[2] AS DATE) AS last_month
    FROM asked, marts.dim_cell AS communes
    WHERE asked.shape = 'cell_month' AND communes.cell_key = asked.parts[1]
    UNION ALL
    SELECT
        communes.commune_key,
        CAST(NULL AS VARCHAR),
        TRY_CAST(asked.parts[len(asked.parts)] AS DATE),
        TRY_CAST(asked.parts[len(asked.parts)] AS DATE)
    FROM asked, marts.dim_commune AS communes
    WHERE
        communes.is_in_scope
        AND (
            (asked.shape = 'commune_month' AND asked.parts[1] IN ('city', communes.commune_key))
            OR asked.shape = 'month'
        )
    UNION ALL
    -- On other boundaries a month comes from predecessors or successors, whichever reported it: of one that was
    -- divided all of its cells are listed.
    SELECT
        relatives.commune_key,
        CAST(NULL AS VARCHAR),
        TRY_CAST(asked.parts[2] AS DATE),
        TRY_CAST(asked.parts[2] AS DATE)
    FROM asked, relatives
    WHERE asked.shape = 'restated_month'
    UNION ALL
    SELECT
        communes.commune_key,
        CAST(NULL AS VARCHAR),
        terms.starts_on,
        terms.ends_on
    FROM asked, marts.dim_commune AS communes, marts.dim_term AS terms
    WHERE
        asked.shape = 'commune_term'
        AND communes.is_in_scope
        AND asked.parts[1] IN ('city', communes.commune_key)
        AND terms.term = asked.parts[2]
    UNION ALL
    SELECT
        communes.commune_key,
        CAST(NULL AS VARCHAR),
        CASE asked.parts[2]
            WHEN 'year' THEN make_date(TRY_CAST(asked.parts[3] AS INTEGER), 1, 1)
            WHEN 'term' THEN (SELECT terms.starts_on FROM marts.dim_term AS terms WHERE terms.term = asked.parts[3])
            ELSE TRY_CAST(asked.parts[3] || '-01' AS DATE)
        END,
        CASE asked.parts[2]
            WHEN 'year'
                THEN coalesce(TRY_CAST(asked.parts[4] AS DATE), make_date(TRY_CAST(asked.parts[3] AS INTEGER), 12, 1))
            WHEN 'term'
                THEN coalesce(
                    TRY_CAST(asked.parts[4] AS DATE),
                    (SELECT terms.ends_on FROM marts.dim_term AS terms WHERE terms.term = asked.parts[3])
                )
            ELSE TRY_CAST(asked.parts[3] || '-01' AS DATE)
        END
    FROM asked, marts.dim_commune AS communes
    WHERE
        asked.shape = 'commune_period'
        AND communes.is_in_scope
        AND asked.parts[1] IN ('city', communes.commune_key)
    UNION ALL
    SELECT periods.commune_key, CAST(NULL AS VARCHAR), periods.first_month, periods.last_month
    FROM asked, marts.fct_commune_periods AS periods
    WHERE asked.shape = 'commune_period_key' AND periods.commune_period_key = asked.key
    UNION ALL
    SELECT relatives.commune_key, relatives.cell_key, DATE '0001-01-01', DATE '9999-12-31'
    FROM asked, marts.dim_cell AS cells, marts.dim_cell AS relatives
    WHERE asked.shape = 'cell' AND cells.cell_key = asked.key AND relatives.lineage_key = cells.lineage_key
    UNION ALL
    SELECT ages.commune_key, ages.cell_key, ages.month, ages.month
    FROM asked, marts.mart_ageing_cells AS ages
    WHERE asked.shape = 'ageing' AND ages.level = 'cell' AND asked.key IN ('city', ages.commune_key, ages.cell_key)
    UNION ALL
    SELECT periods.commune_key, CAST(NULL AS VARCHAR), periods.first_month, periods.last_month
    FROM asked
    INNER JOIN marts.mart_official_report AS report
        ON asked.shape = 'official_row_key' AND report.official_row_key = asked.key AND report.source = 'months'
    INNER JOIN marts.fct_commune_periods AS periods
        ON report.period = periods.period AND (report.level = 'city' OR report.commune_key = periods.commune_key)
),

lines AS (
    SELECT 'KN-1' AS form, facts.commune_key, facts.month, facts.submission_id, facts.line_number
    FROM marts.fct_admissions AS facts, asked
    WHERE
        list_contains(asked.forms, 'KN-1')
        AND facts.commune_key IN (SELECT months.commune_key FROM months)
        AND EXISTS (
            SELECT 1 FROM months
            WHERE
                months.commune_key = facts.commune_key
                AND facts.month BETWEEN months.first_month AND months.last_month
                AND coalesce(months.cell_key = facts.cell_key, true)
        )
    UNION ALL
    SELECT 'KN-2' AS form, facts.commune_key, facts.month, facts.submission_id, facts.line_number
    FROM marts.fct_candidates AS facts, asked
    WHERE
        list_contains(asked.forms, 'KN-2')
        AND facts.commune_key IN (SELECT months.commune_key FROM months)
        AND EXISTS (
            SELECT 1 FROM months
            WHERE
                months.commune_key = facts.commune_key
                AND facts.month BETWEEN months.first_month AND months.last_month
                AND coalesce(months.cell_key = facts.cell_key, true)
        )
    UNION ALL
    SELECT 'KN-3' AS form, facts.commune_key, facts.month, facts.submission_id, facts.line_number
    FROM marts.fct_membership AS facts, asked
    WHERE
        list_contains(asked.forms, 'KN-3')
        AND facts.commune_key IN (SELECT months.commune_key FROM months)
        AND EXISTS (
            SELECT 1 FROM months
            WHERE
                months.commune_key = facts.commune_key
                AND facts.month BETWEEN months.first_month AND months.last_month
                AND coalesce(months.cell_key = facts.cell_key, true)
        )
    UNION ALL
    SELECT 'KN-1' AS form, versions.commune_key, versions.month, cells.submission_id, cells.line_number
    FROM asked
    INNER JOIN marts.fct_commune_month_versions AS versions
        ON asked.shape = 'version_key' AND versions.version_key = asked.key
    INNER JOIN raw.report_lines_kn1 AS cells
        ON versions.submission_id = cells.submission_id AND cells.kind = 'cell'
),

placed AS (
    SELECT lines.form, lines.commune_key, lines.month, lines.submission_id, sheets.sheet, sheets.sheet_row,
        sheets.cell_name, sheets.typed, CAST(to_json(sheets) AS VARCHAR) AS figures
    FROM lines INNER JOIN raw.report_lines_kn1 AS sheets
        ON lines.form = 'KN-1' AND lines.submission_id = sheets.submission_id
            AND lines.line_number = sheets.line_number
    UNION ALL
    SELECT lines.form, lines.commune_key, lines.month, lines.submission_id, sheets.sheet, sheets.sheet_row,
        sheets.cell_name, sheets.typed, CAST(to_json(sheets) AS VARCHAR) AS figures
    FROM lines INNER JOIN raw.report_lines_kn2 AS sheets
        ON lines.form = 'KN-2' AND lines.submission_id = sheets.submission_id
            AND lines.line_number = sheets.line_number
    UNION ALL
    SELECT lines.form, lines.commune_key, lines.month, lines.submission_id, sheets.sheet, sheets.sheet_row,
        sheets.cell_name, sheets.typed, CAST(to_json(sheets) AS VARCHAR) AS figures
    FROM lines INNER JOIN raw.report_lines_kn3 AS sheets
        ON lines.form = 'KN-3' AND lines.submission_id = sheets.submission_id
            AND lines.line_number = sheets.line_number
),

found AS (
    SELECT
        placed.commune_key, placed.month, placed.form, placed.submission_id, placed.sheet,
        columns_of.column_letter || placed.sheet_row AS cell,
        placed.cell_name,
        columns_of.field,
        json_extract_string(placed.figures, '$.' || columns_of.field) AS value,
        coalesce(
            json_extract_string(placed.typed, '$.' || columns_of.field),
            json_extract_string(placed.figures, '$.' || columns_of.field)
        ) AS as_typed
    FROM placed
    INNER JOIN raw.column_map AS columns_of
        ON
            placed.submission_id = columns_of.submission_id
            AND placed.form = columns_of.form
            AND json_exists(placed.figures, '$.' || columns_of.field)
            AND columns_of.field NOT IN ('cell_name', 'cell_type', 'note')
    UNION ALL
    SELECT
        classes.commune_key, classes.month, 'BD-1', classes.submission_id, sheets.sheet,
        CAST(sheets.sheet_row AS VARCHAR), classes.class_type_text, 'participants',
        CAST(classes.participants AS VARCHAR),
        coalesce(json_extract_string(sheets.typed, '$.participants'), CAST(classes.participants AS VARCHAR))
    FROM asked
    INNER JOIN marts.fct_training AS classes
        ON
            (asked.shape = 'class_key' AND classes.class_key = asked.key)
            OR (
                asked.shape = 'training_month'
                AND asked.parts[1] IN ('city', classes.commune_key)
                AND classes.month = TRY_CAST(asked.parts[2] AS DATE)
                AND coalesce(classes.class_type = asked.parts[3], true)
            )
    INNER JOIN raw.training_classes AS sheets
        ON classes.submission_id = sheets.submission_id AND classes.line_number = sheets.line_number
    UNION ALL
    SELECT
        changes.commune_key, changes.month, changes.form, changes.submission_id, changes.sheet, changes.cell,
        changes.cell_name, changes.field, CAST(changes.value_after AS VARCHAR), CAST(changes.value_after AS VARCHAR)
    FROM asked INNER JOIN marts.fct_resubmission_changes AS changes
        ON asked.shape = 'change_key' AND changes.change_key = asked.key
    UNION ALL
    SELECT
        targets.commune_key, CAST(NULL AS DATE), 'CT-1', targets.submission_id, targets.sheet, targets.cell,
        CAST(NULL AS VARCHAR), 'target', CAST(targets.target AS VARCHAR), CAST(targets.target AS VARCHAR)
    FROM asked INNER JOIN marts.fct_targets AS targets
        ON asked.shape = 'target_key' AND targets.target_key = asked.key
    UNION ALL
    SELECT
        official.commune_key, CAST(NULL AS DATE), official.form, official.submission_id, official.sheet, official.cell,
        CAST(NULL AS VARCHAR), official.field, CAST(official.this_period AS VARCHAR),
        CAST(official.this_period AS VARCHAR)
    FROM asked INNER JOIN marts.fct_official_figures AS official
        ON asked.shape = 'official_figure_key' AND official.official_figure_key = asked.key
    UNION ALL
    SELECT
        official.commune_key, CAST(NULL AS DATE), official.form, official.submission_id, official.sheet, official.cell,
        CAST(NULL AS VARCHAR), official.field, CAST(official.this_period AS VARCHAR),
        CAST(official.this_period AS VARCHAR)
    FROM asked
    INNER JOIN marts.mart_official_report AS report
        ON asked.shape = 'official_row_key' AND report.official_row_key = asked.key AND report.source = 'form'
    INNER JOIN marts.fct_official_figures AS official
        ON
            report.form = official.form
            AND report.period = official.period
            AND report.position = official.position
            AND report.commune_key IS NOT DISTINCT FROM official.commune_key
)

SELECT
    submissions.commune_code,
    found.month,
    found.form,
    found.submission_id,
    submissions.file_name,
    submissions.version,
    found.sheet,
    found.cell,
    found.cell_name,
    found.field,
    found.value,
    found.as_typed
FROM found
INNER JOIN raw.submissions AS submissions ON found.submission_id = submissions.submission_id
WHERE CAST(figure AS VARCHAR) IS NULL OR found.field = CAST(figure AS VARCHAR)
ORDER BY submissions.commune_code, found.month, found.form, found.sheet, found.cell;
