"""Effects of form 1: the data structure that it publishes."""

from app.areas.collection.forms.data_structure_analysis import DataStructureAnalysis
from app.areas.collection.structures import publish
from app.workflow.effects import Happening, effect


@effect("publish_structure")
def publish_structure(happening: Happening) -> None:
    """发布数据结构新版本 (article 16.1.1.2)."""
    analysis = happening.case.document
    assert isinstance(analysis, DataStructureAnalysis)
    publish(happening.session, analysis)
