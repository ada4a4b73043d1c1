"""Each role and each act of staff: allowed as the table of roles says, or refused with nothing changed.

What there is comes from the registries: every tap, command and step of staff, and every use case that asks for a
permission. They are fed through the real dispatcher as a modified client would send them.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.demo.emulator import Limits
from bot.demo.house import EN_ID, House, opened
from handlers.chat.routes import COMMAND, MEMBER, STAFF, STEP, TAP
from handlers.screens import admin as home_screens
from keyboards.admin import TILES
from keyboards.taps import Tap
from locales import translator
from services.customers import chat_state
from services.customers import service as customers
from services.customers.types import ChatState
from services.shared.actors import SYSTEM, Actor, customer, staff
from services.shared.clock import MovableClock
from services.shared.errors import NotAllowed
from services.staff import repository
from services.staff.types import PERMISSIONS, ROLES
from tests.bot.test_registry import ROUTES
from tests.bot.test_taps import LARGEST, WORDS
from tests.conftest import START
from tests.e2e.test_foreign_taps import STUMBLED, Wire, facts, press, settle
from tests.ports import free_port
from tests.services.staff.roster import enlist, staff_actor

EN = translator("en", "Asia/Shanghai")
REFUSAL = EN.plain("error-not-allowed")
OWN = "own:1"
# Who is on the roster with a role, and who is not on it any more, or never was.
EVERYBODY = (*ROLES, "owner", OWN, "revoked", "nobody")
SERVICES = Path(__file__).resolve().parents[2] / "services"
# Changed by looking around: where a person's chat stands, and when they were seen.
OF_LOOKING = {"chat_states", "staff_members"}


def rights(role: str) -> frozenset[str] | None:
    """None for who is not staff."""
    if role in ("revoked", "nobody"):
        return None
    if role == OWN:
        return frozenset({"orders.view"})
    return frozenset(PERMISSIONS) if role == "owner" else ROLES[role]


def may(role: str, kind: str, key: str) -> bool:
    held, needs = rights(role), ROUTES.needs[kind, key]
    return held is not None and (needs == MEMBER or needs in held)


def staff_taps() -> list[type[Tap]]:
    return [kind for _, (kind, _, audience) in sorted(ROUTES.taps.items()) if audience == STAFF]


def test_everything_that_staff_can_do_names_its_permission() -> None:
    wanted = {(TAP, prefix) for prefix, (_, _, audience) in ROUTES.taps.items() if audience == STAFF}
    wanted |= {(COMMAND, name) for name, (_, audience) in ROUTES.commands.items() if audience == STAFF}
    wanted |= {(STEP, name) for name, (_, audience) in ROUTES.steps.items() if audience == STAFF}
    assert wanted - ROUTES.needs.keys() == set()
    assert set(ROUTES.needs.values()) - {MEMBER} <= set(PERMISSIONS)


@pytest.mark.parametrize("role", [*ROLES, "owner"])
def test_tiles_are_shown_to_who_may_go_through(role: str) -> None:
    actor = staff_actor(role)
    shown = home_screens.home(EN, actor, "Shop", ()).keyboard
    assert shown is not None
    labels = {button.text for row in shown.inline_keyboard for button in row}
    for label, door, needed in TILES:
        is_shown = EN.plain(label) in labels
        assert is_shown == bool(needed & (rights(role) or frozenset())), label
        assert not is_shown or may(role, TAP, door.__prefix__), label


@pytest.fixture
async def house(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[House]:
    """An empty shop without the pace of a real chat."""
    shutil.copy(sqlite_template, tmp_path / "shop.db")
    limits = Limits(flood=False)
    async with opened(tmp_path, "127.0.0.1", free_port(), MovableClock(at=START), limits=limits) as opened_house:
        Wire().attach(opened_house.application.bot)
        yield opened_house


async def hired(house: House, role: str) -> None:
    """Jay has the role, has been seen, and looks at a screen."""
    store = house.application.shop.store
    if role == OWN:
        await store.write(lambda tx: repository.add_role(tx, {"zh": "看单", "en": "Reader"}, ["orders.view"]))
    if role != "nobody":
        await enlist(store, EN_ID, "orders" if role == "revoked" else role, "Jay")
    if role == "revoked":
        await store.write(lambda tx: repository.change_member(tx, EN_ID, revoked_at=tx.now))
    jay = house.emulator.user(EN_ID)
    await jay.send("/start")
    await jay.expect("Hi Jay")
    await press(house, "1ya")
    await settle(house)


@pytest.mark.parametrize("role", EVERYBODY)
async def test_taps(house: House, role: str) -> None:
    await hired(house, role)
    before = unlooked(house)
    for kind in staff_taps():
        if not may(role, TAP, kind.__prefix__):
            data = crafted(kind, 1)
            assert await press(house, data) == {"text": REFUSAL, "show_alert": True}, (role, data)
    await settle(house)
    assert unlooked(house) == before
    for kind in staff_taps():
        if may(role, TAP, kind.__prefix__):
            data = crafted(kind, LARGEST)
            said = (await press(house, data)).get("text", "")
            assert said != REFUSAL or kind.__prefix__ in ASK_FOR_MORE, (role, data)
            assert STUMBLED not in said, (role, data)


# These need more than their route says, by what they are tapped on; their use case refuses.
ASK_FOR_MORE = {
    "1il": "whoever takes products out in a file may also see them",
    "1qk": "the full list of what is to be shipped has recipients in it, which is an export of its own",
    "1tk": "the past of a product stands on its card, which takes the right to see products",
}


def unlooked(house: House) -> dict[str, set[tuple[Any, ...]]]:
    return {name: rows for name, rows in facts(house).items() if name not in OF_LOOKING}


def crafted(kind: type[Tap], id_: int) -> str:
    """Well-formed data about the thing with this id; the largest one is nobody's."""
    values: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        if field.annotation is bool:
            values[name] = True
        elif "int" in str(field.annotation):
            values[name] = id_ if field.metadata else 1
        else:
            values[name] = WORDS.get(name, "x")
    return kind(**values).pack()


