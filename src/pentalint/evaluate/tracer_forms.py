"""The tracer's forms: what forms, schemas and request parsers let through, field by field. See `tracing`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.statements import own_name
from pentalint.evaluate.taint import NOTHING, Taint, changed, derived, elements, remember, taints_of
from pentalint.evaluate.tracer_values import TracerValues, instance_of
from pentalint.evaluate.values import (
    REST,
    UNKNOWN,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    Ref,
    Value,
    options,
)

PARSE = ".parse_args"
"""The method of a request parser (Flask-RESTful, Flask-RESTX) that reads the arguments which `add_argument` declared."""

CONVERTED = frozenset(
    {"int", "float", "bool", "boolean", "date", "datetime", "datetime_from_iso8601", "natural", "positive"}
)
"""Last names of the types of arguments that let no text through."""

FILE = frozenset({"path"})
"""What an uploaded file cannot harm: it is opened already, and no name."""


class TracerForms(TracerValues):
    """Fields of forms, schemas and request parsers."""

    def clean_field(self, container: Ref, index: Value) -> bool:
        """Whether a form's field, of the name that is asked for, can only hold a number, a date, a choice or the like."""
        if not isinstance(index, Const) or not isinstance(container.base, Instance):
            return False
        if self.known(container.path, self.model.fields) is None:
            return False
        return self.clean_in(container.base.cls, index.value)

    def clean_in(self, form: Class, name: object) -> bool:
        """Whether the field of a name lets no text through, in the class of a form."""
        field = self.field_named(form, name)
        return field is not None and any(map(self.lets_no_text, options(field)))

    def declared(self, cls: Class, name: object) -> Value | None:
        """What the class of a form declares under a name; None when it declares nothing."""
        for ancestor in self.linear(cls):
            if isinstance(ancestor, Class) and name in ancestor.members:
                return self.force(ancestor.members[str(name)])
        return None

    def field_named(self, cls: Class, name: object) -> Value | None:
        """A field of a form by its name, of its model where the form does not declare it itself; None for no field."""
        found = self.declared(cls, name)
        if found is None:
            meta = self.declared(cls, "Meta")
            model = self.declared(meta, "model") if isinstance(meta, Class) else None
            found = self.declared(model, name) if isinstance(model, Class) else None
        return found

    def to_be_checked(self, cls: Class, function: Function, value: Value) -> Value:
        """What a serializer's `validate_<field>` is given: a field has converted it already."""
        name = function.name.removeprefix("validate_")
        if name == function.name or not taints_of(value):
            return value
        if self.clean_in(cls, name):
            return UNKNOWN
        if self.file_field(cls, name):
            return changed(value, lambda taint: taint.sanitized(FILE))
        return value

    def lets_no_text(self, field: Value) -> bool:
        """Whether a field can only hold a number, a date, a choice or the like."""
        arguments = field.arguments if isinstance(field, (Ref, Instance)) else None
        for name in self.kinds_of(field):
            if name not in self.model.clean_fields and name.endswith(self.model.clean_endings):
                return True  # another library's variant: `SafeModelChoiceField`
            for test in self.model.clean_fields.get(name, ()):
                if test is None or (
                    arguments is not None and test(arguments, self.knowledge.signatures.get(name, ()), self)
                ):
                    return True
        return False

    def checked_field(self, container: Ref, index: Value, node: ast.AST, frame: Frame) -> Value | None:
        """What a form's own `clean_<field>` made of a field; None when it has none, or is at it."""
        form = container.base
        if not isinstance(index, Const) or not isinstance(form, Instance):
            return None
        if self.known(container.path, self.model.fields) is None:
            return None
        method = self.declared(form.cls, f"clean_{index.value}")
        if not isinstance(method, Function) or method is frame.function:
            return None
        return self.apply(method, form, Arguments(), node, frame)

    def form_field(
        self, container: Ref, index: Value, taint: tuple[Taint, ...], node: ast.AST, frame: Frame
    ) -> tuple[Value | None, tuple[Taint, ...]]:
        """What a form's field of a name holds, when more is known than that it is text; else None, and what it carries."""
        if self.clean_field(container, index):
            return Ref(f"{container.path}[]"), taint
        checked = self.checked_field(container, index, node, frame)
        if checked is not None:
            return checked, taint
        form = container.base
        if isinstance(form, Instance) and isinstance(index, Const) and self.file_field(form.cls, index.value):
            return None, derived(taint, FILE)
        return None, taint

    def file_field(self, form: Class, name: object) -> bool:
        """Whether a form's field of a name holds an uploaded file."""
        field = self.field_named(form, name)
        return any(path.endswith(("FileField", "ImageField")) for path in self.kinds_of(field))

    def kinds_of(self, field: Value | None) -> Iterable[str]:
        """The API paths of the class of an object, and of its ancestors when that is the project's own."""
        if isinstance(field, Ref) and field.path.endswith("()"):
            return (field.path[:-2],)
        return self.ancestors(field.cls) if isinstance(field, Instance) else ()

    def fields_of(self, container: Value, node: ast.AST, frame: Frame) -> Dict | None:
        """The fields of a form as a dictionary: those its class declares, each by itself, and what else it may have. None for
        what holds no form's fields."""
        if not isinstance(container, Ref) or not container.taint:
            return None
        form = container.base
        if not isinstance(form, Instance) or self.known(container.path, self.model.fields) is None:
            return None
        found = Dict(complete=False)
        for ancestor in self.linear(form.cls):
            for name, member in ancestor.members.items() if isinstance(ancestor, Class) else ():
                if name not in found.entries and any(
                    path.endswith("Field") for path in self.kinds_of(self.force(member))
                ):
                    found.entries[name] = self.ref_item(container, Const(name), node, frame)
        remember(found, self.ref_item(container, UNKNOWN, node, frame))
        return found

    def ref_item(self, container: Ref, index: Value, node: ast.AST, frame: Frame) -> Value:
        """`api[index]`. Provided by `tracer_items`."""
        raise NotImplementedError

    def unpacked(self, value: Value, node: ast.AST, frame: Frame) -> Value:
        value = super().unpacked(value, node, frame)
        fields = self.fields_of(value, node, frame)
        return value if fields is None else fields

    def give_forms(self, view: Class, env: dict[str, Value]) -> None:
        """Parameters that hold a form are of the class that the view names."""
        holders = {path.rpartition(".")[0] for path in self.model.fields}
        for name, value in env.items():
            if isinstance(value, Ref) and value.path in holders and value.base is None:
                for attribute in self.model.form_classes:
                    form = self.declared(view, attribute)
                    if isinstance(form, Class):
                        env[name] = Ref(value.path, value.arguments, False, value.taint, instance_of(form))

    # -- schemas -----------------------------------------------------------------------------------------------

    def safe_after(self, path: str) -> frozenset[str]:
        """The kinds of sink that the packs say a result is safe for, whatever the arguments."""
        known = self.known(path, self.model.cleaners)
        found = [one.kinds for one in self.model.cleaners.get(known or "", ()) if one.test is None]
        return NOTHING.union(*found)

    def loaded(self, form: Instance, given: Dict, kinds: frozenset[str]) -> Dict:
        """What a schema makes of a dictionary: the fields it declares, each by itself and safe for some kinds of sink."""
        made = Dict(complete=False)
        for ancestor in self.linear(form.cls):
            for name in ancestor.members if isinstance(ancestor, Class) else ():
                value = given.entries.get(name, given.entries.get(REST))
                if value is not None and name not in made.entries:
                    safe = changed(self.force(value), lambda taint: taint.sanitized(kinds))
                    made.entries[name] = UNKNOWN if self.clean_in(form.cls, name) else safe
        if self.declared(form.cls, "Meta") is not None or not made.entries:  # fields of a model besides
            rest = changed(elements(given), lambda taint: taint.sanitized(kinds))
            remember(made, rest)
        return made

    # -- request parsers ---------------------------------------------------------------------------------------

    def parsed_arguments(self, parser: ast.expr, node: ast.AST, frame: Frame) -> Value | None:
        """The arguments of a request parser that hold no text, by name: files, numbers and choices. The parser is a name of
        the function or the module that reads it."""
        if not isinstance(parser, ast.Name) or frame.module.source is None:
            return None
        found = Dict(complete=False)
        bodies: list[ast.AST] = [frame.module.source.tree]
        if frame.function is not None:
            bodies.append(frame.function.node)
        for body in bodies:
            for call in declarations(body, parser.id):
                name = call.args[0]
                if isinstance(name, ast.Constant) and isinstance(name.value, str):
                    value = self.argument_value(call, node, frame)
                    if value is not None:
                        found.entries[name.value] = value
        return found if found.entries else None

    def argument_value(self, call: ast.Call, node: ast.AST, frame: Frame) -> Value | None:
        """What `add_argument` lets through when that is no text; None when it may be one."""
        words = {word.arg: word.value for word in call.keywords}
        place = words.get("location")
        if isinstance(place, ast.Constant) and place.value == "files":
            return self.tag("werkzeug.datastructures.FileStorage()", None, (), node, frame)
        if "choices" in words:
            return UNKNOWN
        kind = words.get("type")
        return UNKNOWN if kind is not None and own_name(kind) in CONVERTED else None


def declarations(body: ast.AST, parser: str) -> Iterator[ast.Call]:
    """The calls of `add_argument` of a parser in a module or function, those of other functions left out."""
    for statement in getattr(body, "body", ()):
        call = statement.value if isinstance(statement, ast.Expr) else None
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "add_argument"
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == parser
            and call.args
        ):
            yield call
