"""What people call each event and each field: the words of the event catalogue and of the AsyncAPI document."""

from typing import NamedTuple


class Words(NamedTuple):
    """`title` what it is called, `when` it is published."""

    title: str
    when: str


EVENT_WORDS: dict[str, Words] = {
    "contact.incubator.changed.v1": Words(
        "联系人变更", "收信人的姓名、角色或邮箱有变化时；每个收信人只保留最新一条，可按申请清除"
    ),
    "incubator.carrier.recognised.v1": Words("载体认定", "载体获得某一级别的称号时"),
    "incubator.carrier.withdrawn.v1": Words("载体撤销", "载体的称号被收回时"),
    "incubator.evaluation.finalised.v1": Words(
        "考评结果确定", "公示期满且没有未决异议时；日期决定适用哪些规则，补助由此核算"
    ),
    "incubator.evaluation.publicised.v1": Words("考评结果公示", "等次开始公示时"),
    "incubator.objection.decided.v1": Words("异议裁定", "异议有了结论时"),
    "incubator.objection.filed.v1": Words("异议提出", "公示期内收到实名书面异议时"),
    "incubator.report.accepted.v1": Words("填报通过", "年度填报审核通过时"),
    "incubator.report.due.v1": Words("填报提醒", "一轮考评开放、载体需要填报时，或即将截止而仍有缺项时"),
    "incubator.report.returned.v1": Words("填报退回", "年度填报被退回补正时，逐项说明原因"),
    "incubator.report.submitted.v1": Words("填报提交", "收到载体的年度填报时"),
    "incubator.round.closed.v1": Words("填报截止", "一轮考评停止接收填报时"),
    "incubator.round.finalised.v1": Words("本轮终结", "一轮考评的全部结果确定时"),
    "incubator.round.opened.v1": Words("本轮开放", "一轮年度考评开始接收填报时"),
    "incubator.round.publicised.v1": Words("本轮公示", "一轮考评的等次开始公示时"),
    "incubator.settlement.requested.v1": Words(
        "重新核算", "补交事实、作出决定或撤销补助之后，要求对原事件重新核算时；每次都是新的原因"
    ),
    "incubator.subsidy.approved.v1": Words("补助批准", "补助获得批准时；提出人与批准人不是同一人"),
    "incubator.subsidy.blocked.v1": Words("补助搁置", "缺少事实而无法核算时；缺项绝不按零计"),
    "incubator.subsidy.computed.v1": Words("补助核算", "按政策算出金额时；需要决定的，给出上限和下限"),
    "incubator.subsidy.declined.v1": Words("不予补助", "按政策不予补助时，写明理由"),
    "incubator.subsidy.paid.v1": Words("补助拨付", "补助已经拨付时"),
    "incubator.subsidy.reversed.v1": Words("补助冲销", "以一笔冲销更正台账时；台账从不改写"),
    "incubator.tenant.hnte_recognised.v1": Words("在孵企业成为高新技术企业", "经办核对证书和日期之后"),
    "notify.message.bounced.v1": Words("信件退信", "收到退信通知时"),
    "notify.message.failed.v1": Words("信件失败", "邮件服务器明确拒绝，不再重试时"),
    "notify.message.handed_over.v1": Words("信件已交付", "邮件服务器接收之后；再往后是否送达并不知道"),
    "notify.message.held.v1": Words("信件待放行", "这类信件要等人放行时"),
    "notify.message.no_address.v1": Words("信件缺地址", "没有收信地址时；联系人到达后自动发出"),
    "notify.message.queued.v1": Words("信件待发", "信件写成并排队等待发送时"),
}

FIELD_WORDS: dict[str, str] = {
    "amount": "金额（元）",
    "approved_by": "批准人",
    "article": "条款",
    "by": "操作人",
    "carrier": "载体",
    "cause_event_id": "原因事件编号",
    "ceiling": "上限（元）",
    "code": "代码",
    "corrections_left": "剩余补正次数",
    "date": "日期",
    "dates": "日程",
    "deadline": "截止日期",
    "decide_by": "裁定期限",
    "document_no": "文号",
    "email": "邮箱",
    "entered_on": "入驻日期",
    "evaluation_id": "考评编号",
    "explanation": "计算说明（逐步）",
    "explanation_hash": "说明书指纹",
    "facts": "事实",
    "floor": "下限（元）",
    "grade": "等次代码",
    "grade_name": "等次",
    "graduated_on": "毕业日期",
    "id": "编号",
    "kind": "类型",
    "labels": "字段名称",
    "letter": "信件种类",
    "level": "级别",
    "message": "说明",
    "message_id": "信件编号",
    "missing": "缺项",
    "name": "名称",
    "objection": "异议办法",
    "objection_id": "异议编号",
    "objector_id": "异议人",
    "opens_on": "开放日期",
    "org_id": "单位编号",
    "outcome": "结论",
    "paid_on": "拨付日期",
    "period": "数据期（年）",
    "policy": "政策",
    "policy_version": "政策版本",
    "public_from": "公示起",
    "public_until": "公示止（含当日）",
    "reason": "理由",
    "reasons": "逐项原因",
    "receipt": "回执编号",
    "recipient_id": "收信人编号",
    "report_id": "填报编号",
    "request_id": "申请编号",
    "returned_by": "退回人",
    "reverses": "被冲销的补助",
    "role": "角色",
    "round_id": "考评轮次编号",
    "rule": "规则",
    "sources": "事实出处",
    "stage": "阶段",
    "subsidy_id": "补助编号",
    "tenant_id": "在孵企业编号",
    "total": "总分",
    "version": "版本",
    "withdrawal_proposed": "建议撤销称号",
    "year": "年度",
}
