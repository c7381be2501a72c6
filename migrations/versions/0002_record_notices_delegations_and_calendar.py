"""record, notices, delegations and calendar

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


LISTED = (
    ('form_code', 'created_at', 'id'),
    ('form_code', 'due_at', 'id'),
    ('form_code', 'maker_name', 'id'),
    ('form_code', 'archive_state', 'state', 'id'),
    ('maker_id', 'form_code', 'id'),
)
"""Indexes that lists of documents sort and filter by."""


UNIQUE = (('media_safe_record', 'medium_no'), ('product_contract', 'contract_no'), ('public_collection_report', 'month'))
"""Values that a document now shares with the one that it corrects."""


def upgrade() -> None:
    op.create_table('audit_entry',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('user_name', sa.String(length=64), nullable=False),
    sa.Column('position', sa.String(length=255), nullable=False),
    sa.Column('channel', sa.String(length=12), nullable=False),
    sa.Column('address', sa.String(length=45), nullable=True),
    sa.Column('action', sa.String(length=32), nullable=False),
    sa.Column('resource', sa.String(length=80), nullable=False),
    sa.Column('record', sa.String(length=64), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=True),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entry_action', ['action', 'id'], unique=False)
        batch_op.create_index('ix_audit_entry_at', ['at'], unique=False)
        batch_op.create_index('ix_audit_entry_document_id', ['document_id', 'id'], unique=False)
        batch_op.create_index('ix_audit_entry_resource', ['resource', 'record', 'id'], unique=False)
        batch_op.create_index('ix_audit_entry_user_id', ['user_id', 'id'], unique=False)

    op.create_table('account_security',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('failed_at', sa.DateTime(), nullable=True),
    sa.Column('totp_secret', sa.String(length=64), nullable=True),
    sa.Column('totp_used', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_account_security_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_account_security'))
    )
    op.create_table('api_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('request', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('headers', sa.JSON(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_api_request_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_request')),
    sa.UniqueConstraint('user_id', 'key', name=op.f('uq_api_request_user_id_key'))
    )
    with op.batch_alter_table('api_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_request_at'), ['at'], unique=False)

    op.create_table('delegation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('from_user_id', sa.Integer(), nullable=False),
    sa.Column('from_user_name', sa.String(length=64), nullable=False),
    sa.Column('to_user_id', sa.Integer(), nullable=False),
    sa.Column('to_user_name', sa.String(length=64), nullable=False),
    sa.Column('starts_at', sa.DateTime(), nullable=False),
    sa.Column('ends_at', sa.DateTime(), nullable=False),
    sa.Column('reason', sa.String(length=255), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.Column('created_by_name', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('revoked_by_name', sa.String(length=64), nullable=True),
    sa.Column('revoked_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_delegation_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['from_user_id'], ['ab_user.id'], name=op.f('fk_delegation_from_user_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['to_user_id'], ['ab_user.id'], name=op.f('fk_delegation_to_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation'))
    )
    with op.batch_alter_table('delegation', schema=None) as batch_op:
        batch_op.create_index('ix_delegation_from_user_id', ['from_user_id', 'ends_at'], unique=False)
        batch_op.create_index('ix_delegation_to_user_id', ['to_user_id', 'ends_at'], unique=False)

    op.create_table('calendar_day',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('working', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['document.id'], name=op.f('fk_calendar_day_made_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_day')),
    sa.UniqueConstraint('day', name=op.f('uq_calendar_day_day'))
    )
    with op.batch_alter_table('calendar_day', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_day_made_by_id'), ['made_by_id'], unique=False)

    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('audience', sa.String(length=255), nullable=False),
    sa.Column('sent_by_id', sa.Integer(), nullable=True),
    sa.Column('sent_by_name', sa.String(length=64), nullable=False),
    sa.Column('sent_at', sa.DateTime(), nullable=False),
    sa.Column('recalled_at', sa.DateTime(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_notice_document_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['sent_by_id'], ['ab_user.id'], name=op.f('fk_notice_sent_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_document_id'), ['document_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_notice_sent_by_id'), ['sent_by_id'], unique=False)

    op.create_table('notice_receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('read_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_notice_receipt_notice_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_notice_receipt_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_receipt')),
    sa.UniqueConstraint('notice_id', 'user_id', name=op.f('uq_notice_receipt_notice_id_user_id'))
    )
    with op.batch_alter_table('notice_receipt', schema=None) as batch_op:
        batch_op.create_index('ix_notice_receipt_user_id', ['user_id', 'read_at', 'notice_id'], unique=False)

    with op.batch_alter_table('document') as batch_op:
        batch_op.add_column(sa.Column('amends_id', sa.Integer()))
        batch_op.create_index('ix_document_amends_id', ['amends_id'])
        for columns in LISTED:
            batch_op.create_index(f"ix_document_{'_'.join(columns)}", list(columns))
        batch_op.create_foreign_key('fk_document_amends_id', 'document', ['amends_id'], ['id'], ondelete='RESTRICT')
    for table, column in UNIQUE:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(f'uq_{table}_{column}', type_='unique')
    with op.batch_alter_table('sign_off') as batch_op:
        batch_op.add_column(sa.Column('seat', sa.String(length=40)))
        batch_op.add_column(sa.Column('for_user_id', sa.Integer()))
        batch_op.add_column(sa.Column('for_user_name', sa.String(length=64)))
        batch_op.add_column(sa.Column('operator_id', sa.Integer()))
        batch_op.add_column(sa.Column('operator_name', sa.String(length=64)))
        batch_op.create_foreign_key('fk_sign_off_for_user_id', 'ab_user', ['for_user_id'], ['id'], ondelete='RESTRICT')
        batch_op.create_foreign_key('fk_sign_off_operator_id', 'ab_user', ['operator_id'], ['id'], ondelete='RESTRICT')
    with op.batch_alter_table('task') as batch_op:
        batch_op.add_column(sa.Column('seat', sa.String(length=40)))
        batch_op.add_column(sa.Column('reading', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('claimed_by_id', sa.Integer()))
        batch_op.add_column(sa.Column('claimed_by_name', sa.String(length=64)))
        batch_op.add_column(sa.Column('claimed_at', sa.DateTime()))
        batch_op.add_column(sa.Column('reminded_at', sa.DateTime()))
        batch_op.add_column(sa.Column('escalated_at', sa.DateTime()))
        batch_op.create_index('ix_task_due_at', ['done_at', 'due_at'])
        batch_op.create_foreign_key('fk_task_claimed_by_id', 'ab_user', ['claimed_by_id'], ['id'], ondelete='RESTRICT')


def downgrade() -> None:
    """The record cannot be taken back: restore the backup made before the upgrade."""
    raise NotImplementedError("restore the backup made before the upgrade")
