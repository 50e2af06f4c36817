/**
 * Fills the index of a release's SBOM, which is a signed file of the store: read in a thread of its own, written in
 * chunks. What counts is `indexedAt`: an index that a kill left half filled is begun anew.
 */
import { readStored } from '../artifacts/stored-file.ts'
import { type ArtifactStore, type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { ThreadLimitError, threadMessages } from '../threads/thread-messages.ts'
import type { NumberedComponent, SbomAbout } from './sbom-index-store.ts'

/** As when it was uploaded (releases/read-sbom.ts). */
const LIMITS = { silenceMs: 120_000, memoryMib: 1024 }

export type IndexThreadMessage =
  | {
      readonly isLast: false
      readonly about: SbomAbout
      readonly from: number
      readonly components: readonly NumberedComponent[]
    }
  | { readonly isLast: true; readonly about: SbomAbout }
  | { readonly isLast: true; readonly trouble: string }

export interface IndexNeeds {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly clock: Clock
}

/** False: the bytes are not there (yet). */
export async function indexSbom(
  { database, artifacts, clock }: IndexNeeds,
  sha256: string,
): Promise<boolean> {
  const bytes = await readStored(artifacts, sha256)
  if (bytes === undefined) return false
  const script = new URL('./index-thread.ts', import.meta.url)
  let isBegun = false
  try {
    for await (const message of threadMessages<IndexThreadMessage>(script, bytes, LIMITS)) {
      if ('trouble' in message) {
        await database.transaction(({ sboms }) => sboms.refuse(sha256, message.trouble))
        return true
      }
      await database.transaction(async ({ sboms }) => {
        if (!isBegun) await sboms.begin(message.about)
        if (!message.isLast) await sboms.write(sha256, message.from, message.components)
        else await sboms.complete(sha256, secondsOf(clock))
      })
      isBegun = true
    }
  } catch (error) {
    if (!(error instanceof ThreadLimitError)) throw error
    await database.transaction(({ sboms }) => sboms.refuse(sha256, error.message))
  }
  return true
}
