/**
 * The SBOM of a release (CRA Annex I, Part II (1)): read as docs/sbom.md says, held to a profile, and signed in its
 * own bytes.
 */
import { SBOM_LENGTH_MAX_BYTES } from '@fleetward/shared'
import type { QualityProfile, QualityReport, SbomDocument } from '@fleetward/vulnerability'
import { Refusal } from '../refusal.ts'

export interface ReleaseSbom {
  readonly document: SbomDocument
  readonly report: QualityReport
  /** Beside the artifact: tools tell the format by it. */
  readonly fileName: 'sbom.cdx.json' | 'sbom.spdx.json'
}

/** Loaded where it is used: no other command has to wait for its schemas. */
export function vulnerability() {
  return import('@fleetward/vulnerability')
}

/** `path`: for the person who reads the refusal. */
export async function readSbomBytes(
  bytes: Uint8Array,
  path: string,
  limits: { readonly bytes?: number } = {},
): Promise<SbomDocument> {
  const { readSbom, SbomError } = await vulnerability()
  return readSbom(bytes, limits).catch((cause: unknown) => {
    if (!(cause instanceof SbomError)) throw cause
    const { code, message, next } = cause
    throw new Refusal(code, `${path}: ${message}`, { next, facts: { file: path }, cause })
  })
}

/** With `bsi` an SBOM that falls short drafts nothing; `basic` is for the person to weigh. */
export async function readReleaseSbom(
  bytes: Uint8Array,
  path: string,
  profile: QualityProfile,
): Promise<ReleaseSbom> {
  const document = await readSbomBytes(bytes, path, { bytes: SBOM_LENGTH_MAX_BYTES })
  const { checkQuality } = await vulnerability()
  const report = checkQuality(document, profile)
  if (profile === 'bsi' && !report.passed) {
    const short = report.counts.filter(({ asked, met }) => met < asked).map(({ check }) => check)
    throw new Refusal('SBOM_FALLS_SHORT', `${path} falls short of bsi: ${short.join(', ')}`, {
      next: `See what is missing with: fleetward sbom check --profile bsi ${path}`,
      facts: { file: path, checks: short.join(' ') },
    })
  }
  const fileName = document.format === 'CycloneDX' ? 'sbom.cdx.json' : 'sbom.spdx.json'
  return { document, report, fileName }
}
