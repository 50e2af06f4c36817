/** Public keys and the port that verifies with them. */

export type PublicKeyKind = 'ed25519' | 'ecdsa-p256' | 'rsa-pss'

export interface PublicKey {
  readonly kind: PublicKeyKind

  /** ed25519: the 32 raw bytes; ecdsa-p256: the uncompressed point, 65; rsa-pss: SPKI in DER. */
  readonly bytes: Uint8Array

  /** Equal for equal keys, however they were written. Thresholds count these, never key ids. */
  readonly identity: string
}

export interface SignatureVerifier {
  /**
   * Whether `signature` is `key`'s over `message`; false for every malformed signature.
   * ed25519: RFC 8032, exactly 64 bytes. ecdsa-p256: SHA-256, DER. rsa-pss: SHA-256, MGF1 with
   * SHA-256, salt of any length. KEY_INVALID when the key itself cannot be used.
   */
  verify(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean
}
