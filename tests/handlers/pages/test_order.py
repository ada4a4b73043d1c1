from __future__ import annotations

from functools import partial
from typing import get_args

import pytest

from handlers.pages.render import CSP
from handlers.pages.views import ParcelStatus, ParcelView, Stage
from tests.handlers.pages.conftest import Client
from tests.handlers.pages.html_checks import checked
from tests.handlers.pages.samples import TOKEN, OneOrderSource, order_view

URL = f"/orders/{TOKEN}"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("stage", get_args(Stage))
async def test_every_stage_renders(client: Client, order_source: OneOrderSource, stage: Stage, language: str) -> None:
    order_source.make = partial(order_view, stage=stage, due_at=None)
    response = await client.get(URL, params={"lang": language})
    page = checked(await response.text())
    assert response.status == 200
    assert response.headers["Content-Security-Policy"] == CSP
    assert response.headers["Cache-Control"] == "no-store"
    assert "QL-261121-5C20" in page.text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("status", get_args(ParcelStatus))
async def test_every_parcel_status_renders(
    client: Client, order_source: OneOrderSource, status: ParcelStatus, language: str
) -> None:
    order_source.make = partial(order_view, parcels=(ParcelView(status, "SF", "SF1"),))
    assert checked(await (await client.get(URL, params={"lang": language})).text()).links("section")


async def test_the_whole_page_in_english(client: Client) -> None:
    text = checked(await (await client.get(URL, params={"lang": "en"})).text()).text
    for words in (
        "Due Wed, Nov 25",
        "2 parcels. 1 of them is late.",
        "Parcel 1 of 2 · now due Fri",
        "Parcel 2 of 2 · due Wed",
        "2 earlier entries",
        "2 products, 3 pieces",
        "¥100 off ¥1,000 −CN¥100.00",
        "Total paid CN¥1,567.00",
        "Lin** · 138****5678",
        "E-invoice PDF · 84 kB",
    ):
        assert words in text


def test_steps_follow_the_stage() -> None:
    def states(stage: Stage) -> list[str]:
        return [step.state for step in order_view("en", stage=stage).steps]

    assert states("unpaid") == ["now", "todo", "todo", "todo"]
    assert states("packed") == ["done", "now", "todo", "todo"]
    assert states("moving") == ["done", "done", "now", "todo"]
    assert states("completed") == ["done", "done", "done", "done"]
    assert states("cancelled") == []


async def test_an_unpaid_order_leads_to_payment_first(client: Client, order_source: OneOrderSource) -> None:
    order_source.make = partial(order_view, stage="unpaid", pay_url=f"/pay/{TOKEN}", parcels=())
    page = checked(await (await client.get(URL, params={"lang": "en"})).text())
    primary = [link["href"] for link in page.links("a") if "btn-p" in (link.get("class") or "")]
    assert primary == [f"/pay/{TOKEN}?lang=en"]
    assert "To pay CN¥1,567.00" in page.text
