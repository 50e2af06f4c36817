/** Who the device is to its server, who the server is to it, and until when. */
import { X509Certificate } from 'node:crypto'
import { foldersIn } from '../data-folder/folders.ts'
import { loadFactoryPack } from '../enrolment/factory-pack.ts'
import { findIdentity, isRenewalDue } from '../enrolment/identity.ts'
import { type Check, type Finding, note, ok, warning, wrong } from './check.ts'

/** As long as a device may lie switched off on a shelf. */
const AUTHORITY_LEFT_MIN_MS = 365 * 86_400_000
const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
const NEW_AUTHORITY = 'bring a bundle, or exchange server-ca.pem at the device'

export const identityChecks: readonly Check[] = [
  {
    id: 'factory-pack-own',
    what: 'The factory pack is for this product.',
    why: 'With that of another product the agent does not start.',
    look: async ({ settings: { product, factoryPack } }) => {
      const pack = await loadFactoryPack(factoryPack)
      if (pack.product === product) return ok(product)
      return wrong(`for ${pack.product}, not ${product}`, `put the pack of ${product} there`)
    },
  },
  {
    id: 'identity-valid',
    what: 'The device has a certificate, and it is valid.',
    why: 'Without it the server does not talk to the device.',
    look: async ({ settings, nowMs }) => {
      const { product, device, dataFolder } = settings
      const identity = await findIdentity(foldersIn(dataFolder).identity, { product, device })
      if (identity === undefined) {
        return note('not enrolled yet', 'give it a network and an enrolment token')
      }
      const { validFromDate, validToDate } = identity.certificate
      const untilMs = validToDate.getTime()
      if (untilMs <= nowMs) return expired(untilMs, 'enrol it again with a new token')
      if (validFromDate.getTime() > nowMs) {
        return wrong(`only valid from ${validFromDate.toISOString()}`, 'set the clock')
      }
      if (!isRenewalDue(identity, nowMs)) return ok(until(untilMs))
      return warning(`${until(untilMs)}, to be renewed`, 'let it reach its server')
    },
  },
  {
    id: 'server-authority-valid',
    what: 'The authority that vouches for the server is valid, and for a year at least.',
    why: 'After its end no connection comes about, and no update can mend that.',
    look: async ({ settings, nowMs }) => {
      const { serverCa } = await loadFactoryPack(settings.factoryPack)
      // An old one may stay beside the one that follows it.
      const ends = (serverCa.match(PEM_BLOCK) ?? []).map((pem) =>
        new X509Certificate(pem).validToDate.getTime(),
      )
      const untilMs = Math.max(...ends)
      if (untilMs <= nowMs) return expired(untilMs, NEW_AUTHORITY)
      if (untilMs - nowMs >= AUTHORITY_LEFT_MIN_MS) return ok(until(untilMs))
      return warning(until(untilMs), NEW_AUTHORITY)
    },
  },
]

const until = (ms: number) => `until ${new Date(ms).toISOString()}`
const expired = (ms: number, next: string): Finding => wrong(`expired: ${until(ms)}`, next)
