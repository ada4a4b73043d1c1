"""The first layout of all tables."""

from alembic import op
import sqlalchemy as sa

from services.catalog.models import SEARCH_DDL, SEARCH_DROP_DDL
from services.shared.models import Document, Key, UtcDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('browse_states',
    sa.Column('token', sa.Text(), nullable=False),
    sa.Column('state', Document, nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_browse_states'))
    )
    with op.batch_alter_table('browse_states', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_browse_states_used_at'), ['used_at'], unique=False)

    op.create_table('categories',
    sa.Column('id', Key, nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('parent_id', Key, nullable=True),
    sa.Column('name', Document, nullable=False),
    sa.Column('position', Key, nullable=False),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['categories.id'], name=op.f('fk_categories_parent_id_categories')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_categories')),
    sa.UniqueConstraint('code', name=op.f('uq_categories_code'))
    )
    with op.batch_alter_table('categories', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_categories_parent_id'), ['parent_id'], unique=False)

    op.create_table('coupons',
    sa.Column('id', Key, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('redeem_code', sa.String(length=64), nullable=True),
    sa.Column('name', Document, nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('threshold', Key, nullable=False),
    sa.Column('amount', Key, nullable=True),
    sa.Column('basis_points', Key, nullable=False),
    sa.Column('cap', Key, nullable=True),
    sa.Column('scope_kind', sa.String(length=16), nullable=False),
    sa.Column('scope_ids', Document, nullable=False),
    sa.Column('scope_name', Document, nullable=False),
    sa.Column('excluded_kinds', Document, nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=True),
    sa.Column('valid_days', Key, nullable=True),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('limit_total', Key, nullable=True),
    sa.Column('limit_per_person', Key, nullable=False),
    sa.Column('limit_uses', Key, nullable=True),
    sa.Column('claimed', Key, nullable=False),
    sa.Column('claimed_elsewhere', Key, nullable=False),
    sa.Column('used', Key, nullable=False),
    sa.Column('in_centre', sa.Boolean(), nullable=False),
    sa.Column('is_welcome', sa.Boolean(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.CheckConstraint("scope_kind IN ('all', 'category', 'product', 'tag')", name=op.f('ck_coupons_scope')),
    sa.CheckConstraint('(amount IS NULL) = (basis_points > 0)', name=op.f('ck_coupons_one_benefit')),
    sa.CheckConstraint('amount IS NULL OR amount > 0', name=op.f('ck_coupons_amount')),
    sa.CheckConstraint('basis_points BETWEEN 0 AND 10000', name=op.f('ck_coupons_basis_points')),
    sa.CheckConstraint('ends_at IS NOT NULL OR valid_days IS NOT NULL', name=op.f('ck_coupons_ends')),
    sa.CheckConstraint('limit_per_person >= 1', name=op.f('ck_coupons_limit_per_person')),
    sa.CheckConstraint('limit_total IS NULL OR claimed + claimed_elsewhere <= limit_total', name=op.f('ck_coupons_limit_total')),
    sa.CheckConstraint('threshold >= 0', name=op.f('ck_coupons_threshold')),
    sa.CheckConstraint('used >= 0 AND (limit_uses IS NULL OR used <= limit_uses)', name=op.f('ck_coupons_limit_uses')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coupons')),
    sa.UniqueConstraint('code', name=op.f('uq_coupons_code')),
    sa.UniqueConstraint('redeem_code', name=op.f('uq_coupons_redeem_code'))
    )
    op.create_table('customers',
    sa.Column('id', Key, nullable=False),
    sa.Column('telegram_id', Key, nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('profile', sa.Text(), nullable=False),
    sa.Column('phone_index', sa.Text(), nullable=True),
    sa.Column('source', sa.Text(), nullable=True),
    sa.Column('welcomed_at', UtcDateTime(), nullable=True),
    sa.Column('marketing_at', UtcDateTime(), nullable=True),
    sa.Column('blocked_at', UtcDateTime(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customers')),
    sa.UniqueConstraint('telegram_id', name=op.f('uq_customers_telegram_id'))
    )
    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customers_phone_index'), ['phone_index'], unique=False)

    op.create_table('delivery_zones',
    sa.Column('id', Key, nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', Document, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_zones')),
    sa.UniqueConstraint('code', name=op.f('uq_delivery_zones_code'))
    )
    op.create_table('jobs',
    sa.Column('id', Key, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=True),
    sa.Column('payload', Document, nullable=False),
    sa.Column('lane', Key, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('leased_until', UtcDateTime(), nullable=True),
    sa.Column('attempts', Key, nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("state IN ('waiting', 'done', 'dead', 'cancelled')", name=op.f('ck_jobs_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs')),
    sa.UniqueConstraint('key', name=op.f('uq_jobs_key'))
    )
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.create_index('ix_jobs_waiting', ['state', 'lane', 'due_at', 'id'], unique=False)

    op.create_table('live_messages',
    sa.Column('id', Key, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject', Key, nullable=False),
    sa.Column('chat_id', Key, nullable=False),
    sa.Column('message_id', Key, nullable=False),
    sa.Column('shown', sa.Text(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_live_messages')),
    sa.UniqueConstraint('kind', 'subject', 'chat_id', name=op.f('uq_live_messages_kind_subject_chat_id'))
    )
    op.create_table('marks',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_marks'))
    )
    op.create_table('media_files',
    sa.Column('bot_id', Key, autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('file_id', sa.Text(), nullable=False),
    sa.Column('unique_id', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('bot_id', 'key', name=op.f('pk_media_files'))
    )
    op.create_table('promotions',
    sa.Column('id', Key, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('name', Document, nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('tiers', Document, nullable=False),
    sa.Column('basis_points', Key, nullable=False),
    sa.Column('scope_kind', sa.String(length=16), nullable=False),
    sa.Column('scope_ids', Document, nullable=False),
    sa.Column('excluded_kinds', Document, nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.CheckConstraint("kind IN ('full-reduction', 'percent-off')", name=op.f('ck_promotions_kind')),
    sa.CheckConstraint("scope_kind IN ('all', 'category', 'product', 'tag')", name=op.f('ck_promotions_scope')),
    sa.CheckConstraint('basis_points BETWEEN 0 AND 10000', name=op.f('ck_promotions_basis_points')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_promotions_window')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promotions')),
    sa.UniqueConstraint('code', name=op.f('uq_promotions_code'))
    )
    op.create_table('tags',
    sa.Column('id', Key, nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('name', Document, nullable=False),
    sa.Column('facet', sa.Text(), nullable=False),
    sa.Column('position', Key, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tags')),
    sa.UniqueConstraint('slug', name=op.f('uq_tags_slug'))
    )
    op.create_table('ticks',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_ticks'))
    )
    op.create_table('addresses',
    sa.Column('id', Key, nullable=False),
    sa.Column('customer_id', Key, nullable=False),
    sa.Column('sealed', sa.Text(), nullable=False),
    sa.Column('phone_index', sa.Text(), nullable=False),
    sa.Column('is_default', sa.Boolean(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_addresses_customer_id_customers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_addresses'))
    )
    with op.batch_alter_table('addresses', schema=None) as batch_op:
        batch_op.create_index('ix_addresses_customer_id', ['customer_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_addresses_phone_index'), ['phone_index'], unique=False)
        batch_op.create_index('uq_addresses_default', ['customer_id'], unique=True, sqlite_where=sa.text('is_default'), postgresql_where=sa.text('is_default'))

    op.create_table('cart_lines',
    sa.Column('id', Key, nullable=False),
    sa.Column('customer_id', Key, nullable=False),
    sa.Column('sku_id', Key, nullable=False),
    sa.Column('quantity', Key, nullable=False),
    sa.Column('selected', sa.Boolean(), nullable=False),
    sa.Column('seen_price', Key, nullable=False),
    sa.Column('removed_at', UtcDateTime(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('quantity BETWEEN 1 AND 99', name=op.f('ck_cart_lines_quantity')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_cart_lines_customer_id_customers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cart_lines')),
    sa.UniqueConstraint('customer_id', 'sku_id', name=op.f('uq_cart_lines_customer_id_sku_id'))
    )
    op.create_table('chat_states',
    sa.Column('customer_id', Key, autoincrement=False, nullable=False),
    sa.Column('step', sa.Text(), nullable=True),
    sa.Column('draft', sa.Text(), nullable=True),
    sa.Column('screen_message_id', Key, nullable=True),
    sa.Column('screen_key', sa.Text(), nullable=True),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_chat_states_customer_id_customers')),
    sa.PrimaryKeyConstraint('customer_id', name=op.f('pk_chat_states'))
    )
    op.create_table('coupon_claims',
    sa.Column('id', Key, nullable=False),
    sa.Column('coupon_id', Key, nullable=False),
    sa.Column('customer_id', Key, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('claimed_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("state IN ('available', 'used')", name=op.f('ck_coupon_claims_state')),
    sa.ForeignKeyConstraint(['coupon_id'], ['coupons.id'], name=op.f('fk_coupon_claims_coupon_id_coupons')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_coupon_claims_customer_id_customers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coupon_claims'))
    )
    with op.batch_alter_table('coupon_claims', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_coupon_claims_coupon_id'), ['coupon_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_coupon_claims_customer_id_coupon_id'), ['customer_id', 'coupon_id'], unique=False)

    op.create_table('coupon_code_tries',
    sa.Column('customer_id', Key, autoincrement=False, nullable=False),
    sa.Column('wrong', Key, nullable=False),
    sa.Column('paused_until', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_coupon_code_tries_customer_id_customers')),
    sa.PrimaryKeyConstraint('customer_id', name=op.f('pk_coupon_code_tries'))
    )
    op.create_table('delivery_methods',
    sa.Column('id', Key, nullable=False),
    sa.Column('zone_id', Key, nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('position', Key, nullable=False),
    sa.Column('name', Document, nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('fee', Key, nullable=False),
    sa.Column('free_from', Key, nullable=True),
    sa.Column('first_g', Key, nullable=False),
    sa.Column('fee_per_kg', Key, nullable=False),
    sa.Column('most_g', Key, nullable=True),
    sa.Column('days_least', Key, nullable=False),
    sa.Column('days_most', Key, nullable=False),
    sa.Column('takes_cash', sa.Boolean(), nullable=False),
    sa.CheckConstraint('days_least >= 0 AND days_most >= days_least', name=op.f('ck_delivery_methods_days')),
    sa.CheckConstraint('fee >= 0 AND fee_per_kg >= 0 AND first_g >= 0', name=op.f('ck_delivery_methods_fees')),
    sa.ForeignKeyConstraint(['zone_id'], ['delivery_zones.id'], name=op.f('fk_delivery_methods_zone_id_delivery_zones')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_methods')),
    sa.UniqueConstraint('zone_id', 'code', name=op.f('uq_delivery_methods_zone_id_code'))
    )
    op.create_table('delivery_regions',
    sa.Column('region', sa.Text(), nullable=False),
    sa.Column('zone_id', Key, nullable=False),
    sa.ForeignKeyConstraint(['zone_id'], ['delivery_zones.id'], name=op.f('fk_delivery_regions_zone_id_delivery_zones')),
    sa.PrimaryKeyConstraint('region', name=op.f('pk_delivery_regions'))
    )
    with op.batch_alter_table('delivery_regions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_regions_zone_id'), ['zone_id'], unique=False)

    op.create_table('orders',
    sa.Column('id', Key, nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('token', sa.Text(), nullable=False),
    sa.Column('customer_id', Key, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('payment', sa.Text(), nullable=False),
    sa.Column('fulfilment', sa.Text(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('subtotal', Key, nullable=False),
    sa.Column('discount', Key, nullable=False),
    sa.Column('shipping', Key, nullable=False),
    sa.Column('tax', Key, nullable=False),
    sa.Column('total', Key, nullable=False),
    sa.Column('paid', Key, nullable=False),
    sa.Column('refunded', Key, nullable=False),
    sa.Column('payment_method', sa.Text(), nullable=False),
    sa.Column('claim_id', Key, nullable=True),
    sa.Column('region', sa.Text(), nullable=True),
    sa.Column('delivery', Document, nullable=True),
    sa.Column('recipient', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('placed_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=True),
    sa.Column('paid_at', UtcDateTime(), nullable=True),
    sa.Column('cancel_reason', sa.Text(), nullable=True),
    sa.Column('claimed_by', Key, nullable=True),
    sa.Column('claimed_name', sa.Text(), nullable=True),
    sa.CheckConstraint("fulfilment IN ('unfulfilled', 'partly_shipped', 'shipped', 'delivered', 'returned')", name=op.f('ck_orders_fulfilment')),
    sa.CheckConstraint("payment IN ('unpaid', 'partly_paid', 'paid', 'partly_refunded', 'refunded')", name=op.f('ck_orders_payment')),
    sa.CheckConstraint("state IN ('placed', 'confirmed', 'completed', 'cancelled')", name=op.f('ck_orders_state')),
    sa.CheckConstraint('refunded >= 0 AND refunded <= paid', name=op.f('ck_orders_sums')),
    sa.CheckConstraint('subtotal >= 0 AND discount >= 0 AND shipping >= 0 AND tax >= 0 AND total >= 0', name=op.f('ck_orders_signs')),
    sa.CheckConstraint('total = subtotal - discount + shipping', name=op.f('ck_orders_total')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_orders_customer_id_customers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders')),
    sa.UniqueConstraint('number', name=op.f('uq_orders_number')),
    sa.UniqueConstraint('token', name=op.f('uq_orders_token'))
    )
    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.create_index('ix_orders_customer_id', ['customer_id', 'id'], unique=False)
        batch_op.create_index('ix_orders_expires_at', ['expires_at'], unique=False, sqlite_where=sa.text('expires_at IS NOT NULL'), postgresql_where=sa.text('expires_at IS NOT NULL'))

    op.create_table('products',
    sa.Column('id', Key, nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('category_id', Key, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', Document, nullable=False),
    sa.Column('brand', Document, nullable=False),
    sa.Column('description', Document, nullable=False),
    sa.Column('options', Document, nullable=False),
    sa.Column('specs', Document, nullable=False),
    sa.Column('box', Document, nullable=False),
    sa.Column('teaser', Document, nullable=False),
    sa.Column('warranty_months', Key, nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('tax_bp', Key, nullable=False),
    sa.Column('weight_g', Key, nullable=False),
    sa.Column('most_per_order', Key, nullable=True),
    sa.Column('rank', Key, nullable=False),
    sa.Column('sold', Key, nullable=False),
    sa.Column('sold_out', sa.Boolean(), nullable=False),
    sa.Column('published_at', UtcDateTime(), nullable=True),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("kind IN ('physical', 'service', 'digital')", name=op.f('ck_products_kind')),
    sa.CheckConstraint('most_per_order > 0', name=op.f('ck_products_most_per_order')),
    sa.ForeignKeyConstraint(['category_id'], ['categories.id'], name=op.f('fk_products_category_id_categories')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products')),
    sa.UniqueConstraint('code', name=op.f('uq_products_code'))
    )
    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_products_category_id'), ['category_id'], unique=False)

    op.create_table('profile_changes',
    sa.Column('id', Key, nullable=False),
    sa.Column('customer_id', Key, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('change', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_profile_changes_customer_id_customers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_profile_changes'))
    )
    with op.batch_alter_table('profile_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_profile_changes_customer_id'), ['customer_id'], unique=False)

    op.create_table('checkouts',
    sa.Column('id', Key, nullable=False),
    sa.Column('customer_id', Key, nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('sku_id', Key, nullable=True),
    sa.Column('quantity', Key, nullable=True),
    sa.Column('caps', Document, nullable=False),
    sa.Column('address_id', Key, nullable=True),
    sa.Column('delivery_code', sa.Text(), nullable=True),
    sa.Column('coupon_choice', sa.Text(), nullable=False),
    sa.Column('claim_id', Key, nullable=True),
    sa.Column('payment_method', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('version', Key, nullable=False),
    sa.Column('shown', Document, nullable=True),
    sa.Column('order_id', Key, nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("coupon_choice IN ('best', 'none', 'chosen')", name=op.f('ck_checkouts_coupon_choice')),
    sa.CheckConstraint("source IN ('cart', 'buy-now')", name=op.f('ck_checkouts_source')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_checkouts_customer_id_customers')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_checkouts_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checkouts')),
    sa.UniqueConstraint('order_id', name=op.f('uq_checkouts_order_id'))
    )
    with op.batch_alter_table('checkouts', schema=None) as batch_op:
        batch_op.create_index('uq_checkouts_open', ['customer_id', 'source'], unique=True, sqlite_where=sa.text('order_id IS NULL'), postgresql_where=sa.text('order_id IS NULL'))

    op.create_table('coupon_uses',
    sa.Column('id', Key, nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.Column('claim_id', Key, nullable=False),
    sa.Column('coupon_id', Key, nullable=False),
    sa.Column('live', sa.Boolean(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=False),
    sa.Column('returned_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['claim_id'], ['coupon_claims.id'], name=op.f('fk_coupon_uses_claim_id_coupon_claims')),
    sa.ForeignKeyConstraint(['coupon_id'], ['coupons.id'], name=op.f('fk_coupon_uses_coupon_id_coupons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coupon_uses')),
    sa.UniqueConstraint('order_id', name=op.f('uq_coupon_uses_order_id'))
    )
    with op.batch_alter_table('coupon_uses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_coupon_uses_claim_id'), ['claim_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_coupon_uses_coupon_id'), ['coupon_id'], unique=False)

    op.create_table('favourites',
    sa.Column('customer_id', Key, autoincrement=False, nullable=False),
    sa.Column('product_id', Key, autoincrement=False, nullable=False),
    sa.Column('price', Key, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_favourites_customer_id_customers')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_favourites_product_id_products')),
    sa.PrimaryKeyConstraint('customer_id', 'product_id', name=op.f('pk_favourites'))
    )
    op.create_table('listings',
    sa.Column('category_id', Key, autoincrement=False, nullable=False),
    sa.Column('product_id', Key, autoincrement=False, nullable=False),
    sa.Column('sold_out', sa.Boolean(), nullable=False),
    sa.Column('rank', Key, nullable=False),
    sa.Column('price', Key, nullable=False),
    sa.Column('sold', Key, nullable=False),
    sa.Column('listed_at', Key, nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_listings_product_id_products')),
    sa.PrimaryKeyConstraint('category_id', 'product_id', name=op.f('pk_listings'))
    )
    with op.batch_alter_table('listings', schema=None) as batch_op:
        batch_op.create_index('ix_listings_listed_at', ['category_id', 'sold_out', 'listed_at', 'product_id'], unique=False)
        batch_op.create_index('ix_listings_price', ['category_id', 'sold_out', 'price', 'product_id'], unique=False)
        batch_op.create_index('ix_listings_product_id', ['product_id'], unique=False)
        batch_op.create_index('ix_listings_rank', ['category_id', 'sold_out', 'rank', 'product_id'], unique=False)
        batch_op.create_index('ix_listings_sold', ['category_id', 'sold_out', 'sold', 'product_id'], unique=False)

    op.create_table('media',
    sa.Column('id', Key, nullable=False),
    sa.Column('product_id', Key, nullable=False),
    sa.Column('position', Key, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value_code', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_media_product_id_products')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_media')),
    sa.UniqueConstraint('product_id', 'position', name=op.f('uq_media_product_id_position'))
    )
    op.create_table('order_adjustments',
    sa.Column('id', Key, nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('name', Document, nullable=False),
    sa.Column('amount', Key, nullable=False),
    sa.Column('shares', Document, nullable=False),
    sa.Column('shipping', Key, nullable=False),
    sa.CheckConstraint('amount <= 0', name=op.f('ck_order_adjustments_amount')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_order_adjustments_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_adjustments'))
    )
    with op.batch_alter_table('order_adjustments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_order_adjustments_order_id'), ['order_id'], unique=False)

    op.create_table('order_history',
    sa.Column('id', Key, nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.Column('machine', sa.Text(), nullable=False),
    sa.Column('old', sa.Text(), nullable=True),
    sa.Column('new', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_order_history_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_history'))
    )
    with op.batch_alter_table('order_history', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_order_history_order_id'), ['order_id'], unique=False)

    op.create_table('order_lines',
    sa.Column('id', Key, nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.Column('sku_id', Key, nullable=False),
    sa.Column('product_id', Key, nullable=False),
    sa.Column('sku_code', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', Document, nullable=False),
    sa.Column('options', Document, nullable=False),
    sa.Column('picture_key', sa.Text(), nullable=False),
    sa.Column('quantity', Key, nullable=False),
    sa.Column('unit_price', Key, nullable=False),
    sa.Column('subtotal', Key, nullable=False),
    sa.Column('discount', Key, nullable=False),
    sa.Column('total', Key, nullable=False),
    sa.Column('tax', Key, nullable=False),
    sa.Column('tax_bp', Key, nullable=False),
    sa.CheckConstraint('discount >= 0 AND total >= 0 AND tax >= 0', name=op.f('ck_order_lines_signs')),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_order_lines_quantity')),
    sa.CheckConstraint('subtotal = unit_price * quantity AND total = subtotal - discount', name=op.f('ck_order_lines_amounts')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_order_lines_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_lines')),
    sa.UniqueConstraint('order_id', 'sku_id', name=op.f('uq_order_lines_order_id_sku_id'))
    )
    op.create_table('payment_attempts',
    sa.Column('id', Key, nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.Column('provider', sa.String(length=32), nullable=False),
    sa.Column('amount', Key, nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=True),
    sa.Column('asked_at', UtcDateTime(), nullable=True),
    sa.Column('next_poll_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("status IN ('pending', 'succeeded', 'failed', 'closed', 'mismatch')", name=op.f('ck_payment_attempts_status')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_payment_attempts_amount')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_payment_attempts_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_attempts')),
    sa.UniqueConstraint('number', name=op.f('uq_payment_attempts_number'))
    )
    with op.batch_alter_table('payment_attempts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payment_attempts_next_poll_at'), ['next_poll_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_payment_attempts_order_id'), ['order_id'], unique=False)

    op.create_table('payment_links',
    sa.Column('order_id', Key, autoincrement=False, nullable=False),
    sa.Column('token', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_payment_links_order_id_orders')),
    sa.PrimaryKeyConstraint('order_id', name=op.f('pk_payment_links')),
    sa.UniqueConstraint('token', name=op.f('uq_payment_links_token'))
    )
    op.create_table('product_tags',
    sa.Column('product_id', Key, nullable=False),
    sa.Column('tag_id', Key, nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_product_tags_product_id_products')),
    sa.ForeignKeyConstraint(['tag_id'], ['tags.id'], name=op.f('fk_product_tags_tag_id_tags')),
    sa.PrimaryKeyConstraint('product_id', 'tag_id', name=op.f('pk_product_tags'))
    )
    with op.batch_alter_table('product_tags', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_product_tags_tag_id'), ['tag_id'], unique=False)

    op.create_table('recently_viewed',
    sa.Column('customer_id', Key, autoincrement=False, nullable=False),
    sa.Column('product_id', Key, autoincrement=False, nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_recently_viewed_customer_id_customers')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_recently_viewed_product_id_products')),
    sa.PrimaryKeyConstraint('customer_id', 'product_id', name=op.f('pk_recently_viewed'))
    )
    with op.batch_alter_table('recently_viewed', schema=None) as batch_op:
        batch_op.create_index('ix_recently_viewed_seen_at', ['customer_id', 'seen_at'], unique=False)

    op.create_table('recipient_views',
    sa.Column('id', Key, nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.Column('staff_id', Key, nullable=False),
    sa.Column('staff_name', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_recipient_views_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recipient_views'))
    )
    with op.batch_alter_table('recipient_views', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recipient_views_order_id'), ['order_id'], unique=False)

    op.create_table('search_documents',
    sa.Column('product_id', Key, autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.Column('brand', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('tokens', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_search_documents_product_id_products')),
    sa.PrimaryKeyConstraint('product_id', name=op.f('pk_search_documents'))
    )
    op.create_table('shipments',
    sa.Column('id', Key, nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.Column('carrier', sa.String(length=32), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('shipped_by', sa.Text(), nullable=False),
    sa.Column('shipped_at', UtcDateTime(), nullable=False),
    sa.Column('delivered_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('delivered_at IS NULL OR delivered_at >= shipped_at', name=op.f('ck_shipments_times')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_shipments_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shipments')),
    sa.UniqueConstraint('carrier', 'number', name=op.f('uq_shipments_carrier_number'))
    )
    with op.batch_alter_table('shipments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shipments_order_id'), ['order_id'], unique=False)

    op.create_table('skus',
    sa.Column('id', Key, nullable=False),
    sa.Column('product_id', Key, nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('position', Key, nullable=False),
    sa.Column('option_values', Document, nullable=False),
    sa.Column('price', Key, nullable=False),
    sa.Column('list_price', Key, nullable=True),
    sa.Column('picture_key', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('sold_out', sa.Boolean(), nullable=False),
    sa.CheckConstraint('price > 0', name=op.f('ck_skus_price')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_skus_product_id_products')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_skus')),
    sa.UniqueConstraint('code', name=op.f('uq_skus_code'))
    )
    with op.batch_alter_table('skus', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_skus_product_id'), ['product_id'], unique=False)

    op.create_table('payment_events',
    sa.Column('id', Key, nullable=False),
    sa.Column('provider', sa.String(length=32), nullable=False),
    sa.Column('event_id', sa.String(length=128), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('attempt_id', Key, nullable=False),
    sa.Column('provider_payment_id', sa.String(length=128), nullable=False),
    sa.Column('amount', Key, nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('outcome', sa.String(length=32), nullable=False),
    sa.Column('received_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempts.id'], name=op.f('fk_payment_events_attempt_id_payment_attempts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_events')),
    sa.UniqueConstraint('provider', 'event_id', name=op.f('uq_payment_events_provider_event_id')),
    sa.UniqueConstraint('provider', 'provider_payment_id', 'kind', 'status', name=op.f('uq_payment_events_provider_provider_payment_id_kind_status'))
    )
    with op.batch_alter_table('payment_events', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payment_events_attempt_id'), ['attempt_id'], unique=False)

    op.create_table('payment_ledger',
    sa.Column('id', Key, nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.Column('attempt_id', Key, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('reference', sa.String(length=160), nullable=False),
    sa.Column('amount', Key, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("kind IN ('capture', 'refund')", name=op.f('ck_payment_ledger_kind')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_payment_ledger_amount')),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempts.id'], name=op.f('fk_payment_ledger_attempt_id_payment_attempts')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_payment_ledger_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_ledger')),
    sa.UniqueConstraint('kind', 'attempt_id', 'reference', name=op.f('uq_payment_ledger_kind_attempt_id_reference'))
    )
    with op.batch_alter_table('payment_ledger', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payment_ledger_order_id'), ['order_id'], unique=False)

    op.create_table('payment_slips',
    sa.Column('id', Key, nullable=False),
    sa.Column('attempt_id', Key, nullable=False),
    sa.Column('file_id', sa.Text(), nullable=False),
    sa.Column('file_unique_id', sa.String(length=128), nullable=False),
    sa.Column('is_document', sa.Boolean(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("status IN ('waiting', 'confirmed', 'rejected')", name=op.f('ck_payment_slips_status')),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempts.id'], name=op.f('fk_payment_slips_attempt_id_payment_attempts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_slips'))
    )
    with op.batch_alter_table('payment_slips', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payment_slips_attempt_id'), ['attempt_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_payment_slips_file_unique_id'), ['file_unique_id'], unique=False)

    op.create_table('refunds',
    sa.Column('id', Key, nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.Column('attempt_id', Key, nullable=False),
    sa.Column('amount', Key, nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('reference', sa.String(length=128), nullable=True),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('settled_at', UtcDateTime(), nullable=True),
    sa.Column('settled_by', sa.Text(), nullable=False),
    sa.CheckConstraint("status IN ('requested', 'pending', 'manual', 'succeeded', 'failed')", name=op.f('ck_refunds_status')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_refunds_amount')),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempts.id'], name=op.f('fk_refunds_attempt_id_payment_attempts')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_refunds_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refunds')),
    sa.UniqueConstraint('number', name=op.f('uq_refunds_number'))
    )
    with op.batch_alter_table('refunds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_refunds_attempt_id'), ['attempt_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_refunds_order_id'), ['order_id'], unique=False)

    op.create_table('reservations',
    sa.Column('id', Key, nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.Column('sku_id', Key, nullable=False),
    sa.Column('quantity', Key, nullable=False),
    sa.Column('shipped', Key, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("state IN ('held', 'committed', 'released', 'shipped')", name=op.f('ck_reservations_state')),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_reservations_quantity')),
    sa.CheckConstraint('shipped >= 0 AND shipped <= quantity', name=op.f('ck_reservations_shipped')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_reservations_sku_id_skus')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reservations')),
    sa.UniqueConstraint('order_id', 'sku_id', name=op.f('uq_reservations_order_id_sku_id'))
    )
    with op.batch_alter_table('reservations', schema=None) as batch_op:
        batch_op.create_index('ix_reservations_held', ['sku_id', 'expires_at'], unique=False, sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))

    op.create_table('shipment_items',
    sa.Column('id', Key, nullable=False),
    sa.Column('shipment_id', Key, nullable=False),
    sa.Column('order_line_id', Key, nullable=False),
    sa.Column('quantity', Key, nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_shipment_items_quantity')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_lines.id'], name=op.f('fk_shipment_items_order_line_id_order_lines')),
    sa.ForeignKeyConstraint(['shipment_id'], ['shipments.id'], name=op.f('fk_shipment_items_shipment_id_shipments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shipment_items')),
    sa.UniqueConstraint('shipment_id', 'order_line_id', name=op.f('uq_shipment_items_shipment_id_order_line_id'))
    )
    op.create_table('stock',
    sa.Column('sku_id', Key, autoincrement=False, nullable=False),
    sa.Column('opening', Key, nullable=False),
    sa.Column('on_hand', Key, nullable=False),
    sa.Column('reserved', Key, nullable=False),
    sa.CheckConstraint('on_hand >= 0', name=op.f('ck_stock_on_hand')),
    sa.CheckConstraint('reserved >= 0 AND reserved <= on_hand', name=op.f('ck_stock_reserved')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_stock_sku_id_skus')),
    sa.PrimaryKeyConstraint('sku_id', name=op.f('pk_stock'))
    )
    op.create_table('stock_movements',
    sa.Column('id', Key, nullable=False),
    sa.Column('sku_id', Key, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('delta', Key, nullable=False),
    sa.Column('order_id', Key, nullable=True),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("kind IN ('sale', 'return', 'adjustment')", name=op.f('ck_stock_movements_kind')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_stock_movements_sku_id_skus')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_movements'))
    )
    with op.batch_alter_table('stock_movements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stock_movements_sku_id'), ['sku_id'], unique=False)

    op.create_table('tracking_events',
    sa.Column('id', Key, nullable=False),
    sa.Column('shipment_id', Key, nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['shipment_id'], ['shipments.id'], name=op.f('fk_tracking_events_shipment_id_shipments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tracking_events')),
    sa.UniqueConstraint('shipment_id', 'kind', 'at', name=op.f('uq_tracking_events_shipment_id_kind_at'))
    )
    # The search index is made in one way for each kind of database; see services/catalog.
    for statement in SEARCH_DDL[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in SEARCH_DROP_DDL[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_table('tracking_events')
    with op.batch_alter_table('stock_movements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stock_movements_sku_id'))

    op.drop_table('stock_movements')
    op.drop_table('stock')
    op.drop_table('shipment_items')
    with op.batch_alter_table('reservations', schema=None) as batch_op:
        batch_op.drop_index('ix_reservations_held', sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))

    op.drop_table('reservations')
    with op.batch_alter_table('refunds', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_refunds_order_id'))
        batch_op.drop_index(batch_op.f('ix_refunds_attempt_id'))

    op.drop_table('refunds')
    with op.batch_alter_table('payment_slips', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payment_slips_file_unique_id'))
        batch_op.drop_index(batch_op.f('ix_payment_slips_attempt_id'))

    op.drop_table('payment_slips')
    with op.batch_alter_table('payment_ledger', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payment_ledger_order_id'))

    op.drop_table('payment_ledger')
    with op.batch_alter_table('payment_events', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payment_events_attempt_id'))

    op.drop_table('payment_events')
    with op.batch_alter_table('skus', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_skus_product_id'))

    op.drop_table('skus')
    with op.batch_alter_table('shipments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shipments_order_id'))

    op.drop_table('shipments')
    op.drop_table('search_documents')
    with op.batch_alter_table('recipient_views', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recipient_views_order_id'))

    op.drop_table('recipient_views')
    with op.batch_alter_table('recently_viewed', schema=None) as batch_op:
        batch_op.drop_index('ix_recently_viewed_seen_at')

    op.drop_table('recently_viewed')
    with op.batch_alter_table('product_tags', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_product_tags_tag_id'))

    op.drop_table('product_tags')
    op.drop_table('payment_links')
    with op.batch_alter_table('payment_attempts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payment_attempts_order_id'))
        batch_op.drop_index(batch_op.f('ix_payment_attempts_next_poll_at'))

    op.drop_table('payment_attempts')
    op.drop_table('order_lines')
    with op.batch_alter_table('order_history', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_order_history_order_id'))

    op.drop_table('order_history')
    with op.batch_alter_table('order_adjustments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_order_adjustments_order_id'))

    op.drop_table('order_adjustments')
    op.drop_table('media')
    with op.batch_alter_table('listings', schema=None) as batch_op:
        batch_op.drop_index('ix_listings_sold')
        batch_op.drop_index('ix_listings_rank')
        batch_op.drop_index('ix_listings_product_id')
        batch_op.drop_index('ix_listings_price')
        batch_op.drop_index('ix_listings_listed_at')

    op.drop_table('listings')
    op.drop_table('favourites')
    with op.batch_alter_table('coupon_uses', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_coupon_uses_coupon_id'))
        batch_op.drop_index(batch_op.f('ix_coupon_uses_claim_id'))

    op.drop_table('coupon_uses')
    with op.batch_alter_table('checkouts', schema=None) as batch_op:
        batch_op.drop_index('uq_checkouts_open', sqlite_where=sa.text('order_id IS NULL'), postgresql_where=sa.text('order_id IS NULL'))

    op.drop_table('checkouts')
    with op.batch_alter_table('profile_changes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_profile_changes_customer_id'))

    op.drop_table('profile_changes')
    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_products_category_id'))

    op.drop_table('products')
    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.drop_index('ix_orders_expires_at', sqlite_where=sa.text('expires_at IS NOT NULL'), postgresql_where=sa.text('expires_at IS NOT NULL'))
        batch_op.drop_index('ix_orders_customer_id')

    op.drop_table('orders')
    with op.batch_alter_table('delivery_regions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delivery_regions_zone_id'))

    op.drop_table('delivery_regions')
    op.drop_table('delivery_methods')
    op.drop_table('coupon_code_tries')
    with op.batch_alter_table('coupon_claims', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_coupon_claims_customer_id_coupon_id'))
        batch_op.drop_index(batch_op.f('ix_coupon_claims_coupon_id'))

    op.drop_table('coupon_claims')
    op.drop_table('chat_states')
    op.drop_table('cart_lines')
    with op.batch_alter_table('addresses', schema=None) as batch_op:
        batch_op.drop_index('uq_addresses_default', sqlite_where=sa.text('is_default'), postgresql_where=sa.text('is_default'))
        batch_op.drop_index(batch_op.f('ix_addresses_phone_index'))
        batch_op.drop_index('ix_addresses_customer_id')

    op.drop_table('addresses')
    op.drop_table('ticks')
    op.drop_table('tags')
    op.drop_table('promotions')
    op.drop_table('media_files')
    op.drop_table('marks')
    op.drop_table('live_messages')
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.drop_index('ix_jobs_waiting')

    op.drop_table('jobs')
    op.drop_table('delivery_zones')
    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customers_phone_index'))

    op.drop_table('customers')
    op.drop_table('coupons')
    with op.batch_alter_table('categories', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_categories_parent_id'))

    op.drop_table('categories')
    with op.batch_alter_table('browse_states', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_browse_states_used_at'))

    op.drop_table('browse_states')
