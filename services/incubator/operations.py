"""What the incubator can be asked to do."""

from services.incubator.usecases import (
    decisions,
    finalising,
    grading,
    import_workbook,
    objections,
    payments,
    registers,
    reports,
    rounds,
)
from shared.running.operation import Operation

OPERATIONS = (
    Operation("register-organisation", registers.RegisterOrganisation, registers.register_organisation),
    Operation("register-carrier", registers.RegisterCarrier, registers.register_carrier),
    Operation("recognise-carrier", registers.RecogniseCarrier, registers.recognise_carrier),
    Operation("withdraw-title", registers.WithdrawTitle, registers.withdraw_title),
    Operation("enter-tenant", registers.EnterTenant, registers.enter_tenant),
    Operation("recognise-tenant", registers.RecogniseTenant, registers.recognise_tenant),
    Operation("set-budget", registers.SetBudget, registers.set_budget),
    Operation("import-calendar", registers.ImportCalendar, registers.import_calendar),
    Operation("import-workbook", import_workbook.ImportWorkbook, import_workbook.import_workbook, over_http=False),
    Operation("open-round", rounds.OpenRound, rounds.open_round),
    Operation("submit-report", reports.SubmitReport, reports.submit_report),
    Operation("return-report", reports.ReturnReport, reports.return_report),
    Operation("accept-report", reports.AcceptReport, reports.accept_report),
    Operation("record-marks", reports.RecordMarks, reports.record_marks),
    Operation("close-round", rounds.CloseRound, rounds.close_round),
    Operation("grade-round", grading.GradeRound, grading.grade_round),
    Operation("publicise-round", grading.PubliciseRound, grading.publicise_round),
    Operation("file-objection", objections.FileObjection, objections.file_objection),
    Operation("decide-objection", objections.DecideObjection, objections.decide_objection),
    Operation("finalise-round", finalising.FinaliseRound, finalising.finalise_round),
    Operation("decide", decisions.Decide, decisions.decide),
    Operation("supply-facts", decisions.SupplyFacts, decisions.supply_facts),
    Operation("reverse-subsidy", decisions.ReverseSubsidy, decisions.reverse_subsidy),
    Operation("propose-payments", payments.ProposePayments, payments.propose_payments),
    Operation("approve-payments", payments.ApprovePayments, payments.approve_payments),
    Operation("pay-subsidies", payments.PaySubsidies, payments.pay_subsidies),
)
