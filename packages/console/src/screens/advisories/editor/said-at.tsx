/** What is to be said at a field of the form: what keeps it from the public, and what the CSAF validator remarks. */
import type { ComponentChildren } from 'preact'
import { RemarkList } from '../validation/remark-list.tsx'
import type { Remarks } from '../validation/validation.ts'
import { mistakeAt } from './content.ts'

export interface Said {
  readonly error?: string | undefined
  readonly remarks?: ComponentChildren
  readonly isWrong?: boolean
}

export type SaidAt = (field: string) => Said

export function saidBy(mistakes: ReadonlyMap<string, string>, remarks: Remarks): SaidAt {
  return (field) => {
    const messages = remarks.get(field) ?? []
    return {
      error: mistakeAt(mistakes, field),
      isWrong: messages.some(({ severity }) => severity === 'error'),
      ...(messages.length > 0 && { remarks: <RemarkList messages={messages} /> }),
    }
  }
}
