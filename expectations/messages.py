"""The sentences of failures: a failing line and its rule in, one message in each language out.

Every message says where, what was found, what was expected and what to do; its parts come from `kinds.yml`
and `rules.yml`.
"""

from collections.abc import Callable, Iterator, Mapping

from dateutil.relativedelta import relativedelta

from expectations.catalogue import Rule, Text, figure, kinds, wording
from expectations.store.judging import FailingLine
from reference.cell_address import split
from reference.fields import forms
from reference.figures import month_name, month_of
from reference.shell import one_word
from reference.texts import filled
from warehouse.corrections import Correction

LANGUAGES = ("vi", "en")
#: Stewards' values that are named in a sentence.
_CORRECTIONS = 3


def message(rule: Rule, line: FailingLine) -> Text:
    """What is wrong with `line` by `rule`, in both languages."""
    return Text(**{language: _message(rule, line, language) for language in LANGUAGES})


def number(value: float, language: str) -> str:
    """A figure as it is written in Viet Nam (`1.234`, `12,5`) or in English (`1,234`, `12.5`).

    Two decimals at most; whole numbers have none.
    """
    text = f"{value + 0.0:,.2f}".rstrip("0").rstrip(".")
    text = "0" if text in ("-0", "") else text
    text = text.replace("-", "−")
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def map_command(line: FailingLine) -> str:
    """What a steward types to say that the header of this failure is its field's: it works as it stands."""
    header = one_word(line.cell_name)
    return f"admissions map {line.commune_code} {line.form} {header} {line.field} --from {line.month:%Y-%m}"


def _message(rule: Rule, line: FailingLine, language: str) -> str:
    kind = kinds()[rule.kind]
    words = _Words(rule, line, language)
    finding = filled(kind.finding.in_language(language), words)
    corrected = wording().corrected[language]
    action = corrected["action"] if line.is_brought else filled(rule.action.in_language(language), words)
    place = "" if rule.kind == "missing_sheet" else f"{_where(line, language)}: "
    sentence = f"{place}{finding}"
    if lead := _corrections(line, language):
        sentence = f"{lead}{sentence[0].lower()}{sentence[1:]}"
    return f"{sentence[0].upper()}{sentence[1:].rstrip('.')}. {action}"


def _corrections(line: FailingLine, language: str) -> str:
    """`Với ô D14 do … sửa thành 3 …: `, where the figures are stewards' and not the sender's."""
    if not line.corrections:
        return ""
    words = wording().corrected[language]
    changes = [
        words["change"].format(
            cell=_corrected_cell(each, line, language),
            by=each.decided_by,
            day=f"{each.decided_at:%d/%m/%Y}",
            before="–" if each.value_before is None else number(each.value_before, language),
            after=number(each.value_after, language),
        )
        for each in line.corrections[:_CORRECTIONS]
    ]
    more = " …" if len(line.corrections) > _CORRECTIONS else ""
    return words["lead"].format(changes=", ".join(changes) + more)


def _corrected_cell(correction: Correction, line: FailingLine, language: str) -> str:
    """`D14`, on another sheet `Kết nạp!D14`, and of which month's report where it is not the line's own."""
    cell = correction.cell if correction.sheet == line.sheet else correction.address
    if correction.month == line.month:
        return cell
    return cell_of_month(correction, language)


def cell_of_month(correction: Correction, language: str) -> str:
    """`Đảng viên!M14 của báo cáo tháng 8/2020`."""
    month = month_name(correction.month, language)
    return wording().corrected[language]["of_month"].format(cell=correction.address, month=month)


def _where(line: FailingLine, language: str) -> str:
    """`Trang tính “Kết nạp”, ô D14, dòng “Chi bộ …”`, as much of it as is known."""
    words = wording()
    where = words.where[language]
    parts = [where["sheet"].format(sheet=line.sheet) if line.sheet else where["nowhere"]]
    if line.cells and "!" not in line.cells[0]:
        parts.append(where["cell"].format(cell=line.cells[0]))
    if line.line_kind == "total" or (line.line_kind in words.lines[language] and line.cell_name):
        parts.append(words.lines[language][line.line_kind].format(cell_name=line.cell_name))
    return ", ".join(parts)


