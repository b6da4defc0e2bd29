"""What the incubator can be asked to do."""

from services.incubator.usecases import (
    decisions,
    drafts,
    drawing,
    experts,
    finalising,
    grading,
    import_workbook,
    marking,
    objections,
    payments,
    registers,
    reports,
    review_views,
    reviewing,
    rounds,
)
from shared.identity.roles import Role
from shared.running.operation import Operation

CLERKS = frozenset({Role.CLERK, Role.HEAD})
"""Who does the office's work."""
HEADS = frozenset({Role.HEAD})
"""Who decides for the office; a payment is never approved by who proposed it, whatever his role."""
PAYERS = frozenset({Role.FINANCE})
EXPERTS = frozenset({Role.EXPERT})
"""Who marks, each only what was given to him: the use cases look at the account."""
LOOKERS = CLERKS | {Role.AUDITOR}

OPERATIONS = (
    Operation("register-organisation", registers.RegisterOrganisation, registers.register_organisation, CLERKS),
    Operation("register-carrier", registers.RegisterCarrier, registers.register_carrier, CLERKS),
    Operation("recognise-carrier", registers.RecogniseCarrier, registers.recognise_carrier, HEADS),
    Operation("withdraw-title", registers.WithdrawTitle, registers.withdraw_title, HEADS),
    Operation("enter-tenant", registers.EnterTenant, registers.enter_tenant, CLERKS),
    Operation("recognise-tenant", registers.RecogniseTenant, registers.recognise_tenant, CLERKS),
    Operation("set-budget", registers.SetBudget, registers.set_budget, HEADS),
    Operation("import-calendar", registers.ImportCalendar, registers.import_calendar, CLERKS),
    Operation(
        "import-workbook", import_workbook.ImportWorkbook, import_workbook.import_workbook, CLERKS, over_http=False
    ),
    Operation("open-round", rounds.OpenRound, rounds.open_round, CLERKS),
    Operation("submit-report", reports.SubmitReport, reports.submit_report, CLERKS),
    Operation("save-draft", drafts.SaveDraft, drafts.save_draft, CLERKS),
    Operation("restore-version", drafts.RestoreVersion, drafts.restore_version, CLERKS),
    Operation("submit-draft", drafts.SubmitDraft, drafts.submit_draft, CLERKS),
    Operation("return-report", reports.ReturnReport, reports.return_report, CLERKS),
    Operation("accept-report", reports.AcceptReport, reports.accept_report, CLERKS),
    Operation("record-marks", reports.RecordMarks, reports.record_marks, CLERKS),
    Operation("register-expert", experts.RegisterExpert, experts.register_expert, CLERKS),
    Operation("declare-relation", experts.DeclareRelation, experts.declare_relation, CLERKS),
    Operation("withdraw-relation", experts.WithdrawRelation, experts.withdraw_relation, CLERKS),
    Operation("who-may-review", drawing.WhoMayReview, drawing.who_may_review, CLERKS),
    Operation("draw-experts", drawing.DrawExperts, drawing.draw_experts, CLERKS),
    Operation("complete-draw", drawing.CompleteDraw, drawing.complete_draw, CLERKS),
    Operation("verify-draw", drawing.VerifyDraw, drawing.verify_draw, LOOKERS),
    Operation("accept-reviews", reviewing.AcceptReviews, reviewing.accept_reviews, EXPERTS),
    Operation("declare-conflict", reviewing.DeclareConflict, reviewing.declare_conflict, EXPERTS),
    Operation("release-expert", reviewing.ReleaseExpert, reviewing.release_expert, CLERKS),
    Operation("mark-unit", marking.MarkUnit, marking.mark_unit, EXPERTS),
    Operation("moderate", marking.Moderate, marking.moderate, CLERKS),
    Operation("my-reviews", review_views.MyReviews, review_views.my_reviews, EXPERTS),
    Operation("list-reviews", review_views.ListReviews, review_views.list_reviews, LOOKERS),
    Operation("list-outliers", review_views.ListOutliers, review_views.list_outliers, LOOKERS),
    Operation("close-round", rounds.CloseRound, rounds.close_round, CLERKS),
    Operation("grade-round", grading.GradeRound, grading.grade_round, CLERKS),
    Operation("publicise-round", grading.PubliciseRound, grading.publicise_round, HEADS),
    Operation("file-objection", objections.FileObjection, objections.file_objection, CLERKS),
    Operation("decide-objection", objections.DecideObjection, objections.decide_objection, HEADS),
    Operation("finalise-round", finalising.FinaliseRound, finalising.finalise_round, HEADS),
    Operation("decide", decisions.Decide, decisions.decide, HEADS),
    Operation("supply-facts", decisions.SupplyFacts, decisions.supply_facts, CLERKS),
    Operation("reverse-subsidy", decisions.ReverseSubsidy, decisions.reverse_subsidy, HEADS),
    Operation("propose-payments", payments.ProposePayments, payments.propose_payments, CLERKS),
    Operation("approve-payments", payments.ApprovePayments, payments.approve_payments, HEADS),
    Operation("pay-subsidies", payments.PaySubsidies, payments.pay_subsidies, PAYERS),
)
