/** What has to be signed anew as time passes, for all products; a tick and the start ask for it. */
import type { Logger } from 'pino'
import { readStored } from '../artifacts/stored-file.ts'
import { type ArtifactStore, type Clock, secondsOf } from '../ports.ts'
import type { ReleaseIntake } from '../releases/intake.ts'
import { settleFleetAuthorities } from '../server-keys/settle-fleet.ts'
import { settleProductKeys } from '../server-keys/settle-keys.ts'
import type { Database } from '../stores.ts'
import type { Manifests } from './manifests.ts'
import type { OnlineKeys } from './online-keys.ts'
import { renewState } from './repository-state.ts'

export interface RenewalNeeds {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly keys: OnlineKeys
  readonly intake: ReleaseIntake
  readonly manifests: Manifests
  readonly clock: Clock
  readonly log: Logger
}

/** One product that fails does not keep the others from being renewed. */
export async function renewAll(needs: RenewalNeeds): Promise<void> {
  for (const { id } of await needs.database.products.all()) {
    try {
      await renewProduct(id, needs)
    } catch (error) {
      needs.log.error({ err: error, product: id }, 'renewal failed; the next tick tries again')
    }
  }
  const { database, clock, log } = needs
  const seconds = secondsOf(clock)
  const gone = await database.transaction((stores) => settleFleetAuthorities(stores, seconds))
  for (const key of gone) log.info({ event: 'server-key-removed', key })
  await needs.manifests.renew()
}

async function renewProduct(
  product: string,
  { database, artifacts, keys, intake, clock, log }: RenewalNeeds,
): Promise<void> {
  // What an interrupted upload had completed, and what waited for nothing but a fresh look.
  await intake.settle(product)
  const now = clock.now()
  const { renewed, gone } = await database.transaction(async (stores) => {
    const read = (sha256: string) => readStored(artifacts, sha256)
    const seconds = Math.floor(now.getTime() / 1000)
    const gone = await settleProductKeys({ ...stores, read }, product, seconds)
    const repositoryKeys = await keys.repositoryKeys(stores, product)
    return { gone, renewed: await renewState(stores.metadata, product, repositoryKeys, now) }
  })
  for (const key of gone) log.info({ event: 'server-key-removed', product, key })
  if (renewed !== 'nothing') log.info({ event: 'metadata-renewed', product, role: renewed })
}