@pytest.mark.parametrize("role", EVERYBODY)
async def test_commands_and_steps(house: House, role: str) -> None:
    await hired(house, role)
    jay, store = house.emulator.user(EN_ID), house.application.shop.store
    found = await store.read(customers.find, EN_ID)
    assert found is not None
    before = unlooked(house)
    for name, (_, audience) in sorted(ROUTES.commands.items()):
        if audience == STAFF and not may(role, COMMAND, name):
            await jay.send(f"/{name} 1")
            # To who is not staff there is no such command.
            await jay.expect(REFUSAL if rights(role) is not None else "Help")
    # A help screen is seen before the bot has noted that nothing waits for typed words.
    await settle(house)
    for name, (_, audience) in sorted(ROUTES.steps.items()):
        if audience == STAFF and not may(role, STEP, name):
            await store.write(chat_state.keep, found[0].id, ChatState(step=name, draft={}))
            house.application.people.forget_all()
            await jay.send("1")
            await jay.expect(REFUSAL)
    await settle(house)
    assert unlooked(house) == before


async def test_a_member_of_the_group_without_a_role_is_nobody(house: House) -> None:
    jay = house.emulator.user(EN_ID)
    await jay.send("/start")
    await jay.expect("Hi Jay")
    house.emulator.world.chats[house.staff_chat_id].members[EN_ID] = "member"
    here = jay.in_chat(house.staff_chat_id)
    for kind in staff_taps()[:20]:
        assert (await press(house, crafted(kind, 1)))["text"] == REFUSAL
    await here.send("/admin")
    await here.expect("private chat|私聊")


# The use cases themselves: whoever calls them by another way meets the same refusal.


def use_cases() -> Iterator[tuple[str, Callable[..., Any], str]]:
    """Public functions of the services whose first statement asks the actor for a permission."""
    for path in sorted(SERVICES.rglob("*.py")):
        module_name = ".".join(path.relative_to(SERVICES.parent).with_suffix("").parts)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            name = first_required(node) if isinstance(node, ast.FunctionDef) and node.name[0] != "_" else None
            if isinstance(node, ast.FunctionDef) and name is not None:
                module = importlib.import_module(module_name)
                yield f"{module_name}.{node.name}", getattr(module, node.name), getattr(module, name)


def first_required(node: ast.FunctionDef) -> str | None:
    if not ast.unparse(node.args).startswith("tx: Tx, actor: Actor"):
        return None
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    call = body[0].value if body and isinstance(body[0], ast.Expr) else None
    if isinstance(call, ast.Call) and ast.unparse(call.func) == "actor.require" and isinstance(call.args[0], ast.Name):
        return call.args[0].id
    return None


CASES = list(use_cases())


@pytest.mark.parametrize(("name", "use_case", "permission"), CASES, ids=[name for name, _, _ in CASES])
def test_use_cases_ask_before_they_do_anything(name: str, use_case: Callable[..., Any], permission: str) -> None:
    assert permission in PERMISSIONS
    others = frozenset(PERMISSIONS) - {permission}
    lacking: list[Actor] = [customer(1), staff(42, "小王", others)]
    lacking += [staff_actor(role) for role, held in ROLES.items() if permission not in held]
    for actor in lacking:
        with pytest.raises(NotAllowed):
            use_case(None, actor, **blanks(use_case))


