/** timestamp metadata: which snapshot is the latest (TUF 4.6). */
import type { Json } from '../json/json.ts'
import { type Common, readCommon } from './common.ts'
import { type MetaFile, readMetaFile } from './meta-file.ts'
import { notTheShape, objectAt } from './shape.ts'

export interface Timestamp extends Common {
  readonly type: 'timestamp'
  readonly snapshot: MetaFile
}

export function readTimestamp(json: Json | undefined): Timestamp {
  const { fields, version, expires } = readCommon(json, 'timestamp')
  const snapshot = objectAt(fields.meta, 'meta')['snapshot.json']
  if (snapshot === undefined) throw notTheShape('meta', 'snapshot.json')
  return {
    type: 'timestamp',
    version,
    expires,
    snapshot: readMetaFile(snapshot, 'meta.snapshot.json'),
  }
}
