/**
 * What Fleetward does for a product towards the requirements that have to do with updates, in sentences made of the
 * settings as they are now. A suggestion is nobody's word until a person accepts it. Pure.
 */
import type { DisclosureSettings } from '../../disclosure/disclosure-settings.ts'
import type { RetentionSettings } from '../../retention/retention-settings.ts'
import type { RequirementId } from './annex-1.ts'
import { type Suggested, suggested } from './suggested.ts'

export interface LiveProduct {
  /** Published and not withdrawn. */
  readonly releases: Readonly<Record<'security' | 'functionality' | 'combined', number>>
  readonly updatePolicy:
    | { readonly automatic: boolean; readonly because?: string | undefined }
    | undefined
  /** A month. */
  readonly supportEnds: string | undefined
  /** Undefined: nobody has said yet where reports go. */
  readonly disclosure: DisclosureSettings | undefined
  readonly retention: RetentionSettings
  readonly hasFeeds: boolean
}

type Sentences = (live: LiveProduct) => readonly Suggested[]

const SUGGESTIONS: Partial<Readonly<Record<RequirementId, Sentences>>> = {
  'I.2.b': () => [suggested('factoryReset')],
  'I.2.c': ({ updatePolicy, releases }) =>
    updatePolicy === undefined
      ? []
      : [
          byThemselves(updatePolicy),
          suggested('ownerTold'),
          suggested('mending', { count: releases.security + releases.combined }),
        ],
  'I.2.d': () => [suggested('access')],
  'I.2.e': () => [suggested('encryption')],
  'I.2.f': () => [suggested('integrity')],
  'I.2.g': ({ retention: { hold, reportsDays, commandsDays } }) => [
    suggested('minimal'),
    hold ? suggested('deletionHeld') : suggested('deleted', { reportsDays, commandsDays }),
  ],
  'I.2.h': () => [suggested('availability')],
  'I.2.i': () => [suggested('otherServices')],
  'I.2.l': ({ retention: { auditDays } }) => [
    suggested('recording'),
    suggested('audit', { auditDays }),
  ],
  'I.2.m': () => [suggested('removal')],
  'II.1': ({ releases, hasFeeds }) => {
    const count = releases.security + releases.functionality + releases.combined
    return count === 0
      ? []
      : [suggested('components', { count }), ...(hasFeeds ? [] : [suggested('noFeed')])]
  },
  'II.2': ({ releases: { security, combined }, supportEnds }) =>
    supportEnds === undefined
      ? []
      : [
          suggested('apart', { supportEnds }),
          suggested('releasedSoFar', { security, combined }),
          suggested('securityFirst'),
        ],
  'II.5': ({ disclosure }) => (disclosure === undefined ? [] : policyOf(disclosure)),
  'II.6': ({ disclosure }) =>
    disclosure === undefined
      ? []
      : [
          suggested('contacts', {
            contacts: disclosure.contacts
              .map((contact) => contact.replace(/^(mailto|tel):/, ''))
              .join(', '),
          }),
        ],
  'II.7': ({ updatePolicy }) =>
    updatePolicy === undefined
      ? []
      : [suggested('distribution'), ...(updatePolicy.automatic ? [suggested('atOnce')] : [])],
  'II.8': () => [suggested('freeOfCharge')],
}

/** Empty where Fleetward does nothing for it, or where what it hangs on is not set. */
export function suggestionsFor(id: RequirementId, live: LiveProduct): readonly Suggested[] {
  return SUGGESTIONS[id]?.(live) ?? []
}

/** What somebody who accepts it has said. */
export function suggestionText(sentences: readonly Suggested[]): string | undefined {
  return sentences.length === 0 ? undefined : sentences.map(({ sentence }) => sentence).join('\n')
}

function byThemselves({ automatic, because }: NonNullable<LiveProduct['updatePolicy']>) {
  if (automatic) return suggested('automatic')
  return because === undefined ? suggested('manualUnexplained') : suggested('manual', { because })
}

function policyOf({ publicUrl: url, acknowledgeHours, assessHours }: DisclosureSettings) {
  return [
    url === '' ? suggested('policyAtListener') : suggested('policy', { url }),
    suggested('answered', { acknowledgeHours, assessHours }),
  ]
}
