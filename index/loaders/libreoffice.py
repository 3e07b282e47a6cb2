"""LibreOffice, where it is installed: files that it converts, without macros and the network."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from index.errors import LoadError

SECONDS = 100
"""How long a conversion may take: less than the process that reads a file may."""
_SCRIPTING = "/org.openoffice.Office.Common/Security/Scripting"
_SETTINGS = "".join(
    f'<item oor:path="{_SCRIPTING}"><prop oor:name="{name}" oor:op="fuse"><value>true</value>'
    "</prop></item>"
    for name in ("DisableMacrosExecution", "DisableActiveContent", "BlockUntrustedRefererLinks")
)
"""What a file may not do: run a macro, or have a picture fetched from elsewhere."""


def office_program() -> str | None:
    """Return the path of LibreOffice's program, or None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def converted(data: bytes, suffix: str, form: str, seconds: float = SECONDS) -> bytes:
    """Return what LibreOffice makes of a file.

    Args:
        data: the file.
        suffix: of its name, with the dot, which says how it is read.
        form: the suffix, without a dot, of what is made: `pdf`, `docx`, `pptx`.
        seconds: after which it is given up.

    Raises:
        LoadError: when LibreOffice is not installed, takes too long, or makes nothing of it.
    """
    program = office_program()
    if program is None:
        raise LoadError("LibreOffice is not installed; install it so that `soffice` is found")
    with TemporaryDirectory(prefix="excerpt-office-") as folder:
        place = Path(folder)
        source = place / f"document{suffix}"
        source.write_bytes(data)
        # A profile of its own: a LibreOffice that is open keeps another one waiting.
        profile = place / "profile"
        _write_settings(profile)
        arguments = (f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore")
        output = place / "made"
        _run([program, *arguments, "--convert-to", form, "--outdir", str(output), str(source)],
             seconds)  # fmt: skip
        made = output / f"document.{form}"
        if not made.exists():
            raise LoadError("LibreOffice makes nothing of it; open it there and see")
        return made.read_bytes()


def _write_settings(profile: Path) -> None:
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{_SETTINGS}</oor:items>'
    )


def _run(command: list[str], seconds: float) -> None:
    """Run a command with all that it starts, which ends with it.

    Raises:
        LoadError: when it takes too long, or cannot be started.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise LoadError(f"LibreOffice cannot be started: {error.strerror}") from error
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise LoadError(f"LibreOffice took more than {seconds:.0f} s and was ended") from error
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
