"""Runs the tracer over small modules with a model of its own, and says which lines data reached."""

from __future__ import annotations

from pentalint.check.source_words import SourceWords
from pentalint.check.traces import Silence, again, begins, may_name
from pentalint.evaluate.flow_model import FlowModel
from pentalint.evaluate.knowledge import Knowledge
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.tracing import Tracer
from pentalint.match.flows import FlowPattern, compile_model, trace
from pentalint.match.patterns import Compiler
from pentalint.model import File, Role, Step
from pentalint.rule import FlowModel as PackFlow

MODEL = PackFlow(
    sources=(
        {"kind": "user-input", "from": "query", "paths": ["web.request.args", "web.request.form"]},
        {"kind": "host", "paths": ["web.request.headers[host]"]},
    ),
    sinks={
        "command": ("os.system(0)",),
        "sql": ("db.connect().execute(0=sql)", "?.execute(0)"),
        "html": ("web.Page(0)",),
        "redirect": ("web.redirect(0)",),
        "path": ("builtins.open(0)",),
        "header": ("web.response.headers[] =",),
    },
    sanitizers={
        "all": ("builtins.int()", "builtins.len()", "uuid.UUID()"),
        "html": ("html.escape()",),
        "command": ("shlex.quote()",),
        "path": ("os.path.basename()",),
        "path-normalised": ("os.path.realpath()",),
    },
    guards={
        "all": ("?.isdigit(self)", "?.isalnum(self)"),
        "path": ("!web.inside(1)",),
        "redirect": ("web.is_local(0)", "urllib.parse.urlparse().netloc =="),
    },
    propagators={
        "calls": (
            "builtins.str(*)",
            "os.path.join(*)",
            "os.path.realpath(0)",
            "urllib.parse.urlparse(0)",
            "urllib.parse.urljoin(*)",
            "re.match(1)",
            "re.compile().search(0)",
            "?.group(self)",
            "base64.b64decode(0)",
            "builtins.sorted(0)",
            "builtins.list(0)",
            "json.loads(0)",
        ),
        "into": ("io.StringIO().write(0)",),
    },
)


def flows(
    files: dict[str, str], model: PackFlow = MODEL, parser: str = "auto"
) -> list[tuple[str, int, str, tuple[Step, ...]]]:
    """(path, line, kind of sink, trace) of every flow, sorted and each once."""
    compiler = Compiler({}, lambda table: None)
    pattern = FlowPattern({"flow": {"from": ["user-input", "host"], "to": list(MODEL.sinks)}}, compiler)
    compiled: FlowModel = compile_model([model], compiler, {}, [pattern])
    knowledge = Knowledge()
    silence = Silence(frozenset())
    engine = Interpreter(
        [File(path, Role.app) for path in files],
        lambda path: files[path].encode(),
        knowledge,
        silence,
        parser=parser,
    )
    for module in engine.index.modules.values():
        engine.load(module)
    assert not engine.failures, engine.failures
    tracer = Tracer.continuing(engine, compiled, silence)
    known = SourceWords(compiled, knowledge)
    touched: dict[int, tuple] = {}
    for path in files:
        for function in begins(
            engine.index.modules[path], engine, lambda function: may_name(function, engine, known)
        ):
            tracer.enter(function)
            if function.owner is not None:
                touched.setdefault(id(function.owner), (function.owner, []))[1].append(function)
    again(tracer, touched.values())
    found = {(flow.module.path, flow.node.lineno, flow.kind): trace(flow) for flow in tracer.flows}
    return [(*key, found[key]) for key in sorted(found)]


def lines(code: str, **others: str) -> set[int]:
    """The lines of `app.py` (or of the only file) that data reached."""
    files = {"app.py": code, **{f"{name}.py": text for name, text in others.items()}}
    return {line for path, line, _, _ in flows(files) if path == "app.py"}
