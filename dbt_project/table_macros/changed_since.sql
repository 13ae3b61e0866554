-- vi: Số liệu nào đã thay đổi kể từ báo cáo của một ngày, và vì sao: báo cáo mới, gửi lại, quyết định, địa giới, chỉ tiêu.
-- en: Which figures have changed since the report of a day, and why: report, resubmission, decision, boundary, target.
--
-- What was known at the end of that day plus every delta is what is published now. Boundary rows tell how the same
-- figures fall to other communes on today's boundaries than on that day's; they add up to nothing over all communes.
CREATE OR REPLACE MACRO marts.changed_since(day) AS TABLE
WITH instants AS (
    -- The end of that day at the office (UTC+7).
    SELECT CAST(day AS DATE) + INTERVAL 17 HOUR AS since, run_settings.today
    FROM raw.run_settings AS run_settings
),

beliefs AS (
    SELECT
        versions.*,
        versions.version = min(versions.version) OVER (
            PARTITION BY versions.commune_key, versions.month
        ) AS is_first_report
    FROM marts.fct_commune_month_versions AS versions
),

began AS (
    SELECT
        *,
        CASE
            WHEN variant = 'corrected' OR reign > 1 OR believed_from > stated_at THEN 'decision'
            WHEN is_first_report THEN 'report'
            ELSE 'resubmission'
        END AS reason
    FROM beliefs
    WHERE believed_from IS NOT NULL
),

turns AS (
    SELECT
        beliefs.commune_key,
        beliefs.month,
        beliefs.believed_from AS changed_at,
        beliefs.reason,
        beliefs.submission_id,
        beliefs.admitted,
        beliefs.women,
        beliefs.ethnic_minority
    FROM began AS beliefs, instants
    WHERE beliefs.believed_from >= instants.since
    UNION ALL
    SELECT
        beliefs.commune_key,
        beliefs.month,
        beliefs.believed_to AS changed_at,
        -- Nothing follows a correction that does not hold itself.
        coalesce(following.reason, 'decision') AS reason,
        coalesce(following.submission_id, beliefs.submission_id) AS submission_id,
        -beliefs.admitted,
        -beliefs.women,
        -beliefs.ethnic_minority
    FROM began AS beliefs
    CROSS JOIN instants
    LEFT JOIN began AS following
        ON
            beliefs.commune_key = following.commune_key
            AND beliefs.month = following.month
            AND beliefs.believed_to = following.believed_from
    WHERE beliefs.believed_to >= instants.since
),

measured AS (
    SELECT commune_key, month, changed_at, reason, submission_id, 'admitted' AS measure, admitted AS delta FROM turns
    UNION ALL
    SELECT commune_key, month, changed_at, reason, submission_id, 'women', women FROM turns
    UNION ALL
    SELECT commune_key, month, changed_at, reason, submission_id, 'ethnic_minority', ethnic_minority FROM turns
),

reported AS (
    SELECT
        commune_key, month, CAST(NULL AS VARCHAR) AS period, changed_at, reason, submission_id, measure,
        CAST(sum(delta) AS DECIMAL(18, 4)) AS delta
    FROM measured
    GROUP BY commune_key, month, changed_at, reason, submission_id, measure
),

moved AS (
    SELECT
        coalesce(now.commune_key, before.commune_key) AS commune_key,
        coalesce(now.month, before.month) AS month,
        coalesce(now.admitted, 0) - coalesce(before.admitted, 0) AS admitted,
        coalesce(now.women, 0) - coalesce(before.women, 0) AS women,
        coalesce(now.ethnic_minority, 0) - coalesce(before.ethnic_minority, 0) AS ethnic_minority
    FROM (
        SELECT restated.* FROM marts.mart_commune_month_restated AS restated, instants
        WHERE instants.today >= restated.boundary_from AND instants.today < restated.boundary_until
    ) AS now
    FULL JOIN (
        SELECT * FROM marts.mart_commune_month_restated
        WHERE CAST(day AS DATE) >= boundary_from AND CAST(day AS DATE) < boundary_until
    ) AS before
        ON now.commune_key = before.commune_key AND now.month = before.month
),

boundaries AS (
    SELECT commune_key, month, 'admitted' AS measure, admitted AS delta FROM moved
    UNION ALL
    SELECT commune_key, month, 'women', women FROM moved
    UNION ALL
    SELECT commune_key, month, 'ethnic_minority', ethnic_minority FROM moved
),

targets AS (
    SELECT
        commune_key, period, period_kind,
        sum(target) FILTER (instants.today >= effective_on AND instants.today < effective_until) AS target_now,
        sum(target) FILTER (CAST(day AS DATE) >= effective_on AND CAST(day AS DATE) < effective_until) AS target_then,
        max(effective_on) FILTER (instants.today >= effective_on AND instants.today < effective_until) AS effective_on,
        arg_max(submission_id, effective_on) FILTER (
            instants.today >= effective_on AND instants.today < effective_until
        ) AS submission_id
    FROM marts.fct_targets, instants
    GROUP BY commune_key, period, period_kind
),

every_change AS (
    SELECT commune_key, month, period, measure, reason, changed_at, delta, submission_id FROM reported
    UNION ALL
    SELECT commune_key, month, NULL, measure, 'boundary', NULL, delta, NULL FROM boundaries
    UNION ALL
    SELECT
        commune_key, NULL, period, period_kind || '_target', 'target', CAST(effective_on AS TIMESTAMP),
        CAST(coalesce(target_now, 0) - coalesce(target_then, 0) AS DECIMAL(18, 4)), submission_id
    FROM targets
)

SELECT
    communes.commune_code,
    communes.commune_name,
    every_change.month,
    every_change.period,
    every_change.measure,
    every_change.reason,
    every_change.changed_at,
    every_change.delta,
    every_change.submission_id,
    every_change.commune_key
FROM every_change
INNER JOIN marts.dim_commune AS communes ON every_change.commune_key = communes.commune_key
WHERE every_change.delta != 0
ORDER BY communes.commune_code, every_change.month, every_change.period, every_change.measure, every_change.changed_at;
