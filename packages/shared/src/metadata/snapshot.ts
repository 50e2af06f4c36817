/** snapshot metadata: the version of every targets file there is (TUF 4.4). */
import type { Json } from '../json/json.ts'
import { type Common, readCommon } from './common.ts'
import { type MetaFile, readMetaFile } from './meta-file.ts'
import { mapAt } from './shape.ts'

export interface Snapshot extends Common {
  readonly type: 'snapshot'

  /** By file name without version: `targets.json`, `<role>.json`. */
  readonly meta: ReadonlyMap<string, MetaFile>
}

export function readSnapshot(json: Json | undefined): Snapshot {
  const { fields, version, expires } = readCommon(json, 'snapshot')
  return { type: 'snapshot', version, expires, meta: mapAt(fields.meta, 'meta', readMetaFile) }
}
