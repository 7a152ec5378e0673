"""Untrusted variables that reach a page where they can do harm."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from pentalint.dataclass import dataclass
from pentalint.model import Span, Step
from pentalint.templates.loaders import Loader, no_templates
from pentalint.templates.macros import Macros, arguments_of
from pentalint.templates.outputs import Include, Output, Template, Value
from pentalint.templates.page import Place
from pentalint.templates.scenes import ROOTED, STRICT, Scene, hidden_blocks, inherited_names
from pentalint.templates.trace import Names, Taint, Trace, point_of
from pentalint.templates.treatments import harm, resolve
from pentalint.templates.words import words

Autoescape = bool | None | Callable[[str], bool]
"""Whether the environment escapes by itself: for all templates, by their paths, or as each template says (None)."""

_MOST_SCENES = 400
_LONGEST_CHAIN = 20
_DEEPEST = 12
"""So many includes and macro calls inside of each other are followed."""
_BUILT = words("get_absolute_url absolute_url get_full_path get_full_path_info build_absolute_uri")
_REQUESTED = words(
    "url path full_path base_url url_root host_url root_path script_root script_name path_info path_qs path_url",
    "application_url fullpath urlparts",
)
"""Attributes of the request objects of Flask, Django, WebOb and Bottle."""


@dataclass(frozen=True, slots=True)
class Danger:
    """An untrusted variable in a place where it can do harm.

    `path` is the template's that writes it, `output` the place; `variable` is one of those asked for; `reason` one
    of `treatments.REASONS`; `context` the context in the whole page, which differs from the output's when the
    template is included in a script. `through` are functions and filters on the way of which nothing is known: they
    may have cleaned it. `steps` lead from the first template to the output.
    """

    path: str
    output: Output
    variable: str
    reason: str
    treatment: str
    context: str
    through: tuple[str, ...]
    steps: tuple[Step, ...]


def dangerous(
    template: Template,
    variables: Iterable[str],
    loader: Loader = no_templates,
    autoescape: Autoescape = None,
) -> list[Danger]:
    """Where the given variables do harm when a template is rendered with them.

    `variables` are names or dotted paths (`q`, `request.args`); one stands for all of its attributes and items.
    Templates that are inherited, included, or whose macros are called come from `loader`. `autoescape` is what the
    environment does: True for Django, Chameleon, SimpleTemplate, `pyramid_jinja2` and `pyramid_mako`; False for a
    plain `jinja2.Environment`, `mako.template.Template` and Bottle's adapters of both; None for Flask.
    """
    names = {name: (Taint(name),) for name in variables}
    if not names:
        return []
    run = _Run(loader, autoescape)
    run.render(template, names, None, None)
    return sorted(run.found.values(), key=lambda one: (one.path, one.output.span, one.variable, one.reason))


class _Run:
    """One question: what it has found, and the scenes that it has been through."""

    def __init__(self, loader: Loader, autoescape: Autoescape) -> None:
        self.loader = loader
        self.autoescape = autoescape
        self.found: dict[tuple[str, Span, str, str], Danger] = {}
        self._seen: set[object] = set()
        self._open: list[str] = []
        self._macros = Macros(loader)

    def render(self, template: Template, names: Names, place: Place | None, escapes: bool | None) -> None:
        """A template and all that it inherits from, with the untrusted names of its context."""
        key = (template.path, place, escapes, _fingerprint(names))
        if not names or key in self._seen or len(self._seen) > _MOST_SCENES:
            return
        # A template may include itself, for trees; the second time says all there is to say.
        if self._open.count(template.path) > 1 or len(self._open) > _DEEPEST:
            return
        self._seen.add(key)
        self._open.append(template.path)
        self._render(template, names, place, escapes)
        self._open.pop()

    def _render(self, template: Template, names: Names, place: Place | None, escapes: bool | None) -> None:
        chain = self._chain(template)
        for number, one in enumerate(chain):
            trace = Trace(one, names)
            self._scene(Scene(
                trace,
                chain,
                self._escapes(one) if escapes is None else escapes,
                place,
                hidden_blocks(chain, number),
                {block.name: block for parent in chain[number + 1 :] for block in parent.blocks},
                one.language in ROOTED and number + 1 < len(chain),
            ))  # fmt: skip
            if one.language == "jinja2" and number + 1 < len(chain):
                names = inherited_names(trace, chain[number + 1])

    def _chain(self, template: Template) -> tuple[Template, ...]:
        chain = [template]
        while chain[-1].extends and chain[-1].language != "simpletemplate" and len(chain) < _LONGEST_CHAIN:
            parent = self.loader(chain[-1].extends or "", chain[-1].path)
            if parent is None or any(parent.path == one.path for one in chain):
                break
            chain.append(parent)
        return tuple(chain)

    def _escapes(self, template: Template) -> bool:
        if self.autoescape is None:
            return template.autoescape
        return self.autoescape if isinstance(self.autoescape, bool) else self.autoescape(template.path)

    def _scene(self, scene: Scene) -> None:
        for output in scene.template.outputs:
            if scene.shows(output.block, output.macro):
                for value in output.values:
                    if not any(self._macros.has(scene.chain, scene.template, name) for name in value.through):
                        self._judge(scene, output, value)
        for include in scene.template.includes:
            if scene.shows(include.block, include.macro):
                self._include(scene, include)
        self._calls(scene)

    def _judge(self, scene: Scene, output: Output, value: Value) -> None:
        place = scene.place_of(output)
        whole = scene.template.language != "chameleon"
        for taint in scene.trace.taints(value, point_of(output.span), output.macro):
            treatment = resolve(taint.treatment, scene.escapes_in(output.block))
            reason = harm(place.context, place.quote, place.script_quote, treatment, whole)
            if not reason or (reason == "url" and (taint.through or _has_scheme(value.name))):
                continue
            step = Step(scene.template.path, output.span, "written to the page")
            danger = Danger(
                scene.template.path,
                output,
                taint.variable,
                reason,
                treatment,
                place.context,
                taint.through,
                (*taint.steps, step),
            )
            key = (danger.path, output.span, danger.variable, reason)
            known = self.found.get(key)
            if known is None or len(danger.through) < len(known.through):
                self.found[key] = danger

    def _include(self, scene: Scene, include: Include) -> None:
        template = self.loader(include.name, scene.template.path)
        if template is None:
            return
        at = point_of(include.span)
        step = Step(scene.template.path, include.span, f"included `{include.name}`")
        names: dict[str, tuple[Taint, ...]] = {}
        if not include.only:
            # Mako passes the context, not the names that its code has bound.
            plain = scene.template.language == "mako"
            names.update(scene.trace.names if plain else scene.trace.visible(at, include.macro))
        for name, values in include.passed:
            names = {one: taints for one, taints in names.items() if one.partition(".")[0] != name}
            found = [taint for value in values for taint in scene.trace.taints(value, at, include.macro)]
            if found:
                names[name] = tuple(found)
        place = Place(include.context) if include.context in STRICT else scene.place
        inherits = scene.template.language == "django"
        escapes = scene.escapes_in(include.block, include.escaping) if inherits else None
        self.render(template, _stepped(names, step), place, escapes)

    def _calls(self, scene: Scene) -> None:
        for call in scene.template.calls:
            if scene.trace.macro and call.macro != scene.trace.macro:
                continue
            target = self._macros.find(scene.chain, scene.template, call.name)
            if target is None:
                continue
            at = point_of(call.span)
            found: dict[str, tuple[Taint, ...]] = {}
            for name, values in arguments_of(call, target[1]):
                taints = tuple(
                    taint for value in values for taint in scene.trace.taints(value, at, call.macro)
                )
                if taints:
                    found[name] = (*found.get(name, ()), *taints)
            if found:
                step = Step(scene.template.path, call.span, f"passed to `{call.name}`")
                self._run_macro(scene, target[0], target[1].name, _stepped(found, step), call.context)

    def _run_macro(
        self, scene: Scene, template: Template, name: str, parameters: Names, context: str
    ) -> None:
        key = (template.path, name, context, _fingerprint(parameters))
        if key in self._seen or len(self._seen) > _MOST_SCENES or len(self._open) > _DEEPEST:
            return
        self._seen.add(key)
        self._open.append(f"{template.path}:{name}")
        self._call(scene, template, name, parameters, context)
        self._open.pop()

    def _call(self, scene: Scene, template: Template, name: str, parameters: Names, context: str) -> None:
        own = template.path == scene.template.path
        trace = Trace(template, scene.trace.names if own else {}, name, parameters)
        place = Place(context) if context in STRICT else None
        self._scene(replace(
            scene, trace=trace, escapes=scene.escapes if own else self._escapes(template), place=place,
        ))  # fmt: skip


def _has_scheme(name: str) -> bool:
    """Whether a URL begins with a slash or a scheme of the server, whatever the visitor does to it."""
    root, _, last = name.rpartition(".")
    return last in _BUILT or (last in _REQUESTED and root in ("request", "req"))


def _stepped(names: Names, step: Step) -> Names:
    return {
        name: tuple(replace(taint, steps=(*taint.steps, step)) for taint in taints)
        for name, taints in names.items()
    }


def _fingerprint(names: Names) -> frozenset[tuple[str, tuple[Taint, ...]]]:
    return frozenset(names.items())
