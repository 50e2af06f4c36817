/** targets metadata, of the top-level role and of delegated ones alike (TUF 4.5). */
import type { Json } from '../json/json.ts'
import { type Common, readCommon } from './common.ts'
import { type Delegations, readDelegations } from './delegations.ts'
import { readTargetFile, type TargetFile } from './meta-file.ts'
import { mapAt } from './shape.ts'

export interface Targets extends Common {
  readonly type: 'targets'
  readonly targets: ReadonlyMap<string, TargetFile>
  readonly delegations?: Delegations
}

export function readTargets(json: Json | undefined): Targets {
  const { fields, version, expires } = readCommon(json, 'targets')
  return {
    type: 'targets',
    version,
    expires,
    targets: mapAt(fields.targets, 'targets', readTargetFile),
    ...(fields.delegations === undefined
      ? {}
      : { delegations: readDelegations(fields.delegations) }),
  }
}
