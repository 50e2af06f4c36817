/**
 * What the server signs about its audit log, so that whoever keeps it can hold the server to it: how far the log had
 * come (`head`), or that retention deleted everything up to here (`checkpoint`), after which the rest still verifies.
 */
import type { CryptoKey } from 'jose'
import { Fields } from '../json/fields.ts'
import type { KeySet } from '../protocol/key-set.ts'
import { signToken, type TokenForm, verifyToken } from '../protocol/token.ts'
import type { AuditHead } from './audit-chain.ts'

export const AUDIT_STATEMENT_KINDS = ['head', 'checkpoint'] as const

export interface AuditStatement extends AuditHead {
  readonly kind: (typeof AUDIT_STATEMENT_KINDS)[number]
  /** Seconds since 1970. */
  readonly at: number
}

const FORM: TokenForm = { typ: 'fleetward-audit+jws', alg: 'Ed25519', maxBytes: 1024 }

export function signAuditStatement(
  { kind, seq, hash, at }: AuditStatement,
  signer: { readonly kid: string; readonly key: CryptoKey },
): Promise<string> {
  return signToken({ ...FORM, ...signer, claims: { kind, seq, hash, iat: at } })
}

export async function verifyAuditStatement(token: string, keys: KeySet): Promise<AuditStatement> {
  const fields = new Fields(await verifyToken(token, FORM, keys), 'TOKEN_INVALID')
  const statement = {
    kind: fields.oneOf('kind', AUDIT_STATEMENT_KINDS),
    seq: fields.integer('seq', 1),
    hash: fields.sha256('hash'),
    at: fields.integer('iat'),
  }
  fields.refuseOthers()
  return statement
}
