"""Small projects on disk, and what `pentalint settings` finds in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from pentalint import run
from pentalint.check.applications import follow, interpreter, operations_of
from pentalint.check.deep import on_deep_stack
from pentalint.check.plan import Plan, used_packs
from pentalint.config import Config, Options
from pentalint.evaluate.statements import Interpreter
from pentalint.match.applications import Application
from pentalint.settings.model import Deployment, FinalSetting

WSGI = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\nfrom django.core.wsgi import get_wsgi_application\n'


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write a project."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def find_applications(plan: Plan, read: Callable[[str], bytes]) -> tuple[Application, ...]:
    """The applications of a project whose configuration is followed in order, each with its final settings."""

    def gather() -> tuple[Application, ...]:
        log = operations_of(plan, {name: plan.packs[name].settings for name in used_packs(plan)}, read)
        assert log is not None
        return tuple(follow(plan, read, log, interpreter(plan, read, log, Interpreter)).applications)

    return on_deep_stack(gather)


def deployments(
    root: Path, files: Mapping[str, str], requirements: str = "django==5.2\n"
) -> list[Deployment]:
    """The deployments of a project."""
    write(root, {"requirements.txt": requirements, **files})
    found, _ = run.settings(Options(), Config(root=str(root)))
    return list(found)


def settings_of(root: Path, text: str, files: Mapping[str, str] | None = None) -> dict[str, FinalSetting]:
    """The settings of a Django project of one settings module, `shop/settings.py`, and other files."""
    found = deployments(
        root,
        {
            "shop/__init__.py": "",
            "shop/wsgi.py": WSGI,
            "shop/settings.py": f"INSTALLED_APPS = []\nROOT_URLCONF = 'shop.urls'\n{text}",
            **(files or {}),
        },
    )
    assert [one.name for one in found if one.production] == ["shop.settings"], found
    return {one.name: one for one in found[0].settings}
