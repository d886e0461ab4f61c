"""What the integration's code passes to a call, read without running it.

An expression is evaluated among its module's own names. A parameter stands for what
every caller passes, a local name for what is assigned to it. What still cannot be
read raises Unreadable, so that no key goes unseen.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
import itertools
from typing import Any, override

from custom_components.energy_portals.faces.face import Face
from tests.rules.source import FACES, MODULES, Module

type Function = ast.FunctionDef | ast.AsyncFunctionDef
# The members of a mapping by name; one that is a section has members of its own.
type Members = dict[str, Members | None]

# Calls whose first argument has the members.
_WRAPPERS = frozenset(
    {"Schema", "add_suggested_values_to_schema", "section", "some_of"}
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Unreadable(Exception):
    """The code builds a key in a way that these tests do not follow."""


@dataclass(frozen=True)
class Place:
    """An expression, where it stands, and what the caller in question passes."""

    module: Module
    node: ast.expr
    function: Function | None = None
    owner: str | None = None
    passed: Mapping[str, Place] = field(default_factory=dict)

    @property
    def caller(self) -> Place:
        """Return this place or, in a function of no class, where that is called."""
        if self.owner is not None or not self.passed:
            return self
        return next(iter(self.passed.values())).caller

    def at(self, node: ast.expr) -> Place:
        """Return another expression of the same place."""
        return Place(self.module, node, self.function, self.owner, self.passed)

    def evaluated(self) -> Any:
        """Return the value among the module's names; raise when it needs others."""
        names = dict(vars(self.module.module))
        if self.function is not None:
            # A local name hides the module's.
            local = {*_parameters(self.function), *_assigned(self.function)}
            names = {name: names[name] for name in names if name not in local}
            if self.owner is not None:
                # What its class says itself can be read without an instance.
                names["self"] = getattr(self.module.module, self.owner)
        return eval(compile(ast.Expression(self.node), "rules", "eval"), names)

    def values(self) -> list[Any]:
        """Return every value that the expression may have."""
        try:
            return [self.evaluated()]
        except Exception:  # noqa: BLE001  # then it is read piece by piece
            pass
        if isinstance(self.node, ast.IfExp):
            return self.at(self.node.body).values() + self.at(self.node.orelse).values()
        return [value for place in self.origins() for value in place.values()]

    def origins(self) -> list[Place]:
        """Return the expressions for which a name stands here."""
        if isinstance(self.node, ast.Name) and self.function is not None:
            name = self.node.id
            if name in self.passed:
                return [self.passed[name]]
            if name in _parameters(self.function):
                return [
                    passed[name]
                    for passed in passed_to(self.module, self.function, self.owner)
                    if name in passed
                ]
            if name in (assigned := _assigned(self.function)):
                return [self.at(node) for node in assigned[name]]
        raise Unreadable(f"{self.module.path}:{self.node.lineno} {self}")

    @override
    def __str__(self) -> str:
        """Return the code."""
        return ast.unparse(self.node)

    def members(self) -> Members:
        """Return the keys of a dict or a schema, those of sections below them."""
        try:
            return _members(self.evaluated())
        except Exception:  # noqa: BLE001  # then it is read piece by piece
            pass
        match self.node:
            case ast.Dict(keys, values):
                return self._of_dict(keys, values)
            case ast.Call(_, [it, *_]) if _name(self.node) in _WRAPPERS:
                return self.at(it).members()
            case ast.Call(ast.Attribute(attr="extend"), [it]):
                assert isinstance(self.node.func, ast.Attribute)
                return self.at(self.node.func.value).members() | self.at(it).members()
            case ast.BinOp(left, ast.BitOr(), right):
                return self.at(left).members() | self.at(right).members()
            case ast.IfExp(_, left, right):
                return self.at(left).members() | self.at(right).members()
            case ast.Call():
                return _merged(self._returned())
        return _merged(self.origins())

    def _of_dict(self, keys: list[ast.expr | None], values: list[ast.expr]) -> Members:
        members: Members = {}
        for key, value in zip(keys, values, strict=True):
            if key is None:
                members |= self.at(value).members()
                continue
            below = isinstance(value, ast.Call) and _name(value) == "section"
            for name in self.at(key).values():
                members[str(name)] = self.at(value).members() if below else None
        return members

    def _returned(self) -> list[Place]:
        """Return what the function returns that is called here."""
        assert isinstance(self.node, ast.Call)
        called = vars(self.module.module).get(_name(self.node))
        home = getattr(called, "__module__", self.module.name)
        for module, function, owner in _functions():
            if module.name == home and function.name == _name(self.node):
                return [
                    Place(module, node.value, function, owner)
                    for node in ast.walk(function)
                    if isinstance(node, ast.Return) and node.value is not None
                ]
        raise Unreadable(f"{self.module.path}:{self.node.lineno} {self}")


