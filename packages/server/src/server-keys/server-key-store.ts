import type { Listed } from './key-ring.ts'
import type { KeyPurpose, ServerKey } from './server-key.ts'

export interface ServerKeyStore {
  /** Oldest first. */
  ring(purpose: KeyPurpose, product: string): Promise<readonly ServerKey[]>

  add(key: ServerKey): Promise<void>

  /** Other certificates for the same key. */
  replacePublic(key: Pick<ServerKey, 'purpose' | 'product' | 'id'>, text: string): Promise<void>

  /** The metadata is to list it no more from `at` (seconds) on. */
  setLeaving(key: Pick<ServerKey, 'purpose' | 'product' | 'id'>, at: number): Promise<void>

  /** For good: nobody can sign with it any more. */
  remove(key: Pick<ServerKey, 'purpose' | 'product' | 'id'>): Promise<void>

  /** What the product's published metadata lists, of keys for this purpose. */
  listed(product: string, purpose: KeyPurpose): Promise<Listed>

  setListed(product: string, purpose: KeyPurpose, ids: Listed): Promise<void>

  /** Certificates of this fleet CA that are still valid and open something. `now`: seconds. */
  devicesOf(authority: string, now: number): Promise<number>

  /** Certificates from before there could be two fleet CAs are this one's. */
  adoptCertificates(authority: string): Promise<void>
}
