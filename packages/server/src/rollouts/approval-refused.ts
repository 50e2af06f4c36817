import { HttpError } from '../http/problem.ts'
import type { ApprovalRefusal } from './approval.ts'

const SENTENCES: Readonly<Record<ApprovalRefusal, string>> = {
  APPROVER_NOT_A_PERSON: 'No person answers for this caller, and only a person can decide this',
  APPROVAL_BY_AUTHOR: 'Whoever created or changed it cannot approve it; ask somebody else',
  APPROVED_ALREADY: 'You have approved it already',
  APPROVER_ROLE_WRONG: 'None of your roles in this product is among those that approve',
}

export function approvalRefused(refusal: ApprovalRefusal): HttpError {
  return new HttpError(403, refusal, SENTENCES[refusal])
}
