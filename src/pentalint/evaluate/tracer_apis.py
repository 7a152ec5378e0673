"""The tracer's library calls: sources, sanitizers and propagators of APIs. See `tracing`."""

from __future__ import annotations

import ast

from pentalint.evaluate.applications import apply_library
from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.attributes import PATH_LIMIT
from pentalint.evaluate.characters import emptied_kinds, group_kinds
from pentalint.evaluate.events import Frame
from pentalint.evaluate.library import LIBRARY
from pentalint.evaluate.prefixes import ADDRESSES, deciding
from pentalint.evaluate.taint import (
    BARE,
    DEPTH,
    EVERY,
    MOST,
    NOTHING,
    STRUCTURED,
    Taint,
    derived,
    remember,
    string,
    taints_of,
)
from pentalint.evaluate.tracer_builtins import TracerBuiltins, replaced_kinds
from pentalint.evaluate.tracer_forms import PARSE
from pentalint.evaluate.tracer_items import in_both
from pentalint.evaluate.tracer_values import ANYTHING
from pentalint.evaluate.values import (
    NONE,
    UNKNOWN,
    Const,
    Dict,
    Instance,
    Lazy,
    List,
    Ref,
    Value,
)

JOINERS = frozenset({"os.path.join", "posixpath.join", "pathlib.Path", "pathlib.PurePath"})
"""What makes paths of parts: a part that cannot leave its directory does not make the whole leave it."""

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

GETTERS = (".get", ".pop", ".getone", ".getunicode")
"""Methods that give what stands under a key."""

CONVERTERS = frozenset({"builtins.int", "builtins.float", "uuid.UUID"})
"""What raises for text that is more than a number or an identifier."""


DEEP = DEPTH + 2
"""What a call is given is looked through a little deeper than what it passes on, which may be an element of it."""

INTERSECTIONS = frozenset({"builtins.set().intersection", "builtins.frozenset().intersection"})
"""What two sets have in common."""


