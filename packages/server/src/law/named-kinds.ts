/** The kinds of records whose ids people choose: standards, uses of data, reports to maintainers. */
import { HttpError } from '../http/problem.ts'
import type { Database } from '../stores.ts'
import { type DataUse, dataUseFields, dataUseGaps } from './data-inventory/data-use.ts'
import type { NamedKind } from './record-routes.ts'
import { standardFields, standardFlaw, standardGaps } from './standards/standard.ts'
import { isOverdue, upstreamFields, upstreamFlaw } from './upstream/upstream-report.ts'

export const STANDARDS: NamedKind<'standard'> = {
  ...{ kind: 'standard', path: 'standards', one: 'standard', param: 'standard' },
  ...{ schema: 'Standard', example: 'en-40000-1-3', fields: standardFields, flawOf: standardFlaw },
  gaps: ['superseded', 'covers-nothing', 'not-cited'],
  gapsOf: (standard, { now }) => standardGaps(standard, now),
}

export const DATA_USES: NamedKind<'data-use'> = {
  ...{ kind: 'data-use', path: 'data-uses', one: 'use of data', param: 'dataUse' },
  ...{ schema: 'DataUse', example: 'switching-times', fields: dataUseFields },
  gaps: ['no-legal-basis', 'no-risk', 'risk-gone'],
  gapsOf: (use, { risks }) => dataUseGaps(use, risks),
  ground: requireRisks,
}

export const UPSTREAM_REPORTS: NamedKind<'upstream-report'> = {
  ...{ kind: 'upstream-report', path: 'upstream-reports', one: 'upstream report' },
  param: 'upstreamReport',
  ...{ schema: 'UpstreamReport', example: 'undici-brotli', fields: upstreamFields },
  ...{ gaps: ['overdue'], flawOf: upstreamFlaw },
  gapsOf: (report, { now }) => (isOverdue(report, now) ? ['overdue'] : []),
  ground: async ({ findings }, product, { finding }) => {
    if (finding === undefined || (await findings.find(product, finding)) !== undefined) return
    throw new HttpError(422, 'GROUND_UNKNOWN', `The product has no finding ${finding}`, {
      facts: { finding },
    })
  },
}

async function requireRisks(
  { risks }: Database,
  product: string,
  { risks: named = [] }: DataUse,
): Promise<void> {
  for (const risk of named) {
    if ((await risks.find(product, risk)) !== undefined) continue
    throw new HttpError(422, 'GROUND_UNKNOWN', `The register has no risk ${risk}`, {
      facts: { risk },
    })
  }
}
