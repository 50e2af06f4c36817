/** The keys that sign what the server says about its audit log (checkpoints, heads). */
export interface StoredAuditKey {
  /** JWK thumbprint of the public key (RFC 7638). */
  readonly kid: string
  /** 32 bytes of Ed25519. */
  readonly publicKey: Uint8Array
  /** The private half in PEM, sealed for {@link auditKeyPurpose}. */
  readonly sealed: string
  /** Seconds since 1970. */
  readonly createdAt: number
}

/** What the private half is sealed for. */
export function auditKeyPurpose(kid: string): string {
  return `audit-key/${kid}`
}

export interface AuditKeyStore {
  /** Oldest first; the last one signs. None is ever deleted: what it signed is to be verified for years. */
  all(): Promise<readonly StoredAuditKey[]>
  add(key: StoredAuditKey): Promise<void>
}
