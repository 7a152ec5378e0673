"""The tracer's library calls: sources, sinks, sanitizers and propagators of APIs, and built-in functions and methods. See
`tracing`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from pentalint.evaluate.applications import apply_library
from pentalint.evaluate.arguments import Arguments, split_key
from pentalint.evaluate.characters import DANGEROUS, emptied_kinds, group_kinds
from pentalint.evaluate.events import Frame
from pentalint.evaluate.flow_model import Flow, Sink
from pentalint.evaluate.library import LIBRARY
from pentalint.evaluate.prefixes import ADDRESSES, deciding
from pentalint.evaluate.taint import (
    EVERY,
    MOST,
    NOTHING,
    SEGMENT,
    STRUCTURED,
    UNROOTED,
    Taint,
    changed,
    derived,
    elements,
    remember,
    string,
    taints_of,
)
from pentalint.evaluate.tracer_forms import PARSE
from pentalint.evaluate.tracer_items import TracerItems, apart, under_rest
from pentalint.evaluate.tracer_values import ANYTHING
from pentalint.evaluate.values import (
    NONE,
    REST,
    UNKNOWN,
    Builtin,
    Class,
    Const,
    Dict,
    Instance,
    List,
    Ref,
    Text,
    Unknown,
    Value,
    join_all,
    options,
)

MARKUP = re.compile("html|xml|svg", re.IGNORECASE)
"""Content types in which a browser runs scripts."""

JOINERS = frozenset({"os.path.join", "posixpath.join", "pathlib.Path", "pathlib.PurePath"})
"""What makes paths of parts: a part that cannot leave its directory does not make the whole leave it."""

TRIED = frozenset({"format-string", "xpath"})
"""Kinds of sink that do harm by what comes out of them."""

COMPILERS = (".Template", ".from_string")
"""What reads a template and does not render it yet."""

_FIELD = re.compile(r"\{(?P<name>[a-zA-Z_]\w*)\.(?P<attribute>[a-zA-Z_]\w*)\}")
"""A template that shows an attribute of one value."""

IDENTIFIERS = frozenset(DANGEROUS)
"""The kinds of sink that the name of an attribute cannot harm, which has no character but letters, digits and `_`."""

MATCHES = ("match()", "fullmatch()", "search()")
"""What gives a match of a regular expression."""

RESOLVERS = frozenset({"urllib.parse.urljoin"})
"""What makes an address of a base and a reference: a reference that cannot choose the host leaves the base's."""

PARSERS = frozenset({"loads", "load", "safe_load", "literal_eval", "decode", "parse"})
"""Functions that make data structures of text."""

CONTENTS = ("file-content", "body")
"""The kinds of user input that are contents, not names."""

DECODINGS = {
    "base64.b64decode": "base64.b64encode",
    "base64.urlsafe_b64decode": "base64.urlsafe_b64encode",
    "base64.b32decode": "base64.b32encode",
    "base64.b16decode": "base64.b16encode",
    "binascii.unhexlify": "binascii.hexlify",
    "urllib.parse.unquote": "urllib.parse.quote",
    "urllib.parse.unquote_plus": "urllib.parse.quote_plus",
    "json.loads": "json.dumps",
    "html.unescape": "html.escape",
}
"""Decodings, and the encodings they undo."""

ENCODINGS = frozenset(DECODINGS.values())

CONVERTERS = frozenset({"builtins.int", "builtins.float", "uuid.UUID"})
"""What raises for text that is more than a number or an identifier."""

ITERATED = frozenset(["map", "filter", "enumerate", "zip", "reversed", "iter", "next"])
"""Built-in functions that hand on the elements of what they are given."""

PURE = frozenset(
    """startswith endswith find rfind index rindex count isalpha isalnum isdigit isdecimal isnumeric isascii isidentifier
    islower isupper isspace isprintable istitle __len__ __contains__ bit_length""".split()  # noqa: SIM905
)
"""Methods whose result tells little of the string."""


