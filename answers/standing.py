"""How communes stand in a month against their targets: as published, on the boundaries of another day, or as it was
known on a day.

The statements name tables as `marts.…` and take values: `month` (its first day), `own` (a commune's code, or NULL for
all of them), `commune` (its key) and, where it is another day's, `day`.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class AsOf:
    """Whose boundaries and whose knowledge: the day of one of them, or neither (as published)."""

    on: date | None = None
    known: date | None = None

    @property
    def day(self) -> date | None:
        return self.on or self.known

    @property
    def is_published(self) -> bool:
        return self.day is None

    @property
    def values(self) -> dict[str, object]:
        """What the statements take besides the month."""
        return {} if self.is_published else {"day": self.day}

    @property
    def months(self) -> str:
        """A month of a commune a row: `commune_key`, `month`, three measures, whether it is an estimate, and by which
        relation and key it is traced to its cells."""
        if self.on:
            return _RESTATED
        return _KNOWN if self.known else _PUBLISHED

    @property
    def standings(self) -> str:
        """A commune of the month a row: month, year and term to date, targets, the straight line, what lies above it;
        as published also who has reported."""
        return _STANDINGS if self.is_published else _STANDINGS_THEN.format(**self._then(_SO_FAR), valid=self._valid)

    @property
    def whole(self) -> str:
        """The same of all of them together, one row."""
        # Boundaries move figures between communes, and change no sum.
        return _WHOLE_THEN.format(months=_SO_FAR.format(months=self.months)) if self.known else _WHOLE

    @property
    def history(self) -> str:
        """A month of the commune `commune` (its key) a row, with the same figures."""
        if self.is_published:
            return _HISTORY
        years, terms = (_IN_FORCE.format(name=name) for name in ("years", "terms"))
        return _HISTORY_THEN.format(**self._then(_OF_ONE), years=years, terms=terms)

    def _then(self, narrowed: str) -> dict[str, str]:
        return {"months": narrowed.format(months=self.months), "inherited": _INHERITED, "before": _BEFORE}

    @property
    def _valid(self) -> str:
        """The day on which a commune is one of those that are listed."""
        return "$day" if self.on else "$month"


_PUBLISHED = """
    SELECT
        figures.commune_key, figures.month, attainment.admitted, figures.women, figures.ethnic_minority,
        false AS is_estimate, 'mart_target_attainment' AS relation, figures.commune_key || '|' || figures.month AS key
    FROM marts.mart_composition AS figures
    JOIN marts.mart_target_attainment AS attainment USING (commune_key, month)
    WHERE figures.level = 'commune' AND figures.period_kind = 'month'
"""
_RESTATED = """
    SELECT
        commune_key, month, CAST(admitted AS DOUBLE) AS admitted, CAST(women AS DOUBLE) AS women,
        CAST(ethnic_minority AS DOUBLE) AS ethnic_minority, is_estimate,
        'mart_commune_month_restated' AS relation, commune_key || '|' || month AS key
    FROM marts.restated_on($day)
"""
#: `marts.as_known_on`, with the keys of the versions. (A day ends at the office, UTC+7.)
_KNOWN = """
    SELECT
        commune_key, month, admitted, women, ethnic_minority, false AS is_estimate,
        'fct_commune_month_versions' AS relation, version_key AS key
    FROM marts.fct_commune_month_versions
    WHERE believed_from < CAST($day AS DATE) + INTERVAL 17 HOUR
        AND coalesce(believed_to >= CAST($day AS DATE) + INTERVAL 17 HOUR, true)
"""
#: No month before the year and the term of the one that is asked for.
_SO_FAR = """
    SELECT * FROM ({months}) WHERE month <= $month AND month >= (
        SELECT least(make_date(months.year, 1, 1), terms.starts_on)
        FROM marts.dim_month AS months LEFT JOIN marts.dim_term AS terms USING (term) WHERE months.month = $month
    )
"""
#: The commune's own, and those of the communes that became a part of it.
_OF_ONE = """
    SELECT * FROM ({months}) WHERE commune_key = $commune OR commune_key IN (
        SELECT predecessor_key FROM marts.bridge_commune_succession WHERE successor_key = $commune
    )
"""
_STANDINGS = """
    SELECT
        standing.commune_key, standing.commune_code, standing.commune_name, standing.month, standing.term,
        communes.is_current, false AS is_estimate, standing.admitted, standing.admitted_ytd, standing.year_target,
        standing.year_attainment_with_predecessors AS year_attainment,
        CASE WHEN standing.year_attainment_with_predecessors > standing.year_attainment
            THEN standing.admitted_before END AS admitted_before,
        standing.admitted_ttd, standing.term_target,
        standing.term_attainment, standing.expected_by_now, standing.gap, standing.held_back_admitted_month,
        standing.year_target_key, standing.term_target_key, rates.status, rates.received_at, rates.on_time,
        rates.version, rates.pending_version, rates.open_failures, 'mart_target_attainment' AS relation,
        standing.commune_key || '|' || standing.month AS key,
        CASE WHEN standing.term_attainment IS NOT NULL
            THEN rank() OVER (ORDER BY standing.term_attainment DESC NULLS LAST) END AS place
    FROM marts.mart_target_attainment AS standing
    JOIN marts.dim_commune AS communes USING (commune_key)
    LEFT JOIN marts.mart_reporting_rates AS rates USING (commune_key, month)
    WHERE standing.month = $month AND ($own IS NULL OR standing.commune_code = $own)