class TracerApis(TracerBuiltins):
    """Calls that leave the project, with tainted arguments."""

    def call_api(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        path = callee.path
        if path.endswith("().__init__"):
            self.check_call(path.removesuffix("().__init__"), callee, arguments, node, frame)
            return NONE
        if path in self.model.undone and isinstance(node.func, ast.Attribute):
            self.flows = [flow for flow in self.flows if flow.node is not node.func.value]
        self.check_call(path, callee, arguments, node, frame)
        if self.model.typing:
            self.typed_by(callee, arguments, frame)
        if self.model.dictionaries and self.known(path, self.model.dictionaries) is not None:
            return Dict({**arguments.keywords}, complete=False)
        if path.startswith("builtins."):
            if path == "builtins.str()":
                return UNKNOWN  # whatever is called here, it is no text
            known = self.call_known(path[9:], arguments, node, frame)
            if known is not None:
                return known
            if path in INTERSECTIONS and len(arguments.positional) == 1:
                met = in_both(callee, self.force(arguments.positional[0]))
                if met is not None:
                    return met
            if not callee.taint:  # a built-in function that has been looked at is like any other
                rest = self.rests.get(path)
                if rest is None:
                    rest = self.rests[path] = self.rest_result(path)
                if rest and not carries_taint(arguments):
                    return Ref(rest, arguments)
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
        if path.endswith(GETTERS) and arguments.positional:
            entry = self.entry(callee, arguments, taint, node, frame)
            if not isinstance(entry, tuple):
                return entry
            taint = entry
        result = f"{path}()"
        if path.endswith(".to_dict") and self.posted(path[:-8]):
            made = Dict(complete=False)
            item = f"{path[:-8]}[]"
            remember(made, self.tag(self.aliases.get(item, item), None, taint, node, frame))
            return made
        if callee.taint and path.endswith(".copy") and isinstance(callee.base, Instance):
            fields = self.fields_of(Ref(path[:-5], None, False, callee.taint, callee.base), node, frame)
            if fields is not None:
                return fields
        form = callee.base if isinstance(callee.base, Instance) else None
        loads = form is not None and self.model.fields and self.known(result, self.model.fields) is not None
        if form is not None and loads and arguments.positional:
            given = self.force(arguments.positional[0])
            if isinstance(given, Dict):
                return self.loaded(form, given, self.safe_after(result))
        if len(result) > PATH_LIMIT:
            return Ref(ANYTHING, arguments, False, taint)
        found = self.tag(self.aliases.get(result, result), arguments, taint, node, frame)
        if found.taint and path.endswith(".get") and arguments.positional:
            key = self.force(arguments.positional[0])
            if isinstance(key, Const):
                return self.segment(found, key)
        if found.taint and path.endswith(PARSE) and isinstance(node.func, ast.Attribute):
            found.base = self.parsed_arguments(node.func.value, node, frame)
        if not found.taint and path not in self.eventful:
            if self.nothing_known(path, found.path) and not self.meant_by(path):
                self.dull[path] = found.path
            else:
                self.eventful.add(path)
        if f"{found.path}.render" in self.model.renderers:
            found.base = callee  # its environment may be asked for
        elif found.taint and path.startswith("re.compile()."):
            found.base = callee  # and its pattern
        elif loads:
            found.base = form
        return found

    def typed_by(self, callee: Ref, arguments: Arguments, frame: Frame) -> None:
        """A call may set the content type of a response: its own, or that of all who answer the request."""
        known = self.known(callee.path, self.model.typing)
        if known is None:
            return
        key, test = self.model.typing[known]
        signature = self.knowledge.signatures.get(callee.path, ())
        value = arguments.get(key, signature)
        if value is not None and (test is None or test(arguments, signature, self)):
            self.typed(value, callee if "()" in callee.path else None, frame)

    def entry(
        self, callee: Ref, arguments: Arguments, taint: tuple[Taint, ...], node: ast.Call, frame: Frame
    ) -> Value | tuple[Taint, ...]:
        """What `get` and the like find under the key they are given; only what it carries, when that is like any call."""
        path = callee.path
        key = self.force(arguments.positional[0])
        exact = f"{path.rpartition('.')[0]}[{key.value}]" if isinstance(key, Const) else ""
        if self.model.items:
            taint = self.named_item(key, taint, node, frame)
        if exact and self.known(exact, self.model.sources) is not None:
            return self.tag(exact, arguments, taint, node, frame)
        if exact and taint and isinstance(callee.base, Instance) and isinstance(node.func, ast.Attribute):
            container = Ref(path.rpartition(".")[0], None, False, callee.taint, callee.base)
            found, taint = self.form_field(container, key, taint, node, frame)
            if found is not None:
                return found
        if isinstance(callee.base, Dict) and isinstance(key, Const) and key.value in callee.base.entries:
            return callee.base.entries[key.value]
        return taint

    def plain_call(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value | None:
        """A call of an object without taints, with arguments without taints, of which the packs speak only for what carries
        some: a sink, a propagator, a guard (3 in 5 of those that are not dull). None for any other, which goes the long way."""
        path = callee.path
        result = self.results.get(path)
        if result is None:
            result = self.results[path] = self.plain_result(path)
        if not result or carries_taint(arguments):
            return None
        self.made[id(arguments)] = node
        self.alive.append(arguments)
        if path.endswith(GETTERS) and arguments.positional:
            entry = self.entry(callee, arguments, (), node, frame)
            if not isinstance(entry, tuple):
                return entry
            if entry:
                found = self.tag(result, arguments, entry, node, frame)
                key = self.force(arguments.positional[0]) if found.taint and path.endswith(".get") else None
                return self.segment(found, key) if isinstance(key, Const) else found
        return Ref(result, arguments)

    def function_result(self, path: str) -> str:
        """The path of what a built-in function gives of which the packs speak only as a propagator, when the evaluator does not
        know better; "" for any other call."""
        if (
            not path.startswith("builtins.")
            or path in self.model.renderers
            or self.acts(path)
            or self.meant_by(path)
            or self.sinks_of(path)
        ):
            return ""
        return self.rest_result(path)

    def acts(self, path: str) -> bool:
        """Whether a call does something, or gives something of its own, whatever its arguments carry."""
        model = self.model
        return path.endswith("().__init__") or path in model.undone or self.rebuilds(path)

    def rebuilds(self, path: str) -> bool:
        """Whether the packs say what a call makes of its arguments: a type, a dictionary, what a function given gives."""
        model = self.model
        return (
            path in model.turns
            or self.known(path, model.dictionaries) is not None
            or self.known(path, model.callbacks) is not None
            or self.known(path, model.typing) is not None
        )

    def call_function(
        self, path: str, rest: str, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> Value:
        """A call of such a function without data (one in eight calls of an API in pretix): nothing in it can be a finding."""
        self.made[id(arguments)] = node
        self.alive.append(arguments)
        known = self.call_known(path[9:], arguments, node, frame)
        return known if known is not None else Ref(rest, arguments)

    def plain_result(self, path: str) -> str:
        """The path of what a call gives whatever its arguments, as long as nothing carries a taint; "" when it may be something
        else, or does something."""
        model = self.model
        if path.startswith(("builtins.", "functools.")) or path in LIBRARY or self.acts(path):
            return ""
        if path[:1] == ANYTHING:
            if path != ANYTHING and f"{path}()" in model.sources:
                return ""
            if self.unknown_to_all(path) and not self.meant_by(path):
                self.dull[path] = ANYTHING
            return ANYTHING
        result = self.rest_result(path)
        if result and self.nothing_known(path, result) and not self.meant_by(path):
            self.dull[path] = result
        return result

    def rest_result(self, path: str) -> str:
        """The same of what a call gives that is none of those which are looked at first."""
        model, result = self.model, f"{path}()"
        if (
            path in DECODINGS
            or path.rpartition("().")[0] in ENCODINGS
            or path in ("re.sub", "re.compile().sub")
            or path.startswith(("builtins.str.", "builtins.bytes."))
            or path.endswith(".to_dict")
            or (path.startswith("builtins.") and path.endswith(GETTERS))
            or (model.fields and self.known(result, model.fields) is not None)
            or len(result) > PATH_LIMIT
        ):
            return ""
        result = self.aliases.get(result, result)
        source = self.entrance(result)
        if (source is not None and not source[1].within) or result.endswith("[]"):
            return ""
        return "" if f"{result}.render" in model.renderers else result

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
        model, talked, inherits = self.model, self.talked, self.knowledge.inherits
        name = f"{ANYTHING}.{path.rpartition('.')[2]}"
        if (
            path not in talked
            and name not in talked
            and result not in talked
            and f"{path}()" not in talked
            and path not in inherits
            and path.partition("()")[0] not in inherits
            and path.rpartition("().")[0] not in inherits
            and result.partition("()")[0] not in inherits
        ):  # 9 in 10 paths: each of the tables would give the same answer
            return not (
                path in ENCODINGS
                or path.endswith(GETTERS)
                or path.startswith(("builtins.", "functools."))
                or f"{result}.render" in model.renderers
            )
        return not (
            self.sinks_of(path)
            or self.rebuilds(path)
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
            or path.endswith(GETTERS)
            or f"{result}.render" in model.renderers
            or path in ENCODINGS
            or self.known(path, model.lookups) is not None
            or path.startswith(("builtins.", "functools."))
        )

    def meant_by(self, path: str) -> bool:
        """Whether a call may be one of a method of the project. Provided by `tracer_receivers`."""
        raise NotImplementedError

    def unknown_to_all(self, path: str) -> bool:
        """Whether the packs have nothing to say of the method of an object that they do not know: like `nothing_known`."""
        model = self.model
        return not (
            self.sinks_of(path)
            or self.known(path, model.typing) is not None
            or path in model.turns
            or path in model.undone
            or path in model.into
            or path in model.calls
            or path in model.renderers
            or self.known(path, model.dictionaries) is not None
            or any(one.startswith(ANYTHING) for one in model.types)
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


def carries_taint(arguments: Arguments) -> bool:
    """Whether an argument may carry a taint. One that has not been looked at yet counts, for looking may load its module."""
    for value in arguments.positional:
        if type(value) not in BARE:
            if taints_of(value, DEEP):
                return True
        elif type(value) is Lazy:
            return True
    for value in arguments.keywords.values():
        if type(value) not in BARE:
            if taints_of(value, DEEP):
                return True
        elif type(value) is Lazy:
            return True
    return bool(arguments.spare) and any(
        type(value) is Lazy or taints_of(value, DEEP) for value in arguments.spare.values()
    )
