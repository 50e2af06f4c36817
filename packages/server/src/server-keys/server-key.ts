/** The keys that this server signs with. */
import type { RingKey } from './key-ring.ts'

/** One set of each per product. */
export const PRODUCT_PURPOSES = ['timestamp', 'snapshot', 'director', 'commands'] as const
export type ProductPurpose = (typeof PRODUCT_PURPOSES)[number]

/**
 * `advisories`: OpenPGP, for what the public reads (advisories/openpgp-keys.ts). `tls`: what devices and operators meet on every
 * listener, signed by the server CA.
 */
export type KeyPurpose = ProductPurpose | 'fleet-ca' | 'server-ca' | 'tls' | 'advisories'

/** In place of a product, for what belongs to the whole server. */
export const WHOLE_SERVER = ''

export interface ServerKey extends RingKey {
  readonly purpose: KeyPurpose
  readonly product: string
  /** The key as TUF writes it (JSON), a JWK's `x`, certificates in PEM, or an armored OpenPGP key: by purpose. */
  readonly public: string
  /** PKCS#8 in PEM, or an armored OpenPGP key, sealed for {@link sealPurpose}. */
  readonly sealed: string
  /** Seconds since 1970. */
  readonly createdAt: number
}

/** What the private half is sealed for (../secrets/seal.ts). */
export function sealPurpose({
  purpose,
  product,
  id,
}: Pick<ServerKey, 'purpose' | 'product' | 'id'>): string {
  return `server-key/${purpose}/${product}/${id}`
}
