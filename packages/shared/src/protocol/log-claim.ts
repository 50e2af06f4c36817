/** What a report says about the device's activity log (protocol §7): enough for a truncation to show. */
import type { Fields } from '../json/fields.ts'
import { isName } from '../names.ts'

/** Classes of a newer agent are taken as they are: the server shows them, it does not act on them. */
const OFF_MAX_COUNT = 16

export interface LogHead {
  /** 0 before the first entry. */
  readonly seq: number
  /** SHA-256 of that entry's line in lower-case hex; empty before the first. */
  readonly hash: string
}

export interface LogClaim extends LogHead {
  /** The head that the report before told, as it still is in the log. */
  readonly since?: LogHead
  /** The last head that was told of a log that a factory reset erased. */
  readonly restartedFrom?: LogHead
  /** What the owner switched off. */
  readonly off?: readonly string[]
}

export function parseLogClaim(fields: Fields): LogClaim {
  const head = parseLogHead(fields)
  return {
    ...head,
    ...fields.optional('since', (name) => fields.object(name, parseLogHead)),
    ...fields.optional('restartedFrom', (name) => fields.object(name, parseLogHead)),
    ...fields.optional('off', (name) =>
      fields.list(name, { min: 1, max: OFF_MAX_COUNT }, (items, index) =>
        items.matching(index, isName, 'a class'),
      ),
    ),
  }
}

/** As claims of a token: nothing in it is undefined. */
export function logClaimJson({ seq, hash, since, restartedFrom, off }: LogClaim) {
  return {
    seq,
    hash,
    ...(since === undefined ? {} : { since: { ...since } }),
    ...(restartedFrom === undefined ? {} : { restartedFrom: { ...restartedFrom } }),
    ...(off === undefined ? {} : { off: [...off] }),
  }
}

export function parseLogHead(fields: Fields): LogHead {
  const seq = fields.integer('seq')
  // An empty log has no hash, any other one has.
  return { seq, hash: seq === 0 ? '' : fields.sha256('hash') }
}
