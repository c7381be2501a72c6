"""Messages that stand where no extractor looks, such as settings. Read by pybabel, never imported."""

from app.standards.errors import N_

N_("企业征信业务管理系统")
