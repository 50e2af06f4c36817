/** What is written down about a product beside its facts and risks. */
import type { z } from 'zod'
import type { reviewSchema } from '../../src/law/components/component-review.ts'

export const aStandard = (id: string) => ({
  ...{ id, kind: 'harmonised-standard', title: 'EN 40000-1-3', edition: '2026' },
  ...{ isAppliedInFull: true, isCited: true, covers: ['II.5', 'II.6'] },
})

export const aDataUse = (id: string) => ({
  ...{ id, what: 'times at which lamps are switched', about: 'owner', isPersonal: true },
  ...{ purpose: 'Schedules.', where: 'On the device.', retention: 'A year.' },
  ...{ isOnByDefault: true, legalBasis: 'contract', risks: ['firmware-rollback'] },
})

export const anUpstreamReport = (id: string) => ({
  ...{ id, component: 'pkg:npm/left-pad', vulnerability: 'CVE-2026-1', state: 'sent' },
  ...{ recipient: 'security@left-pad.example', sentOn: '2026-11-20', answerBy: '2026-12-20' },
  text: 'A length is not checked.',
})

export const aReview = (): z.input<typeof reviewSchema> => ({
  ...{ decision: 'accepted', support: 'supported', updates: 'regular', licence: 'MIT' },
  ...{ knownHoles: 'None when it was built in.', ceMarking: 'not-applicable' },
  ...{ reviewer: 'A. Licht', nextReviewOn: '2027-11-21' },
})
