/** `rauc status --detailed --output-format=json`, as far as it concerns a slot. */
import { DeviceError, Fields, parseJson } from '@fleetward/shared'
import type { SlotName } from '../../ports.ts'
import { callRauc, type RaucOptions } from './rauc-call.ts'

const STATUS_TIME_LIMIT_MS = 30_000
const STATUS_MAX_BYTES = 256 * 1024

export interface RaucSlot {
  /** By which the bootloader knows it. */
  readonly bootname: string
  readonly isBooted: boolean
  /** RAUC's own word after an installation; undefined before the first. */
  readonly installed?: { readonly version: string; readonly sha256: string }
}

/** The slot of this boot name; RAUC_FAILED when RAUC knows none. */
export async function raucSlot(options: RaucOptions, slot: SlotName): Promise<RaucSlot> {
  const words = ['status', '--detailed', '--output-format=json']
  const said = await callRauc(options, words, { timeLimitMs: STATUS_TIME_LIMIT_MS })
  const found = parseRaucStatus(Buffer.from(said)).find(({ bootname }) => bootname === slot)
  if (found !== undefined) return found
  throw new DeviceError('RAUC_FAILED', { reason: `no slot has the bootname ${slot}` })
}

export function parseRaucStatus(bytes: Uint8Array): readonly RaucSlot[] {
  try {
    const status = new Fields(parseJson(bytes, STATUS_MAX_BYTES), 'JSON_INVALID')
    const slots = status.list('slots', { max: 64 }, (items, at) =>
      items.object(at, (named) => {
        const [name = ''] = Object.keys(named.entries())
        return named.object(name, parseSlot)
      }),
    )
    return slots.filter((slot) => slot !== undefined)
  } catch (cause) {
    throw new DeviceError('RAUC_FAILED', { reason: 'its status cannot be read' }, { cause })
  }
}

/** undefined for a slot that is never booted: a partition of data, say. */
function parseSlot(slot: Fields): RaucSlot | undefined {
  const bootname = slot.raw('bootname')
  if (typeof bootname !== 'string') return undefined
  const state = slot.oneOf('state', ['booted', 'active', 'inactive'])
  const installed = slot.has('slot_status')
    ? slot.object('slot_status', (status) =>
        status.has('checksum') && status.has('bundle')
          ? {
              version: status.object('bundle', (bundle) => bundle.text('version', 200)),
              sha256: status.object('checksum', (checksum) => checksum.sha256('sha256')),
            }
          : undefined,
      )
    : undefined
  return {
    bootname,
    isBooted: state === 'booted',
    ...(installed === undefined ? {} : { installed }),
  }
}
