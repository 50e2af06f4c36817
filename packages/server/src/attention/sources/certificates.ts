/**
 * Certificates of this server that run out. It renews what it shows on its listeners by itself, so that one is a matter
 * only when that does not work; its authorities are for a person to rotate. Its OpenPGP keys never expire.
 */
import { X509Certificate } from 'node:crypto'
import { z } from 'zod'
import type { ServerKey } from '../../server-keys/server-key.ts'
import { WHOLE_SERVER } from '../../server-keys/server-key.ts'
import { RENEWAL_MS, tlsKeyId } from '../../tls/server-certificate.ts'
import { inTime, matterOf, urgencyBy } from '../matter.ts'
import { source } from '../source.ts'

const DAY_SECONDS = 86_400
const PURPOSES = ['tls', 'server-ca', 'fleet-ca'] as const
type Purpose = (typeof PURPOSES)[number]

/** Before the end. Devices learn another authority from metadata, and some are offline for months. */
const WARNED_SECONDS: Readonly<Record<Purpose, number>> = {
  tls: RENEWAL_MS / 2000,
  'server-ca': 365 * DAY_SECONDS,
  'fleet-ca': 365 * DAY_SECONDS,
}
const NEAR: Readonly<Record<Purpose, Parameters<typeof urgencyBy>[2]>> = {
  tls: { urgentSeconds: 7 * DAY_SECONDS, soonSeconds: 365 * DAY_SECONDS },
  'server-ca': { urgentSeconds: 90 * DAY_SECONDS, soonSeconds: 365 * DAY_SECONDS },
  'fleet-ca': { urgentSeconds: 90 * DAY_SECONDS, soonSeconds: 365 * DAY_SECONDS },
}

export const certificateExpiring = matterOf(
  'certificateExpiring',
  'A certificate of this server that is about to expire',
  { purpose: z.enum(PURPOSES), key: z.string() },
  { isOver: z.boolean() },
)
type CertificateExpiring = z.output<typeof certificateExpiring>

export const certificates = source([certificateExpiring], {
  needs: 'server.read',
  reach: 'ofServer',
  async find({ stores, now, hosts }) {
    const found: CertificateExpiring[] = []
    for (const purpose of PURPOSES) {
      const ring = await stores.serverKeys.ring(purpose, WHOLE_SERVER)
      // Of names that the server had before, certificates may still lie there.
      const inUse = purpose === 'tls' ? ring.filter(({ id }) => id === tlsKeyId(hosts)) : ring
      found.push(...inUse.flatMap((key) => expiring(purpose, key, now)))
    }
    return found.toSorted(inTime)
  },
})

function expiring(purpose: Purpose, key: ServerKey, now: number): CertificateExpiring[] {
  const by = Math.floor(new X509Certificate(key.public).validToDate.getTime() / 1000)
  const since = by - WARNED_SECONDS[purpose]
  if (now < since) return []
  return [
    {
      ...{ kind: 'certificateExpiring', severity: urgencyBy(by, now, NEAR[purpose]) },
      ...{ product: null, since, by, subject: { purpose, key: key.id } },
      facts: { isOver: now >= by },
    },
  ]
}
