-- vi: Chỉ tiêu của từng xã, phường đang có hiệu lực vào một ngày: mỗi dòng một đơn vị và một kỳ (năm hoặc nhiệm kỳ).
-- en: Each commune's targets as in force on a day: one row per commune and period (a year or a term).
CREATE OR REPLACE MACRO marts.targets_on(day) AS TABLE
SELECT
    targets.commune_key,
    targets.commune_code,
    communes.commune_name,
    targets.period_kind,
    targets.period,
    targets.target,
    targets.version,
    targets.effective_on,
    targets.submission_id,
    targets.sheet,
    targets.cell
FROM marts.fct_targets AS targets
INNER JOIN marts.dim_commune AS communes ON targets.commune_key = communes.commune_key
WHERE
    CAST(day AS DATE) >= targets.effective_on
    AND CAST(day AS DATE) < targets.effective_until
    -- On a day after its end a commune has no targets any more.
    AND CAST(day AS DATE) >= communes.valid_from
    AND CAST(day AS DATE) < communes.valid_to;