@dataclass(frozen=True)
class Call:
    """One call, for one way in which the function it stands in is called."""

    place: Place

    @override
    def __str__(self) -> str:
        """Return where it is."""
        return f"{self.place.module.path}:{self.node.lineno}"

    @property
    def node(self) -> ast.Call:
        """Return the call."""
        assert isinstance(self.place.node, ast.Call)
        return self.place.node

    def argument(self, name: str, position: int | None = None) -> Place | None:
        """Return an argument by its name or, where it may be, its position."""
        for keyword in self.node.keywords:
            if keyword.arg == name:
                return self.place.at(keyword.value)
        if position is not None and position < len(self.node.args):
            return self.place.at(self.node.args[position])
        return None

    def keys(self, name: str) -> set[str]:
        """Return the keys of a mapping that is passed, none where it is not."""
        argument = self.argument(name)
        return set() if argument is None else set(argument.members())


def calls(*names: str) -> Iterator[Call]:
    """Find the calls of functions, methods or classes of these names."""
    for name in names:
        for place in _calls().get(name, ()):
            yield from map(Call, _ways(place))


def _ways(place: Place) -> Iterator[Place]:
    """Return a place for every way in which the function it stands in is called."""
    for owner in _owners(place.module, place.owner):
        ways: list[Mapping[str, Place]] = [{}]
        if place.function is not None:
            ways = passed_to(place.module, place.function, owner) or ways
        for passed in ways:
            yield Place(place.module, place.node, place.function, owner, passed)


def _owners(module: Module, owner: str | None) -> list[str | None]:
    """Return the classes that a method is of: a base of portals' flows is none."""
    kind = _portal_flow(module, owner)
    below = [] if kind is None else kind.__subclasses__()
    return [each.__name__ for each in below] or [owner]


@cache
def _portal_flow(module: Module, owner: str | None) -> type[Any] | None:
    """Return a class of a module that is one of a portal's flows, or a base of one."""
    kind = None if owner is None else getattr(module.module, owner, None)
    flows = [each for face in FACES.values() for each in flows_of(face).values()]
    is_one = isinstance(kind, type) and any(issubclass(each, kind) for each in flows)
    return kind if is_one else None


def flows_of(face: Face) -> dict[tuple[str, ...], type[Any]]:
    """Return a portal's flows, by where in the translations their words stand."""
    flows: dict[tuple[str, ...], Any] = {("config",): face.flow()}
    if face.options is not None:
        flows["options",] = face.options()
    return flows | {
        ("config_subentries", key): part for key, part in face.parts().items()
    }


def reads_for_its_flow(module: Module) -> bool:
    """Say whether a module has a form's data read, of a flow that is made of parts."""
    face = FACES.get(module.portal or "")
    return face is not None and hasattr(face.flow(), "parts")


