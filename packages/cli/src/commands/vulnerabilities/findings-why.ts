/** `fleetward findings why`: by what way a component with a hole came into a release. */
import { plain } from '../../plain.ts'

export interface ComponentPaths {
  readonly state: 'read' | 'missing' | 'unreadable'
  readonly paths: readonly {
    readonly ref: string
    readonly steps: readonly { readonly name: string; readonly version?: string }[]
  }[]
}

const TROUBLE = {
  missing: 'The SBOM of this release is not on the server',
  unreadable: 'The SBOM of this release cannot be read',
} as const

export function whyLines({ state, paths }: ComponentPaths): readonly string[] {
  if (state !== 'read') return [TROUBLE[state]]
  return paths.map(({ ref, steps }) =>
    steps.length === 0
      ? `${plain(ref)}: the SBOM does not say why it is there`
      : steps
          .map(({ name, version }) => plain([name, version].filter(Boolean).join(' ')))
          .join(' > '),
  )
}
