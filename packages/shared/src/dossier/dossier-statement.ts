/** What the server signs of a dossier it built: that this manifest is its word (docs/decisions/0009). */
import type { CryptoKey } from 'jose'
import { Fields } from '../json/fields.ts'
import type { KeySet } from '../protocol/key-set.ts'
import { signToken, type TokenForm, verifyToken } from '../protocol/token.ts'

export interface DossierStatement {
  readonly product: string
  readonly version: number
  /** Of the bytes of MANIFEST.json. */
  readonly manifestSha256: string
  /** Seconds since 1970. */
  readonly at: number
}

/** Another type than heads of the audit log have, though the key is the same: neither passes for the other. */
const FORM: TokenForm = { typ: 'fleetward-dossier+jws', alg: 'Ed25519', maxBytes: 1024 }
export const DOSSIER_SIGNATURE_MAX_BYTES = FORM.maxBytes

export function signDossierStatement(
  { product, version, manifestSha256, at }: DossierStatement,
  signer: { readonly kid: string; readonly key: CryptoKey },
): Promise<string> {
  return signToken({ ...FORM, ...signer, claims: { product, version, manifestSha256, iat: at } })
}

export async function verifyDossierStatement(
  token: string,
  keys: KeySet,
): Promise<DossierStatement> {
  const fields = new Fields(await verifyToken(token, FORM, keys), 'TOKEN_INVALID')
  const statement = {
    product: fields.text('product', 64),
    version: fields.integer('version', 1),
    manifestSha256: fields.sha256('manifestSha256'),
    at: fields.integer('iat'),
  }
  fields.refuseOthers()
  return statement
}
