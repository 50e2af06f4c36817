/** The end of support comes near (CRA P-022): owners, customers and the page have to be told before it is there. */
import { endOfSupport, supportNoticesDue } from '@fleetward/shared'
import { z } from 'zod'
import { inTime, matterOf } from '../matter.ts'
import { source } from '../source.ts'

export const supportEnding = matterOf(
  'supportEnding',
  'The support of a product ends within a year, or is over since less than half a year',
  {},
  {
    ends: z
      .string()
      .meta({ description: 'The last month with security updates', example: '2031-08' }),
    monthsBefore: z
      .literal([12, 6, 1, 0])
      .meta({ description: 'The notice whose time has come; 0: it is over' }),
  },
)

const SEVERITIES = { 12: 'note', 6: 'note', 1: 'soon', 0: 'note' } as const
/** Then everybody knows. */
const SHOWN_AFTER_SECONDS = 182 * 86_400

export const support = source([supportEnding], {
  needs: 'product.read',
  async find({ stores, products, now }) {
    const found: z.output<typeof supportEnding>[] = []
    for (const product of products) {
      const ends = (await stores.facts.latest(product))?.facts.supportPeriod?.ends
      const monthsBefore = ends === undefined ? undefined : supportNoticesDue(ends, now).at(-1)
      if (ends === undefined || monthsBefore === undefined) continue
      const by = endOfSupport(ends)
      if (now >= by + SHOWN_AFTER_SECONDS) continue
      found.push({
        ...{ kind: 'supportEnding', severity: SEVERITIES[monthsBefore], product, by },
        ...{ since: endOfSupport(ends, monthsBefore), subject: {}, facts: { ends, monthsBefore } },
      })
    }
    return found.toSorted(inTime)
  },
})