"""
_HISTORY = """
    SELECT
        standing.commune_code, standing.month, standing.term, standing.admitted, figures.women, figures.ethnic_minority,
        standing.admitted_ytd, standing.year_target, standing.year_attainment_with_predecessors AS year_attainment,
        CASE WHEN standing.year_attainment_with_predecessors > standing.year_attainment
            THEN standing.admitted_before END AS admitted_before,
        standing.admitted_ttd, standing.term_target, standing.term_attainment, standing.expected_by_now, standing.gap,
        standing.commune_key, standing.year_target_key, standing.term_target_key, false AS is_estimate,
        'mart_target_attainment' AS relation, standing.commune_key || '|' || standing.month AS key, rates.status,
        rates.received_at, rates.on_time, rates.version, rates.pending_version, rates.open_failures
    FROM marts.mart_target_attainment AS standing
    LEFT JOIN marts.mart_composition AS figures
        ON figures.commune_key = standing.commune_key AND figures.month = standing.month
            AND figures.level = 'commune' AND figures.period_kind = 'month'
    LEFT JOIN marts.mart_reporting_rates AS rates
        ON rates.commune_key = standing.commune_key AND rates.month = standing.month
    WHERE standing.commune_key = $commune
"""
#: A target as it was in force in a month, and known on the day; of a commune that began in mid-term from there on.
_IN_FORCE = """
    months.month BETWEEN {name}.covers_from AND {name}.covers_to
    AND least(months.last_day, $day) >= {name}.effective_on AND least(months.last_day, $day) < {name}.effective_until
"""
#: What communes admitted in the year before they became a part of another one.
_INHERITED = """
    SELECT
        successions.successor_key AS commune_key, year(successions.succeeded_on) AS year,
        successions.succeeded_on AS first_month, sum(figures.admitted) AS admitted
    FROM figures JOIN marts.bridge_commune_succession AS successions
        ON successions.predecessor_key = figures.commune_key AND successions.extent = 'whole'
            AND year(successions.succeeded_on) = year(figures.month) AND successions.succeeded_on > figures.month
    GROUP BY ALL
"""
#: Where the year's target covers it, it is measured against it.
_BEFORE = "CASE WHEN years.covers_from < inherited.first_month THEN inherited.admitted END"
_HISTORY_THEN = """
    WITH figures AS ({months}), inherited AS ({inherited})
    SELECT
        communes.commune_code, months.month, months.term, figures.admitted, figures.women, figures.ethnic_minority,
        sum(figures.admitted) OVER (PARTITION BY months.year ORDER BY months.month) AS admitted_ytd,
        years.target AS year_target, {before} AS admitted_before,
        (admitted_ytd + coalesce(admitted_before, 0)) / nullif(years.target, 0) AS year_attainment,
        sum(figures.admitted) OVER (PARTITION BY months.term ORDER BY months.month) AS admitted_ttd,
        terms.target AS term_target, admitted_ttd / nullif(terms.target, 0) AS term_attainment,
        terms.target * (date_diff('month', terms.covers_from, months.month) + 1)
            / (date_diff('month', terms.covers_from, terms.covers_to) + 1) AS expected_by_now,
        admitted_ttd - expected_by_now AS gap, figures.commune_key, years.target_key AS year_target_key,
        terms.target_key AS term_target_key, figures.is_estimate, figures.relation, figures.key
    FROM figures
    JOIN marts.dim_month AS months USING (month)
    JOIN marts.dim_commune AS communes USING (commune_key)
    LEFT JOIN marts.fct_targets AS years
        ON years.commune_key = figures.commune_key AND years.period_kind = 'year' AND years.year = months.year
            AND {years}
    LEFT JOIN marts.fct_targets AS terms
        ON terms.commune_key = figures.commune_key AND terms.period_kind = 'term' AND terms.term = months.term
            AND {terms}
    LEFT JOIN inherited ON inherited.commune_key = figures.commune_key AND inherited.year = months.year
    WHERE figures.commune_key = $commune
