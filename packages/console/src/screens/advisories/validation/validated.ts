/** Asks what the CSAF validator says of what the server has: anew with each revision, and with releases that fix more. */
import { call } from '../../../api/call.ts'
import type { AdvisoryInFull, AdvisoryValidation } from '../../../api/operator-api.gen.ts'
import { type Asked, useAsked } from '../../../live/asked.ts'
import type { Content } from '../editor/content.ts'
import { type CsafMessage, type Remarks, remarksBy, standingRemarks } from './validation.ts'

/** `version`: a published one; without, nothing is asked of what is withdrawn. */
export function useValidation(
  product: string,
  { id, revision, state }: AdvisoryInFull,
  version: number | undefined,
): Asked<AdvisoryValidation | undefined> {
  const isAsked = version !== undefined || state !== 'withdrawn'
  return useAsked(
    async (signal) => {
      if (!isAsked) return undefined
      const path = { product, advisory: id }
      const { value } = await call('GET /products/{product}/advisories/{advisory}/validation', {
        ...{ path, query: { version }, signal },
      })
      return value
    },
    [product, id, revision, version, isAsked],
    { events: ['release.*'] },
  )
}

export interface PlacedRemarks {
  readonly atFields: Remarks
  readonly rest: readonly CsafMessage[]
}

/** `written`: fields that were changed since. */
export function placedRemarks(
  found: AdvisoryValidation | undefined,
  content: Content,
  written: readonly string[],
): PlacedRemarks {
  const messages = found?.messages ?? []
  const atFields = new Map(standingRemarks(remarksBy(messages, content), written))
  atFields.delete('')
  const placed = new Set([...atFields.values()].flat())
  return { atFields, rest: messages.filter((one) => !placed.has(one)) }
}
