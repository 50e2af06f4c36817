/** What time and releases bring: what waits for its fix is published with it, and who holds one back is reminded, once. */
import type { Logger } from 'pino'
import { SERVER_ACTOR } from '../accounts/actor.ts'
import { HttpError } from '../http/problem.ts'
import type { Instances } from '../instances/instances.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Advisory } from './advisory.ts'
import { completed, type PublishNeeds, publishAdvisory } from './publish-advisory.ts'

const AT_ONCE = 50

export interface AdvisoryWatchNeeds extends PublishNeeds {
  readonly instances: Pick<Instances, 'leads'>
  readonly clock: Clock
  readonly log: Logger
}

export async function watchAdvisories(needs: AdvisoryWatchNeeds): Promise<void> {
  const { database, instances, clock } = needs
  if (!instances.leads()) return
  const now = secondsOf(clock)
  for (const advisory of await database.advisories.holdsOver(now, AT_ONCE)) {
    await remind(needs, advisory, now)
  }
  // All of them: the oldest may wait for years.
  for (let after = 0, isMore = true; isMore; ) {
    const some = await database.advisories.scheduled(AT_ONCE, after)
    for (const advisory of some) await publishWhenFixed(needs, advisory, now)
    isMore = some.length === AT_ONCE
    after = some.at(-1)?.number ?? after
  }
}

async function publishWhenFixed(
  needs: AdvisoryWatchNeeds,
  advisory: Advisory,
  now: number,
): Promise<void> {
  const { database } = needs
  if ((await completed(database, advisory)).unfixed.length > 0) return
  // Nobody but a person tells what was promised to be kept back.
  if (await database.advisories.isEmbargoed(advisory.id)) return
  await publishScheduled(needs, advisory, now)
}

async function remind(
  { database }: AdvisoryWatchNeeds,
  { product, id }: Advisory,
  now: number,
): Promise<void> {
  await database.transaction(async ({ advisories, events }) => {
    // As it is now: somebody may have published it meanwhile.
    const advisory = await advisories.find(product, id)
    if (advisory?.hold === undefined || advisory.state !== 'held') return
    if (advisory.hold.toldAt !== undefined || advisory.hold.until > now) return
    const told = { ...advisory, hold: { ...advisory.hold, toldAt: now } }
    // What somebody has on his screen is not changed by this.
    if (!(await advisories.replace(advisory.revision, told))) return
    if (await advisories.isEmbargoed(id)) {
      // For who manages reports alone, as all events of them, and of no product.
      const type = 'disclosure.advisoryHoldEnded'
      await events.add({ at: now, type, data: { advisory: id } })
      return
    }
    const data = { advisory: id, until: advisory.hold.until }
    await events.add({ at: now, type: 'advisory.hold-ended', product, data })
  })
}

async function publishScheduled(
  needs: AdvisoryWatchNeeds,
  advisory: Advisory,
  at: number,
): Promise<void> {
  try {
    await publishAdvisory(needs, advisory, { actor: SERVER_ACTOR, at, change: 'First version.' })
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    const isInvalid = error.code === 'ADVISORY_INVALID'
    if (isInvalid) await holdBack(needs, advisory, { reason: error.message, at })
    // Somebody wrote it anew meanwhile, or there is no publisher any more: the others do not wait for it.
    const { id } = advisory
    needs.log.warn({ err: error, advisory: id }, 'a scheduled advisory was not published')
  }
}

/** Nobody is there to read what was refused: it is held back until now, so that somebody is told to decide. */
async function holdBack(
  { database }: AdvisoryWatchNeeds,
  { product, id, revision }: Advisory,
  { reason, at }: { readonly reason: string; readonly at: number },
): Promise<void> {
  await database.transaction(async ({ advisories, audit }) => {
    const advisory = await advisories.find(product, id)
    if (advisory?.revision !== revision || advisory.state !== 'scheduled') return
    const hold = { reason, until: at, by: SERVER_ACTOR.id }
    const held = { ...advisory, state: 'held' as const, stateAt: at, hold, revision: revision + 1 }
    if (!(await advisories.replace(revision, held))) return
    const isHidden = await advisories.isEmbargoed(id)
    await audit.append({
      ...{ at, actor: SERVER_ACTOR, action: 'advisory.held', subject: `advisory/${id}` },
      ...{ outcome: 'done', ...(isHidden ? {} : { product, after: { until: at } }) },
    })
  })
}
