from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base

# The category of every listing of the whole shop; no row of `categories` has this id.
WHOLE_SHOP = 0


class CategoryRow(Base):
    """A node of the category tree, at most three levels deep. A hidden one hides what is below it.

    `icon` is an emoji that leads its name, or nothing.
    """

    __tablename__ = "categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    name: Mapped[dict[str, str]]
    position: Mapped[int]
    hidden: Mapped[bool] = mapped_column(default=False)
    icon: Mapped[str] = mapped_column(server_default="")


class ProductRow(Base):
    """A product. It is on the shelf from `published_at` on; without it, it is off the shelf.

    `options` are its axes: [{"code", "name", "values": [{"code", "name"}]}]; `specs` and `box` are labelled rows;
    `teaser` is what a list shows of its SKUs: {"sku_ids", "price", "list_price", "varies", "picture_key"}, and under
    "prices" by currency what it shows to those who buy in another: {"price", "list_price", "varies"}.
    `sold_out` says that no SKU can be had; inventory keeps it. `rank` orders by what the shop recommends, low first.
    `points` are its selling points; `video` and `manual` are keys of files; `disclosures` are the facts that its
    category demands, by key. `version` counts every change: who writes over a version that is not theirs is refused.
    `off_reason` says why it was taken off the shelf, `updated_by` who changed it last. `shelf_batch` is the batch that
    put it on or took it off last; whoever does that one by one clears it.
    """

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"), index=True)
    kind: Mapped[str]
    name: Mapped[dict[str, str]]
    brand: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]]
    options: Mapped[list[Any]]
    specs: Mapped[list[Any]]
    box: Mapped[list[Any]]
    teaser: Mapped[dict[str, Any]]
    warranty_months: Mapped[int]
    currency: Mapped[str]
    tax_bp: Mapped[int]
    weight_g: Mapped[int]
    most_per_order: Mapped[int | None]
    rank: Mapped[int]
    sold: Mapped[int] = mapped_column(default=0)
    sold_out: Mapped[bool] = mapped_column(default=True)
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    model: Mapped[str] = mapped_column(server_default="")
    material: Mapped[dict[str, str]] = mapped_column(server_default=text("'{}'"))
    points: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    video: Mapped[str | None]
    manual: Mapped[str | None]
    disclosures: Mapped[dict[str, str]] = mapped_column(server_default=text("'{}'"))
    version: Mapped[int] = mapped_column(server_default="1")
    off_reason: Mapped[str] = mapped_column(server_default="")
    shelf_batch: Mapped[int | None]
    updated_by: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        CheckConstraint("kind IN ('physical', 'service', 'digital')", name="kind"),
        CheckConstraint("most_per_order > 0", name="most_per_order"),
    )


class SkuRow(Base):
    """A variant: one value of each of the product's options. Amounts in minor units of the product's currency.

    `cost` is what the shop pays for a piece; None where nobody has said.
    """

    __tablename__ = "skus"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int]
    option_values: Mapped[list[str]]
    price: Mapped[int]
    list_price: Mapped[int | None]
    picture_key: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    sold_out: Mapped[bool] = mapped_column(default=True)
    cost: Mapped[int | None]

    __table_args__ = (CheckConstraint("price > 0", name="price"),)


class SkuPriceRow(Base):
    """What a SKU costs in a currency beside the product's own: a price list of its own, never converted.

    Amounts in minor units of `currency`.
    """

    __tablename__ = "sku_prices"

    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), primary_key=True, autoincrement=False)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    price: Mapped[int]
    list_price: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("list_price > price", name="list_price"),
    )


class CategoryDisclosureRow(Base):
    """A fact that products of a category and of all below it tell their buyers, such as a licence number."""

    __tablename__ = "category_disclosures"

    id: Mapped[int] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[dict[str, str]]
    required: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)

    __table_args__ = (UniqueConstraint("category_id", "key"),)


