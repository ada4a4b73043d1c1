"""Money: providers' products, double-entry books, prices per currency, reconciliation, digital codes."""

from alembic import op
import sqlalchemy as sa

from services.payments.models import LEDGER_DDL, LEDGER_DROP_DDL
from services.shared.models import Document, Key, UtcDateTime

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

_KINDS = "kind IN ('capture', 'refund')"
_MORE_KINDS = "kind IN ('capture', 'refund', 'fee', 'fee-return', 'dispute', 'dispute-return')"
_STATUSES = "status IN ('requested', 'pending', 'manual', 'succeeded', 'failed')"
_MORE_STATUSES = "status IN ('requested', 'pending', 'manual', 'external', 'succeeded', 'failed')"


def upgrade() -> None:
    op.create_table('digital_deliveries',
    sa.Column('id', Key, nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('begun_at', UtcDateTime(), nullable=True),
    sa.Column('told_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digital_deliveries'))
    )
    with op.batch_alter_table('digital_deliveries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_digital_deliveries_order_id'), ['order_id'], unique=False)

    op.create_table('reconciliations',
    sa.Column('id', Key, nullable=False),
    sa.Column('provider', sa.String(length=32), nullable=False),
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('ran_at', UtcDateTime(), nullable=False),
    sa.Column('lines', Key, nullable=False),
    sa.Column('entries', Key, nullable=False),
    sa.Column('matched', Key, nullable=False),
    sa.Column('waiting', Key, nullable=False),
    sa.CheckConstraint("state IN ('done', 'no-bill', 'silent')", name=op.f('ck_reconciliations_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reconciliations')),
    sa.UniqueConstraint('provider', 'day', name=op.f('uq_reconciliations_provider_day'))
    )
    with op.batch_alter_table('reconciliations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reconciliations_day'), ['day'], unique=False)

    op.create_table('reconciliation_differences',
    sa.Column('id', Key, nullable=False),
    sa.Column('run_id', Key, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('movement', sa.String(length=16), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('provider_number', sa.Text(), nullable=False),
    sa.Column('order_id', Key, nullable=True),
    sa.Column('ours', Key, nullable=True),
    sa.Column('ours_currency', sa.String(length=3), nullable=True),
    sa.Column('theirs', Key, nullable=True),
    sa.Column('theirs_currency', sa.String(length=3), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.Text(), nullable=False),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("kind IN ('missing', 'extra', 'different')", name=op.f('ck_reconciliation_differences_kind')),
    sa.CheckConstraint("state IN ('open', 'explained')", name=op.f('ck_reconciliation_differences_state')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_reconciliation_differences_order_id_orders')),
    sa.ForeignKeyConstraint(['run_id'], ['reconciliations.id'], name=op.f('fk_reconciliation_differences_run_id_reconciliations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reconciliation_differences')),
    sa.UniqueConstraint('run_id', 'key', name=op.f('uq_reconciliation_differences_run_id_key'))
    )
    with op.batch_alter_table('reconciliation_differences', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reconciliation_differences_state'), ['state'], unique=False)

    op.create_table('digital_batches',
    sa.Column('id', Key, nullable=False),
    sa.Column('sku_id', Key, nullable=False),
    sa.Column('loaded', Key, nullable=False),
    sa.Column('known', Key, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_digital_batches_sku_id_skus')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digital_batches'))
    )
    with op.batch_alter_table('digital_batches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_digital_batches_sku_id'), ['sku_id'], unique=False)

    op.create_table('digital_dues',
    sa.Column('line_id', Key, autoincrement=False, nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.Column('sku_id', Key, nullable=False),
    sa.Column('quantity', Key, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('settled_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("state IN ('waiting', 'filled', 'by-hand', 'off')", name=op.f('ck_digital_dues_state')),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_digital_dues_quantity')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_digital_dues_sku_id_skus')),
    sa.PrimaryKeyConstraint('line_id', name=op.f('pk_digital_dues'))
    )
    with op.batch_alter_table('digital_dues', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_digital_dues_order_id'), ['order_id'], unique=False)
        batch_op.create_index('ix_digital_dues_waiting', ['sku_id', 'created_at'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    op.create_table('sku_prices',
    sa.Column('sku_id', Key, autoincrement=False, nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('price', Key, nullable=False),
    sa.Column('list_price', Key, nullable=True),
    sa.CheckConstraint('list_price > price', name=op.f('ck_sku_prices_list_price')),
    sa.CheckConstraint('price > 0', name=op.f('ck_sku_prices_price')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_sku_prices_sku_id_skus')),
    sa.PrimaryKeyConstraint('sku_id', 'currency', name=op.f('pk_sku_prices'))
    )
    op.create_table('digital_codes',
    sa.Column('id', Key, nullable=False),
    sa.Column('sku_id', Key, nullable=False),
    sa.Column('batch_id', Key, nullable=False),
    sa.Column('sealed', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.String(length=32), nullable=False),
    sa.Column('line_id', Key, nullable=True),
    sa.Column('delivery_id', Key, nullable=True),
    sa.CheckConstraint('(line_id IS NULL) = (delivery_id IS NULL)', name=op.f('ck_digital_codes_handed')),
    sa.ForeignKeyConstraint(['batch_id'], ['digital_batches.id'], name=op.f('fk_digital_codes_batch_id_digital_batches')),
    sa.ForeignKeyConstraint(['delivery_id'], ['digital_deliveries.id'], name=op.f('fk_digital_codes_delivery_id_digital_deliveries')),
    sa.ForeignKeyConstraint(['line_id'], ['digital_dues.line_id'], name=op.f('fk_digital_codes_line_id_digital_dues')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_digital_codes_sku_id_skus')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digital_codes')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_digital_codes_fingerprint'))
    )
    with op.batch_alter_table('digital_codes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_digital_codes_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_digital_codes_delivery_id'), ['delivery_id'], unique=False)
        batch_op.create_index('ix_digital_codes_free', ['sku_id', 'id'], unique=False, sqlite_where=sa.text('line_id IS NULL'), postgresql_where=sa.text('line_id IS NULL'))
        batch_op.create_index(batch_op.f('ix_digital_codes_line_id'), ['line_id'], unique=False)

    with op.batch_alter_table('cart_lines', schema=None) as batch_op:
        batch_op.add_column(sa.Column('seen_currency', sa.String(length=3), server_default='', nullable=False))

    with op.batch_alter_table('checkouts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('currency', sa.String(length=3), server_default='', nullable=False))

    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('currency', sa.String(length=3), server_default='', nullable=False))

    with op.batch_alter_table('order_lines', schema=None) as batch_op:
        batch_op.add_column(sa.Column('handed', Key, server_default='0', nullable=False))

    with op.batch_alter_table('payment_attempts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('channel', sa.String(length=16), server_default='', nullable=False))
        batch_op.add_column(sa.Column('code', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('form', Document, nullable=True))
        batch_op.add_column(sa.Column('fresh_until', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('facts', Document, server_default='{}', nullable=False))

    with op.batch_alter_table('payment_events', schema=None) as batch_op:
        batch_op.add_column(sa.Column('raw', sa.Text(), server_default='', nullable=False))

    with op.batch_alter_table('price_changes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('currency', sa.String(length=3), server_default='', nullable=False))

    with op.batch_alter_table('refunds', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_refunds_status'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_refunds_status'), _MORE_STATUSES)
        batch_op.add_column(sa.Column('note', sa.Text(), server_default='', nullable=False))

    _open_the_journal()
    # What was paid and not handed over before there were codes is owed them.
    op.execute(
        "INSERT INTO digital_dues (line_id, order_id, sku_id, quantity, state, created_at) "
        "SELECT order_lines.id, orders.id, order_lines.sku_id, order_lines.quantity - order_lines.called_off, 'waiting', orders.paid_at "
        "FROM order_lines JOIN orders ON orders.id = order_lines.order_id "
        "WHERE order_lines.kind = 'digital' AND orders.paid_at IS NOT NULL AND orders.state <> 'cancelled' "
        "AND orders.fulfilment NOT IN ('shipped', 'delivered', 'returned') AND order_lines.quantity > order_lines.called_off"
    )


def downgrade() -> None:
    # Waiting for a person is a state that was not there.
    op.execute("UPDATE refunds SET status = 'manual' WHERE status = 'external'")
    with op.batch_alter_table('refunds', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_refunds_status'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_refunds_status'), _STATUSES)
        batch_op.drop_column('note')

    with op.batch_alter_table('price_changes', schema=None) as batch_op:
        batch_op.drop_column('currency')

    for statement in LEDGER_DROP_DDL[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table('ledger_postings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ledger_postings_account'))
    op.drop_table('ledger_postings')
    # Fees and disputes were not booked before.
    op.execute("DELETE FROM payment_ledger WHERE kind NOT IN ('capture', 'refund')")
    with op.batch_alter_table('payment_ledger', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_payment_ledger_about_id_payment_ledger'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('ck_payment_ledger_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_payment_ledger_kind'), _KINDS)
        for column in ('order_id', 'attempt_id'):
            batch_op.alter_column(column, nullable=False)
        batch_op.drop_index('uq_payment_ledger_alone', sqlite_where=sa.text('attempt_id IS NULL'), postgresql_where=sa.text('attempt_id IS NULL'))
        batch_op.drop_index(batch_op.f('ix_payment_ledger_provider_number'))
        batch_op.drop_index('ix_payment_ledger_provider_moved_at')
        batch_op.drop_index(batch_op.f('ix_payment_ledger_number'))
        batch_op.drop_index(batch_op.f('ix_payment_ledger_at'))
        batch_op.drop_index(batch_op.f('ix_payment_ledger_about_id'))
        batch_op.drop_column('moved_at')
        batch_op.drop_column('currency')
        batch_op.drop_column('about_id')
        batch_op.drop_column('provider_number')
        batch_op.drop_column('number')
        batch_op.drop_column('provider')

    with op.batch_alter_table('payment_events', schema=None) as batch_op:
        batch_op.drop_column('raw')

    with op.batch_alter_table('payment_attempts', schema=None) as batch_op:
        batch_op.drop_column('facts')
        batch_op.drop_column('fresh_until')
        batch_op.drop_column('form')
        batch_op.drop_column('code')
        batch_op.drop_column('channel')

    with op.batch_alter_table('order_lines', schema=None) as batch_op:
        batch_op.drop_column('handed')

    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.drop_column('currency')

    with op.batch_alter_table('checkouts', schema=None) as batch_op:
        batch_op.drop_column('currency')

    with op.batch_alter_table('cart_lines', schema=None) as batch_op:
        batch_op.drop_column('seen_currency')

    with op.batch_alter_table('digital_codes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_digital_codes_line_id'))
        batch_op.drop_index('ix_digital_codes_free', sqlite_where=sa.text('line_id IS NULL'), postgresql_where=sa.text('line_id IS NULL'))
        batch_op.drop_index(batch_op.f('ix_digital_codes_delivery_id'))
        batch_op.drop_index(batch_op.f('ix_digital_codes_batch_id'))

    op.drop_table('digital_codes')
    op.drop_table('sku_prices')
    with op.batch_alter_table('digital_dues', schema=None) as batch_op:
        batch_op.drop_index('ix_digital_dues_waiting', sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
        batch_op.drop_index(batch_op.f('ix_digital_dues_order_id'))

    op.drop_table('digital_dues')
    with op.batch_alter_table('digital_batches', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_digital_batches_sku_id'))

    op.drop_table('digital_batches')
    with op.batch_alter_table('reconciliation_differences', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reconciliation_differences_state'))

    op.drop_table('reconciliation_differences')
    with op.batch_alter_table('reconciliations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reconciliations_day'))

    op.drop_table('reconciliations')
    with op.batch_alter_table('digital_deliveries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_digital_deliveries_order_id'))

    op.drop_table('digital_deliveries')


def _open_the_journal() -> None:
    """What was booked before stays booked: each movement gets the provider and currency of its attempt and two sides."""
    with op.batch_alter_table('payment_ledger', schema=None) as batch_op:
        batch_op.add_column(sa.Column('provider', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('number', sa.String(length=32), server_default='', nullable=False))
        batch_op.add_column(sa.Column('provider_number', sa.String(length=128), server_default='', nullable=False))
        batch_op.add_column(sa.Column('about_id', Key, nullable=True))
        batch_op.add_column(sa.Column('currency', sa.String(length=3), nullable=True))
        batch_op.add_column(sa.Column('moved_at', UtcDateTime(), nullable=True))
    op.execute(
        "UPDATE payment_ledger SET moved_at = at, "
        "provider = (SELECT provider FROM payment_attempts WHERE payment_attempts.id = payment_ledger.attempt_id), "
        "currency = (SELECT currency FROM payment_attempts WHERE payment_attempts.id = payment_ledger.attempt_id)"
    )
    op.execute(
        "UPDATE payment_ledger SET provider_number = substr(reference, 1, 128), "
        "number = (SELECT number FROM payment_attempts WHERE payment_attempts.id = payment_ledger.attempt_id) "
        "WHERE kind = 'capture'"
    )
    op.execute(
        "UPDATE payment_ledger SET number = substr(reference, 1, 32), provider_number = coalesce("
        "(SELECT refunds.reference FROM refunds WHERE refunds.number = payment_ledger.reference), '') "
        "WHERE kind = 'refund'"
    )
    with op.batch_alter_table('payment_ledger', schema=None) as batch_op:
        for column in ('provider', 'currency', 'moved_at'):
            batch_op.alter_column(column, nullable=False)
        for column in ('order_id', 'attempt_id'):
            batch_op.alter_column(column, nullable=True)
        batch_op.drop_constraint(batch_op.f('ck_payment_ledger_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_payment_ledger_kind'), _MORE_KINDS)
        batch_op.create_index(batch_op.f('ix_payment_ledger_about_id'), ['about_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_payment_ledger_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_payment_ledger_number'), ['number'], unique=False)
        batch_op.create_index('ix_payment_ledger_provider_moved_at', ['provider', 'moved_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_payment_ledger_provider_number'), ['provider_number'], unique=False)
        batch_op.create_index('uq_payment_ledger_alone', ['provider', 'kind', 'reference'], unique=True, sqlite_where=sa.text('attempt_id IS NULL'), postgresql_where=sa.text('attempt_id IS NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_payment_ledger_about_id_payment_ledger'), 'payment_ledger', ['about_id'], ['id'])
    op.create_table('ledger_postings',
    sa.Column('id', Key, nullable=False),
    sa.Column('entry_id', Key, nullable=False),
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('amount', Key, nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.CheckConstraint('amount <> 0', name=op.f('ck_ledger_postings_amount')),
    sa.ForeignKeyConstraint(['entry_id'], ['payment_ledger.id'], name=op.f('fk_ledger_postings_entry_id_payment_ledger')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_postings')),
    sa.UniqueConstraint('entry_id', 'account', name=op.f('uq_ledger_postings_entry_id_account'))
    )
    with op.batch_alter_table('ledger_postings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_postings_account'), ['account'], unique=False)
    for kind, account, sign in (('capture', "'provider:' || provider", ''), ('capture', "'orders'", '-'),
                                ('refund', "'provider:' || provider", '-'), ('refund', "'orders'", '')):
        op.execute(
            f"INSERT INTO ledger_postings (entry_id, account, amount, currency) "
            f"SELECT id, {account}, {sign}amount, currency FROM payment_ledger WHERE kind = '{kind}'"
        )
    for statement in LEDGER_DDL[op.get_bind().dialect.name]:
        op.execute(statement)
