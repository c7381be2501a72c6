"""values cleared by changes

Revision 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

TABLES = (
    'organisation_maintenance', 'department_maintenance', 'employee_maintenance', 'external_org_registration',
    'external_org_agreement', 'parameter_maintenance', 'code_maintenance',
)


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column('cleared', sa.String(length=255), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column('cleared')
