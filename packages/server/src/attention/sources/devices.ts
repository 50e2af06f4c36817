/**
 * Devices that went silent, come and go, look like two, or say that their software is not as it was: how many of a product, and the
 * filter that shows exactly them. What is counted is what the filter means, so the two cannot disagree.
 */
import { z } from 'zod'
import { parseFilter } from '../../devices/filter/parse-filter.ts'
import { matterOf, type Urgency } from '../matter.ts'
import { source } from '../source.ts'

/**
 * As exposure counts who is offline. After a month a device is away and not silent: its owner has packed it up, or it is
 * for somebody to decommission.
 */
export const SILENT = 'not online and lastSeen > 3d and lastSeen < 30d and not revoked'
const SUSPECTED = 'cloneSuspected'
/** devices/flapping.ts says how often that is. */
export const FLAPPING = 'flapping and not revoked'
export const CORRUPT = 'integrity = corrupt and not revoked'

const subject = { filter: z.string().meta({ description: 'docs/filters.md; shows exactly them' }) }
const facts = { devices: z.int() }

export const devicesSilent = matterOf(
  'devicesSilent',
  'Devices that went silent: not connected, and not seen for 3 to 30 days',
  subject,
  facts,
)
export const devicesFlapping = matterOf(
  'devicesFlapping',
  'Devices that flap: they connected more than 6 times in an hour, and did so within the last hour',
  subject,
  facts,
)
export const devicesSuspected = matterOf(
  'devicesSuspected',
  'Devices whose identity was seen in two places, and nobody has looked into it',
  subject,
  facts,
)
export const devicesCorrupt = matterOf(
  'devicesCorrupt',
  'Devices that report that their installed software is not what was installed',
  subject,
  facts,
)
type DeviceMatter =
  | z.output<typeof devicesSilent>
  | z.output<typeof devicesFlapping>
  | z.output<typeof devicesSuspected>
  | z.output<typeof devicesCorrupt>

const LOOKED_FOR: readonly (readonly [DeviceMatter['kind'], Urgency, string])[] = [
  ['devicesSuspected', 'urgent', SUSPECTED],
  ['devicesCorrupt', 'urgent', CORRUPT],
  ['devicesFlapping', 'soon', FLAPPING],
  ['devicesSilent', 'note', SILENT],
]

export const devices = source([devicesSilent, devicesFlapping, devicesSuspected, devicesCorrupt], {
  needs: 'device.read',
  async find(looking) {
    const found: DeviceMatter[] = []
    for (const [kind, severity, filter] of LOOKED_FOR) {
      for (const product of looking.products) {
        const meant = { product, filter: parseFilter(filter), now: looking.now }
        const count = await looking.counted(`${product} ${filter}`, () =>
          looking.stores.deviceSearch.count(meant),
        )
        const matter = { kind, severity, product, since: count.at, by: null, subject: { filter } }
        if (count.devices > 0) found.push({ ...matter, facts: { devices: count.devices } })
      }
    }
    return found.toSorted((one, other) => other.facts.devices - one.facts.devices)
  },
})
