/**
 * What proves that a release was tried (CRA P-014, P-044 to P-046, P-115): a file, bound to the digest of the artifact
 * or of the SBOM that it is about, so that it counts for these bytes and no others, and may be there before they are
 * published. Pure.
 */
import type { Actor } from '../accounts/actor.ts'

export const EVIDENCE_KINDS = [
  ...(['sarif', 'junit', 'test-report', 'pentest'] as const),
  ...(['ai-review', 'arch-review', 'other'] as const),
] as const
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number]
/** These are read; of the others whoever brings them says how it went. */
export const READ_KINDS: readonly EvidenceKind[] = ['sarif', 'junit']

export const EVIDENCE_MAX_BYTES = 32 * 1024 * 1024

export type Outcome = 'passed' | 'failed'

/** What a file that is read says. */
export interface ReadEvidence {
  readonly outcome: Outcome
  readonly counts: Readonly<Record<string, number>>
}

export interface Evidence extends ReadEvidence {
  /** In the order in which they came, from 1. */
  readonly number: number
  readonly product: string
  /** SHA-256 of an artifact or an SBOM. */
  readonly subject: string
  readonly kind: EvidenceKind
  /** What the tool or the file is called: the newest of a name counts. */
  readonly name: string
  /** Of the file. */
  readonly sha256: string
  readonly length: number
  /** Seconds since 1970. */
  readonly at: number
  readonly by: Pick<Actor, 'id' | 'name'>
}

/** Of each kind and name the newest: what was mended and tried again has passed. */
export function newestOf(all: readonly Evidence[]): readonly Evidence[] {
  const newest = new Map<string, Evidence>()
  for (const one of all.toSorted((a, b) => a.number - b.number)) {
    newest.set(`${one.kind} ${one.name}`, one)
  }
  return [...newest.values()]
}
