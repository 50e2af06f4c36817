/** Whether what the server shows of a release is what its keys signed, word by word. Pure. */
import type { Release } from '@fleetward/shared'
import type { ReleaseInFull } from '../../../api/operator-api.gen.ts'

const FIELDS = [
  ...(['version', 'line', 'kind', 'securityCounter', 'path', 'sha256', 'sha512'] as const),
  ...(['length', 'compatible', 'installer', 'format', 'installedSize', 'base'] as const),
  ...(['minimumVersion', 'fixes', 'advisories', 'notes', 'combinedReason', 'releasedAt'] as const),
] as const

/** Names of the fields that differ. */
export function shownOtherwise(signed: Release, shown: ReleaseInFull): readonly string[] {
  const plain = FIELDS.filter((field) => textOf(signed[field]) !== textOf(shown[field]))
  const files = (['chunks', 'sbom'] as const).filter(
    (field) =>
      signed[field].path !== shown[field].path || signed[field].sha256 !== shown[field].sha256,
  )
  return [...plain, ...files]
}

function textOf(value: unknown): string {
  return JSON.stringify(value ?? null)
}
