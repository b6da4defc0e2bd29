"""What to know before a call is ranked: marks that lie apart and are undecided, applications that may still come."""

from services.talent.store import calls as rows
from services.talent.store import changes
from services.talent.store.tables import CALL
from services.talent.usecases.review_area import AREA
from shared.messaging.unit import Unit
from shared.reviewing.outliers import ListOutliers, list_outliers


async def before_ranking(unit: Unit, programme_id: str) -> list[str]:
    """A sentence for each, with its number; nothing of outliers once they are decided of no more."""
    call = await changes.found(unit.connection, CALL, programme_id, "申报批次")
    told = []
    if call["state"] == "closed":
        apart = await list_outliers(unit, ListOutliers(round_id=programme_id), AREA)
        open_ = sum(1 for each in apart if each.decided is None)
        if open_:
            told.append(f"离群的评分还有 {open_} 项没有处理；排名以后不能再处理，只能由负责人按专家组意见调整得分。")
    waiting = await rows.may_still_come(unit.connection, programme_id, unit.today)
    end = "；现在排名就不能再评审它们，请先确认。"
    if waiting.with_units:
        told.append(f"还有 {waiting.with_units} 份申报等单位推荐，最晚的可以推荐到 {waiting.units_until}{end}")
    if waiting.to_correct:
        told.append(f"还有 {waiting.to_correct} 份申报退回修改，最晚的可以改到 {waiting.correct_until}{end}")
    if waiting.to_check:
        told.append(f"还有 {waiting.to_check} 份申报等形式审查{end}")
    return told
