/**
 * What a restored server must know before it starts: time has passed since the backup, and devices have seen it pass.
 */
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { SERVER_ACTOR } from '../accounts/actor.ts'
import { alone } from '../adapters/sql/alone.ts'
import type { Tables } from '../adapters/sql/database.ts'
import { sqlStores } from '../adapters/sql/sql-stores.ts'
import { SingleInstance } from '../instances/single-instance.ts'
import { type Clock, secondsOf } from '../ports.ts'
import { Manifests } from '../publishing/manifests.ts'
import { OnlineKeys } from '../publishing/online-keys.ts'
import { signState } from '../publishing/repository-state.ts'
import { operate } from '../rollouts/operate.ts'
import type { Seal } from '../secrets/seal.ts'
import { SealedKeys } from '../server-keys/sealed-keys.ts'
import type { Stores } from '../stores.ts'

/**
 * Numbers are the time in seconds, and a server that signed several times in a second is ahead of it by as many.
 * Devices take what is up to a day ahead.
 */
const LEAD_SECONDS = 60

export interface PrepareNeeds {
  readonly connection: Kysely<Tables>
  readonly seal: Seal
  readonly clock: Clock
  readonly log: Logger
  /** Of the backup, seconds. */
  readonly backedUpAt: number
}

/** Returns the rollouts that are paused now. */
export async function prepareRestored(needs: PrepareNeeds): Promise<readonly string[]> {
  return alone(needs.connection, async (transaction) => {
    // Devices have seen higher numbers: every manifest is signed anew at the start, above them all.
    const seq = seconds(needs.clock) + LEAD_SECONDS
    await transaction
      .updateTable('manifests')
      .set({ seq, issued_at: 0, published_seq: 0 })
      .execute()
    await transaction.updateTable('device_heads').set({ command_seq: seq }).execute()
    // Whoever was signed out since, or held the machine's token, is not let in by an old record.
    await transaction.deleteFrom('sessions').execute()
    await transaction.deleteFrom('challenges').execute()
    await transaction.deleteFrom('access_tokens').execute()
    // A link that was used since the backup would open once more.
    await transaction.deleteFrom('one_time_links').execute()
    const stores = sqlStores(transaction)
    await signAnew(stores, needs)
    const paused = await pauseRollouts(stores, needs)
    const now = seconds(needs.clock)
    const after = { backedUpAt: needs.backedUpAt, paused: [...paused] }
    const what = { at: now, actor: SERVER_ACTOR, action: 'server.restored', subject: 'server' }
    await stores.audit.append({ ...what, after, outcome: 'done' })
    await stores.events.add({ at: now, type: 'security.server-restored', data: after })
    return paused
  })
}

async function signAnew(stores: Stores, { seal, clock }: PrepareNeeds): Promise<void> {
  const keys = new OnlineKeys(new SealedKeys(seal))
  for (const { id } of await stores.products.all()) {
    const repositoryKeys = await keys.repositoryKeys(stores, id)
    const now = new Date(clock.now().getTime() + LEAD_SECONDS * 1000)
    await signState(stores.metadata, id, repositoryKeys, now)
  }
}

/**
 * A rollout that was stopped or withdrawn after the backup runs in it. Somebody who knows what happened since has to
 * say that it may go on.
 */
async function pauseRollouts(
  stores: ReturnType<typeof sqlStores>,
  { seal, clock, log }: PrepareNeeds,
): Promise<readonly string[]> {
  const manifests = new Manifests({
    ...{ database: stores, keys: new OnlineKeys(new SealedKeys(seal)), clock, log },
    // Nothing is published before the server starts.
    publisher: {
      publishRetained: () => Promise.reject(new Error('no broker')),
      whenBack: () => {},
    },
    instances: new SingleInstance(),
  })
  const now = seconds(clock)
  const paused: string[] = []
  try {
    for (const { product, id } of await stores.rollouts.moving()) {
      const rollout = await stores.rollouts.find(product, id)
      if (rollout?.state !== 'running' && rollout?.state !== 'scheduled') continue
      const doing = { by: SERVER_ACTOR, requestId: 'restore' }
      await operate(stores, manifests, rollout, 'pause', doing, { now, listeningSince: now })
      paused.push(`${product}/${id}`)
    }
  } finally {
    await manifests.stop()
  }
  return paused
}

function seconds(clock: Clock): number {
  return secondsOf(clock)
}
