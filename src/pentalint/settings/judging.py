"""The settings of a module or class as `check` judges them: by the values that production gives them."""

from __future__ import annotations

import re

from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Class, Const, Ref, Value
from pentalint.match.finals import Judged
from pentalint.match.settings import Setting, class_settings, every_attribute_is_seen, module_settings
from pentalint.settings.cautious import Cautious
from pentalint.settings.final import World, class_world, module_world
from pentalint.settings.merging import Merger
from pentalint.settings.model import Variable
from pentalint.settings.secrets import is_secret, mask

FAILED = 3
"""The state of a module that could not be read."""

LIMIT = 60
"""Values of more characters than this are not quoted."""


def judged_finally(
    engine: Cautious, plain: Interpreter, owner: Module | Class, judged: Judged, image: str
) -> Judged:
    """What is `judged` with the values that `engine` finds where they are decided. `plain` has evaluated `owner`; `image` is
    the file whose variables the engine was given."""
    path = owner.path if isinstance(owner, Module) else owner.module.path
    engine.followed = 0
    module = engine.load(engine.index.modules[path])
    if module.state == FAILED or path in engine.failures:
        return judged
    if isinstance(owner, Module):
        world, found = module_world(engine, path), module_settings(module, True, engine)
        is_open = module.unresolved_star or module.maybe_star
    else:
        cls = class_like(owner, module)
        if cls is None:
            return judged
        world, found = class_world(engine, cls), class_settings(cls, True, engine)
        is_open = not every_attribute_is_seen(cls, engine)
    written = {setting.name: setting.value for setting in judged.settings}
    settings = [
        put_together(setting, written.get(setting.name), world, plain, image)
        for setting in found
        if setting.name in world.names
    ]
    return Judged(module, settings, is_open)


def class_like(owner: Class, module: Module) -> Class | None:
    """A class as another evaluation of its module knows it."""
    for value in module.env.values():
        if isinstance(value, Class) and value.qualname == owner.qualname and value.module is module:
            return value
    return None


def put_together(
    setting: Setting, written: Value | None, world: World, plain: Interpreter, image: str
) -> Setting:
    """A setting of the final evaluation, with what the plain one has `written` for it."""
    value, key = world.names[setting.name]
    depends = world.engine.depends.get(key, {})
    given = [depends[name] for name in sorted(depends) if depends[name].given is not None]
    setting.value = Merger(world.engine.force, given=bool(given)).merge(setting.name, written, value)
    module = plain.index.modules[setting.module.path]
    if module.source is not None:
        setting.module = module
    if given and setting.value is not written:
        setting.because = f"{image} sets {' and '.join(map(shown, given))}"
        setting.written = read_of(written, setting.value)
    return setting


def read_of(written: Value | None, final: Value) -> Value | None:
    """The expression that takes a variable's text as it is, where that gives the final value."""
    if not isinstance(written, Ref) or not isinstance(final, Const):
        return None
    return written if isinstance(final.value, str) or written.path == "builtins.bool()" else None


def shown(variable: Variable) -> str:
    """A variable of the deployment, as a message quotes it."""
    text = mask(variable.given or "")
    if is_secret(variable.name) or len(text) > LIMIT:
        return variable.name
    return f"{variable.name}={text}" if re.fullmatch(r"[\w.:/*-]*", text) else f'{variable.name}="{text}"'
