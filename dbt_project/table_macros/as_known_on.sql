-- vi: Số liệu kết nạp đã công bố tính đến hết một ngày: mỗi xã, phường và tháng một dòng.
-- en: What was believed at the end of a day (at the office, UTC+7): one row per commune and month.
CREATE OR REPLACE MACRO marts.as_known_on(day) AS TABLE
SELECT
    commune_key,
    commune_code,
    month,
    admitted,
    women,
    ethnic_minority,
    version,
    variant = 'corrected' AS is_corrected,
    submission_id
FROM marts.fct_commune_month_versions
WHERE
    believed_from < CAST(day AS DATE) + INTERVAL 17 HOUR
    AND coalesce(believed_to >= CAST(day AS DATE) + INTERVAL 17 HOUR, true);
