/** Signed metadata as it arrives (TUF 4.2): parsed and of the right shape, but not verified yet. */
import { TrustError } from '../errors.ts'
import { canonicalJson } from '../json/canonical-json.ts'
import type { Json } from '../json/json.ts'
import { parseJson } from '../json/parse-json.ts'
import {
  ROOT_LENGTH_MAX_BYTES,
  SIGNATURES_MAX_COUNT,
  SNAPSHOT_LENGTH_MAX_BYTES,
  TARGETS_LENGTH_MAX_BYTES,
  TIMESTAMP_LENGTH_MAX_BYTES,
} from '../limits.ts'
import type { MetadataType } from './common.ts'
import { type Root, readRoot } from './root.ts'
import { listAt, notTheShape, objectAt, stringAt } from './shape.ts'
import { readSnapshot, type Snapshot } from './snapshot.ts'
import { readTargets, type Targets } from './targets.ts'
import { readTimestamp, type Timestamp } from './timestamp.ts'

export interface MetadataByType {
  readonly root: Root
  readonly timestamp: Timestamp
  readonly snapshot: Snapshot
  readonly targets: Targets
}

export interface MetadataSignature {
  readonly keyId: string

  /** As it arrived: perhaps no hex at all. */
  readonly signature: string
}

export interface SignedMetadata<Signed = Root | Timestamp | Snapshot | Targets> {
  readonly signed: Signed
  readonly signatures: readonly MetadataSignature[]

  /** Canonical form of `signed`, unknown fields included (TUF 4): what the signatures are over. */
  readonly signedBytes: Uint8Array

  /** Exactly what arrived: what is hashed and stored. Never serialised anew. */
  readonly bytes: Uint8Array
}

/** Largest file of each type, protocol §2.4. A delegated role's file is of type targets. */
export const METADATA_MAX_BYTES: Readonly<Record<MetadataType, number>> = {
  root: ROOT_LENGTH_MAX_BYTES,
  timestamp: TIMESTAMP_LENGTH_MAX_BYTES,
  snapshot: SNAPSHOT_LENGTH_MAX_BYTES,
  targets: TARGETS_LENGTH_MAX_BYTES,
}

const READERS: { [Type in MetadataType]: (json: Json | undefined) => MetadataByType[Type] } = {
  root: readRoot,
  timestamp: readTimestamp,
  snapshot: readSnapshot,
  targets: readTargets,
}

export function parseMetadata<Type extends MetadataType>(
  type: Type,
  bytes: Uint8Array,
  maxBytes: number = METADATA_MAX_BYTES[type],
): SignedMetadata<MetadataByType[Type]> {
  const envelope = objectAt(parseJson(bytes, maxBytes), type)
  const { signed, signatures } = envelope
  if (signed === undefined) throw notTheShape('signed', 'object')
  return {
    signed: READERS[type](signed),
    signatures: readSignatures(signatures),
    signedBytes: canonicalJson(signed),
    bytes,
  }
}

function readSignatures(json: Json | undefined): MetadataSignature[] {
  const signatures = listAt(json, 'signatures').map((item, i) => {
    const { keyid, sig } = objectAt(item, `signatures[${i}]`)
    return {
      keyId: stringAt(keyid, `signatures[${i}].keyid`),
      signature: stringAt(sig, `signatures[${i}].sig`),
    }
  })
  if (signatures.length > SIGNATURES_MAX_COUNT) {
    throw new TrustError('METADATA_INVALID', { field: 'signatures', limit: SIGNATURES_MAX_COUNT })
  }
  // TUF 4.2: "multiple signatures with the same keyid are not allowed".
  if (new Set(signatures.map(({ keyId }) => keyId)).size !== signatures.length) {
    throw notTheShape('signatures', 'unique key ids')
  }
  return signatures
}
