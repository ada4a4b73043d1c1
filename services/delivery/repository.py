from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from services.delivery.models import MethodRow, RegionRow, ZoneRow
from services.delivery.types import Zone
from services.shared.db import Tx

ZONES, REGIONS, METHODS = ZoneRow.__table__, RegionRow.__table__, MethodRow.__table__
ELSEWHERE = "*"

_METHODS_FOR = (
    select(REGIONS.c.region, METHODS)
    .outerjoin_from(REGIONS, METHODS, METHODS.c.zone_id == REGIONS.c.zone_id)
    .where(REGIONS.c.region.in_([bindparam("wanted"), ELSEWHERE]))
    .order_by(METHODS.c.position)
)
_ZONE_BY_CODE = select(ZONES.c.id).where(ZONES.c.code == bindparam("zone_code"))
_ADD_ZONE = insert(ZONES)
_NAME_ZONE = update(ZONES).where(ZONES.c.id == bindparam("key")).values(name=bindparam("new_name"))
_CLEAR_REGIONS = delete(REGIONS).where(REGIONS.c.zone_id == bindparam("key"))
_TAKE_REGION = delete(REGIONS).where(REGIONS.c.region == bindparam("wanted"))
_CLEAR_METHODS = delete(METHODS).where(METHODS.c.zone_id == bindparam("key"))
_ADD_REGIONS, _ADD_METHODS = insert(REGIONS), insert(METHODS)


def methods_for(tx: Tx, region: str) -> Sequence[Row[Any]]:
    """The methods of the region's own zone, or of the zone of everywhere else when none names the region.

    A zone of one's own without any method says: here we do not deliver.
    """
    rows = tx.rows(_METHODS_FOR, {"wanted": region})
    own = [row for row in rows if row.region == region]
    return [row for row in own or rows if row.code is not None]


def put_zone(tx: Tx, zone: Zone) -> None:
    zone_id = tx.scalar(_ZONE_BY_CODE, {"zone_code": zone.code})
    if zone_id is None:
        zone_id = tx.insert(_ADD_ZONE, {"code": zone.code, "name": zone.name})
    else:
        tx.execute(_NAME_ZONE, {"key": zone_id, "new_name": zone.name})
        tx.execute(_CLEAR_REGIONS, {"key": zone_id})
        tx.execute(_CLEAR_METHODS, {"key": zone_id})
    for region in zone.regions:
        tx.execute(_TAKE_REGION, {"wanted": region})
    if zone.regions:
        tx.execute(_ADD_REGIONS, [{"region": region, "zone_id": zone_id} for region in zone.regions])
    if zone.methods:
        tx.execute(_ADD_METHODS, [
            {
                "zone_id": zone_id, "code": method.code, "position": position, "name": method.name,
                "currency": method.fee.currency, "fee": method.fee.amount,
                "free_from": None if method.free_from is None else method.free_from.amount,
                "first_g": method.first_g,
                "fee_per_kg": 0 if method.fee_per_kg is None else method.fee_per_kg.amount,
                "most_g": method.most_g, "days_least": method.days[0], "days_most": method.days[1],
                "takes_cash": method.takes_cash,
            }
            for position, method in enumerate(zone.methods)
        ])
