"""What the talent service can be asked to do from the experts' draw to the selection that stands."""

from services.talent.usecases import calls, objections, ranking, reviewing, selecting
from shared.identity.roles import Role
from shared.reviewing import drawing, outliers, register, reminding, views
from shared.running.operation import Operation

CLERKS = frozenset({Role.CLERK, Role.HEAD})
HEADS = frozenset({Role.HEAD})
EXPERTS = frozenset({Role.EXPERT})
LOOKERS = CLERKS | {Role.AUDITOR}
SELECTION_OPERATIONS = (
    Operation("register-expert", register.RegisterExpert, reviewing.register_expert, CLERKS),
    Operation("declare-relation", reviewing.DeclareRelation, reviewing.declare_relation, CLERKS),
    Operation("withdraw-relation", register.WithdrawRelation, reviewing.withdraw_relation, CLERKS),
    Operation("who-may-review", drawing.WhoMayReview, reviewing.who_may_review, CLERKS),
    Operation("draw-experts", drawing.DrawExperts, reviewing.draw_experts, CLERKS),
    Operation("complete-draw", drawing.CompleteDraw, reviewing.complete_draw, CLERKS),
    Operation("verify-draw", drawing.VerifyDraw, reviewing.verify_draw, LOOKERS),
    Operation("accept-reviews", reviewing.AcceptReviews, reviewing.accept_reviews, EXPERTS),
    Operation("declare-conflict", reviewing.DeclareConflict, reviewing.declare_conflict, EXPERTS),
    Operation("release-expert", reviewing.ReleaseExpert, reviewing.release_expert, CLERKS),
    Operation("mark-application", reviewing.MarkApplication, reviewing.mark_application, EXPERTS),
    Operation("moderate", reviewing.Moderate, reviewing.moderate, CLERKS),
    Operation("my-reviews", views.MyReviews, reviewing.my_reviews, EXPERTS),
    Operation("list-reviews", views.ListReviews, reviewing.list_reviews, LOOKERS),
    Operation("list-outliers", outliers.ListOutliers, reviewing.list_outliers, LOOKERS),
    Operation("remind-experts", reminding.RemindExperts, reviewing.remind_experts, CLERKS),
    Operation("record-visit", ranking.RecordVisit, ranking.record_visit, CLERKS),
    Operation("rank-call", ranking.RankCall, ranking.rank_call, CLERKS),
    Operation("decide-as-panel", ranking.DecideAsPanel, ranking.decide_as_panel, HEADS),
    Operation("change-number", calls.ChangeNumber, calls.change_number, HEADS),
    Operation("publicise-selection", selecting.PubliciseSelection, selecting.publicise_selection, HEADS),
    Operation("publicise-next", selecting.PubliciseNext, selecting.publicise_next, HEADS),
    Operation("close-selection", selecting.CloseSelection, selecting.close_selection, HEADS),
    Operation("file-paper-objection", objections.FilePaperObjection, objections.file_paper_objection, CLERKS),
    Operation("decide-objection", objections.DecideObjection, objections.decide_objection, HEADS),
)
