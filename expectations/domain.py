"""The expectations in the words of the domain: one class of Great Expectations for each kind of `kinds.yml`.

    expectation_of(rule)        ExpectColumnTotalToHold(column="kn1_column_total", …)

A class says in Vietnamese or English what is expected (prescriptive renderers) and what was found (diagnostic ones);
its sentences are the rule's own, from the catalogue. Importing this module takes seconds.
"""

from collections.abc import Mapping
from functools import cache
from types import new_class
from typing import Any, ClassVar

from great_expectations.expectations.core import ExpectColumnValuesToBeBetween
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.registry import get_renderer_impl
from great_expectations.render import (
    AtomicDiagnosticRendererType,
    LegacyDiagnosticRendererType,
    LegacyRendererType,
    RenderedAtomicContent,
    RenderedStringTemplateContent,
)
from great_expectations.render.renderer.renderer import renderer
from pydantic.v1 import PrivateAttr

from expectations.catalogue import Kind, Rule, kinds
from expectations.data_docs.texts import says
from expectations.messages import number


class RuleExpectation(ExpectColumnValuesToBeBetween):  # type: ignore[misc]
    """What a rule of the catalogue expects: that no line is beyond what it allows. `meta` holds the rule's words."""

    #: The column has how far each line is beyond that (`JudgingFrame`).
    max_value: float = 0.0
    kind: ClassVar[str] = ""
    _as_configured: ExpectationConfiguration | None = PrivateAttr(None)

    @property
    def configuration(self) -> ExpectationConfiguration:
        """Great Expectations asks for it nearly two hundred times a rule, and makes it anew each time."""
        if self._as_configured is None or self._as_configured.id != self.id:
            self._as_configured = super().configuration
        return self._as_configured

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)  # type: ignore[untyped-decorator]
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None, **_: Any
    ) -> list[Any]:
        meta = _meta(configuration, result)
        return [_content(_expected(meta, _language(meta, runtime_configuration)))]

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: Any) -> Any:
        meta = _meta(renderer_configuration.configuration, renderer_configuration.result)
        language = _language(meta, renderer_configuration.runtime_configuration)
        renderer_configuration.template_str = _escaped(_expected(meta, language))
        return renderer_configuration

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)  # type: ignore[untyped-decorator]
    def _diagnostic_observed_value_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None, **_: Any
    ) -> str:
        meta = _meta(configuration, result)
        return _found(result, _language(meta, runtime_configuration))

    @classmethod
    @renderer(renderer_type=AtomicDiagnosticRendererType.OBSERVED_VALUE)  # type: ignore[untyped-decorator]
    def _atomic_diagnostic_observed_value(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None, **_: Any
    ) -> Any:
        meta = _meta(configuration, result)
        value = {
            "template": _escaped(_found(result, _language(meta, runtime_configuration))),
            "schema": {"type": "com.superconductive.rendered.string"},
        }
        return RenderedAtomicContent(
            name=AtomicDiagnosticRendererType.OBSERVED_VALUE, value=value, value_type="StringValueType"
        )

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_STATEMENT)  # type: ignore[untyped-decorator]
    def _diagnostic_unexpected_statement_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None, **_: Any
    ) -> list[Any]:
        meta = _meta(configuration, result)
        fails = result is not None and not result.success
        return [_content(_found(result, _language(meta, runtime_configuration)))] if fails else []

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_TABLE)  # type: ignore[untyped-decorator]
    def _diagnostic_unexpected_table_renderer(cls, **_: Any) -> None:
        """None: what fails is named by numbers of this check, which say nothing to anybody."""
        return None


@cache
def expectation_classes() -> Mapping[str, type[RuleExpectation]]:
    """Kind -> its class."""
    return {kind.name: _class_of(kind) for kind in kinds().values()}


def expectation_of(rule: Rule, language: str = "vi") -> RuleExpectation:
    """What `rule` expects of its column; described in `language`."""
    meta = {
        "rule_id": rule.rule_id,
        "form": rule.form,
        "kind": rule.kind,
        "meaning": {"vi": rule.meaning.vi, "en": rule.meaning.en},
        "tolerance": rule.tolerance,
        "relative_tolerance": rule.relative_tolerance,
        "language": language,
    }
    return expectation_classes()[rule.kind](
        column=rule.rule_id,
        severity=rule.severity,
        # Where there is a description, it is shown instead of what the renderer says.
        description=_expected(meta, language),
        meta=meta,
    )


def expected(rule: Rule, language: str) -> str:
    """What the rule expects, as its class renders it."""
    configuration = expectation_of(rule).configuration
    return _rendered(configuration.type, LegacyRendererType.PRESCRIPTIVE, language, configuration=configuration)


def found(result: Any, language: str) -> str:
    """What was found by one result of a validation, as its class renders it."""
    configuration = result.expectation_config
    return _rendered(configuration.type, LegacyDiagnosticRendererType.OBSERVED_VALUE, language, result=result)


def _class_of(kind: Kind) -> type[RuleExpectation]:
    said = {
        "__module__": __name__,
        "__doc__": f"{kind.expects.vi}\n\n{kind.expects.en}",
        "kind": kind.name,
    }
    return new_class(kind.expectation, (RuleExpectation,), exec_body=lambda names: names.update(said))


def _rendered(expectation_type: str, renderer_type: str, language: str, **about: Any) -> str:
    implemented = get_renderer_impl(expectation_type, renderer_type)
    content = implemented.renderer(**about, runtime_configuration={"language": language})
    return content if isinstance(content, str) else content[0].string_template["template"].replace("$$", "$")


def _meta(configuration: Any, result: Any) -> Mapping[str, Any]:
    return (configuration or result.expectation_config).meta or {}


def _language(meta: Mapping[str, Any], runtime_configuration: Any) -> str:
    """The language that is asked for, else that of the suite."""
    asked: str | None = (runtime_configuration or {}).get("language")
    return asked or str(meta["language"])


def _expected(meta: Mapping[str, Any], language: str) -> str:
    """`Cộng bốn nhóm tuổi phải bằng … .`, and by how much it may be missed."""
    meaning: str = meta["meaning"][language]
    tolerance, share = meta["tolerance"], 100 * meta["relative_tolerance"]
    allowed = {"tolerance": number(tolerance, language), "share": number(share, language)}
    if tolerance and share:
        return f"{meaning} {says('allowed_both', language, **allowed)}"
    if tolerance or share:
        return f"{meaning} {says('allowed' if tolerance else 'allowed_share', language, **allowed)}"
    return meaning


def _found(result: Any, language: str) -> str:
    """`đã xem 1.234 dòng, 5 dòng không khớp`."""
    counted = {} if result is None else result.result or {}
    looked_at = counted.get("element_count", 0) - counted.get("missing_count", 0)
    failing = counted.get("unexpected_count", 0)
    text = "found_fails" if failing else "found_holds" if looked_at else "found_none"
    return says(text, language, looked_at=number(looked_at, language), failing=number(failing, language))


def _content(text: str) -> Any:
    return RenderedStringTemplateContent(
        content_block_type="string_template", string_template={"template": _escaped(text), "params": {}}
    )


def _escaped(text: str) -> str:
    """Great Expectations fills in words after a dollar sign."""
    return text.replace("$", "$$")
