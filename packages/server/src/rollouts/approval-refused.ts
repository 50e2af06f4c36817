import { HttpError } from '../http/problem.ts'
import type { ApprovalRefusal } from './approval.ts'

const REFUSED: Readonly<Record<ApprovalRefusal, () => HttpError>> = {
  APPROVER_NOT_A_PERSON: () =>
    new HttpError(
      403,
      'APPROVER_NOT_A_PERSON',
      'No person answers for this caller, and only a person can decide this',
    ),
  APPROVAL_BY_AUTHOR: () =>
    new HttpError(
      403,
      'APPROVAL_BY_AUTHOR',
      'Whoever created or changed it cannot approve it; ask somebody else',
    ),
  APPROVED_ALREADY: () => new HttpError(403, 'APPROVED_ALREADY', 'You have approved it already'),
  APPROVER_ROLE_WRONG: () =>
    new HttpError(
      403,
      'APPROVER_ROLE_WRONG',
      'None of your roles in this product is among those that approve',
    ),
}

export function approvalRefused(refusal: ApprovalRefusal): HttpError {
  return REFUSED[refusal]()
}
