"""The sender's own workbook with what is unsettled marked in it, and the letter that goes with it, to be sent back."""

import io
import tempfile
import zipfile
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response

import steps
from portal.asking import Asking
from portal.pages.case import case_asked
from portal.view import NotFound

router = APIRouter()


@router.get("/files/marked/{name}")
def marked(view: Asking, name: str) -> Response:
    """`03408-2020-05.zip`: the marked copies of the case's month; 404 where nothing is left to mark."""
    case_id, dot, ending = name.rpartition(".")
    if not dot or ending != "zip":
        raise NotFound(name)
    case = case_asked(view, case_id)
    view.require("take_workbooks", case.commune_code)
    content = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        done = steps.annotate(view.settings, case.commune_code, case.month, Path(folder))
        if not done.marked:
            raise NotFound(name)
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
            for each in done.marked:
                for path in (each.path, each.letter, each.document):
                    packed.write(path, path.name)
    disposition = f'attachment; filename="{case.case_id}.zip"'
    return Response(content.getvalue(), media_type="application/zip", headers={"Content-Disposition": disposition})
