/** Which keys a product's published metadata lists: read from what the manufacturer signed. */
import { createHash, X509Certificate } from 'node:crypto'
import { importKeySet, keysOfRole, type Root } from '@fleetward/shared'
import type { Listed } from './key-ring.ts'

/** Ids are whatever the desk gave them; the same key counts, under any id. */
export function identitiesIn(root: Root, role: 'timestamp' | 'snapshot'): Listed {
  const keys = keysOfRole(root.roles[role], root.keys)
  return new Set([...keys.values()].map(({ identity }) => identity))
}

export async function idsInKeySet(jwks: Uint8Array): Promise<Listed> {
  return new Set((await importKeySet(jwks)).keys())
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Of `fleet-ca.pem`. What is no certificate lists nobody. */
export function authoritiesIn(pem: string): Listed {
  const ids = (pem.match(CERTIFICATE) ?? []).flatMap((block) => {
    try {
      return [authorityId(new X509Certificate(block))]
    } catch {
      return []
    }
  })
  return new Set(ids)
}

/** By its key, so that a certificate that was made anew is the same authority. */
export function authorityId(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(spki).digest('hex')
}