class TracerApis(TracerItems):
    """Calls that leave the project, with tainted arguments."""

    def call_api(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        path = callee.path
        dull = self.dull.get(path)
        if dull is not None and not callee.taint:
            return Ref(dull, arguments)
        if path.endswith("().__init__"):
            self.check_call(path.removesuffix("().__init__"), callee, arguments, node, frame)
            return NONE
        if path in self.model.undone and isinstance(node.func, ast.Attribute):
            self.flows = [flow for flow in self.flows if flow.node is not node.func.value]
        self.check_call(path, callee, arguments, node, frame)
        if path.startswith("builtins."):
            known = self.call_known(path[9:], arguments, node, frame)
            if known is not None:
                return known
        elif path == "functools.partial()" and callee.arguments is not None:
            return self.call_partial(callee.arguments, arguments, node, frame)
        elif path in LIBRARY and f"{path}()" not in self.model.sources:
            known = apply_library(self, callee, arguments, node, frame)
            if known is not None:
                return known
        if path[:1] == ANYTHING:
            result = path if path == ANYTHING else f"{path}()"
            taint = self.cleaned(result, arguments, derived(callee.taint)) if callee.taint else ()
            into = self.model.into.get(path)
            if into is not None:
                self.soak(callee, into, arguments, node, frame)
            taint = (*taint, *self.passed(path, path, arguments))[:MOST]
            if result in self.model.sources:
                return self.tag(result, arguments, taint, node, frame)
            return Ref(ANYTHING if not taint else result, arguments, False, taint)
        if path.startswith(("builtins.str.", "builtins.bytes.")):
            return string(derived(self.given(("*",), path, arguments)))
        if path in CONVERTERS and arguments.positional:
            value = self.force(arguments.positional[0])
            if taints_of(value):
                self.clear(
                    value, arguments.nodes[0] if arguments.nodes else None, EVERY, frame
                )  # else it has raised
        if self.model.lookups and self.known(path, self.model.lookups) is not None:
            for word, given in arguments.keywords.items():
                written = arguments.keyword_nodes.get(word)
                place = written.value if isinstance(written, ast.keyword) else None
                if "__" not in word and taints_of(self.force(given)):
                    self.clear(self.force(given), place, EVERY, frame)  # it is what was found there
        if self.model.raising:
            self.raised_otherwise(path, arguments, frame)
        if path.endswith(".relative_to") and callee.taint and isinstance(node.func, ast.Attribute):
            self.clear(callee, node.func.value, frozenset({"path", "archive"}), frame)  # else it has raised
        undone = self.decoded(callee, arguments)
        if undone is not None:
            return undone
        grouped = self.grouped(callee, arguments) if callee.taint and path.startswith("re.") else None
        if grouped is not None:
            return grouped
        if path in ("re.sub", "re.compile().sub"):
            return self.substituted(callee, arguments)
        taint = derived(callee.taint, replaced_kinds(path, arguments)) if callee.taint else ()
        if not taint and f"{path}()" in self.model.cleaners:
            taint = derived(self.given(("*",), path, arguments))
        name = f"{ANYTHING}.{path.rpartition('.')[2]}"
        for asked in (path, name) if callee.taint or "()." in path else (path,):
            own = self.known(asked, self.model.calls)
            if own is not None:
                structured = frozenset({STRUCTURED}) if path.rpartition(".")[2] in PARSERS else NOTHING
                taint = (*taint, *derived(self.passed(own, path, arguments), structured))[:MOST]
            own = self.known(asked, self.model.into)
            if own is not None:
                self.soak(callee, self.model.into[own], arguments, node, frame)
        if path.endswith((".get", ".pop", ".getone", ".getunicode")) and arguments.positional:
            key = self.force(arguments.positional[0])
            exact = f"{path.rpartition('.')[0]}[{key.value}]" if isinstance(key, Const) else ""
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            if self.model.items:
                taint = self.named_item(key, taint, node, frame)
            if exact and self.known(exact, self.model.sources) is not None:
                return self.tag(exact, arguments, taint, node, frame)
            if exact and taint and isinstance(callee.base, Instance) and owner is not None:
                if self.clean_field(Ref(path.rpartition(".")[0], base=callee.base), key):
                    return Ref(f"{path}()", arguments)
            if isinstance(callee.base, Dict) and isinstance(key, Const) and key.value in callee.base.entries:
                return callee.base.entries[key.value]
        result = f"{path}()"
        if path.endswith(".to_dict") and self.posted(path[:-8]):
            made = Dict(complete=False)
            item = f"{path[:-8]}[]"
            remember(made, self.tag(self.aliases.get(item, item), None, taint, node, frame))
            return made
        form = callee.base if isinstance(callee.base, Instance) else None
        loads = form is not None and self.model.fields and self.known(result, self.model.fields) is not None
        if form is not None and loads and arguments.positional:
            given = self.force(arguments.positional[0])
            if isinstance(given, Dict):
                return self.loaded(form, given, self.safe_after(result))
        if len(result) > 300:
            return Ref(ANYTHING, arguments, False, taint)
        found = self.tag(self.aliases.get(result, result), arguments, taint, node, frame)
        if found.taint and path.endswith(".get") and arguments.positional:
            key = self.force(arguments.positional[0])
            if isinstance(key, Const):
                return self.segment(found, key)
        if found.taint and path.endswith(PARSE) and isinstance(node.func, ast.Attribute):
            found.base = self.parsed_arguments(node.func.value, node, frame)
        if not found.taint and self.nothing_known(path, found.path):
            self.dull[path] = found.path
        if f"{found.path}.render" in self.model.renderers:
            found.base = callee  # its environment may be asked for
        elif found.taint and path.startswith("re.compile()."):
            found.base = callee  # and its pattern
        elif loads:
            found.base = form
        return found

    def raised_otherwise(self, path: str, arguments: Arguments, frame: Frame) -> None:
        """A call came back that raises unless what it is given is safe."""
        signature = self.knowledge.signatures.get(path, ())
        for guard in self.model.raising.get(self.known(path, self.model.raising) or "", ()):
            for value in self.selected((guard.key,), path, arguments):
                place = arguments.node(guard.key, signature) if guard.key != "*" else None
                self.clear(
                    self.force(value), place if isinstance(place, ast.expr) else None, guard.kinds, frame
                )

    def nothing_known(self, path: str, result: str) -> bool:
        """Whether the packs have nothing to say of a call: then the next one need not be looked at."""
        model = self.model
        name = f"{ANYTHING}.{path.rpartition('.')[2]}"
        return not (
            self.sinks_of(path)
            or any(
                self.known(one, table) is not None
                for one in (path, name)
                for table in (model.calls, model.into, model.renderers, model.raising)
            )
            or any(
                self.known(one, table) is not None
                for one in (result, f"{path}()")
                for table in (model.cleaners, model.sources)
            )
            or path.endswith((".get", ".pop", ".getone", ".getunicode"))
            or f"{result}.render" in model.renderers
            or path in ENCODINGS
            or self.known(path, model.lookups) is not None
            or path.startswith(("builtins.", "functools."))
        )

    def decoded(self, callee: Ref, arguments: Arguments) -> Value | None:
        """What a decoding gives of what was encoded here: the value before; None for anything else. Between the two, a
        change between text and bytes does not count."""
        head, _, member = callee.path.rpartition("().")
        if head in ENCODINGS and member in ("decode", "encode") and callee.arguments is not None:
            return Ref(f"{head}()", callee.arguments, False, callee.taint)
        encoding = DECODINGS.get(callee.path)
        if encoding is None or not arguments.positional:
            return None
        value = self.force(arguments.positional[0])
        if isinstance(value, Ref) and value.path == f"{encoding}()" and value.arguments is not None:
            return self.force(value.arguments.positional[0]) if value.arguments.positional else None
        return None

    def posted(self, path: str) -> bool:
        """Whether a path is that of the fields or files of a form: to which handlers add others."""
        source = self.known(path, self.model.sources)
        return source is not None and self.model.sources[source].detail in ("form", "file-content")

    def grouped(self, callee: Ref, arguments: Arguments) -> Value | None:
        """What groups of a match hold: no more than their part of the pattern lets through. None for other calls."""
        head, _, member = callee.path.rpartition(".")
        if not head.endswith(MATCHES) or member not in ("group", "groups"):
            return None
        made = callee.base if isinstance(callee.base, Ref) else callee
        given = made.arguments.get("0=pattern") if made.arguments is not None else None
        pattern = self.force(given) if given is not None else UNKNOWN
        if not isinstance(pattern, Const) or not isinstance(pattern.value, str):
            return None
        kinds = group_kinds(pattern.value)
        keys: list[object] = [
            one.value if isinstance(one, Const) else None for one in arguments.positional
        ] or [0]
        if member == "groups":
            keys = [key for key in kinds if isinstance(key, int)]
            if keys != list(range(1, len(keys) + 1)):
                return None  # one of them cannot be read
        parts = [string(derived(callee.taint, kinds.get(key, NOTHING))) for key in keys]  # type: ignore[call-overload]
        return parts[0] if len(parts) == 1 and member == "group" else List(parts, "tuple")

    def substituted(self, callee: Ref, arguments: Arguments) -> Value:
        """`re.sub`: what the replacement and the string carry, safe for what it takes all harmful characters out of."""
        given = arguments.positional
        if callee.path == "re.sub":
            pattern, given = (given[0] if given else None), given[1:]
        else:
            pattern = callee.arguments.get("0=pattern") if callee.arguments is not None else None
        if len(given) < 2:
            return string(derived(self.given(("*",), "re.sub", arguments)))
        replacement, text = self.force(given[0]), self.force(given[1])
        pattern = self.force(pattern) if pattern is not None else UNKNOWN
        if isinstance(pattern, Ref) and pattern.path == "re.compile()" and pattern.arguments is not None:
            pattern = self.force(pattern.arguments.get("0=pattern") or UNKNOWN)
        kinds = NOTHING
        if isinstance(pattern, Const) and isinstance(pattern.value, str):
            shown = (
                replacement.value
                if isinstance(replacement, Const) and isinstance(replacement.value, str)
                else ""
            )
            kinds = emptied_kinds(pattern.value, shown)
        return string((*derived(taints_of(text), kinds), *derived(taints_of(replacement)))[:MOST])

    def passed(self, name: str, path: str, arguments: Arguments) -> tuple[Taint, ...]:
        """The taints that a call passes on to its result, as the packs say of it under a name."""
        found: tuple[Taint, ...] = ()
        for keys, test in self.model.calls.get(name, ()):
            if test is None or test(arguments, self.knowledge.signatures.get(path, ()), self):
                found = (*found, *self.given(keys, path, arguments))
        return found[:MOST]

    def given(self, keys: tuple[str, ...], path: str, arguments: Arguments) -> tuple[Taint, ...]:
        """The taints of the arguments that a propagator passes on."""
        found: list[Taint] = []
        for value in self.selected(keys, path, arguments):
            value = self.force(value)
            if path in RESOLVERS:
                choosing = taints_of(deciding("url", value))
                rest = [taint for taint in taints_of(value) if taint not in choosing]
                found.extend((*choosing, *derived(rest, ADDRESSES)))
            else:
                found.extend(taints_of(deciding("path", value) if path in JOINERS else value))
        if path in self.model.contents:
            found = [taint for taint in found if taint.origin.detail in CONTENTS]
        return tuple(found[:MOST])

    def selected(self, keys: Iterable[str], path: str, arguments: Arguments) -> list[Value]:
        """The arguments under keys of the path language; `*` is all of them."""
        signature = self.knowledge.signatures.get(path, ())
        found: list[Value] = []
        for key in keys:
            if key == "*":
                found.extend(arguments.every())
            elif key == "**":
                spare = arguments.spare.get("**")
                if spare is not None:
                    found.append(spare.entries.get(REST, UNKNOWN) if isinstance(spare, Dict) else spare)
            elif key.endswith("[0]"):
                value = arguments.get(key[:-3], signature)
                for option in options(self.force(value)) if value is not None else ():
                    if not isinstance(option, List):
                        found.append(option)
                    elif option.items and option.complete:
                        found.append(option.items[0])
            else:
                value = arguments.get(key, signature)
                if value is not None and not isinstance(value, Unknown):
                    found.append(value)
                elif isinstance(value, Unknown) and arguments.spare and not stated(arguments, key, signature):
                    found.extend(arguments.spare.values())
        return found

    def soak(
        self, callee: Ref, keys: tuple[str, ...], arguments: Arguments, node: ast.Call, frame: Frame
    ) -> None:
        """A call that puts its arguments into the object it is a method of."""
        taint = derived(self.given(keys, callee.path, arguments))
        target = node.func.value if isinstance(node.func, ast.Attribute) else None
        if taint and isinstance(target, (ast.Name, ast.Attribute)):
            before = self.force(self.eval(target, frame))
            if isinstance(before, Ref):
                self.assign(
                    target,
                    Ref(before.path, before.arguments, False, (*before.taint, *taint)[:MOST]),
                    node,
                    frame,
                )

    # -- sinks ---------------------------------------------------------------------------------------------------

    def check_call(
        self, path: str, callee: Ref | Class, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> None:
        """Report tainted arguments of a call that is a sink."""
        self.made[id(arguments)] = node
        self.alive.append(arguments)
        for sink in self.sinks_of(path):
            signature = self.knowledge.signatures.get(path, ())
            asked = with_self(arguments, callee) if sink.about_self else arguments
            if sink.test is not None and not sink.test(asked, signature, self):
                continue
            if node in self.unused and tried(sink.kind, path):
                continue
            if sink.kind == "url" and isinstance(callee, Ref) and isinstance(callee.base, Instance):
                continue  # a client class of the project's own decides what it fetches
            for key in sink.keys:
                if key == "self":
                    values: list[Value] = [callee] if isinstance(callee, Ref) else []
                else:
                    values = self.selected((key,), path, arguments)
                for value in values:
                    place = arguments.node(key, signature) if split_key(key)[0] is not None else None
                    self.check(sink.kind, self.force(value), path, place, node, frame)
        if isinstance(callee, Ref) and callee.taint:
            self.check_method(path.rpartition(".")[2], callee, node, frame)

    def check_method(self, name: str, receiver: Value, node: ast.Call, frame: Frame) -> None:
        """Report a method of tainted data that is a sink whatever the object: `text.format(...)`."""
        for sink in self.model.sinks.get(f"{ANYTHING}.{name}", ()):
            if node in self.unused and tried(sink.kind, name):
                continue
            if "self" in sink.keys and sink.test is None:
                self.check(sink.kind, receiver, f"{ANYTHING}.{name}", None, node, frame)

    def sinks_of(self, path: str) -> tuple[Sink, ...]:
        """The sinks a call is: under its own path, as the same method of an ancestor, or, for an object of which
        the packs say nothing, by the method's name."""
        found = self.sink_cache.get(path)
        if found is None:
            sinks = self.model.sinks
            owner, _, member = path.rpartition("().")
            names = [f"{name}().{member}" for name in self.knowledge.ancestors(owner)] if owner else [path]
            names.extend(self.knowledge.ancestors(path)[1:] if not owner else [])
            collected = [sink for name in dict.fromkeys(names) for sink in sinks.get(name, ())]
            holder = path.rpartition(".")[0]
            if not collected and ("()" in holder or "." in holder) and holder not in self.model.objects:
                collected.extend(sinks.get(f"{ANYTHING}.{path.rpartition('.')[2]}", ()))
            found = self.sink_cache[path] = tuple(collected)
        return found

    def check(
        self, kind: str, value: Value, callee: str, place: ast.AST | None, node: ast.AST, frame: Frame
    ) -> None:
        """Report the taints of a value that reach a sink of a kind and can do harm there."""
        if isinstance(value, Instance):
            return  # an object of the project's own: what becomes of it there its methods say
        if kind == "html" and isinstance(value, List) and value.kind == "tuple" and value.items:
            if with_headers(value):
                return  # body, status and headers: those decide what it is
            value = self.force(value.items[0])
        value = deciding(kind, value)
        for taint in leading_out(taints_of(value)) if kind == "path" else taints_of(value):
            if (taint.origin.kind, kind) in self.model.wanted and taint.harms(kind):
                self.flows.append(Flow(kind, callee, frame.module, node, frame.qualname, taint))

    def write(
        self, path: str, value: Value, node: ast.AST, frame: Frame, receiver: Value | None = None
    ) -> None:
        path = self.aliases.get(path, path)
        owner, _, member = path.rpartition("().")
        names = [f"{name}().{member}" for name in self.knowledge.ancestors(owner)] if owner else [path]
        if path in self.model.types:
            self.typed(value, None, frame)
        for name in names:
            for sink in self.model.writes.get(name, ()):
                self.check(sink.kind, self.force(value), name, None, node, frame)

    def assigned_item(self, target: Ref, key: Value, value: Value, node: ast.AST, frame: Frame) -> None:
        name = key.value if isinstance(key, Const) and isinstance(key.value, str) else None
        owner, dot, member = target.path.rpartition("().")
        names = (
            [f"{one}().{member}" for one in self.knowledge.ancestors(owner)]
            if dot
            else self.knowledge.ancestors(target.path.removesuffix("()"))
        )
        names = [f"{one}()" for one in names] if not dot and target.path.endswith("()") else names
        if name is not None and f"{target.path}[{name.title()}]" in self.model.types:
            self.typed(value, target, frame)
        for base in names:
            sinks = self.model.writes.get(f"{base}[]", ())
            if name is not None:
                sinks = (
                    *self.model.writes.get(f"{base}[{name}]", ()),
                    *self.model.writes.get(f"{base}[{name.title()}]", ()),
                ) or sinks
            for sink in sinks:
                met = key if "key" in sink.keys else self.force(value)
                self.check(sink.kind, met, f"{base}[{name or ''}]", None, node, frame)

    def typed(self, value: Value, target: Ref | None, frame: Frame) -> None:
        """The response gets a content type: what the handler returns, or what it was made of, is HTML only if that
        says so."""
        value = self.force(value)
        if not_html(value):
            place = self.made.get(id(target.arguments)) if target is not None and target.arguments else None
            if place is not None:
                self.flows = [flow for flow in self.flows if flow.node is not place or flow.kind != "html"]
                return
            frame.sends = ""
            if self.answering is not None:
                self.answering.sends = ""

    def fields_shown(self, template: str, arguments: Arguments, node: ast.AST, frame: Frame) -> Value | None:
        """What `"{value.name}".format(value=...)` gives: the attribute; None for any other template."""
        named = named_field(template)
        value = arguments.keywords.get(named[0]) if named is not None else None
        if named is None or value is None:
            return None
        return self.attribute(self.force(value), named[1], node, frame)

    # -- built-ins -----------------------------------------------------------------------------------------------

    def call_known(self, name: str, arguments: Arguments, node: ast.Call, frame: Frame) -> Value | None:
        """Built-in functions whose result the tracer computes itself; None for what the packs describe."""
        given = arguments.positional
        if (
            name == "getattr"
            and len(given) > 2
            and isinstance(given[1], Const)
            and isinstance(given[1].value, str)
        ):
            found = self.attribute(self.force(given[0]), given[1].value, node, frame)
            return join_all([found, given[2]])
        if name == "getattr" and len(given) == 2 and not isinstance(self.force(given[0]), Ref):
            asked = self.force(given[1])
            if taints_of(asked):
                self.clear(
                    asked, arguments.nodes[1] if len(arguments.nodes) > 1 else None, IDENTIFIERS, frame
                )
        if name in ITERATED and given:
            known = self.call_builtin(name, arguments, node, frame)
            if (isinstance(known, List) and known.exact) or (name == "next" and isinstance(known, Const)):
                return known
            given = arguments.positional
        if name == "dict" and given and isinstance(first_value := self.force(given[0]), Dict):
            made = Dict()
            made.take(first_value)
            made.entries.update(arguments.keywords)
            for spare in arguments.spare.values():
                remember(made, string(taints_of(spare)) if not isinstance(spare, Dict) else elements(spare))
            return made
        if name in ("map", "filter") and len(given) == 2:
            inner = Arguments()
            inner.positional.append(self.element(self.force(given[1])))
            value = self.invoke(self.force(given[0]), inner, node, frame)
            return List([value if name == "map" else inner.positional[0]], complete=False)
        if name == "str" and len(given) == 1:
            value = self.force(given[0])
            if isinstance(value, Instance):
                return self.shown(value, node, frame)
            if isinstance(value, Text):
                return value
        if name in ("enumerate", "zip", "reversed", "iter"):
            return self.paired(name, [self.force(value) for value in given])
        if name == "next" and given:
            return self.element(self.force(given[0]))
        arguments.positional = [self.force(value) for value in given]
        known = self.call_builtin(name, arguments, node, frame)
        if isinstance(known, Unknown):
            return None
        return known

    def paired(self, name: str, given: list[Value]) -> Value:
        """`enumerate`, `zip`, `reversed`, `iter`: their elements keep what the iterables' elements carry."""
        items = [self.element(value) for value in given]
        if not items:
            return List([], complete=False)
        if name == "enumerate":
            return List([List([UNKNOWN, items[0]], "tuple")], complete=False)
        if name == "zip":
            return List([List(items, "tuple")], complete=False)
        return given[0] if isinstance(given[0], List) else List([items[0]], complete=False)

    def call_builtin_method(
        self, callee: Builtin, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> Value:
        receiver, name = callee.receiver, callee.name
        if name == "format" and isinstance(receiver, Const) and isinstance(receiver.value, str):
            shown = self.fields_shown(receiver.value, arguments, node, frame)
            if shown is not None:
                return shown
        if isinstance(receiver, Text):
            self.check_method(name, receiver, node, frame)
        arguments.positional = [self.force(value) for value in arguments.positional]
        result = super().call_builtin_method(callee, arguments, node, frame)
        if isinstance(receiver, (List, Dict)):
            key = arguments.positional[0] if arguments.positional else None
            if name in ("get", "pop") and not isinstance(result, Unknown) and under_rest(receiver, key):
                return apart(result)
            if name == "items" and isinstance(receiver, Dict) and not receiver.complete:
                return List([List([UNKNOWN, elements(receiver)], "tuple")], complete=False)
            if isinstance(result, Unknown) and name in ("get", "pop", "setdefault", "popitem", "popleft"):
                if not isinstance(key, Const):
                    return elements(receiver)
                if isinstance(receiver, Dict) and isinstance(key.value, str):
                    rest = receiver.entries.get(REST, UNKNOWN)
                    return self.segment(receiver.entries.get(key.value, rest), key)
                return elements(receiver)
            return result
        if name in ("replace", "lstrip") and isinstance(receiver, Text):
            kinds = replaced_kinds(name, arguments)
            return changed(result, lambda one: one.sanitized(kinds)) if kinds else result
        if name in PURE or isinstance(result, Const) or taints_of(result):
            return result
        taint = (*taints_of(receiver), *(one for value in arguments.every() for one in taints_of(value)))
        return string(self.cleaned(f"{ANYTHING}.{name}()", arguments, derived(taint))) if taint else result


def leading_out(taints: tuple[Taint, ...]) -> tuple[Taint, ...]:
    """The taints of a path that may lead out of its directory: one segment of a URL by itself does not lead far."""
    several = len({taint.origin for taint in taints if SEGMENT in taint.cleared}) > 1
    return tuple(taint for taint in taints if several or SEGMENT not in taint.cleared)


def tried(kind: str, path: str) -> bool:
    """Whether a call whose result is thrown away only tries whether something can be read: it shows nothing to anybody, but a
    template that is rendered, a command or a statement does what it does."""
    return kind in TRIED or (kind == "template-source" and path.endswith(COMPILERS))


def named_field(template: str) -> tuple[str, str] | None:
    """The name and attribute of a template that is one field: `{uri.hostname}`."""
    match = _FIELD.fullmatch(template)
    return (match["name"], match["attribute"]) if match is not None else None


def with_self(arguments: Arguments, callee: Ref | Class) -> Arguments:
    """The arguments of a method, with the object it is called on as `self`."""
    twin = Arguments()
    twin.positional, twin.keywords, twin.spare = (
        arguments.positional,
        dict(arguments.keywords),
        arguments.spare,
    )
    twin.open_positional, twin.open_keyword = arguments.open_positional, arguments.open_keyword
    twin.keywords["self"] = callee.base if isinstance(callee, Ref) and callee.base is not None else callee
    return twin


def stated(arguments: Arguments, key: str, signature: tuple[str, ...]) -> bool:
    """Whether a call itself names the argument under a key, so that no `**` can."""
    position, keyword = split_key(key)
    if position is None and keyword in signature:
        position = signature.index(keyword)
    return keyword in arguments.keywords or (position is not None and position < len(arguments.positional))


def with_headers(value: List) -> bool:
    """Whether a tuple holds a body with the headers of the response."""
    return any(isinstance(option, Dict) for part in value.items[1:] for option in options(part))


def not_html(value: Value) -> bool:
    """Whether a content type is one in which a browser runs no scripts, or a disposition one that it saves; of several that
    it may be, none is HTML."""
    if isinstance(value, Text) and str(value.head).lower().startswith("attachment"):
        return True
    types = options(value)
    texts = [one.value for one in types if isinstance(one, Const) and isinstance(one.value, str)]
    if len(texts) != len(types):
        return False
    if all(text.lower().startswith("attachment") for text in texts):
        return True
    return not MARKUP.search(texts[0]) if len(texts) == 1 else not any("html" in text for text in texts)


def replaced_kinds(name: str, arguments: Arguments) -> frozenset[str]:
    """The kinds of sink that `replace` makes a string safe for: those with a single harmful character, which it takes out;
    and whether slashes are stripped from its beginning."""
    given = arguments.positional
    if name.endswith(("lstrip", ".strip")) and len(given) == 1:
        stripped = given[0].value if isinstance(given[0], Const) else ""
        return frozenset({UNROOTED}) if isinstance(stripped, str) and "/" in stripped else NOTHING
    if not name.endswith("replace") or len(given) < 2:
        return NOTHING
    old, new = given[0], given[1]
    if (
        isinstance(old, Const)
        and isinstance(new, Const)
        and isinstance(old.value, str)
        and isinstance(new.value, str)
    ):
        return emptied_kinds(re.escape(old.value), new.value)
    return NOTHING
