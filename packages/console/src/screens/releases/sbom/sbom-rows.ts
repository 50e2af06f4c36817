/** The difference of two SBOMs as rows: what came first, then what went, then what changed, each as it was found. Pure. */
import type { SbomDifference } from '../../../api/operator-api.gen.ts'

export interface Changed {
  readonly how: 'added' | 'removed' | SbomDifference['changed'][number]['direction']
  readonly name: string
  readonly purl: string | undefined
  readonly from: string | undefined
  readonly to: string | undefined
  readonly isMajor: boolean
}

export function changedRows({
  added,
  removed,
  changed,
}: Pick<SbomDifference, 'added' | 'removed' | 'changed'>): readonly Changed[] {
  return [
    ...added.map(
      ({ name, purl, version }): Changed => ({
        ...{ how: 'added', name, purl, from: undefined, to: version, isMajor: false },
      }),
    ),
    ...removed.map(
      ({ name, purl, version }): Changed => ({
        ...{ how: 'removed', name, purl, from: version, to: undefined, isMajor: false },
      }),
    ),
    ...changed.map(
      ({ name, purl, from, to, direction, isMajor }): Changed => ({
        ...{ how: direction, name, purl, from, to, isMajor },
      }),
    ),
  ]
}