class TagRow(Base):
    """A tag. Those with a `facet` (room, user, energy) filter lists under its heading."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, str]]
    facet: Mapped[str] = mapped_column(default="")
    position: Mapped[int]


class ProductTagRow(Base):
    __tablename__ = "product_tags"

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True, index=True)


class ShelfBatchRow(Base):
    """Products that go on the shelf or come off it together: noted, then done now or at `due_at`, perhaps undone.

    `scope` says how they were chosen. `state` is draft, planned, done, undone or dropped.
    """

    __tablename__ = "shelf_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    on_shelf: Mapped[bool]
    scope: Mapped[dict[str, Any]]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(String(16), index=True)
    actor: Mapped[str] = mapped_column(String(64))
    name: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("state IN ('draft', 'planned', 'done', 'undone', 'dropped')", name="state"),)


class ShelfChangeRow(Base):
    """A product of a batch: what was true of it before; `changed` and `restored` say what the batch really did."""

    __tablename__ = "shelf_changes"

    batch_id: Mapped[int] = mapped_column(ForeignKey("shelf_batches.id"), primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True, autoincrement=False)
    was_published_at: Mapped[datetime | None]
    was_reason: Mapped[str] = mapped_column(default="")
    changed: Mapped[bool] = mapped_column(default=False)
    restored: Mapped[bool] = mapped_column(default=False)


class PriceChangeRow(Base):
    """A price that somebody typed for a SKU: asked about, done, undone, or left alone. Amounts in minor units.

    `currency` is "" for the product's own; in another, `was_price` is 0 where there was none.
    """

    __tablename__ = "price_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), index=True)
    was_price: Mapped[int]
    was_list_price: Mapped[int | None]
    price: Mapped[int]
    list_price: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(64))
    name: Mapped[str]
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    currency: Mapped[str] = mapped_column(String(3), server_default="")

    __table_args__ = (
        CheckConstraint("state IN ('asked', 'done', 'undone')", name="state"),
        CheckConstraint("price > 0", name="price"),
    )


class MediaRow(Base):
    """A picture of a product's gallery; `value_code` names the option value that it shows, a colour for instance."""

    __tablename__ = "media"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    position: Mapped[int]
    key: Mapped[str]
    value_code: Mapped[str | None]

    __table_args__ = (UniqueConstraint("product_id", "position"),)


class MediaFileRow(Base):
    """What Telegram calls a picture after its first upload by a bot: its file ids are good for that bot alone."""

    __tablename__ = "media_files"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(primary_key=True)
    file_id: Mapped[str]
    unique_id: Mapped[str]


class UploadRow(Base):
    """A file that the shop was sent: a photo, a video or a manual. Media and products name it by its key."""

    __tablename__ = "uploads"

    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    file_name: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("kind IN ('photo', 'video', 'document')", name="kind"),)


class ProductDraftRow(Base):
    """A product that somebody is writing, or a product's change that is not saved yet.

    `owner` is a Telegram id; `base_version` is the version of the product that the change started from; `revision`
    counts the draft's own changes.
    """

    __tablename__ = "product_drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[int] = mapped_column(index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    base_version: Mapped[int] = mapped_column(default=0)
    fields: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ListingRow(Base):
    """A product's place in a category's list: one row for its own category, each ancestor, and the whole shop.

    The sort keys stand here once more, so that a page of any list is one range of one index. `price` is the lowest
    of the product's SKUs; `listed_at` is in seconds since 1970 and may lie in the future.
    """

    __tablename__ = "listings"

    category_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True, autoincrement=False)
    sold_out: Mapped[bool]
    rank: Mapped[int]
    price: Mapped[int]
    sold: Mapped[int]
    listed_at: Mapped[int]

    __table_args__ = (
        Index("ix_listings_product_id", "product_id"),
        Index("ix_listings_rank", "category_id", "sold_out", "rank", "product_id"),
        Index("ix_listings_price", "category_id", "sold_out", "price", "product_id"),
        Index("ix_listings_sold", "category_id", "sold_out", "sold", "product_id"),
        Index("ix_listings_listed_at", "category_id", "sold_out", "listed_at", "product_id"),
    )


class FavouriteRow(Base):
    """`price` is what the product cost when it was saved."""

    __tablename__ = "favourites"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True, autoincrement=False)
    price: Mapped[int]
    created_at: Mapped[datetime]


class RecentlyViewedRow(Base):
    __tablename__ = "recently_viewed"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime]

    __table_args__ = (Index("ix_recently_viewed_seen_at", "customer_id", "seen_at"),)


class BrowseStateRow(Base):
    """What a list shows (category, query, sort, filters) under a short token, since a button holds 64 bytes."""

    __tablename__ = "browse_states"

    token: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[dict[str, Any]]
    used_at: Mapped[datetime] = mapped_column(index=True)


class SearchDocumentRow(Base):
    """What search knows of a product: its tokens per field, and all of them together for the index."""

    __tablename__ = "search_documents"

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True, autoincrement=False)
    name: Mapped[str]
    tags: Mapped[str]
    brand: Mapped[str]
    description: Mapped[str]
    tokens: Mapped[str]


# The full-text indexes are no tables of the metadata: FTS5 on SQLite, a GIN index over the same tokens on PostgreSQL.
# The tokens are made in Python, so that both databases find the same; no parser of theirs knows Chinese words.
SEARCH_DDL = {
    "sqlite": ("CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING fts5(tokens)",),
    "postgresql": (
        "CREATE INDEX IF NOT EXISTS ix_search_documents_tokens ON search_documents "
        "USING gin (array_to_tsvector(string_to_array(tokens, ' ')))",
    ),
}
SEARCH_DROP_DDL = {"sqlite": ("DROP TABLE IF EXISTS search_index",), "postgresql": ()}

for _dialect, _statements in SEARCH_DDL.items():
    for _statement in _statements:
        event.listen(
            SearchDocumentRow.__table__, "after_create",
            DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect),
        )
for _statement in SEARCH_DROP_DDL["sqlite"]:
    event.listen(SearchDocumentRow.__table__, "before_drop", DDL(_statement).execute_if(dialect="sqlite"))
