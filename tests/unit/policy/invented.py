"""A second policy, written only as data: every form of amount, limit and condition that the shipped one lacks."""

from pathlib import Path

HEAD = """
policy: invented
version: 1
title: 样例城市创新办法
document: 样例发〔2020〕1号
in_force: {from: 2020-01-01, until: 2029-12-31, article: "99", says: 本办法自 2020-01-01 起施行，有效期十年}
rounding: {to: "0.01", mode: half_up}
kinds: {fund: 基金, lab: 实验室, person: 人才}
levels: {high: 甲级, low: 乙级}
events:
  invested: {label: 完成投资}
  opened: {label: 开放服务, carries: [level]}
  selected: {label: 入选}
  built: {label: 建成}
facts:
  investment: {label: 投资额, type: money}
  own_funds: {label: 自筹资金, type: money}
  deal: {label: 投资项目, type: id}
  instruments: {label: 开放仪器, type: count}
  staff: {label: 专职人员, type: count}
  finished_on: {label: 完工日期, type: date}
"""
RULES = """
parameters:
  first_bound:  {unit: yuan,  article: "47", values: {2020-01-01: "5000000.00"}}
  second_bound: {unit: yuan,  article: "47", values: {2020-01-01: "10000000.00"}}
  third_bound:  {unit: yuan,  article: "47", values: {2020-01-01: "30000000.00"}}
  first_rate:   {unit: share, article: "47", values: {2020-01-01: "0.04"}}
  second_rate:  {unit: share, article: "47", values: {2020-01-01: "0.02"}}
  third_rate:   {unit: share, article: "47", values: {2020-01-01: "0.015"}}
  last_rate:    {unit: share, article: "47", values: {2020-01-01: "0.01"}}
  deal_cap:     {unit: yuan,  article: "47", values: {2020-01-01: "1000000.00"}}
  own_share:    {unit: share, article: "47", label: 自筹资金的一定比例, values: {2020-01-01: "0.5"}}
  fund_total:   {unit: yuan,  article: "47", values: {2020-01-01: "1500000.00"}}
  each_high:    {unit: yuan,  article: "5",  values: {2020-01-01: "3000.00"}}
  lab_cap_high: {unit: yuan,  article: "5",  values: {2020-01-01: "20000.00"}}
  lab_cap_low:  {unit: yuan,  article: "5",  values: {2020-01-01: "10000.00"}}
  least_staff:  {unit: count, article: "5",  values: {2020-01-01: "3"}}
  most_staff:   {unit: count, article: "5",  values: {2020-01-01: "50"}}
  grant:        {unit: yuan,  article: "8",  values: {2020-01-01: "1000000.00", 2022-01-01: "1200000.01", 2024-01-01: null}}
  first_part:   {unit: share, article: "8",  values: {2020-01-01: "0.5"}}
  second_part:  {unit: share, article: "8",  values: {2020-01-01: "0.5"}}
  build_low:    {unit: yuan,  article: "9",  values: {2020-01-01: "100000.00"}}
  build_high:   {unit: yuan,  article: "9",  values: {2020-01-01: "900000.00"}, confirmed_until: 2026-12-31}
  build_total:  {unit: yuan,  article: "9",  values: {2020-01-01: "1000000.00"}}
  build_wait:   {unit: month, article: "9",  values: {2020-01-01: "6"}}
rules:
- id: investment
  article: "47"
  says: 投资本市企业按投资额分段奖励，不超过自筹资金的一半
  when: {event: invested, kind: fund}
  amount:
    brackets:
    - {up_to: first_bound, rate: first_rate}
    - {over: first_bound, up_to: second_bound, rate: second_rate}
    - {over: second_bound, up_to: third_bound, rate: third_rate}
    - {over: third_bound, rate: last_rate}
    of: investment
    cap: [deal_cap, {rate: own_share, of: own_funds}]
  once_per: [deal]
  limits: [{id: fund-total, per: [subject], at_most: fund_total}]
- id: open-lab
  article: "5"
  says: 实验室开放仪器按台数补助
  when: {event: opened, kind: lab, level: [high, low], staff: {at_least: least_staff, at_most: most_staff}}
  amount: {each: each_high, of: instruments, cap: {by_level: {high: lab_cap_high, low: lab_cap_low}}}
- id: talent
  article: "8"
  says: 入选人才分两期资助
  when: {event: selected, kind: person}
  amount: {fixed: grant}
  once_per: [subject]
  instalments:
  - {share: first_part, when: 合同签订后}
  - {share: second_part, when: 中期考核合格后}
- id: building
  article: "9"
  says: 建成满半年的实验室给予补助
  when: {event: built, kind: lab, finished_on: {after: build_wait}}
  amount: {range: {floor: build_low, ceiling: build_high}}
  limits: [{id: building-total, per: [organisation], at_most: build_total}]
"""


def write(folder: Path, head: str = HEAD, rules: str = RULES) -> Path:
    """The policy's files in `folder`."""
    folder.mkdir(exist_ok=True)
    (folder / "policy.yaml").write_text(head, encoding="utf-8")
    (folder / "rules.yaml").write_text(rules, encoding="utf-8")
    return folder
