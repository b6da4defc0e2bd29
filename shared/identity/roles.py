"""Who may be what. A role is granted for everything, or for one organisation, district or expert (its scope)."""

from enum import StrEnum


class Role(StrEnum):
    OPERATOR = "operator"
    APPLICANT = "applicant"
    UNIT = "unit"
    DISTRICT = "district"
    CLERK = "clerk"
    HEAD = "head"
    FINANCE = "finance"
    EXPERT = "expert"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


TITLES = {
    Role.OPERATOR: "运营机构",
    Role.APPLICANT: "申报人",
    Role.UNIT: "推荐单位",
    Role.DISTRICT: "区县初审",
    Role.CLERK: "项目办公室经办",
    Role.HEAD: "项目办公室负责人",
    Role.FINANCE: "财务",
    Role.EXPERT: "评审专家",
    Role.AUDITOR: "审计",
    Role.ADMINISTRATOR: "系统管理员",
}
SCOPES = {
    Role.OPERATOR: "单位编号",
    Role.DISTRICT: "区县名称",
    Role.EXPERT: "专家编号",
    Role.APPLICANT: "申报人编号",
    Role.UNIT: "推荐单位编号",
}
"""What the scope of a role names; a role that is not here is granted for everything."""
OFFICE = frozenset({Role.CLERK, Role.HEAD, Role.FINANCE, Role.ADMINISTRATOR})
"""Whoever works in the office has a second factor."""
READERS = OFFICE | {Role.AUDITOR}
"""Who may read everything."""
EVERYBODY = frozenset(Role)
