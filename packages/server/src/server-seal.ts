/** The seal of this server, put together: the outer key of the settings, the data keys of the database. */
import { join } from 'node:path'
import type { Logger } from 'pino'
import { connectDatabase, type DatabasePlace } from './adapters/sql/database.ts'
import { SqlSealingKeyStore } from './adapters/sql/keys/sealing-key-store.ts'
import { type Clock, secondsOf } from './ports.ts'
import { type OpenSeal, openSeal } from './secrets/open-seal.ts'
import { OuterKeys } from './secrets/outer-keys.ts'
import type { Settings } from './settings.ts'
import type { Database } from './stores.ts'

/** In the data folder, where the settings name no other place. */
export const SEAL_KEY_FILE = 'seal-key'

export function outerKeysOf(
  { dataFolder, secrets }: Pick<Settings, 'dataFolder' | 'secrets'>,
  environment: Record<string, string | undefined>,
): OuterKeys {
  const defaultFile = join(dataFolder, SEAL_KEY_FILE)
  return new OuterKeys({ settings: secrets, defaultFile, environment })
}

export async function openServerSeal({
  outer,
  place,
  database,
  clock,
  log,
}: {
  readonly outer: OuterKeys
  readonly place: DatabasePlace
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
}): Promise<OpenSeal> {
  return openSeal({
    ...{ outer, log, now: secondsOf(clock) },
    stored: async () => {
      const beside = connectDatabase(place)
      try {
        return await new SqlSealingKeyStore(beside).all()
      } finally {
        await beside.destroy()
      }
    },
    change: (work) => database.transaction(({ sealingKeys }) => work(sealingKeys)),
  })
}
