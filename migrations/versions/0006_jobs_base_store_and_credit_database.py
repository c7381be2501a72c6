"""jobs, base store and credit database

Revision 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('user_name', sa.String(length=64), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('params', sa.JSON(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('checkpoint', sa.JSON(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('stalled', sa.Integer(), nullable=False),
    sa.Column('cancel_asked', sa.Boolean(), nullable=False),
    sa.Column('queued_at', sa.DateTime(), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=True),
    sa.Column('heartbeat_at', sa.DateTime(), nullable=True),
    sa.Column('finished_at', sa.DateTime(), nullable=True),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_job_document_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_job_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index('ix_job_document_id_id', ['document_id', 'id'], unique=False)
        batch_op.create_index('ix_job_state_id', ['state', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_user_id'), ['user_id'], unique=False)

    op.create_table('original_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('stored', sa.String(length=64), nullable=False),
    sa.Column('bytes', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('records', sa.Integer(), nullable=True),
    sa.Column('kept_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_original_file_document_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_original_file')),
    sa.UniqueConstraint('document_id', 'name', name=op.f('uq_original_file_document_id_name')),
    sa.UniqueConstraint('stored', name=op.f('uq_original_file_stored'))
    )
    with op.batch_alter_table('original_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_original_file_sha256'), ['sha256'], unique=False)

    op.create_table('base_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=30), nullable=False),
    sa.Column('register_id', sa.Integer(), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('good', sa.Integer(), nullable=False),
    sa.Column('rejected', sa.Integer(), nullable=False),
    sa.Column('faults', sa.Integer(), nullable=False),
    sa.Column('imported', sa.Integer(), nullable=False),
    sa.Column('corrections', sa.Integer(), nullable=False),
    sa.Column('duplicates', sa.Integer(), nullable=False),
    sa.Column('prepared_at', sa.DateTime(), nullable=True),
    sa.Column('imported_at', sa.DateTime(), nullable=True),
    sa.Column('operator_id', sa.Integer(), nullable=True),
    sa.Column('operator_name', sa.String(length=64), nullable=True),
    sa.Column('witness_id', sa.Integer(), nullable=True),
    sa.Column('witness_name', sa.String(length=64), nullable=True),
    sa.Column('standard_sha256', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['family_id'], ['data_structure.id'], name=op.f('fk_base_batch_family_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['operator_id'], ['ab_user.id'], name=op.f('fk_base_batch_operator_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['provider_id'], ['external_organisation.id'], name=op.f('fk_base_batch_provider_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['register_id'], ['document.id'], name=op.f('fk_base_batch_register_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['structure_id'], ['data_structure.id'], name=op.f('fk_base_batch_structure_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['witness_id'], ['ab_user.id'], name=op.f('fk_base_batch_witness_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_batch')),
    sa.UniqueConstraint('number', name=op.f('uq_base_batch_number'))
    )
    with op.batch_alter_table('base_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_batch_family_id'), ['family_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_batch_imported_at'), ['imported_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_batch_provider_id'), ['provider_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_batch_register_id'), ['register_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_batch_structure_id'), ['structure_id'], unique=False)

    op.create_table('base_current',
    sa.Column('family_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('key', sa.LargeBinary(length=16), nullable=False),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=16), nullable=False),
    sa.PrimaryKeyConstraint('family_id', 'key', name=op.f('pk_base_current')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('base_current', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_current_record_id'), ['record_id'], unique=False)

    op.create_table('base_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('original_id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('good', sa.Integer(), nullable=False),
    sa.Column('rejected', sa.Integer(), nullable=False),
    sa.Column('imported', sa.Integer(), nullable=False),
    sa.Column('duplicates', sa.Integer(), nullable=False),
    sa.Column('same_as_id', sa.Integer(), nullable=True),
    sa.Column('error_file', sa.String(length=255), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['base_batch.id'], name=op.f('fk_base_file_batch_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['original_id'], ['original_file.id'], name=op.f('fk_base_file_original_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['same_as_id'], ['base_file.id'], name=op.f('fk_base_file_same_as_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['source_id'], ['document.id'], name=op.f('fk_base_file_source_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_file'))
    )
    with op.batch_alter_table('base_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_file_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_file_original_id'), ['original_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_file_sha256'), ['sha256'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_file_source_id'), ['source_id'], unique=False)

    op.create_table('load_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=30), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('reload_of_id', sa.Integer(), nullable=True),
    sa.Column('register_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('records', sa.Integer(), nullable=False),
    sa.Column('matched', sa.Integer(), nullable=False),
    sa.Column('new_enterprises', sa.Integer(), nullable=False),
    sa.Column('facts', sa.Integer(), nullable=False),
    sa.Column('superseded', sa.Integer(), nullable=False),
    sa.Column('rejected', sa.Integer(), nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('operator_name', sa.String(length=64), nullable=False),
    sa.Column('authoriser_id', sa.Integer(), nullable=True),
    sa.Column('authoriser_name', sa.String(length=64), nullable=True),
    sa.Column('authorised_at', sa.DateTime(), nullable=True),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('loaded_at', sa.DateTime(), nullable=True),
    sa.Column('error_file', sa.String(length=255), nullable=True),
    sa.ForeignKeyConstraint(['authoriser_id'], ['ab_user.id'], name=op.f('fk_load_batch_authoriser_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['batch_id'], ['base_batch.id'], name=op.f('fk_load_batch_batch_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['operator_id'], ['ab_user.id'], name=op.f('fk_load_batch_operator_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['register_id'], ['document.id'], name=op.f('fk_load_batch_register_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['reload_of_id'], ['load_batch.id'], name=op.f('fk_load_batch_reload_of_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_load_batch')),
    sa.UniqueConstraint('number', name=op.f('uq_load_batch_number'))
    )
    with op.batch_alter_table('load_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_load_batch_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_load_batch_loaded_at'), ['loaded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_load_batch_register_id'), ['register_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_load_batch_reload_of_id'), ['reload_of_id'], unique=False)

    op.create_table('base_fault',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('row_no', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=120), nullable=True),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('rule', sa.String(length=32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['base_batch.id'], name=op.f('fk_base_fault_batch_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['file_id'], ['base_file.id'], name=op.f('fk_base_fault_file_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_fault'))
    )
    with op.batch_alter_table('base_fault', schema=None) as batch_op:
        batch_op.create_index('ix_base_fault_batch_id_id', ['batch_id', 'id'], unique=False)

    op.create_table('base_fault_count',
    sa.Column('file_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('field', sa.String(length=120), nullable=False),
    sa.Column('rule', sa.String(length=32), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['base_batch.id'], name=op.f('fk_base_fault_count_batch_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['file_id'], ['base_file.id'], name=op.f('fk_base_fault_count_file_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('file_id', 'field', 'rule', name=op.f('pk_base_fault_count'))
    )
    with op.batch_alter_table('base_fault_count', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_fault_count_batch_id'), ['batch_id'], unique=False)

    op.create_table('base_record',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('row_no', sa.Integer(), nullable=False),
    sa.Column('key', sa.LargeBinary(length=16), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=16), nullable=False),
    sa.Column('previous_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('values', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_record'))
    )
    with op.batch_alter_table('base_record', schema=None) as batch_op:
        batch_op.create_index('ix_base_record_batch_id_id', ['batch_id', 'id'], unique=False)

    op.create_table('credit_fact',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enterprise_id', sa.Integer(), nullable=False),
    sa.Column('indicator_id', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('load_id', sa.Integer(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('superseded_at', sa.DateTime(), nullable=True),
    sa.Column('superseded_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['enterprise_id'], ['target_enterprise.id'], name=op.f('fk_credit_fact_enterprise_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['indicator_id'], ['indicator.id'], name=op.f('fk_credit_fact_indicator_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['load_id'], ['load_batch.id'], name=op.f('fk_credit_fact_load_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['superseded_by_id'], ['load_batch.id'], name=op.f('fk_credit_fact_superseded_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_fact'))
    )
    with op.batch_alter_table('credit_fact', schema=None) as batch_op:
        batch_op.create_index('ix_credit_fact_enterprise_id_indicator_id', ['enterprise_id', 'indicator_id'], unique=False)
        batch_op.create_index('ix_credit_fact_load_id', ['load_id'], unique=False)
        batch_op.create_index('ix_credit_fact_record_id', ['record_id'], unique=False)

    op.create_table('load_fault',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('load_id', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('field', sa.String(length=120), nullable=True),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('cause', sa.String(length=32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['load_id'], ['load_batch.id'], name=op.f('fk_load_fault_load_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_load_fault'))
    )
    with op.batch_alter_table('load_fault', schema=None) as batch_op:
        batch_op.create_index('ix_load_fault_load_id_record_id', ['load_id', 'record_id'], unique=False)

    with op.batch_alter_table('data_structure', schema=None) as batch_op:
        batch_op.add_column(sa.Column('family_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_data_structure_family_id'), ['family_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_data_structure_family_id'), 'data_structure', ['family_id'], ['id'], ondelete='RESTRICT')

    op.execute('UPDATE data_structure SET family_id = id')
    with op.batch_alter_table('structure_field', schema=None) as batch_op:
        batch_op.add_column(sa.Column('role', sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('structure_field', schema=None) as batch_op:
        batch_op.drop_column('role')

    with op.batch_alter_table('data_structure', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_data_structure_family_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_data_structure_family_id'))
        batch_op.drop_column('family_id')

    with op.batch_alter_table('load_fault', schema=None) as batch_op:
        batch_op.drop_index('ix_load_fault_load_id_record_id')

    op.drop_table('load_fault')
    with op.batch_alter_table('credit_fact', schema=None) as batch_op:
        batch_op.drop_index('ix_credit_fact_record_id')
        batch_op.drop_index('ix_credit_fact_load_id')
        batch_op.drop_index('ix_credit_fact_enterprise_id_indicator_id')

    op.drop_table('credit_fact')
    with op.batch_alter_table('base_record', schema=None) as batch_op:
        batch_op.drop_index('ix_base_record_batch_id_id')

    op.drop_table('base_record')
    with op.batch_alter_table('base_fault_count', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_fault_count_batch_id'))

    op.drop_table('base_fault_count')
    with op.batch_alter_table('base_fault', schema=None) as batch_op:
        batch_op.drop_index('ix_base_fault_batch_id_id')

    op.drop_table('base_fault')
    with op.batch_alter_table('load_batch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_load_batch_reload_of_id'))
        batch_op.drop_index(batch_op.f('ix_load_batch_register_id'))
        batch_op.drop_index(batch_op.f('ix_load_batch_loaded_at'))
        batch_op.drop_index(batch_op.f('ix_load_batch_batch_id'))

    op.drop_table('load_batch')
    with op.batch_alter_table('base_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_file_source_id'))
        batch_op.drop_index(batch_op.f('ix_base_file_sha256'))
        batch_op.drop_index(batch_op.f('ix_base_file_original_id'))
        batch_op.drop_index(batch_op.f('ix_base_file_batch_id'))

    op.drop_table('base_file')
    with op.batch_alter_table('base_current', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_current_record_id'))

    op.drop_table('base_current')
    with op.batch_alter_table('base_batch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_batch_structure_id'))
        batch_op.drop_index(batch_op.f('ix_base_batch_register_id'))
        batch_op.drop_index(batch_op.f('ix_base_batch_provider_id'))
        batch_op.drop_index(batch_op.f('ix_base_batch_imported_at'))
        batch_op.drop_index(batch_op.f('ix_base_batch_family_id'))

    op.drop_table('base_batch')
    with op.batch_alter_table('original_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_original_file_sha256'))

    op.drop_table('original_file')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_job_user_id'))
        batch_op.drop_index('ix_job_state_id')
        batch_op.drop_index('ix_job_document_id_id')

    op.drop_table('job')