def _for_owner(place: Place, module: Module, owner: str | None) -> Place | None:
    """Return a place as part of a portal's flow; None if it is another's."""
    kind, other = (
        _portal_flow(module, owner),
        _portal_flow(place.module, place.owner),
    )
    if kind is None or other is None:
        return place
    if issubclass(kind, other):
        return Place(place.module, place.node, place.function, owner, place.passed)
    return None


def passed_to(
    module: Module, function: Function, owner: str | None
) -> list[Mapping[str, Place]]:
    """Return, for every call of a function, what its parameters stand for."""
    names = _parameters(function)[owner is not None :]
    required = names[: len(names) - len(function.args.defaults)]
    private = function.name.startswith("_")
    ways: list[Mapping[str, Place]] = []
    for each in _calls().get(function.name, ()):
        call = each.node
        assert isinstance(call, ast.Call)
        if private and each.module != module:
            continue
        if (place := _for_owner(each, module, owner)) is None:
            continue
        passed = dict(zip(names, map(place.at, call.args), strict=False))
        passed |= {
            keyword.arg: place.at(keyword.value)
            for keyword in call.keywords
            if keyword.arg is not None
        }
        if set(required) <= set(passed):
            ways.append(passed)
    return ways


def _merged(places: list[Place]) -> Members:
    return dict(itertools.chain(*(place.members().items() for place in places)))


def _members(value: Any) -> Members:
    """Return the members of a mapping, a schema or a section."""
    while not isinstance(value, Mapping):
        value = value.schema
    return {
        str(key): _members(inner) if hasattr(inner, "options") else None
        for key, inner in value.items()
    }


def _name(call: ast.Call) -> str:
    """Return the last part of the name that is called."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _parameters(function: Function) -> list[str]:
    arguments = function.args
    return [each.arg for each in (*arguments.args, *arguments.kwonlyargs)]


@cache
def _assigned(function: Function) -> dict[str, list[ast.expr]]:
    """Return the local names of a function and what is assigned to each."""
    assigned: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        match node:
            case ast.Assign([ast.Name(id=name)], value) | ast.NamedExpr(
                ast.Name(id=name), value
            ):
                assigned.setdefault(name, []).append(value)
            case ast.AnnAssign(ast.Name(id=name), _, ast.expr() as value):
                assigned.setdefault(name, []).append(value)
    return assigned


@cache
def _functions() -> list[tuple[Module, Function, str | None]]:
    """Return all functions, each with the class whose method it is."""
    functions: list[tuple[Module, Function, str | None]] = []

    def visit(module: Module, node: ast.AST, owner: str | None) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, _FUNCTIONS):
                functions.append((module, child, owner))
                visit(module, child, None)
            else:
                inner = child.name if isinstance(child, ast.ClassDef) else owner
                visit(module, child, inner)

    for module in MODULES:
        visit(module, module.tree, None)
    return functions


@cache
def _places() -> list[Place]:
    """Return all expressions, each with the innermost function around it."""
    places: list[Place] = []

    def visit(
        module: Module, node: ast.AST, function: Function | None, owner: str | None
    ) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                places.append(Place(module, child, function, owner))
            match child:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    method = owner if function is None else None
                    visit(module, child, child, method)
                case ast.ClassDef():
                    visit(module, child, None, child.name)
                case _:
                    visit(module, child, function, owner)

    for module in MODULES:
        visit(module, module.tree, None, None)
    return places


@cache
def _calls() -> Mapping[str, list[Place]]:
    """Return all calls, by the last part of the name that is called."""
    calls_of: dict[str, list[Place]] = {}
    for place in _places():
        if isinstance(place.node, ast.Call):
            calls_of.setdefault(_name(place.node), []).append(place)
    return calls_of


def assigned_to(name: str) -> Iterator[Place]:
    """Find what is assigned to the items of a local mapping: `errors["base"] = it`."""
    for module, function, owner in _functions():
        for node in ast.walk(function):
            match node:
                case ast.Assign([ast.Subscript(ast.Name(id=target))], value):
                    if target == name:
                        yield from _ways(Place(module, value, function, owner))
