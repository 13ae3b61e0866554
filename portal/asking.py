"""The dependency through which every page gets its `View`."""

from typing import Annotated

from fastapi import Depends, Request

from portal.people import Person
from portal.view import NotAllowed, View


def view_of(request: Request) -> View:
    """What the entrance has left in the request. Raises the trouble with the published file, where there is one."""
    state = request.state
    if state.trouble is not None:
        raise state.trouble
    if state.person is None:
        raise NotAllowed
    return View(request, state.portal, state.person, state.language, state.version, state.form)


def view_of_anybody(request: Request) -> View:
    """The same on pages that nobody signs in for."""
    state = request.state
    return View(request, state.portal, state.person or Person("", "viewer"), state.language, state.version)


Asking = Annotated[View, Depends(view_of)]
AnybodyAsking = Annotated[View, Depends(view_of_anybody)]
