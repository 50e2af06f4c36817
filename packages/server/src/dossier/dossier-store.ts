import type { DeclarationState, DossierGap, DossierStatus } from '@fleetward/shared'

export const DOSSIER_STATES = ['building', 'built', 'failed'] as const

export interface BuiltDossier {
  readonly status: DossierStatus
  readonly declaration: DeclarationState
  readonly gaps: readonly DossierGap[]
  readonly files: number
  /** Of the archive. */
  readonly sha256: string
  readonly length: number
  readonly manifestSha256: string
  /** Seconds since 1970: nobody deletes it before. */
  readonly retainedUntil: number
}

export interface KeptDossier {
  /** Of the product's dossiers, from 1. */
  readonly version: number
  readonly state: (typeof DOSSIER_STATES)[number]
  /** Seconds since 1970, as all times here. */
  readonly begunAt: number
  /** Account id. */
  readonly by: string
  /** When whoever builds it was last heard of. */
  readonly aliveAt: number
  readonly filesDone: number
  /** 0 while it is not known. */
  readonly filesInAll: number
  readonly built: BuiltDossier | undefined
  /** Why it failed. */
  readonly trouble: string | undefined
}

/** Nothing deletes one: the technical documentation is kept (Art. 13(13)). */
export interface DossierStore {
  latest(product: string): Promise<KeptDossier | undefined>
  find(product: string, version: number): Promise<KeptDossier | undefined>
  /** The newest first, from the one before `before`. */
  list(
    product: string,
    page: { readonly before: number | undefined; readonly limit: number },
  ): Promise<readonly KeptDossier[]>
  /** False when there is such a version already: somebody else was faster. */
  begin(product: string, version: number, at: number, by: string): Promise<boolean>
  /** False when it is not being built any more. */
  progress(
    product: string,
    version: number,
    progress: { readonly at: number; readonly done: number; readonly inAll: number },
  ): Promise<boolean>
  /** False when it is not being built any more: somebody took it for broken off. */
  finish(product: string, version: number, at: number, built: BuiltDossier): Promise<boolean>
  fail(product: string, version: number, at: number, trouble: string): Promise<void>
}