def blanks(use_case: Callable[..., Any]) -> dict[str, Any]:
    """Nothing for every argument: none of them may be looked at first."""
    parameters = list(inspect.signature(use_case).parameters.values())[2:]
    return {each.name: None for each in parameters if each.default is inspect.Parameter.empty}


# What staff change is in the log.

# Why a change needs no entry, and which changes those are.
REASONS = {
    "unfinished work of one's own, of which nothing shows before it is let out": {
        "services/catalog/drafts.py", "services/promotions/drafts.py", "services/catalog/shelving.py",
        "services/catalog/uploads.py", "services/shipping/drafts.py", "services/importing/service.py",
    },
    "the catalogue's own writing, which the acts of the back office are made of and the seeds use": {
        "services/catalog/editing.py", "services/promotions/writing.py",
    },
    "only the program itself calls it, to set the shop up": {
        "services/staff/roster.py:enlist", "services/delivery/service.py:put_zone",
    },
    "a step of acts of the order desk, which log it: those of services/shipping": {
        "services/payments/by_hand.py:collect_cash", "services/payments/cancelling.py:cancel_order",
        "services/payments/refunding.py:refund_by_staff",
    },
    "counts people in a table that lasts as long as the count": {
        "services/campaigns/audience.py:count", "services/campaigns/gifts.py:preview",
        "services/campaigns/sending.py:plan",
    },
    "a reminder to the desk itself": {"services/shipping/claims.py:look_again"},
}
UNLOGGED = set().union(*REASONS.values())
WRITES = ("tx.changed", "tx.insert", "tx.execute", "outbox.enqueue", "marks.put")
RECORD = "audit.record"


class Program:
    """Which functions of the services each of them calls, by "path:name"; calls of libraries by what is written."""

    def __init__(self) -> None:
        self.functions: dict[str, tuple[ast.FunctionDef, dict[str, str]]] = {}
        for path in sorted(SERVICES.rglob("*.py")):
            tree, here = ast.parse(path.read_text(encoding="utf-8")), path.relative_to(SERVICES.parent).as_posix()
            names = dict(imported(tree))
            for node in tree.body:
                if isinstance(node, ast.FunctionDef):
                    names[node.name] = f"{here}:{node.name}"
            for node in tree.body:
                if isinstance(node, ast.FunctionDef):
                    self.functions[f"{here}:{node.name}"] = (node, names)

    def reached(self, start: str) -> set[str]:
        """Everything that is called from there on, or handed on to be called."""
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            node, names = self.functions[waiting.pop()]
            for each in ast.walk(node):
                if isinstance(each, ast.Attribute | ast.Name):
                    called = resolved(ast.unparse(each), names)
                    if called not in seen:
                        seen.add(called)
                        waiting += [called] if called in self.functions else []
        return seen


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What names of other modules stand for: a module by its path, a function by "path:name"."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("services"):
            for each in node.names:
                folder = (node.module or "").replace(".", "/")
                whole = f"{folder}/{each.name}.py"
                is_module = (SERVICES.parent / whole).exists()
                yield each.asname or each.name, whole if is_module else f"{folder}.py:{each.name}"


def resolved(written: str, names: dict[str, str]) -> str:
    first, _, rest = written.partition(".")
    target = names.get(first)
    if target is None or written in (RECORD, *WRITES):
        return written
    return f"{target}:{rest}" if rest and target.endswith(".py") else target


PROGRAM = Program()


def changers() -> Iterator[str]:
    """Public use cases that ask for a permission and change something."""
    for name, (node, _) in PROGRAM.functions.items():
        asks = any(isinstance(call, ast.Call) and ast.unparse(call.func) == "actor.require" for call in ast.walk(node))
        if asks and not node.name.startswith("_") and PROGRAM.reached(name) & set(WRITES):
            yield name


CHANGERS = list(changers())


@pytest.mark.parametrize("name", CHANGERS)
def test_what_staff_change_is_in_the_log(name: str) -> None:
    assert RECORD in PROGRAM.reached(name) or {name, name.partition(":")[0]} & UNLOGGED


def test_no_exception_is_left_that_nothing_needs() -> None:
    assert {name for name in UNLOGGED if not any(name in (each, each.partition(":")[0]) for each in CHANGERS)} == set()
    assert set(ASK_FOR_MORE) <= set(ROUTES.taps)


def test_the_system_is_not_stopped() -> None:
    for permission in PERMISSIONS:
        SYSTEM.require(permission)
