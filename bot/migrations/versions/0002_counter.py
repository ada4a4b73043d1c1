"""The counter: roster, log, product drafts, audiences, pushes and what belongs to them."""

from alembic import op
import sqlalchemy as sa

from services.shared.models import Document, Key, UtcDateTime

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('alarms',
    sa.Column('id', Key, nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('reference', sa.String(length=16), nullable=False),
    sa.Column('times', Key, nullable=False),
    sa.Column('first_at', UtcDateTime(), nullable=False),
    sa.Column('last_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alarms'))
    )
    with op.batch_alter_table('alarms', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alarms_cause'), ['cause'], unique=False)

    op.create_table('approvals',
    sa.Column('id', Key, nullable=False),
    sa.Column('act', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('facts', Document, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('requested_by', Key, nullable=False),
    sa.Column('requested_name', sa.Text(), nullable=False),
    sa.Column('requested_at', UtcDateTime(), nullable=False),
    sa.Column('decided_by', Key, nullable=True),
    sa.Column('decided_name', sa.Text(), nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("state IN ('waiting', 'approved', 'refused')", name=op.f('ck_approvals_state')),
    sa.CheckConstraint('decided_by IS NULL OR decided_by <> requested_by', name=op.f('ck_approvals_second_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approvals'))
    )
    with op.batch_alter_table('approvals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_approvals_state'), ['state'], unique=False)

    op.create_table('audience_lists',
    sa.Column('id', Key, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('people', Key, nullable=False),
    sa.Column('unknown', Key, nullable=False),
    sa.Column('made_by', Key, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audience_lists'))
    )
    op.create_table('audiences',
    sa.Column('id', Key, nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('groups', Document, nullable=False),
    sa.Column('made_by', Key, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audiences')),
    sa.UniqueConstraint('name', name=op.f('uq_audiences_name'))
    )
    op.create_table('audit_entries',
    sa.Column('id', Key, autoincrement=False, nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('act', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries'))
    )
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entries_act'), ['act'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entries_actor'), ['actor'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entries_subject'), ['subject'], unique=False)

    op.create_table('customer_tags',
    sa.Column('id', Key, nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer_tags')),
    sa.UniqueConstraint('name', name=op.f('uq_customer_tags_name'))
    )
    op.create_table('deal_drafts',
    sa.Column('id', Key, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('fields', Document, nullable=False),
    sa.Column('version', Key, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('deal_id', Key, nullable=True),
    sa.Column('made_by', Key, nullable=False),
    sa.Column('made_name', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("kind IN ('reduction', 'percent', 'coupon')", name=op.f('ck_deal_drafts_kind')),
    sa.CheckConstraint("state IN ('open', 'done', 'dropped')", name=op.f('ck_deal_drafts_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deal_drafts'))
    )
    with op.batch_alter_table('deal_drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deal_drafts_state_id'), ['state', 'id'], unique=False)

    op.create_table('deal_spends',
    sa.Column('id', Key, nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.Column('amount', Key, nullable=False),
    sa.Column('live', sa.Boolean(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_deal_spends_amount')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deal_spends')),
    sa.UniqueConstraint('source', 'order_id', name=op.f('uq_deal_spends_source_order_id'))
    )
    with op.batch_alter_table('deal_spends', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deal_spends_order_id'), ['order_id'], unique=False)

    op.create_table('desk_topics',
    sa.Column('id', Key, nullable=False),
    sa.Column('chat_id', Key, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('thread_id', Key, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk_topics')),
    sa.UniqueConstraint('chat_id', 'kind', name=op.f('uq_desk_topics_chat_id_kind'))
    )
    op.create_table('import_batches',
    sa.Column('id', Key, nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('actor_id', Key, nullable=False),
    sa.Column('actor_name', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('rows', Key, nullable=False),
    sa.Column('faults', Key, nullable=False),
    sa.Column('warnings', Document, nullable=False),
    sa.Column('pictures', Document, nullable=False),
    sa.Column('kept', Key, nullable=False),
    sa.Column('runs', Key, nullable=False),
    sa.Column('line', Key, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=True),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("state IN ('checking', 'checked', 'running', 'paused', 'stopped', 'done', 'undoing', 'undone', 'dropped')", name=op.f('ck_import_batches_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batches'))
    )
    with op.batch_alter_table('import_batches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_batches_digest'), ['digest'], unique=False)
        batch_op.create_index('uq_import_batches_active', ['line'], unique=True, sqlite_where=sa.text("state IN ('running', 'paused', 'undoing')"), postgresql_where=sa.text("state IN ('running', 'paused', 'undoing')"))

    op.create_table('push_runner',
    sa.Column('id', Key, autoincrement=False, nullable=False),
    sa.Column('holder', sa.String(length=32), nullable=False),
    sa.Column('leased_until', UtcDateTime(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_push_runner_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_push_runner'))
    )
    op.create_table('pushes',
    sa.Column('id', Key, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('groups', Document, nullable=False),
    sa.Column('content', Document, nullable=False),
    sa.Column('buttons', Document, nullable=False),
    sa.Column('fallback', sa.String(length=8), nullable=False),
    sa.Column('timing', sa.String(length=8), nullable=False),
    sa.Column('send_at', UtcDateTime(), nullable=True),
    sa.Column('local_hour', Key, nullable=True),
    sa.Column('version', Key, nullable=False),
    sa.Column('people', Key, nullable=False),
    sa.Column('made_by', Key, nullable=False),
    sa.Column('made_name', sa.Text(), nullable=False),
    sa.Column('confirmed_by', Key, nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("fallback IN ('other', 'skip')", name=op.f('ck_pushes_fallback')),
    sa.CheckConstraint("state IN ('draft', 'asked', 'running', 'paused', 'stopped', 'done', 'dropped')", name=op.f('ck_pushes_state')),
    sa.CheckConstraint("timing IN ('now', 'at', 'local')", name=op.f('ck_pushes_timing')),
    sa.CheckConstraint('local_hour BETWEEN 0 AND 23', name=op.f('ck_pushes_local_hour')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pushes'))
    )
    with op.batch_alter_table('pushes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pushes_state_id'), ['state', 'id'], unique=False)

    op.create_table('shelf_batches',
    sa.Column('id', Key, nullable=False),
    sa.Column('on_shelf', sa.Boolean(), nullable=False),
    sa.Column('scope', Document, nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.Column('undone_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("state IN ('draft', 'planned', 'done', 'undone', 'dropped')", name=op.f('ck_shelf_batches_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shelf_batches'))
    )
    with op.batch_alter_table('shelf_batches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shelf_batches_state'), ['state'], unique=False)

    op.create_table('ship_batches',
    sa.Column('id', Key, nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('actor_id', Key, nullable=False),
    sa.Column('actor_name', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('runs', Key, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("state IN ('checked', 'running', 'paused', 'stopped', 'done')", name=op.f('ck_ship_batches_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ship_batches'))
    )
    with op.batch_alter_table('ship_batches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ship_batches_digest'), ['digest'], unique=False)

    op.create_table('staff_invitations',
    sa.Column('id', Key, nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=64), nullable=False),
    sa.Column('created_by', Key, nullable=False),
    sa.Column('created_name', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.Column('used_by', Key, nullable=True),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_invitations')),
    sa.UniqueConstraint('digest', name=op.f('uq_staff_invitations_digest'))
    )
    op.create_table('staff_members',
    sa.Column('id', Key, nullable=False),
    sa.Column('telegram_id', Key, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('role', sa.String(length=64), nullable=False),
    sa.Column('invited_by', sa.Text(), nullable=False),
    sa.Column('joined_at', UtcDateTime(), nullable=False),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.Column('seen_at', UtcDateTime(), nullable=True),
    sa.Column('secret', sa.Text(), nullable=True),
    sa.Column('confirmed_at', UtcDateTime(), nullable=True),
    sa.Column('last_step', Key, nullable=False),
    sa.Column('wrong_codes', Key, nullable=False),
    sa.Column('paused_until', UtcDateTime(), nullable=True),
    sa.Column('unlocked_until', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_members')),
    sa.UniqueConstraint('telegram_id', name=op.f('uq_staff_members_telegram_id'))
    )
    op.create_table('staff_roles',
    sa.Column('id', Key, nullable=False),
    sa.Column('name', Document, nullable=False),
    sa.Column('permissions', Document, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_roles'))
    )
    op.create_table('uploads',
    sa.Column('key', sa.String(length=128), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("kind IN ('photo', 'video', 'document')", name=op.f('ck_uploads_kind')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_uploads'))
    )
    op.create_table('audit_head',
    sa.Column('id', Key, autoincrement=False, nullable=False),
    sa.Column('entry_id', Key, nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_audit_head_one_row')),
    sa.ForeignKeyConstraint(['entry_id'], ['audit_entries.id'], name=op.f('fk_audit_head_entry_id_audit_entries')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.create_table('category_disclosures',
    sa.Column('id', Key, nullable=False),
    sa.Column('category_id', Key, nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('name', Document, nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('position', Key, nullable=False),
    sa.ForeignKeyConstraint(['category_id'], ['categories.id'], name=op.f('fk_category_disclosures_category_id_categories')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category_disclosures')),
    sa.UniqueConstraint('category_id', 'key', name=op.f('uq_category_disclosures_category_id_key'))
    )
    op.create_table('coupon_gifts',
    sa.Column('id', Key, nullable=False),
    sa.Column('coupon_id', Key, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('nonce', sa.String(length=64), nullable=False),
    sa.Column('people', Key, nullable=False),
    sa.Column('given', Key, nullable=False),
    sa.Column('had', Key, nullable=False),
    sa.Column('batch', Key, nullable=False),
    sa.Column('made_by', Key, nullable=False),
    sa.Column('made_name', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("state IN ('running', 'stopped', 'done', 'gone')", name=op.f('ck_coupon_gifts_state')),
    sa.CheckConstraint('given >= 0 AND had >= 0 AND given + had <= people', name=op.f('ck_coupon_gifts_numbers')),
    sa.ForeignKeyConstraint(['coupon_id'], ['coupons.id'], name=op.f('fk_coupon_gifts_coupon_id_coupons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coupon_gifts')),
    sa.UniqueConstraint('nonce', name=op.f('uq_coupon_gifts_nonce'))
    )
    with op.batch_alter_table('coupon_gifts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_coupon_gifts_coupon_id'), ['coupon_id'], unique=False)

    op.create_table('customer_keys',
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('customer_id', Key, nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_customer_keys_customer_id_customers')),
    sa.PrimaryKeyConstraint('key', 'customer_id', name=op.f('pk_customer_keys'))
    )
    with op.batch_alter_table('customer_keys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_keys_customer_id'), ['customer_id'], unique=False)

    op.create_table('import_items',
    sa.Column('batch_id', Key, autoincrement=False, nullable=False),
    sa.Column('position', Key, autoincrement=False, nullable=False),
    sa.Column('product', sa.Text(), nullable=False),
    sa.Column('planned', sa.String(length=16), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('product_id', Key, nullable=True),
    sa.Column('version', Key, nullable=True),
    sa.Column('before', Document, nullable=True),
    sa.Column('restored', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batches.id'], name=op.f('fk_import_items_batch_id_import_batches')),
    sa.PrimaryKeyConstraint('batch_id', 'position', name=op.f('pk_import_items'))
    )
    op.create_table('import_rows',
    sa.Column('batch_id', Key, autoincrement=False, nullable=False),
    sa.Column('number', Key, autoincrement=False, nullable=False),
    sa.Column('product', sa.Text(), nullable=False),
    sa.Column('cells', Document, nullable=False),
    sa.Column('at_fault', sa.Boolean(), nullable=False),
    sa.Column('fault', Document, nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batches.id'], name=op.f('fk_import_rows_batch_id_import_batches')),
    sa.PrimaryKeyConstraint('batch_id', 'number', name=op.f('pk_import_rows'))
    )
    with op.batch_alter_table('import_rows', schema=None) as batch_op:
        batch_op.create_index('ix_import_rows_product', ['batch_id', 'product'], unique=False)

    op.create_table('listed_customers',
    sa.Column('list_id', Key, autoincrement=False, nullable=False),
    sa.Column('customer_id', Key, autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_listed_customers_customer_id_customers')),
    sa.ForeignKeyConstraint(['list_id'], ['audience_lists.id'], name=op.f('fk_listed_customers_list_id_audience_lists')),
    sa.PrimaryKeyConstraint('list_id', 'customer_id', name=op.f('pk_listed_customers'))
    )
    op.create_table('push_recipients',
    sa.Column('push_id', Key, autoincrement=False, nullable=False),
    sa.Column('customer_id', Key, autoincrement=False, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=16), nullable=True),
    sa.Column('zone', sa.String(length=64), nullable=True),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('sent_until', UtcDateTime(), nullable=True),
    sa.Column('clicked_at', UtcDateTime(), nullable=True),
    sa.Column('clicked_until', UtcDateTime(), nullable=True),
    sa.Column('unsubscribed_at', UtcDateTime(), nullable=True),
    sa.Column('retries', Key, nullable=False),
    sa.CheckConstraint("(state = 'skipped') = (reason IS NOT NULL)", name=op.f('ck_push_recipients_reason')),
    sa.CheckConstraint("state IN ('planned', 'sending', 'sent', 'blocked', 'skipped', 'failed', 'doubt', 'unsent')", name=op.f('ck_push_recipients_state')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_push_recipients_customer_id_customers')),
    sa.ForeignKeyConstraint(['push_id'], ['pushes.id'], name=op.f('fk_push_recipients_push_id_pushes')),
    sa.PrimaryKeyConstraint('push_id', 'customer_id', name=op.f('pk_push_recipients'))
    )
    with op.batch_alter_table('push_recipients', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_push_recipients_customer_id_sent_at'), ['customer_id', 'sent_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_push_recipients_push_id_state_due_at'), ['push_id', 'state', 'due_at'], unique=False)

    op.create_table('ship_batch_lines',
    sa.Column('batch_id', Key, autoincrement=False, nullable=False),
    sa.Column('row', Key, autoincrement=False, nullable=False),
    sa.Column('written', sa.Text(), nullable=False),
    sa.Column('order_id', Key, nullable=True),
    sa.Column('carrier', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('fault', sa.Text(), nullable=True),
    sa.Column('facts', Document, nullable=True),
    sa.Column('shipment_id', Key, nullable=True),
    sa.CheckConstraint("state IN ('right', 'fault', 'shipped')", name=op.f('ck_ship_batch_lines_state')),
    sa.ForeignKeyConstraint(['batch_id'], ['ship_batches.id'], name=op.f('fk_ship_batch_lines_batch_id_ship_batches')),
    sa.PrimaryKeyConstraint('batch_id', 'row', name=op.f('pk_ship_batch_lines'))
    )
    with op.batch_alter_table('ship_batch_lines', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ship_batch_lines_order_id'), ['order_id'], unique=False)

    op.create_table('tagged_customers',
    sa.Column('tag_id', Key, autoincrement=False, nullable=False),
    sa.Column('customer_id', Key, autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_tagged_customers_customer_id_customers')),
    sa.ForeignKeyConstraint(['tag_id'], ['customer_tags.id'], name=op.f('fk_tagged_customers_tag_id_customer_tags')),
    sa.PrimaryKeyConstraint('tag_id', 'customer_id', name=op.f('pk_tagged_customers'))
    )
    op.create_table('coupon_gift_recipients',
    sa.Column('gift_id', Key, autoincrement=False, nullable=False),
    sa.Column('customer_id', Key, autoincrement=False, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('claim_id', Key, nullable=True),
    sa.CheckConstraint("(state = 'given') = (claim_id IS NOT NULL)", name=op.f('ck_coupon_gift_recipients_claim')),
    sa.CheckConstraint("state IN ('waiting', 'given', 'had')", name=op.f('ck_coupon_gift_recipients_state')),
    sa.ForeignKeyConstraint(['claim_id'], ['coupon_claims.id'], name=op.f('fk_coupon_gift_recipients_claim_id_coupon_claims')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_coupon_gift_recipients_customer_id_customers')),
    sa.ForeignKeyConstraint(['gift_id'], ['coupon_gifts.id'], name=op.f('fk_coupon_gift_recipients_gift_id_coupon_gifts')),
    sa.PrimaryKeyConstraint('gift_id', 'customer_id', name=op.f('pk_coupon_gift_recipients'))
    )
    with op.batch_alter_table('coupon_gift_recipients', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_coupon_gift_recipients_gift_id_state_customer_id'), ['gift_id', 'state', 'customer_id'], unique=False)

    op.create_table('desk_drafts',
    sa.Column('id', Key, nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.Column('staff_id', Key, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('carrier', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('items', Document, nullable=False),
    sa.Column('version', Key, nullable=False),
    sa.Column('shipment_id', Key, nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("kind IN ('parcel', 'refund', 'correction')", name=op.f('ck_desk_drafts_kind')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_desk_drafts_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk_drafts'))
    )
    with op.batch_alter_table('desk_drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_desk_drafts_order_id'), ['order_id'], unique=False)

    op.create_table('order_keys',
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_order_keys_order_id_orders')),
    sa.PrimaryKeyConstraint('key', 'order_id', name=op.f('pk_order_keys'))
    )
    with op.batch_alter_table('order_keys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_order_keys_order_id'), ['order_id'], unique=False)

    op.create_table('order_notes',
    sa.Column('id', Key, nullable=False),
    sa.Column('order_id', Key, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('staff_id', Key, nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('failed', sa.Text(), nullable=True),
    sa.CheckConstraint("kind IN ('note', 'told', 'heard')", name=op.f('ck_order_notes_kind')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_order_notes_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_notes'))
    )
    with op.batch_alter_table('order_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_order_notes_order_id'), ['order_id'], unique=False)

    op.create_table('price_alerts',
    sa.Column('id', Key, nullable=False),
    sa.Column('customer_id', Key, nullable=False),
    sa.Column('product_id', Key, nullable=False),
    sa.Column('saved', Key, nullable=False),
    sa.Column('below', Key, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_price_alerts_customer_id_customers')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_price_alerts_product_id_products')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_alerts')),
    sa.UniqueConstraint('customer_id', 'product_id', name=op.f('uq_price_alerts_customer_id_product_id'))
    )
    with op.batch_alter_table('price_alerts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_price_alerts_product_id'), ['product_id'], unique=False)

    op.create_table('product_drafts',
    sa.Column('id', Key, nullable=False),
    sa.Column('owner', Key, nullable=False),
    sa.Column('product_id', Key, nullable=True),
    sa.Column('base_version', Key, nullable=False),
    sa.Column('fields', Document, nullable=False),
    sa.Column('revision', Key, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_product_drafts_product_id_products')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_product_drafts'))
    )
    with op.batch_alter_table('product_drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_product_drafts_owner'), ['owner'], unique=False)

    op.create_table('shelf_changes',
    sa.Column('batch_id', Key, autoincrement=False, nullable=False),
    sa.Column('product_id', Key, autoincrement=False, nullable=False),
    sa.Column('was_published_at', UtcDateTime(), nullable=True),
    sa.Column('was_reason', sa.Text(), nullable=False),
    sa.Column('changed', sa.Boolean(), nullable=False),
    sa.Column('restored', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['shelf_batches.id'], name=op.f('fk_shelf_changes_batch_id_shelf_batches')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_shelf_changes_product_id_products')),
    sa.PrimaryKeyConstraint('batch_id', 'product_id', name=op.f('pk_shelf_changes'))
    )
    op.create_table('low_stock',
    sa.Column('id', Key, nullable=False),
    sa.Column('sku_id', Key, nullable=False),
    sa.Column('began_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('shown', Key, nullable=True),
    sa.Column('asleep_until', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_low_stock_sku_id_skus')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_low_stock'))
    )
    with op.batch_alter_table('low_stock', schema=None) as batch_op:
        batch_op.create_index('uq_low_stock_open', ['sku_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('price_changes',
    sa.Column('id', Key, nullable=False),
    sa.Column('sku_id', Key, nullable=False),
    sa.Column('was_price', Key, nullable=False),
    sa.Column('was_list_price', Key, nullable=True),
    sa.Column('price', Key, nullable=False),
    sa.Column('list_price', Key, nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('undone_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("state IN ('asked', 'done', 'undone')", name=op.f('ck_price_changes_state')),
    sa.CheckConstraint('price > 0', name=op.f('ck_price_changes_price')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_price_changes_sku_id_skus')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_changes'))
    )
    with op.batch_alter_table('price_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_price_changes_sku_id'), ['sku_id'], unique=False)

    op.create_table('restock_alerts',
    sa.Column('id', Key, nullable=False),
    sa.Column('customer_id', Key, nullable=False),
    sa.Column('sku_id', Key, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_restock_alerts_customer_id_customers')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_restock_alerts_sku_id_skus')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_restock_alerts')),
    sa.UniqueConstraint('customer_id', 'sku_id', name=op.f('uq_restock_alerts_customer_id_sku_id'))
    )
    with op.batch_alter_table('restock_alerts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_restock_alerts_sku_id'), ['sku_id'], unique=False)

    op.create_table('shipment_corrections',
    sa.Column('id', Key, nullable=False),
    sa.Column('shipment_id', Key, nullable=False),
    sa.Column('carrier', sa.String(length=32), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('corrected_by', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['shipment_id'], ['shipments.id'], name=op.f('fk_shipment_corrections_shipment_id_shipments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shipment_corrections'))
    )
    with op.batch_alter_table('shipment_corrections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shipment_corrections_shipment_id'), ['shipment_id'], unique=False)

    with op.batch_alter_table('categories', schema=None) as batch_op:
        batch_op.add_column(sa.Column('icon', sa.Text(), server_default='', nullable=False))

    with op.batch_alter_table('coupons', schema=None) as batch_op:
        batch_op.add_column(sa.Column('excluded_ids', Document, nullable=True))
        batch_op.add_column(sa.Column('alone', sa.Boolean(), server_default=sa.text('(false)'), nullable=False))
        batch_op.add_column(sa.Column('budget', Key, nullable=True))
        batch_op.add_column(sa.Column('spent', Key, server_default='0', nullable=False))
        batch_op.add_column(sa.Column('handing_out', sa.Boolean(), server_default=sa.text('(true)'), nullable=False))
        batch_op.add_column(sa.Column('stopped_at', UtcDateTime(), nullable=True))

    with op.batch_alter_table('order_adjustments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_order_adjustments_source'), ['source'], unique=False)

    with op.batch_alter_table('order_lines', schema=None) as batch_op:
        batch_op.add_column(sa.Column('called_off', Key, server_default='0', nullable=False))
        batch_op.add_column(sa.Column('given_back', Key, server_default='0', nullable=False))
        batch_op.create_index('ix_order_lines_sku_code', ['sku_code'], unique=False)

    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hold_reason', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('held_by', sa.Text(), nullable=True))

    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.add_column(sa.Column('model', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('material', Document, server_default=sa.text("'{}'"), nullable=False))
        batch_op.add_column(sa.Column('points', Document, server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('video', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('manual', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('disclosures', Document, server_default=sa.text("'{}'"), nullable=False))
        batch_op.add_column(sa.Column('version', Key, server_default='1', nullable=False))
        batch_op.add_column(sa.Column('off_reason', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('shelf_batch', Key, nullable=True))
        batch_op.add_column(sa.Column('updated_by', sa.Text(), server_default='', nullable=False))

    with op.batch_alter_table('promotions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('excluded_ids', Document, nullable=True))
        batch_op.add_column(sa.Column('alone', sa.Boolean(), server_default=sa.text('(false)'), nullable=False))
        batch_op.add_column(sa.Column('budget', Key, nullable=True))
        batch_op.add_column(sa.Column('spent', Key, server_default='0', nullable=False))
        batch_op.add_column(sa.Column('stopped_at', UtcDateTime(), nullable=True))

    with op.batch_alter_table('shipments', schema=None) as batch_op:
        batch_op.create_index('ix_shipments_number', ['number'], unique=False)

    with op.batch_alter_table('skus', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cost', Key, nullable=True))

    with op.batch_alter_table('stock', schema=None) as batch_op:
        batch_op.add_column(sa.Column('safety', Key, server_default='0', nullable=False))
        batch_op.add_column(sa.Column('low', sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table('stock_movements', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cause', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('name', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('undone_by', Key, nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('stock_movements', schema=None) as batch_op:
        batch_op.drop_column('undone_by')
        batch_op.drop_column('name')
        batch_op.drop_column('cause')

    with op.batch_alter_table('stock', schema=None) as batch_op:
        batch_op.drop_column('low')
        batch_op.drop_column('safety')

    with op.batch_alter_table('skus', schema=None) as batch_op:
        batch_op.drop_column('cost')

    with op.batch_alter_table('shipments', schema=None) as batch_op:
        batch_op.drop_index('ix_shipments_number')

    with op.batch_alter_table('promotions', schema=None) as batch_op:
        batch_op.drop_column('stopped_at')
        batch_op.drop_column('spent')
        batch_op.drop_column('budget')
        batch_op.drop_column('alone')
        batch_op.drop_column('excluded_ids')

    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.drop_column('updated_by')
        batch_op.drop_column('shelf_batch')
        batch_op.drop_column('off_reason')
        batch_op.drop_column('version')
        batch_op.drop_column('disclosures')
        batch_op.drop_column('manual')
        batch_op.drop_column('video')
        batch_op.drop_column('points')
        batch_op.drop_column('material')
        batch_op.drop_column('model')

    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.drop_column('held_by')
        batch_op.drop_column('hold_reason')

    with op.batch_alter_table('order_lines', schema=None) as batch_op:
        batch_op.drop_index('ix_order_lines_sku_code')
        batch_op.drop_column('given_back')
        batch_op.drop_column('called_off')

    with op.batch_alter_table('order_adjustments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_order_adjustments_source'))

    with op.batch_alter_table('coupons', schema=None) as batch_op:
        batch_op.drop_column('stopped_at')
        batch_op.drop_column('handing_out')
        batch_op.drop_column('spent')
        batch_op.drop_column('budget')
        batch_op.drop_column('alone')
        batch_op.drop_column('excluded_ids')

    with op.batch_alter_table('categories', schema=None) as batch_op:
        batch_op.drop_column('icon')

    with op.batch_alter_table('shipment_corrections', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shipment_corrections_shipment_id'))

    op.drop_table('shipment_corrections')
    with op.batch_alter_table('restock_alerts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_restock_alerts_sku_id'))

    op.drop_table('restock_alerts')
    with op.batch_alter_table('price_changes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_price_changes_sku_id'))

    op.drop_table('price_changes')
    with op.batch_alter_table('low_stock', schema=None) as batch_op:
        batch_op.drop_index('uq_low_stock_open', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.drop_table('low_stock')
    op.drop_table('shelf_changes')
    with op.batch_alter_table('product_drafts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_product_drafts_owner'))

    op.drop_table('product_drafts')
    with op.batch_alter_table('price_alerts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_price_alerts_product_id'))

    op.drop_table('price_alerts')
    with op.batch_alter_table('order_notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_order_notes_order_id'))

    op.drop_table('order_notes')
    with op.batch_alter_table('order_keys', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_order_keys_order_id'))

    op.drop_table('order_keys')
    with op.batch_alter_table('desk_drafts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_desk_drafts_order_id'))

    op.drop_table('desk_drafts')
    with op.batch_alter_table('coupon_gift_recipients', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_coupon_gift_recipients_gift_id_state_customer_id'))

    op.drop_table('coupon_gift_recipients')
    op.drop_table('tagged_customers')
    with op.batch_alter_table('ship_batch_lines', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ship_batch_lines_order_id'))

    op.drop_table('ship_batch_lines')
    with op.batch_alter_table('push_recipients', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_push_recipients_push_id_state_due_at'))
        batch_op.drop_index(batch_op.f('ix_push_recipients_customer_id_sent_at'))

    op.drop_table('push_recipients')
    op.drop_table('listed_customers')
    with op.batch_alter_table('import_rows', schema=None) as batch_op:
        batch_op.drop_index('ix_import_rows_product')

    op.drop_table('import_rows')
    op.drop_table('import_items')
    with op.batch_alter_table('customer_keys', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customer_keys_customer_id'))

    op.drop_table('customer_keys')
    with op.batch_alter_table('coupon_gifts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_coupon_gifts_coupon_id'))

    op.drop_table('coupon_gifts')
    op.drop_table('category_disclosures')
    op.drop_table('audit_head')
    op.drop_table('uploads')
    op.drop_table('staff_roles')
    op.drop_table('staff_members')
    op.drop_table('staff_invitations')
    with op.batch_alter_table('ship_batches', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ship_batches_digest'))

    op.drop_table('ship_batches')
    with op.batch_alter_table('shelf_batches', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shelf_batches_state'))

    op.drop_table('shelf_batches')
    with op.batch_alter_table('pushes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pushes_state_id'))

    op.drop_table('pushes')
    op.drop_table('push_runner')
    with op.batch_alter_table('import_batches', schema=None) as batch_op:
        batch_op.drop_index('uq_import_batches_active', sqlite_where=sa.text("state IN ('running', 'paused', 'undoing')"), postgresql_where=sa.text("state IN ('running', 'paused', 'undoing')"))
        batch_op.drop_index(batch_op.f('ix_import_batches_digest'))

    op.drop_table('import_batches')
    op.drop_table('desk_topics')
    with op.batch_alter_table('deal_spends', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deal_spends_order_id'))

    op.drop_table('deal_spends')
    with op.batch_alter_table('deal_drafts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deal_drafts_state_id'))

    op.drop_table('deal_drafts')
    op.drop_table('customer_tags')
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entries_subject'))
        batch_op.drop_index(batch_op.f('ix_audit_entries_actor'))
        batch_op.drop_index(batch_op.f('ix_audit_entries_act'))

    op.drop_table('audit_entries')
    op.drop_table('audiences')
    op.drop_table('audience_lists')
    with op.batch_alter_table('approvals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_approvals_state'))

    op.drop_table('approvals')
    with op.batch_alter_table('alarms', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alarms_cause'))

    op.drop_table('alarms')
