/** Exceptions from the gate that end soon: what they let through is held back from then on. */
import { z } from 'zod'
import { version } from '../../http/api-schema.ts'
import { inTime, matterOf, urgencyBy } from '../matter.ts'
import { source } from '../source.ts'

const DAY_SECONDS = 86_400
const WARNED_SECONDS = 14 * DAY_SECONDS
const NEAR = { urgentSeconds: 0, soonSeconds: 3 * DAY_SECONDS }

export const waiverEnding = matterOf(
  'waiverEnding',
  'A waiver of the gate that ends within 14 days, of a release that is not published yet',
  { waiver: z.string(), release: version, finding: z.string().nullable() },
  { code: z.string(), givenBy: z.string() },
)

export const waivers = source([waiverEnding], {
  needs: 'finding.read',
  async find({ stores, products, now }) {
    const found: z.output<typeof waiverEnding>[] = []
    for (const product of products) {
      const until = now + WARNED_SECONDS
      for (const waiver of await stores.gate.waiversEnding(product, { after: now, until })) {
        const { id, version: release, finding = null, code, name: givenBy, until: by } = waiver
        if ((await stores.releases.find(product, release)) !== undefined) continue
        found.push({
          ...{ kind: 'waiverEnding', severity: urgencyBy(by, now, NEAR), product, by },
          ...{ since: by - WARNED_SECONDS, subject: { waiver: id, release, finding } },
          facts: { code, givenBy },
        })
      }
    }
    return found.toSorted(inTime)
  },
})