"""
_STANDINGS_THEN = """
    WITH chosen AS (SELECT month, year, term, last_day FROM marts.dim_month WHERE month = $month),
    figures AS ({months}),
    inherited AS ({inherited}),
    sums AS (
        SELECT
            figures.commune_key,
            sum(figures.admitted) FILTER (figures.month = chosen.month) AS admitted,
            sum(figures.admitted) FILTER (months.year = chosen.year) AS admitted_ytd,
            sum(figures.admitted) FILTER (months.term = chosen.term) AS admitted_ttd,
            coalesce(bool_or(figures.is_estimate), false) AS is_estimate,
            max(figures.relation) AS relation, max(figures.key) FILTER (figures.month = chosen.month) AS key
        FROM figures JOIN marts.dim_month AS months USING (month) CROSS JOIN chosen
        WHERE figures.month <= chosen.month AND (months.year = chosen.year OR months.term = chosen.term)
        GROUP BY figures.commune_key
    ),
    targets AS (
        SELECT
            targets.commune_key, targets.period_kind, targets.target, targets.target_key, targets.covers_from,
            targets.target * (date_diff('month', targets.covers_from, chosen.month) + 1)
                / (date_diff('month', targets.covers_from, targets.covers_to) + 1) AS expected
        FROM marts.fct_targets AS targets CROSS JOIN chosen
        WHERE (CASE targets.period_kind WHEN 'year' THEN targets.year = chosen.year
                ELSE targets.term = chosen.term END)
            AND chosen.month BETWEEN targets.covers_from AND targets.covers_to
            AND least(chosen.last_day, $day) >= targets.effective_on
            AND least(chosen.last_day, $day) < targets.effective_until
    )
    SELECT
        communes.commune_key, communes.commune_code, communes.commune_name, chosen.month, chosen.term,
        communes.is_current, coalesce(sums.is_estimate, false) AS is_estimate, sums.admitted, sums.admitted_ytd,
        years.target AS year_target, {before} AS admitted_before,
        (sums.admitted_ytd + coalesce(admitted_before, 0)) / nullif(years.target, 0) AS year_attainment,
        sums.admitted_ttd, terms.target AS term_target,
        sums.admitted_ttd / nullif(terms.target, 0) AS term_attainment, terms.expected AS expected_by_now,
        sums.admitted_ttd - terms.expected AS gap, NULL AS held_back_admitted_month,
        years.target_key AS year_target_key, terms.target_key AS term_target_key, sums.relation, sums.key,
        CASE WHEN sums.admitted_ttd / nullif(terms.target, 0) IS NOT NULL
            THEN rank() OVER (ORDER BY sums.admitted_ttd / nullif(terms.target, 0) DESC NULLS LAST) END AS place
    FROM marts.dim_commune AS communes CROSS JOIN chosen
    LEFT JOIN sums USING (commune_key)
    LEFT JOIN targets AS years ON years.commune_key = communes.commune_key AND years.period_kind = 'year'
    LEFT JOIN inherited ON inherited.commune_key = communes.commune_key AND inherited.year = chosen.year
    LEFT JOIN targets AS terms ON terms.commune_key = communes.commune_key AND terms.period_kind = 'term'
    WHERE communes.is_in_scope AND {valid} >= communes.valid_from AND {valid} < communes.valid_to
        AND ($own IS NULL OR communes.commune_code = $own)
"""
_WHOLE = """
    SELECT
        scope_name, month, term, admitted, admitted_ytd, year_target, year_attainment, admitted_ttd, term_target,
        term_attainment, expected_by_now, gap, expected_by_now_year, gap_year, communes_expected, communes_known,
        communes_held_back, months_held_back, held_back_admitted_month, held_back_admitted_year, held_back_admitted,
        communes_corrected, needed_per_month
    FROM marts.mart_city_attainment WHERE month = $month
"""
#: Measured against what was published of the targets: those of the whole are no sum (communes end in mid-term).
_WHOLE_THEN = """
    WITH figures AS ({months}),
    sums AS (
        SELECT
            chosen.month, sum(figures.admitted) FILTER (figures.month = chosen.month) AS admitted,
            sum(figures.admitted) FILTER (months.year = chosen.year) AS admitted_ytd,
            sum(figures.admitted) FILTER (months.term = chosen.term) AS admitted_ttd,
            count(figures.admitted) FILTER (figures.month = chosen.month) AS communes_known
        FROM figures JOIN marts.dim_month AS months USING (month)
        CROSS JOIN (SELECT month, year, term FROM marts.dim_month WHERE month = $month) AS chosen
        WHERE figures.month <= chosen.month GROUP BY chosen.month
    )
    SELECT
        now.scope_name, now.month, now.term, sums.admitted, sums.admitted_ytd, now.year_target,
        sums.admitted_ytd / nullif(now.year_target, 0) AS year_attainment, sums.admitted_ttd, now.term_target,
        sums.admitted_ttd / nullif(now.term_target, 0) AS term_attainment, now.expected_by_now,
        sums.admitted_ttd - now.expected_by_now AS gap, now.expected_by_now_year,
        NULL AS gap_year, now.communes_expected, coalesce(sums.communes_known, 0) AS communes_known,
        NULL AS communes_held_back, NULL AS months_held_back, NULL AS held_back_admitted_month,
        NULL AS held_back_admitted_year, NULL AS held_back_admitted, NULL AS communes_corrected,
        NULL AS needed_per_month
    FROM marts.mart_city_attainment AS now LEFT JOIN sums USING (month) WHERE now.month = $month
"""