class _Words(Mapping[str, str]):
    """The words that a template may ask for; each is worked out only when it is asked for."""

    def __init__(self, rule: Rule, line: FailingLine, language: str) -> None:
        self._rule = rule
        self._line = line
        self._language = language
        self._makers: dict[str, Callable[[], str]] = {
            "form": lambda: rule.form,
            "sheet": lambda: line.sheet or sheet_called(rule.form),
            "field": lambda: self._name(line.field or rule.field, rule.form),
            "whole": lambda: self._name(rule.plus_fields[0], rule.form),
            "other_field": lambda: self._name(rule.other_field, rule.other_form or rule.form),
            "other_sheet": self._other_sheet,
            "other_cell": self._other_cell,
            "scope": lambda: wording().scope[language][line.line_kind or rule.line_kind],
            "basis": self._basis,
            "terms": self._terms,
            "reported": lambda: self._figure(line.reported),
            "expected": lambda: self._figure(line.expected),
            "off": self._off,
            "bound": lambda: wording().bound[language]["more" if line.difference > 0 else "less"],
            "cell_name": lambda: line.cell_name,
            # A copy, and another month's report, has that month in the place of the cell's name.
            "copied_month": lambda: month_name(month_of(line.cell_name), language),
            "month": lambda: month_name(line.month, language),
            "last_month": lambda: month_name(line.month - relativedelta(months=1), language),
            "other_month": lambda: month_name(month_of(line.cell_name), language),
            "year": lambda: str(line.month.year),
            "problem": self._problem,
            # What the build puts in the place of a cell's name where no line is known.
            "header": lambda: line.cell_name,
            "map_command": lambda: map_command(line),
        }

    def __getitem__(self, word: str) -> str:
        return self._makers[word]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def _name(self, field: str, form: str) -> str:
        described = figure(form, field)
        return described.name_vi if self._language == "vi" else described.name_en

    def _figure(self, value: float | None) -> str:
        if value is None:
            return "?"
        name = self._line.field or self._rule.field
        percent = bool(name) and figure(self._rule.form, name).type == "percent"
        return number(value, self._language) + ("%" if percent else "")

    def _off(self) -> str:
        """`ghi thừa 2`: by how much the report is too high or too low."""
        difference = self._line.difference
        case = "more" if difference > 0 else "less"
        amount = number(abs(difference), self._language)
        return wording().deviation[self._language][case].format(amount=amount)

    def _other_sheet(self) -> str:
        """The name that the other sheet has in this workbook, where an address tells it."""
        for address in self._line.cells[1:]:
            if sheet := split(address)[0]:
                return sheet
        return sheet_called(self._rule.other_form)

    def _other_cell(self) -> str:
        for address in self._line.cells[1:]:
            sheet, cell = split(address)
            if sheet:
                return ", " + wording().where[self._language]["cell"].format(cell=cell)
        return ""

    def _problem(self) -> str:
        """The reader's own sentence about the cell."""
        told = self._line.problem_vi if self._language == "vi" else self._line.problem_en
        return told or wording().no_problem[self._language]

    def _basis(self) -> str:
        """What the expected figure is made of, in the rule's words or by the names of its fields."""
        basis = self._rule.basis or kinds()[self._rule.kind].basis
        return self._terms() if basis is None else basis.in_language(self._language).format_map(self)

    def _terms(self) -> str:
        """`“A” + “B” − “C”`, or `“A” / “B”` for a percentage."""
        rule = self._rule

        def quoted(field: str) -> str:
            return f"“{self._name(field, rule.form)}”"

        plus = " + ".join(quoted(field) for field in rule.plus_fields)
        if rule.kind == "percentage":
            return f"{plus} / {quoted(rule.other_field)}"
        if rule.kind == "carry_forward" and not rule.reset_at:
            plus = " + ".join(part for part in (quoted(rule.other_field), plus) if part)
        elif rule.kind == "carry_forward":
            plus = f"{quoted(rule.other_field)} + {plus}" if plus else quoted(rule.other_field)
        return plus + "".join(f" − {quoted(field)}" for field in rule.minus_fields)


def sheet_called(form: str) -> str:
    """What the sheet of `form` is called on the blank workbook."""
    return {edition.form: edition.sheet_vi for edition in forms()}.get(form, form)
