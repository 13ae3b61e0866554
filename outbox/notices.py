"""Mails to whoever operates it: a task that could not do its work, a run that is not done in time."""

from outbox.mail import Mail, Recipient, is_configured
from reference.texts import say
from warehouse.settings import Settings


def is_wanted(settings: Settings) -> bool:
    """Whether there is somebody to tell, and a server to tell it by."""
    return bool(settings.operator_mail) and is_configured(settings)


def task_failed(settings: Settings, dag: str, task: str, sentence: str) -> Mail:
    """A task has failed for the last time; `sentence` says why."""
    language = settings.language
    return _mail(settings, say("notice_failed", language, dag=dag, task=task), sentence, say("notice_clear", language))


def run_overdue(settings: Settings, dag: str, minutes: int) -> Mail:
    """A run is not done though it was called for `minutes` ago: what has come since is not published."""
    language = settings.language
    return _mail(
        settings,
        say("notice_overdue", language, dag=dag, minutes=minutes),
        say("notice_not_published", language),
        say("notice_doctor", language),
    )


def _mail(settings: Settings, subject: str, *paragraphs: str) -> Mail:
    text = "\n\n".join(filter(None, (subject + ".", *paragraphs, settings.airflow_url)))
    return Mail(tuple(map(Recipient, settings.operator_mail)), subject, text + "\n")
