/**
 * The SBOM of a release has to be a CycloneDX document in JSON about that release. Its shape is
 * checked, not every rule of its schema: tools that make SBOMs do that.
 */
import { SBOM_LENGTH_MAX_BYTES } from '@fleetward/shared'
import { Refusal } from '../refusal.ts'

export interface SbomSummary {
  readonly specVersion: string
  readonly components: number
  /** Name and version of what the document is about, when it says so. */
  readonly subject?: { readonly name: string; readonly version?: string }
}

export function parseSbom(bytes: Uint8Array): SbomSummary {
  if (bytes.length > SBOM_LENGTH_MAX_BYTES) throw notCycloneDx('it is larger than 16 MiB')
  let document: unknown
  try {
    // Not the strict parser of signed metadata: CycloneDX allows fractions, and nothing is decided by it.
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw notCycloneDx('it is not JSON', cause)
  }
  if (!isRecord(document)) throw notCycloneDx('it is not a JSON object')
  if (document.bomFormat !== 'CycloneDX') throw notCycloneDx('"bomFormat" is not "CycloneDX"')
  const { specVersion, components } = document
  if (typeof specVersion !== 'string' || !/^1\.[2-9]$/.test(specVersion)) {
    throw notCycloneDx('"specVersion" is not one of 1.2 and newer')
  }
  if (!Array.isArray(components)) throw notCycloneDx('it has no list "components"')
  for (const component of components) {
    if (!isRecord(component) || typeof component.name !== 'string') {
      throw notCycloneDx('a component has no name')
    }
  }
  const subject = isRecord(document.metadata) ? document.metadata.component : undefined
  return {
    specVersion,
    components: components.length,
    ...(isRecord(subject) && typeof subject.name === 'string'
      ? {
          subject: {
            name: subject.name,
            ...(typeof subject.version === 'string' ? { version: subject.version } : {}),
          },
        }
      : {}),
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function notCycloneDx(why: string, cause?: unknown): Refusal {
  return new Refusal('SBOM_NOT_CYCLONEDX', `The SBOM is no CycloneDX document in JSON: ${why}`, {
    next: 'Make one with the package manager, for example `npm sbom --sbom-format cyclonedx`.',
    cause,
  })
}
