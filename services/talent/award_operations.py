"""What the talent service can be asked to do from the selection on: awards, 任务书, assessments and changes."""

from services.talent.usecases import (
    assessing,
    assessments,
    award_changes,
    awards,
    contracts,
    interest_checking,
    interest_claims,
    many_awards,
    reminding,
)
from shared.identity.roles import Role
from shared.running.operation import Operation


def award_operations(clerks: frozenset[Role], heads: frozenset[Role]) -> tuple[Operation, ...]:
    """`clerks`: who writes down what came in on paper, `heads`: who decides for the office."""
    return (
        Operation("make-award", awards.MakeAward, awards.award, heads),
        Operation("make-awards", many_awards.MakeAwards, many_awards.make_awards, heads),
        Operation("save-contract", contracts.SaveContract, contracts.save_contract, clerks),
        Operation("confirm-contract", contracts.ConfirmContract, contracts.confirm_contract, clerks),
        Operation("agree-to-contract", contracts.AgreeToContract, contracts.agree_to_contract, clerks),
        Operation("return-contract-by-unit", contracts.ReturnContract, contracts.return_contract_by_unit, clerks),
        Operation("return-contract", contracts.ReturnContract, contracts.return_contract_by_office, clerks),
        Operation("countersign", contracts.Countersign, contracts.countersign, heads),
        Operation("countersign-many", many_awards.CountersignMany, many_awards.countersign_many, heads),
        Operation("resume-award", awards.ResumeAward, awards.resume_award, heads),
        Operation("terminate-award", awards.TerminateAward, awards.terminate_award, heads),
        Operation("save-assessment", assessments.SaveAssessment, assessments.save_assessment, clerks),
        Operation("submit-assessment", assessments.SubmitAssessment, assessments.submit_assessment, clerks),
        Operation("say-of-assessment", assessing.SayOfAssessment, assessing.say_of_assessment, clerks),
        Operation("return-assessment-by-unit", assessing.ReturnAssessment, assessing.return_assessment_by_unit, clerks),
        Operation("return-assessment", assessing.ReturnAssessment, assessing.return_assessment_by_office, clerks),
        Operation("conclude-assessment", assessing.Conclude, assessing.conclude, heads),
        Operation("remind-of-assessments", reminding.RemindOfAssessments, reminding.remind_of_assessments, clerks),
        Operation("apply-for-change", award_changes.ApplyForChange, award_changes.apply_for_change, clerks),
        Operation("withdraw-change", award_changes.WithdrawChange, award_changes.withdraw_change, clerks),
        Operation("say-of-change", award_changes.SayOfChange, award_changes.say_of_change, clerks),
        Operation("answer-change", award_changes.AnswerChange, award_changes.answer_change, clerks),
        Operation("start-interest", interest_claims.StartInterest, interest_claims.start_interest, clerks),
        Operation("save-interest", interest_claims.SaveInterest, interest_claims.save_interest, clerks),
        Operation("claim-interest", interest_claims.ClaimInterest, interest_claims.claim_interest, clerks),
        Operation("withdraw-interest", interest_claims.WithdrawInterest, interest_claims.withdraw_interest, clerks),
        Operation("accept-interest", interest_checking.AcceptInterest, interest_checking.accept_interest, clerks),
        Operation("return-interest", interest_checking.AnswerInterest, interest_checking.return_interest, clerks),
        Operation("refuse-interest", interest_checking.AnswerInterest, interest_checking.refuse_interest, clerks),
        Operation("decide-change", award_changes.DecideChange, award_changes.decide_change, heads),
    )
