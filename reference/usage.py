"""The command line's own words: help, usage and errors in the reader's language, from `commands.csv`.

A command's help is under its name, a parameter's under `command.parameter` (or `*.parameter`, for all commands that
have one of that name), what stands for its value under `name.parameter`, all else under `frame.…`.
"""

import os
import re
import shlex
import shutil
import sys
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import typer
from typer import rich_utils

# What typer raises of wrong usage has no public name but this.
from typer._click.exceptions import BadOptionUsage, MissingParameter, NoArgsIsHelpError, NoSuchOption
from typer._click.exceptions import UsageError as UsageError
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperGroup, TyperOption

from reference.texts import say, texts_of

CATALOGUE = Path(__file__).with_name("commands.csv")
#: How typer says it.
_NO_COMMAND = re.compile(r"No such command (?P<quote>['\"])(?P<name>.*?)(?P=quote)")
_TOO_MUCH = re.compile(r"Got unexpected extra argument\(s\) \((?P<names>.*)\)$", re.DOTALL)


def words(text: str, language: str, **values: object) -> str:
    """What the command line says around its commands: text `frame.text` in `language`."""
    return say(f"frame.{text}", language, CATALOGUE, **values)


def program() -> str:
    """What to type for `admissions` from the working folder, as a shell wants it.

    The bare name where it is on the path, `.venv/bin/admissions` in a checkout.
    """
    called = Path(sys.argv[0])
    if called.name != "admissions":
        called = Path(sys.executable).with_name("admissions")
    on_path = shutil.which("admissions")
    if not called.exists() or (on_path and Path(on_path).samefile(called)):
        return "admissions"
    return shlex.quote(os.path.relpath(called))


def as_typed(text: str) -> str:
    """A text with its commands (`admissions status …`) as they can be typed here."""
    return _command().sub(lambda _: program(), text) if "admissions " in text else text


@cache
def _command() -> re.Pattern[str]:
    names = "|".join(name for name in texts_of(CATALOGUE) if "." not in name)
    return re.compile(rf"(?<![\w./-])admissions(?= (?:{names})(?![\w-]))")


def in_words(app: typer.Typer, language: str) -> TyperGroup:
    """The commands of `app` with help and usage in `language`."""
    group = typer.main.get_command(app)
    if not isinstance(group, TyperGroup):
        raise TypeError("one command alone has no name to look up")
    _translate_frame(language)
    group.subcommand_metavar = words("command_here", language)
    _translate(group, "admissions", language)
    for name, command in group.commands.items():
        _translate(command, name, language)
    return group


def lacking(group: TyperGroup) -> list[str]:
    """What the catalogue has no text for: commands, parameters, and what stands for a parameter's value."""
    known = texts_of(CATALOGUE)
    wanted = list(group.commands)
    for name, command in group.commands.items():
        for param in command.params:
            wanted.append(_help_key(name, param.name))
            wanted += [] if _is_flag(param) else [f"name.{param.name}"]
    return [key for key in wanted if key not in known]


def wrong_usage(error: UsageError, language: str) -> str:
    """Usage, where to find help, and what is wrong, a line each; nothing where the help itself was printed."""
    if isinstance(error, NoArgsIsHelpError):
        return ""
    lines = []
    if error.ctx is not None:
        lines.append(error.ctx.get_usage())
        lines.append(words("try_help", language, command=error.ctx.command_path))
    lines.append(_sentence(error, language))
    return "\n".join(lines)


# ------------------------------------------------------------------------------------------------------------ help


def _translate_frame(language: str) -> None:
    """The headings that typer draws around help."""
    rich_utils.OPTIONS_PANEL_TITLE = words("options_title", language)
    rich_utils.ARGUMENTS_PANEL_TITLE = words("arguments_title", language)
    rich_utils.COMMANDS_PANEL_TITLE = words("commands_title", language)
    rich_utils.REQUIRED_LONG_STRING = words("required", language)
    # Typer fills its own braces in.
    rich_utils.DEFAULT_STRING = texts_of(CATALOGUE)["frame.default"][language]


def _translate(command: Any, name: str, language: str) -> None:
    known = texts_of(CATALOGUE)
    command.context_class = _context_in(language)
    command.options_metavar = words("options_here", language)
    if name in known:
        command.help = texts_of(CATALOGUE)[name][language]
    context = command.context_class(command, info_name=name)
    for param in command.get_params(context):
        if param.name == "help":
            param.help = words("help", language)
        elif (key := _help_key(name, param.name)) in known:
            param.help = texts_of(CATALOGUE)[key][language]
        if _is_flag(param):
            # That it is a yes or no goes without saying.
            param.metavar = ""
        elif f"name.{param.name}" in known:
            param.metavar = texts_of(CATALOGUE)[f"name.{param.name}"][language]


def _help_key(command: str, param: str) -> str:
    key = f"{command}.{param}"
    return key if key in texts_of(CATALOGUE) else f"*.{param}"


def _is_flag(param: Any) -> bool:
    return isinstance(param, TyperOption) and bool(param.is_flag)


def _context_in(language: str) -> type[typer.Context]:
    """A context whose usage line is in `language`."""

    class Formatter(HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            plain = args.translate({ord("{"): None, ord("}"): None})
            super().write_usage(prog, plain, prefix or words("usage", language))

    class Context(typer.Context):
        formatter_class = Formatter

    return Context


# ---------------------------------------------------------------------------------------------------------- errors


def _sentence(error: UsageError, language: str) -> str:
    if isinstance(error, MissingParameter):
        return words("missing_argument", language, name=_called(error.param))
    if isinstance(error, NoSuchOption):
        others = ", ".join(sorted(error.possibilities or ()))
        text = "no_such_option_but" if others else "no_such_option"
        return words(text, language, name=error.option_name, others=others)
    if isinstance(error, BadOptionUsage):
        text = "option_wants_value" if "requires" in error.message else "option_wants_no_value"
        return words(text, language, name=error.option_name)
    if isinstance(error, typer.BadParameter):
        return _bad_value(error, language)
    return _wrong_words(error, language)


def _bad_value(error: typer.BadParameter, language: str) -> str:
    """What typer could not make a value of; our own sentences are in the language already."""
    told = getattr(error.__cause__, "errors", None)
    if told is None:
        return error.message
    first = told()[0]
    text = {"float_parsing": "not_a_number", "int_parsing": "not_a_whole_number", "value_error": "not_a_day"}.get(
        first["type"], "wrong_value"
    )
    return words(text, language, name=_called(error.param), value=first["input"], detail=error.message)


def _called(param: Any) -> str:
    if isinstance(param, TyperArgument) or param is None:
        return str(param.metavar or param.name) if param else ""
    return str(param.opts[0])


def _wrong_words(error: UsageError, language: str) -> str:
    """A command that there is not, or words too many: typer has one error for all of these."""
    if found := _NO_COMMAND.match(error.message):
        known = error.ctx.command.commands if error.ctx and isinstance(error.ctx.command, TyperGroup) else {}
        others = ", ".join(get_close_matches(found["name"], known))
        text = "no_such_command_but" if others else "no_such_command"
        return words(text, language, name=found["name"], others=others)
    if found := _TOO_MUCH.match(error.message):
        return words("too_much", language, names=found["names"])
    return error.message
