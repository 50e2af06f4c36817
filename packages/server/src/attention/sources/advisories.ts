/** Advisories that somebody began, and the public does not have. */
import { z } from 'zod'
import type { Advisory } from '../../advisories/advisory.ts'
import { inTime, matterOf } from '../matter.ts'
import { type Looking, source } from '../source.ts'

const UNPUBLISHED = ['draft', 'held', 'scheduled'] as const
const ADVISORIES_MAX_COUNT = 100
const DAY_SECONDS = 86_400
/** A draft of today is being written. */
const DRAFT_SECONDS = 7 * DAY_SECONDS

export const advisoryUnpublished = matterOf(
  'advisoryUnpublished',
  'An advisory that is held back, waits for its fix, or lies as a draft for a week',
  { advisory: z.string(), finding: z.string().nullable() },
  {
    title: z.string(),
    state: z
      .enum(UNPUBLISHED)
      .meta({ description: '`scheduled`: it is published with the release that fixes it' }),
    isHoldOver: z.boolean().meta({ description: 'It was held back until a time that is over' }),
  },
)
type AdvisoryUnpublished = z.output<typeof advisoryUnpublished>

export const advisories = source([advisoryUnpublished], {
  needs: 'advisory.read',
  async find(looking) {
    const found: AdvisoryUnpublished[] = []
    for (const product of looking.products) found.push(...(await inProduct(product, looking)))
    return found.toSorted(inTime)
  },
})

async function inProduct(
  product: string,
  { stores, caller, now }: Looking,
): Promise<AdvisoryUnpublished[]> {
  const withEmbargoed = caller.mayIn(product, 'disclosure.manage')
  const asked = { product, withEmbargoed, before: undefined, limit: ADVISORIES_MAX_COUNT }
  const found = await stores.advisories.list({ ...asked, states: UNPUBLISHED })
  return (
    found
      .filter(({ state, stateAt }) => state !== 'draft' || now - stateAt >= DRAFT_SECONDS)
      // What is to become of it may be about a report under embargo.
      .filter(({ version, reports }) => withEmbargoed || version === 0 || reports.length === 0)
      .map((advisory) => asMatter(advisory, now))
  )
}

function asMatter(advisory: Advisory, now: number): AdvisoryUnpublished {
  const { id, product, state, stateAt, content, hold, finding = null } = advisory
  const by = hold?.until ?? null
  const isHoldOver = by !== null && by <= now
  return {
    ...{ kind: 'advisoryUnpublished', severity: isHoldOver ? 'soon' : 'note', product },
    ...{ since: stateAt, by, subject: { advisory: id, finding } },
    facts: { title: content.title, state: state as 'draft' | 'held' | 'scheduled', isHoldOver },
  }
}
