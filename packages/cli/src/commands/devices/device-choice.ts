/** Which devices a command is about: one by its id, or all that a filter means. */
import type { Command } from 'commander'
import { Refusal } from '../../refusal.ts'
import type { ApiClient } from '../../server/api-client.ts'
import type { Terminal } from '../../terminal.ts'
import { productOption } from '../command-line.ts'
import { type ServerOptions, withServer } from '../server-options.ts'

export interface OnProduct extends ServerOptions {
  readonly product: string
}

export interface FilterOptions {
  readonly filter?: string
  readonly saved?: string
}

export interface BulkOptions extends OnProduct, FilterOptions {
  readonly dryRun?: boolean
}

export const FILTER = 'which devices, for example \'version < 1.4.3 and attr.region = "eu"\''

export function onProduct(command: Command): Command {
  return withServer(command.addOption(productOption()))
}

export function withFilter(command: Command): Command {
  return command.option('--filter <filter>', FILTER).option('--saved <name>', 'a saved filter')
}

export function devicesPath({ product }: OnProduct, rest = ''): string {
  return `/products/${encodeURIComponent(product)}/devices${rest}`
}

export function devicePath(options: OnProduct, device: string, act = ''): string {
  return devicesPath(options, `/${encodeURIComponent(device)}${act}`)
}

/** `?filter=…` and what else is given; empty when nothing is. */
export function queryOf(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] =>
    Boolean(entry[1]),
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

/** One device or a filter; both or neither is a mistake of the command line. */
export function requireOneWay(device: string | undefined, { filter, saved }: FilterOptions): void {
  const ways = [device, filter, saved].filter((way) => way !== undefined)
  if (ways.length === 1) return
  throw new Refusal('USAGE', 'Name one device, or give --filter or --saved', {
    next: 'See which devices a filter means with `fleetward devices search`.',
    usage: true,
  })
}

interface BulkAnswer {
  readonly matched: number
  readonly changed: number
  readonly after?: string
}

/**
 * Does the same to all that a filter means: says first how many that is, and stops when somebody changes the fleet so
 * that it is another number.
 */
export async function changeAll(
  client: ApiClient,
  terminal: Terminal,
  { product, filter, saved, dryRun }: BulkOptions,
  what: object,
): Promise<{ readonly matched: number; readonly changed: number }> {
  const path = `/products/${encodeURIComponent(product)}/device-changes`
  const wanted = {
    ...what,
    ...(filter === undefined ? {} : { filter }),
    ...(saved === undefined ? {} : { saved }),
  }
  const { matched } = (await client.post(path, { ...wanted, dryRun: true })) as BulkAnswer
  terminal.note(`${matched} devices`)
  if (dryRun === true) return { matched, changed: 0 }
  let changed = 0
  let after: string | undefined
  do {
    const next = after === undefined ? { expect: matched } : { after }
    const answer = (await client.post(path, { ...wanted, ...next })) as BulkAnswer
    changed += answer.changed
    after = answer.after
  } while (after !== undefined)
  return { matched, changed }
}
