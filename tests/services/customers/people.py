"""People for the tests of this area."""

from services.customers import service
from services.shared.actors import Actor, customer
from services.shared.db import Store


async def somebody(store: Store, telegram_id: int = 1001, name: str = "小林", language: str = "zh") -> Actor:
    person, _ = await store.write(service.enter, telegram_id, name, None, language)
    return customer(person.id)
