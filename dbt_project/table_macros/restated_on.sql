-- vi: Mọi tháng theo địa giới của một ngày: các số của đơn vị cũ được cộng về hoặc chia ra theo chi bộ.
-- en: Every month on the boundaries of one day: the figures of other days' communes added up, or divided by their cells.
CREATE OR REPLACE MACRO marts.restated_on(day) AS TABLE
SELECT
    commune_code,
    commune_name,
    month,
    admitted,
    women,
    ethnic_minority,
    is_estimate,
    commune_key,
    communes_held_back,
    communes_corrected,
    communes_lacking_admitted,
    communes_lacking_women,
    communes_lacking_ethnic_minority
FROM marts.mart_commune_month_restated
WHERE CAST(day AS DATE) >= boundary_from AND CAST(day AS DATE) < boundary_until
ORDER BY commune_code, month;
