"""The demo's technology broker: registered, a deal completed, the reward claimed a year later and paid (art. 26)."""

from sqlalchemy import select

from services.demo.script import CLERK, Scene
from services.demo.talent_years import pay
from services.incubator.demo.sample_city import nobodys_code
from services.talent.store.broker_tables import BROKER, DEAL
from services.talent.store.money_tables import PAYEE_ACCOUNT
from services.talent.usecases import brokers, deal_claims, deals, payee_accounts

NAME, CODE, ACCOUNT = "样例技术转移有限公司", nobodys_code(8101), "broker"
CONTRACT, VALUE, COMPLETED = "样例技合〔2017〕118号", "4800000", "2017-11-20"
"""The deal's contract, its value in yuan, the day it was completed."""
CLAIMED = "2018-12-10"


async def asked(scene: Scene) -> None:
    """The broker asks to be registered, with the login it has in the demo."""
    async with scene.talent.unit(ACCOUNT) as unit:
        if (await unit.connection.execute(select(BROKER.c.id).where(BROKER.c.name == NAME))).first() is None:
            order = brokers.AskRegistration(
                account=ACCOUNT, sort="company", name=NAME, credit_code=CODE, contact_name="陈经纪",
                email="broker@example.cn",
            )  # fmt: skip
            await brokers.ask_registration(unit, order)


async def registered(scene: Scene) -> None:
    """The office registers the broker and, from paper, its deal; the broker says where it is paid to."""
    async with scene.talent.unit(CLERK) as unit:
        id_ = (await unit.connection.execute(select(BROKER.c.id).where(BROKER.c.name == NAME))).scalar_one()
        await brokers.decide_broker(unit, brokers.DecideBroker(broker_id=id_, outcome="registered"))
        if (await unit.connection.execute(select(DEAL.c.id).where(DEAL.c.broker_id == id_))).first() is None:
            deal = deals.ReportDeal(
                broker_id=id_, contract_no=CONTRACT, title="海水淡化膜组件", seller="样例大学 1", buyer="样例企业 101",
                value=VALUE, completed_on=COMPLETED,
            )  # fmt: skip
            await deals.report_deal(unit, deal)
        there = select(PAYEE_ACCOUNT.c.payee_id).where(PAYEE_ACCOUNT.c.payee_id == id_)
        if (await unit.connection.execute(there)).first() is None:
            account = payee_accounts.ConfirmAccount(
                payee_id=id_, holder=NAME, bank="样例银行", branch="样例银行大连分行", number="6222000081010001",
                committed=True, based_on=0,
            )  # fmt: skip
            await payee_accounts.confirm_account(unit, account)


async def claimed(scene: Scene) -> None:
    """A year has passed since the deal was completed: the claim comes on paper and is confirmed."""
    async with scene.talent.unit(CLERK) as unit:
        row = (await unit.connection.execute(select(DEAL.c.id, DEAL.c.state))).one()
        if row.state == "reported":
            order = deal_claims.ClaimOnPaper(
                deal_id=row.id, actual=VALUE, received_on=CLAIMED, paper="来文 2018-112，附合同和到账凭证"
            )
            await deal_claims.claim_on_paper(unit, order)
            confirmed = deal_claims.ConfirmClaim(deal_id=row.id, number=1, reason="合同与到账凭证相符")
            await deal_claims.confirm_claim(unit, confirmed)


async def paid(scene: Scene) -> None:
    async with scene.talent.look() as connection:
        subjects = set((await connection.execute(select(DEAL.c.id))).scalars())
    await pay(scene, subjects, "broker-deal", 2019, "样例财〔2019〕7号", {})
