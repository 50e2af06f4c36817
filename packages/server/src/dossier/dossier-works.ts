/**
 * Builds dossiers one after the other: each reads much and keeps a disk busy, and devices come first. What is built says
 * every few seconds that it is alive; of what was not heard of for minutes the server ended, and nothing of it is kept.
 */
import { rm } from 'node:fs/promises'
import type { Logger } from 'pino'
import { SERVER_ACTOR } from '../accounts/actor.ts'
import type { ArtifactIntake } from '../artifacts/artifact-intake.ts'
import type { AuditKeys } from '../audit/audit-keys.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { buildDossier } from './build-dossier.ts'
import type { DistributionSettings } from './distribution-settings.ts'
import { dossierSource } from './dossier-source.ts'
import type { BuiltDossier, KeptDossier } from './dossier-store.ts'
import { SECTIONS } from './sections/list.ts'

/** Those that wait here; whoever asks for one more is told to come later. */
const WAITING_MAX_COUNT = 8
const ALIVE_EVERY_MS = 2_000
/** Ten times of silence. */
const BROKEN_OFF_AFTER_SECONDS = 120
const TROUBLE_MAX_CHARACTERS = 500

export interface DossierWorksNeeds {
  readonly database: Database
  readonly artifacts: ArtifactIntake
  readonly auditKeys: AuditKeys
  readonly settings: DistributionSettings
  readonly publicBase: string
  /** In the data folder, this server's alone. */
  readonly folder: string
  readonly fontFile: string | undefined
  readonly clock: Clock
  readonly log: Logger
}

export class DossierWorks {
  readonly #needs: DossierWorksNeeds
  readonly #ending = new AbortController()
  #waitingCount = 0
  #last: Promise<void> = Promise.resolve()

  constructor(needs: DossierWorksNeeds) {
    this.#needs = needs
  }

  /** What an earlier run left half written. */
  async start(): Promise<void> {
    await rm(this.#needs.folder, { recursive: true, force: true })
  }

  get isFull(): boolean {
    return this.#waitingCount >= WAITING_MAX_COUNT
  }

  /** Of a dossier that the database knows as being built. */
  build(product: string, version: number): void {
    this.#waitingCount += 1
    this.#last = this.#last
      .then(() => this.#work(product, version))
      .catch((error) => this.#needs.log.error({ err: error, product }, 'a dossier was not built'))
      .finally(() => {
        this.#waitingCount -= 1
      })
  }

  async stop(): Promise<void> {
    this.#ending.abort(new Error('The server was stopped'))
    await this.#last
  }

  async #work(product: string, version: number): Promise<void> {
    const { database, artifacts, auditKeys, settings, publicBase, folder, fontFile } = this.#needs
    const { signal } = this.#ending
    const progress = { done: 0, inAll: 0 }
    const alive = setInterval(() => {
      database.dossiers
        .progress(product, version, { at: this.#now(), ...progress })
        .catch((error) =>
          this.#needs.log.warn({ err: error }, 'a dossier could not say it is alive'),
        )
    }, ALIVE_EVERY_MS)
    try {
      signal.throwIfAborted()
      const now = this.#now()
      const source = await dossierSource({
        ...{ stores: database, artifacts, auditKeys, settings, product, now, publicBase },
      })
      const built = await buildDossier({
        ...{ source, sections: SECTIONS, version, intake: artifacts, folder, fontFile, signal },
        progress: (done, inAll) => Object.assign(progress, { done, inAll }),
      })
      await this.#finish(product, version, built)
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error)
      this.#needs.log.error({ err: error, product, version }, 'a dossier was not built')
      await database.transaction(async ({ dossiers, audit }) => {
        await dossiers.fail(product, version, this.#now(), trouble.slice(0, TROUBLE_MAX_CHARACTERS))
        await audit.append({
          ...{ at: this.#now(), actor: SERVER_ACTOR, action: 'dossier.failed', product },
          ...{ subject: `dossier/${version}`, outcome: 'done', after: { version } },
        })
      })
    } finally {
      clearInterval(alive)
    }
  }

  async #finish(product: string, version: number, built: BuiltDossier): Promise<void> {
    const at = this.#now()
    const { status, declaration, gaps, sha256, manifestSha256 } = built
    const data = { version, status, declaration, gaps: gaps.length, sha256 }
    await this.#needs.database.transaction(async ({ dossiers, audit, events }) => {
      // Taken for broken off meanwhile: another one is built.
      if (!(await dossiers.finish(product, version, at, built))) return
      await audit.append({
        ...{ at, actor: SERVER_ACTOR, action: 'dossier.built', product },
        ...{ subject: `dossier/${version}`, outcome: 'done', after: { ...data, manifestSha256 } },
      })
      await events.add({ at, type: 'dossier.built', product, data })
    })
  }

  #now(): number {
    return secondsOf(this.#needs.clock)
  }
}

/** Whoever built it is not there any more. */
export function isBrokenOff({ state, aliveAt }: KeptDossier, now: number): boolean {
  return state === 'building' && now - aliveAt > BROKEN_OFF_AFTER_SECONDS
}
